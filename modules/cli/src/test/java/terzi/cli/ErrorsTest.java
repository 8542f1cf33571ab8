package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.images.Preprocessing;
import terzi.inference.ClassifierDigest;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.runs.Causes;

/** What Java calls an error and not an exception reaches people and programs as one message too. */
class ErrorsTest {
    @TempDir
    static Path folder;

    private static Path classifier;
    private static Path image;

    @BeforeAll
    static void prepare() throws IOException {
        classifier = folder.resolve("classifier.onnx");
        byte[] bytes = ModelFile.toBytes(ClassifierFile.assemble(
                        Sequential.build(new InputShape(3, 4, 4), List.of(new Layer.Flatten(), new Layer.Dense(2)), 1),
                        new ClassifierSpec(
                                Preprocessing.plain(4, 4, Preprocessing.Channels.RGB), List.of("dark", "light")))
                .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(bytes);
        Files.write(classifier, bytes);
        image = folder.resolve("image.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    }

    private static Cli jvm(Predicate<String> classPath, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        String entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(classPath)
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(
                List.of("-Djava.awt.headless=true", "-XX:TieredStopAtLevel=1", "-cp", entries, "terzi.cli.Terzi"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        return new Cli(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private static boolean all(String entry) {
        return true;
    }

    private static void assertFails(Predicate<String> classPath, List<String> options, String... parts)
            throws Exception {
        assertFails(List.of("classify", classifier.toString(), image.toString()), classPath, options, parts);
    }

    private static void assertFails(
            List<String> arguments, Predicate<String> classPath, List<String> options, String... parts)
            throws Exception {
        Cli plain = jvm(classPath, options, arguments.toArray(new String[0]));
        assertEquals(ExitCode.FAILURE, plain.exitCode(), plain.err());
        assertEquals("", plain.out());
        assertEquals(1, plain.err().strip().lines().count(), plain.err());
        List<String> asJson = new ArrayList<>(arguments);
        asJson.add("--json");
        Cli json = jvm(classPath, options, asJson.toArray(new String[0]));
        assertEquals(ExitCode.FAILURE, json.exitCode(), json.err());
        assertEquals(1, json.json().path("error").path("exit_code").asInt(), json.out());
        for (String part : parts) {
            assertTrue(plain.err().contains(part), plain.err());
            assertTrue(json.jsonError().contains(part), json.out());
        }
    }

    @Test
    void aTemporaryFolderThatCannotBeUsedIsNamedWithTheRemedy() throws Exception {
        Path file = Files.createFile(folder.resolve("tmp"));
        assertFails(
                ErrorsTest::all,
                List.of("-Djava.io.tmpdir=" + file),
                "temporary folder " + file,
                "TERZI_JAVA_OPTS=-Djava.io.tmpdir=FOLDER");
    }

    @Test
    void aHeapThatIsTooSmallIsNamedWithTheRemedy() throws Exception {
        Path large = folder.resolve("large.onnx"); // 43 MB of weights
        ModelFile.write(
                Sequential.build(new InputShape(3, 300, 300), List.of(new Layer.Flatten(), new Layer.Dense(40)), 1),
                large);
        assertFails(
                List.of("inspect", large.toString()),
                ErrorsTest::all,
                List.of("-Xmx24m"),
                "out of memory: the heap may grow to",
                "TERZI_JAVA_OPTS=-Xmx4g");
    }

    @Test
    void aJarThatIsMissingIsNamedWithTheRemedy() throws Exception {
        assertFails(
                entry -> !new File(entry).getName().startsWith("onnxruntime"),
                List.of(),
                "ONNX Runtime is not on the class path");
        assertFails(
                List.of("inspect", classifier.toString()),
                entry -> !new File(entry).getName().startsWith("protobuf"),
                List.of(),
                "does not load: a jar of the class path is missing or damaged",
                "modules/cli/target/dist");
    }

    @Test
    void aTemporaryFileThatCannotBeMadeIsToldWithTheRemedy() {
        String folder = System.getProperty("java.io.tmpdir");
        String full =
                Causes.describe(new FileSystemException(folder + "/terzi-golden1", null, "No space left on device"));
        assertTrue(full.contains("TERZI_JAVA_OPTS=-Djava.io.tmpdir=FOLDER"), full);
        String usable = Causes.describe(new FileSystemException(folder + "/terzi-golden1", null, "Is a directory"));
        assertFalse(usable.contains("java.io.tmpdir"), usable);
    }

    @Test
    void eachKindOfMemoryHasItsOwnRemedy() {
        assertTrue(Causes.describe(new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory"))
                .contains("-XX:MaxDirectMemorySize"));
        assertTrue(Causes.describe(new OutOfMemoryError("unable to create native thread"))
                .contains("ulimit -u"));
        assertTrue(Causes.describe(new OutOfMemoryError("Java heap space")).contains("-Xmx4g"));
        assertTrue(Causes.describe(new StackOverflowError()).contains("-Xss"));
    }
}
