package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.images.ImageException.Kind;

class LosslessWebpTest {
    /** Bytes before the bit stream: RIFF, WEBP and the head of its one chunk. */
    private static final int CONTAINER = 20;

    /** What PIL reads; made by benchmarks/peers/lossless_webp.py. */
    record Expected(String name, int width, int height, String digest) {}

    static Stream<Expected> expected() throws IOException {
        return new String(resource("expected.tsv"), StandardCharsets.US_ASCII)
                .lines()
                .map(line -> line.split("\t", -1))
                .map(f -> new Expected(f[0], Integer.parseInt(f[1]), Integer.parseInt(f[2]), f[3]));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = LosslessWebpTest.class.getResourceAsStream("lossless-webp/" + name)) {
            return stream.readAllBytes();
        }
    }

    @ParameterizedTest
    @MethodSource("expected")
    void everyPixelIsPils(Expected expected) throws Exception {
        Image read = ImageDecoder.read(resource(expected.name()), expected.name());
        assertEquals(expected.width() + " x " + expected.height() + " RGB", read.toString());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(read.pixels());
        assertEquals(expected.digest(), HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @MethodSource("expected")
    void aStreamThatEndsEarlyIsTruncatedThoughItsContainerIsWhole(Expected expected) throws IOException {
        byte[] whole = resource(expected.name());
        int end = CONTAINER
                + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(16);
        // the last byte may hold nothing but padding
        for (int length = CONTAINER + 5; length < end - 2; length++) {
            byte[] part = contained(Arrays.copyOf(whole, length));
            String name = expected.name() + " cut to " + length + " of " + end;
            ImageException e = assertThrows(ImageException.class, () -> ImageDecoder.read(part, name), name);
            assertEquals(Kind.TRUNCATED, e.kind(), e.getMessage());
            assertTrue(e.getMessage().contains("the lossless WebP ends before its last pixel"), e.getMessage());
        }
    }

    @Test
    void aSmallFileWithoutTheMillionsOfPixelsItAnnouncesIsTruncatedAtOnce() throws IOException {
        byte[] bytes = resource("smooth-3.webp");
        // 16,384 x 6,000 pixels, fourteen bits each
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(CONTAINER + 1, 16_383 | 5_999 << 14);
        ImageException e = assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(ImageException.class, () -> ImageDecoder.read(bytes, "claims")));
        assertTrue(e.kind() == Kind.TRUNCATED || e.kind() == Kind.CORRUPT, e.getMessage());
    }

    @Test
    void aTransformThatComesTwiceIsRefusedInsteadOfTakingAPassEach() {
        // a flag and the number 2 for each: green subtracted again and again
        byte[] stream = new byte[4000];
        Arrays.fill(stream, (byte) 0b01101101);
        for (int i = 0; i < stream.length * 8; i++) {
            boolean bit = i % 3 != 1;
            stream[i / 8] = (byte) (bit ? stream[i / 8] | 1 << i % 8 : stream[i / 8] & ~(1 << i % 8));
        }
        byte[] bytes = new byte[CONTAINER + 5 + stream.length];
        System.arraycopy("RIFF....WEBPVP8L".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 16);
        bytes[CONTAINER] = 0x2f;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(CONTAINER + 1, 9_999 | 9_999 << 14);
        System.arraycopy(stream, 0, bytes, CONTAINER + 5, stream.length);
        ImageException e = assertThrows(ImageException.class, () -> ImageDecoder.read(contained(bytes), "transforms"));
        assertEquals(Kind.CORRUPT, e.kind());
        assertTrue(e.getMessage().contains("SUBTRACT_GREEN comes twice"), e.getMessage());
    }

    /** The same with the sizes in the container that belong to its length. */
    private static byte[] contained(byte[] webp) {
        byte[] even = Arrays.copyOf(webp, webp.length + (webp.length & 1));
        ByteBuffer.wrap(even)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4, even.length - 8)
                .putInt(16, webp.length - CONTAINER);
        return even;
    }
}
