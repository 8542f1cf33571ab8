package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** Files in a jar or under awkward names: a path is opened as it is, not as the text that it becomes. */
class OtherFileSystemsTest {

    private static final Path PHOTO = Path.of("../images/src/test/resources/terzi/images/images/icc.png");
    private static final Preprocessing ONE = Preprocessing.plain(1, 1, Preprocessing.Channels.GRAY);
    private static final List<String> LABELS = List.of("dark", "light");
    private static final Image WHITE = new Image(1, 1, 1, new byte[] {(byte) 255});

    @TempDir
    Path disk;

    private FileSystem jar;
    private Prediction expected;

    @BeforeEach
    void open() throws Exception {
        jar = FileSystems.newFileSystem(
                URI.create("jar:" + disk.resolve("app.jar").toUri()), Map.of("create", "true"));
        try (ImageClassifier classifier = FormatOne.load()) {
            expected = classifier.classify(image());
        }
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    private static Image image() {
        return FormatOne.noise(40, 30, 3, 1);
    }

    private void assertAnswers(Path file, ClassifierOptions options) throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(file, options)) {
            assertArrayEquals(
                    expected.probabilities(), classifier.classify(image()).probabilities(), 1e-6f);
        }
    }

    @Test
    void aClassifierInAJarIsLoadedAndChecked() throws Exception {
        Path file = Files.copy(FormatOne.PATH, jar.getPath("/classifier.onnx"));
        assertAnswers(file, FormatOne.CPU);
        assertAnswers(jar.getPath("/"), FormatOne.CPU);
        assertAnswers(file, FormatOne.CPU.withGraphCache(disk.resolve("graphs")));
        assertAnswers(file, FormatOne.CPU.withGraphCache(disk.resolve("graphs")));
        assertEquals(ClassifierDigest.verify(FormatOne.PATH), ClassifierDigest.verify(file));
        ClassifierOptions small = FormatOne.CPU.withMaxFileBytes(Files.size(file) - 1);
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(file, small));
        assertTrue(e.getMessage().startsWith("jar:file:"), e.getMessage());
        assertTrue(e.getMessage().contains("app.jar!/classifier.onnx: has "), e.getMessage());
    }

    /** JNI writes characters beyond U+FFFF in other bytes than file systems do. */
    @Test
    void aClassifierInAFolderNamedWithEmojiIsLoaded() throws Exception {
        Path folder = Files.createDirectories(disk.resolve("photos ü 猫 \ud83d\ude00"));
        Path file = Files.copy(FormatOne.PATH, folder.resolve("classifier.onnx"));
        assertAnswers(file, FormatOne.CPU);
        assertAnswers(file, FormatOne.CPU.withGraphCache(folder.resolve("graphs")));
    }

    @Test
    void aFileOfTheSameNameOnDiskIsNotTakenInstead() throws Exception {
        Path onDisk = Files.copy(FormatOne.PATH, disk.resolve("classifier.onnx"));
        Path missing = jar.getPath(onDisk.toString());
        assertThrows(IOException.class, () -> ImageClassifier.load(missing, FormatOne.CPU));
        Files.createDirectories(missing.getParent());
        Files.writeString(missing, "another file");
        assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(missing, FormatOne.CPU));
    }

    @Test
    void imagesInAJarAreClassified() throws Exception {
        Path image = Files.copy(PHOTO, jar.getPath("/photo #1 100%.png"));
        try (ImageClassifier classifier = FormatOne.load()) {
            float[] onDisk = classifier.classify(PHOTO).probabilities();
            assertArrayEquals(onDisk, classifier.classify(image).probabilities());
            List<Classified<Path>> all =
                    classifier.classifyAll(Stream.of(image, PHOTO)).toList();
            assertArrayEquals(onDisk, all.get(0).prediction().probabilities());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights.bin", "data/weights.bin", "data/../weights.bin"})
    void aNetworkInAJarTakesItsWeightsFromTheJar(String location) throws Exception {
        Path folder = Files.createDirectories(jar.getPath("/model"));
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("weights.bin"), floats(-2, 2));
        Files.write(folder.resolve("data/weights.bin"), floats(-2, 2));
        Path network = Files.write(folder.resolve("network.onnx"), ExternalDataTest.model(location));
        long before = temporaryFolders();
        try (ImageClassifier classifier = ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU)) {
            assertArrayEquals(
                    new float[] {-2, 2}, classifier.run(List.of(WHITE)).logits()[0], 1e-6f);
        }
        assertEquals(before, temporaryFolders(), "what was copied to disk is deleted");
    }

    @Test
    void weightsOutsideOfTheFolderInTheJarAreRefused() throws Exception {
        Files.write(jar.getPath("/secret.bin"), floats(1, 1));
        Path folder = Files.createDirectories(jar.getPath("/model"));
        Path network = Files.write(folder.resolve("network.onnx"), ExternalDataTest.model("../secret.bin"));
        IOException e = assertThrows(
                ClassifierFileException.class, () -> ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU));
        assertTrue(e.getMessage().contains("outside of its folder"), e.getMessage());
    }

    @Test
    void aFolderOfHuggingFaceInAJarIsRead() throws Exception {
        Path folder = Files.createDirectories(jar.getPath("/hub/onnx")).getParent();
        Files.write(folder.resolve("weights.bin"), floats(-2, 2));
        Files.write(folder.resolve("onnx/weights.bin"), floats(-2, 2));
        Files.write(folder.resolve("onnx/model.onnx"), ExternalDataTest.model("weights.bin"));
        Files.writeString(folder.resolve("config.json"), "{\"id2label\": {\"0\": \"dark\", \"1\": \"light\"}}");
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 1}");
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder, FormatOne.CPU));
        assertTrue(e.getMessage().contains("app.jar!/hub/onnx/model.onnx: expected one float32 input"), e.getMessage());
        Files.delete(folder.resolve("preprocessor_config.json"));
        e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder, FormatOne.CPU));
        assertTrue(e.getMessage().contains("app.jar!/hub/preprocessor_config.json is missing"), e.getMessage());
    }

    @Test
    void aGraphCacheInAJarIsLeftOut() throws Exception {
        Path cache = Files.createDirectories(jar.getPath("/graphs"));
        assertAnswers(FormatOne.PATH, FormatOne.CPU.withGraphCache(cache));
        assertAnswers(FormatOne.PATH, FormatOne.CPU.withGraphCache(cache));
        try (Stream<Path> files = Files.list(cache)) {
            assertEquals(0, files.count());
        }
        assertFalse(Files.exists(Path.of("/graphs")), "a folder of the same name on disk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "100%", "a%20b", "a#1?", "café", "file:a", "a;b,c", "a\\b", "日本"})
    void awkwardNamesAreOpenedAsTheyAre(String name) throws Exception {
        Path folder = Files.createDirectories(disk.resolve(name));
        Path file = Files.copy(FormatOne.PATH, folder.resolve(name + ".onnx"));
        Path image = Files.copy(PHOTO, folder.resolve(name + ".png"));
        ClassifierOptions options = FormatOne.CPU.withGraphCache(folder.resolve(name));
        assertAnswers(file, options);
        assertAnswers(file, options);
        assertAnswers(folder.resolve("../" + name + "/" + name + ".onnx"), options);
        Path link = Files.createSymbolicLink(disk.resolve("link.onnx"), file);
        assertAnswers(link, options);
        try (ImageClassifier classifier = ImageClassifier.load(file, FormatOne.CPU)) {
            assertEquals(3, classifier.classify(image).probabilities().length);
        }
        Files.write(folder.resolve(name + ".bin"), floats(-2, 2));
        Path network = Files.write(folder.resolve("network.onnx"), ExternalDataTest.model(name + ".bin"));
        try (ImageClassifier classifier = ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU)) {
            assertArrayEquals(
                    new float[] {-2, 2}, classifier.run(List.of(WHITE)).logits()[0], 1e-6f);
        }
    }

    /** Java keeps the bytes of such a name in the path and loses them in its text. */
    @Test
    void aNameThatIsNotUtf8IsOpenedAllTheSame() throws Exception {
        Files.copy(FormatOne.PATH, disk.resolve("plain.onnx"));
        Process shell = new ProcessBuilder("sh", "-c", "cp plain.onnx \"$(printf 'caf\\351.onnx')\" && rm plain.onnx")
                .directory(disk.toFile())
                .start();
        assumeTrue(shell.waitFor() == 0, "this file system takes only names in UTF-8");
        Path file;
        try (Stream<Path> files = Files.list(disk)) {
            file = files.filter(found -> found.toString().endsWith(".onnx"))
                    .findFirst()
                    .orElseThrow();
        }
        assumeTrue(!Files.exists(Path.of(file.toString())), "this JVM gives such names a text");
        assertAnswers(file, FormatOne.CPU);
    }

    private static byte[] floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    private static long temporaryFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("terzi-network"))
                    .count();
        }
    }
}
