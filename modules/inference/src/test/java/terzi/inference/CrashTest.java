package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that ends without saying goodbye. */
class CrashTest {

    @TempDir
    Path folder;

    @Test
    void aCrashLeavesNothingInTheTemporaryFolder() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")), "Linux only");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashTest.class.getName(),
                        FormatOne.PATH.toString(),
                        folder.resolve("graphs").toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertEquals(139, process.exitValue(), output);
        assertTrue(output.contains("answer: "), output);
        try (Stream<Path> left = Files.walk(temporary)) {
            assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
        }
        boolean noCuda =
                DeviceProbe.ofThisMachine().certainObstacle(Device.Kind.CUDA).isPresent();
        try (Stream<Path> left = Files.list(temporary)) {
            assertTrue(!noCuda || left.findAny().isEmpty(), "an empty folder is left");
        }
        try (Stream<Path> kept = Files.list(folder.resolve("graphs"))) {
            assertTrue(kept.noneMatch(file -> file.toString().endsWith(".part")), "half a file is left");
        }
    }

    /** The program under test. */
    public static void main(String[] arguments) throws Exception {
        ImageClassifier classifier =
                ImageClassifier.load(Path.of(arguments[0]), FormatOne.CPU.withGraphCache(Path.of(arguments[1])));
        System.out.println("answer: " + classifier.classify(FormatOne.noise(8, 8, 3, 1)));
        System.out.flush();
        Runtime.getRuntime().halt(139); // no shutdown hooks, no close
    }
}
