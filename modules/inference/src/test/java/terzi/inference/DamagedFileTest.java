package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that must be refused, before native code reads them. */
class DamagedFileTest {

    @TempDir
    Path folder;

    @Test
    void everySingleBitFlipIsNoticed() throws Exception {
        byte[] bytes = FormatOne.bytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= (byte) (1 << (i % 8));
            assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(damaged), "byte " + i);
        }
    }

    @Test
    void aTruncatedFileIsRefusedAtEveryLength() throws Exception {
        byte[] bytes = FormatOne.bytes();
        for (int length = 0; length < bytes.length; length += 7) {
            byte[] head = Arrays.copyOf(bytes, length);
            assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(head), length + " bytes");
        }
        Path file = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
        IOException e = assertThrows(IOException.class, () -> ImageClassifier.load(file));
        assertTrue(e.getMessage().contains("half.onnx") && e.getMessage().contains("truncated"), e.getMessage());
    }

    @Test
    void noiseIsRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(noise), "seed " + seed);
        }
    }

    @Test
    void aChangedFileNamesBothDigests() throws Exception {
        byte[] bytes = FormatOne.bytes();
        byte[] label = "boot".getBytes(StandardCharsets.UTF_8);
        int at = indexOf(bytes, label);
        bytes[at] = 'r';
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(bytes));
        assertTrue(e.getMessage().contains("changed or damaged"), e.getMessage());
        ClassifierDigest.seal(bytes);
        try (ImageClassifier classifier = ImageClassifier.load(bytes, FormatOne.CPU)) {
            assertEquals("root", classifier.info().labels().get(1));
        }
    }

    @Test
    void anUnknownVersionIsRefusedWithTheRemedy() throws Exception {
        byte[] bytes = FormatOne.bytes();
        byte[] key = "terzi.format".getBytes(StandardCharsets.UTF_8);
        int value = indexOf(bytes, key) + key.length + 2; // tag and length of the value
        assertEquals('1', bytes[value]);
        bytes[value] = '3';
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(bytes));
        assertTrue(
                e.getMessage().contains("format version 3, this terzi-inference reads versions 1 and 2"),
                e.getMessage());
        assertTrue(e.getMessage().contains("use a terzi-inference as new as"), e.getMessage());
    }

    @Test
    void missingFilesAndFoldersAreNamed() {
        assertThrows(NoSuchFileException.class, () -> ImageClassifier.load(folder.resolve("none.onnx")));
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder));
        assertTrue(e.getMessage().contains("is a folder"), e.getMessage());
    }

    @Test
    void theDigestIsThatOfTheFileWithItsDigitsZeroed() throws Exception {
        byte[] bytes = FormatOne.bytes();
        String stored = ClassifierDigest.verify(FormatOne.PATH);
        int at = indexOf(bytes, stored.getBytes(StandardCharsets.US_ASCII));
        Arrays.fill(bytes, at, at + 64, (byte) '0');
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        assertEquals(stored, java.util.HexFormat.of().formatHex(digest));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
