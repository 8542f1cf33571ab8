package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.onnx.codec.ModelFile;

class GraphCacheTest {

    @TempDir
    Path folder;

    private final Image image = FormatOne.noise(40, 30, 3, 1);
    private Prediction expected;
    private ClassifierOptions cached;

    @BeforeEach
    void answer() throws Exception {
        try (ImageClassifier classifier = FormatOne.load()) {
            expected = classifier.classify(image);
        }
        cached = FormatOne.CPU.withGraphCache(folder.resolve("graphs"));
    }

    private void assertAnswer() throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, cached)) {
            assertArrayEquals(
                    expected.probabilities(), classifier.classify(image).probabilities(), 1e-6f);
            assertEquals(3, classifier.features(image).length);
            assertTrue(classifier.heatMap(image, 0).isPresent());
        }
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("graphs"))) {
            return files.toList();
        }
    }

    @Test
    void theSecondStartTakesWhatTheFirstOneKept() throws Exception {
        assertAnswer();
        assertEquals(1, files().size(), files().toString());
        Path file = files().get(0);
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, before);
        assertAnswer();
        assertEquals(before, Files.getLastModifiedTime(file), "it was made anew");
        try (ImageClassifier fromBytes = ImageClassifier.load(FormatOne.bytes(), cached)) {
            assertArrayEquals(
                    expected.probabilities(), fromBytes.classify(image).probabilities(), 1e-6f);
        }
        assertEquals(List.of(file), files());
    }

    @Test
    void whatIsKeptHasThePermissionsOfTheUmask() throws Exception {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions");
        assertAnswer();
        Path plain = Files.createFile(folder.resolve("plain"));
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(files().get(0)));
    }

    @Test
    void aFolderThatCannotHoldTheCacheCostsTimeOnly() throws Exception {
        Path file = Files.createFile(folder.resolve("graphs"));
        assertAnswer();
        assertEquals(0, Files.size(file));
        Path full = Path.of("/dev/full"); // a folder inside of a device does not exist either
        Assumptions.assumeTrue(Files.exists(full));
        cached = FormatOne.CPU.withGraphCache(full);
        assertAnswer();
    }

    @Test
    @Tag("slow")
    void whatIsDamagedIsMadeAnew() throws Exception {
        assertAnswer();
        Path file = files().get(0);
        byte[] intact = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 19, 20, intact.length / 2, intact.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(intact, length));
            assertAnswer();
            assertEquals(intact.length, Files.size(file), "from " + length + " bytes");
        }
        for (int at = 0; at < intact.length; at += 97) {
            byte[] damaged = intact.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertAnswer();
            assertArrayEquals(intact, Files.readAllBytes(file), "byte " + at);
        }
        assertEquals(1, files().size());
    }

    @Test
    void aDamagedOriginalIsRefusedThoughItsNetworkIsKept() throws Exception {
        assertAnswer();
        byte[] original = FormatOne.bytes();
        for (int at = 0; at < original.length; at += 13) {
            byte[] damaged = original.clone();
            damaged[at] ^= 1;
            assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(damaged, cached), "byte " + at);
        }
    }

    @Test
    void aBareNetworkIsKeptToo() throws Exception {
        Path network = Files.createDirectories(folder.resolve("bare")).resolve("network.onnx");
        terzi.onnx.Model model = terzi.onnx.build.Sequential.build(
                new terzi.onnx.build.InputShape(3, 8, 8),
                List.of(
                        new terzi.onnx.build.Layer.Conv2d(4, 3),
                        new terzi.onnx.build.Layer.Relu(),
                        new terzi.onnx.build.Layer.Flatten(),
                        new terzi.onnx.build.Layer.Dense(3)),
                1);
        Files.write(network, ModelFile.toBytes(model));
        terzi.images.Preprocessing preprocessing =
                terzi.images.Preprocessing.plain(8, 8, terzi.images.Preprocessing.Channels.RGB);
        float[][] answers = new float[3][];
        for (int i = 0; i < 3; i++) {
            try (ImageClassifier classifier = ImageClassifier.load(
                    network, preprocessing, List.of("a", "b", "c"), i == 0 ? FormatOne.CPU : cached)) {
                answers[i] = classifier.classify(image).probabilities();
            }
        }
        assertArrayEquals(answers[0], answers[1], 1e-6f);
        assertArrayEquals(answers[1], answers[2], 1e-6f);
        assertEquals(1, files().size());
    }

    @Test
    void aFolderThatCannotBeWrittenCostsTimeOnly() throws Exception {
        Files.writeString(folder.resolve("graphs"), "a file where the folder should be");
        assertAnswer();
    }

    @Test
    void manyMayStartAtTheSameTime() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> starts = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                starts.add(pool.submit(() -> {
                    assertAnswer();
                    return null;
                }));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(1, files().size());
    }
}
