package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtSession;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where ONNX Runtime does not start there is one typed exception, at every call, with what to do. */
class RuntimeUnavailableTest {

    private static final String ALL = ChildJvm.classPath(entry -> true);

    @TempDir
    Path folder;

    private static void assertUnavailable(String classPath, List<String> options, String... parts) throws Exception {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", classPath, RuntimeUnavailableTest.class.getName(), FormatOne.PATH.toString()));
        ChildJvm jvm = ChildJvm.run(command);
        assertEquals(0, jvm.exitCode(), jvm.output());
        List<String> answers =
                jvm.output().lines().filter(line -> line.startsWith("answer: ")).toList();
        assertEquals(3, answers.size(), jvm.output());
        assertEquals(answers.get(0), answers.get(1));
        assertEquals(answers.get(0), answers.get(2));
        for (String part : parts) {
            assertTrue(answers.get(0).contains(part), answers.get(0));
        }
    }

    @Test
    void aTemporaryFolderThatIsAFileIsNamedWithTheSettingThatHelps() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertUnavailable(
                ALL,
                List.of("-Djava.io.tmpdir=" + file),
                "ONNX Runtime 1.",
                "temporary folder " + file,
                "Not a directory",
                "-Djava.io.tmpdir=FOLDER");
    }

    @Test
    void aTemporaryFolderThatIsMissingIsNamed() throws Exception {
        Path missing = folder.resolve("missing");
        assertUnavailable(ALL, List.of("-Djava.io.tmpdir=" + missing), "temporary folder " + missing, "must exist");
    }

    @Test
    void aMissingJarIsToldWithTheDependency() throws Exception {
        assertUnavailable(
                ChildJvm.classPath(entry -> !new File(entry).getName().startsWith("onnxruntime")),
                List.of(),
                "ONNX Runtime is not on the class path",
                "com.microsoft.onnxruntime:onnxruntime:1.28.0");
    }

    @Test
    void aPlatformWithoutALibraryIsNamed() throws Exception {
        for (String processor : List.of("ppc64le", "aarch64", "riscv64", "x86")) {
            assertUnavailable(
                    ALL,
                    List.of("-Dos.arch=" + processor),
                    "no native library for " + System.getProperty("os.name") + " on " + processor,
                    "com.microsoft.onnxruntime:onnxruntime:1.28.0 (Linux x64 and ARM");
        }
    }

    /** The real class, but for its methods {@code run}: version 1.15 had not all of them. */
    @Test
    void aVersionThatIsTooOldIsRefusedWhenAFileIsLoaded() throws Exception {
        Path old = folder.resolve("ai/onnxruntime/OrtSession.class");
        Files.createDirectories(old.getParent());
        Files.write(old, withoutRun());
        assertUnavailable(
                folder + File.pathSeparator + ALL,
                List.of(),
                "does not fit, expected 1.20 or newer",
                "com.microsoft.onnxruntime:onnxruntime:1.28.0");
    }

    private static byte[] withoutRun() throws IOException {
        String name = "\u0001\u0000\u0003run"; // a name in the pool of constants, with its length
        try (InputStream stream = OrtSession.class.getResourceAsStream("OrtSession.class")) {
            String bytes = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(bytes.contains(name));
            return bytes.replace(name, "\u0001\u0000\u0003rux").getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** The program under test: loads three times. */
    public static void main(String[] arguments) throws IOException {
        for (int i = 0; i < 3; i++) {
            try (ImageClassifier classifier = i == 1
                    ? ImageClassifier.load(Files.readAllBytes(Path.of(arguments[0])))
                    : ImageClassifier.load(Path.of(arguments[0]))) {
                System.out.println("answer: loaded " + classifier.device());
            } catch (RuntimeUnavailableException e) {
                System.out.println("answer: " + e.getMessage());
            }
        }
    }
}
