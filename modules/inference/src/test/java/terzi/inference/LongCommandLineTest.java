package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some versions of ONNX Runtime end the JVM when its command line is long, as class paths in production are. */
class LongCommandLineTest {

    @TempDir
    Path folder;

    @Test
    void aJvmWithALongClassPathClassifies() throws Exception {
        StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
        for (int i = 0; i < 300; i++) {
            classPath
                    .append(File.pathSeparator)
                    .append("/no/such/folder/of/an/application/library-")
                    .append(i)
                    .append(".jar");
        }
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath.toString(),
                        LongCommandLineTest.class.getName(),
                        FormatOne.PATH.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("answer: "), output);
        assertTrue(classPath.length() > 8192);
    }

    /** The program under test. */
    public static void main(String[] arguments) throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]), FormatOne.CPU)) {
            System.out.println("answer: " + classifier.classify(FormatOne.noise(8, 8, 3, 1)));
        }
    }
}
