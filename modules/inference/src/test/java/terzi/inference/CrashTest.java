package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
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
        answers(temporary);
        try (Stream<Path> left = Files.walk(temporary)) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().endsWith(".so")).toList());
        }
        if (DeviceProbe.ofThisMachine().certainObstacle(Device.Kind.CUDA).isPresent()) {
            assertEquals(List.of(), list(temporary));
        }
        try (Stream<Path> kept = Files.list(folder.resolve("graphs"))) {
            assertTrue(kept.noneMatch(file -> file.toString().endsWith(".part")), "half a file is left");
        }
    }

    @Test
    void aProcessThatIsKilledWhileItUnpacksIsCleanedUpAfterByTheNext() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")), "Linux only");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        for (int attempt = 0; attempt < 10 && libraries(temporary).isEmpty(); attempt++) {
            Process process = start(temporary);
            while (process.isAlive() && libraries(temporary).isEmpty()) {
                Thread.onSpinWait();
            }
            process.destroyForcibly(); // SIGKILL
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        }
        assertTrue(!libraries(temporary).isEmpty(), "never killed in time");
        Path others = Files.createDirectory(temporary.resolve("onnxruntime-java-of-somebody-else"));
        Files.write(others.resolve("libonnxruntime.so"), new byte[1]);
        Files.setLastModifiedTime(others, FileTime.fromMillis(System.currentTimeMillis() - 3_600_000));

        answers(temporary);

        assertEquals(List.of(others.resolve("libonnxruntime.so")), libraries(temporary));
        if (DeviceProbe.ofThisMachine().certainObstacle(Device.Kind.CUDA).isPresent()) {
            assertEquals(List.of(others), list(temporary));
        }
    }

    private void answers(Path temporary) throws Exception {
        Process process = start(temporary);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        String output = Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
        assertEquals(139, process.exitValue(), output);
        assertTrue(output.contains("answer: "), output);
    }

    private Process start(Path temporary) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashTest.class.getName(),
                        FormatOne.PATH.toString(),
                        folder.resolve("graphs").toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** What ONNX Runtime has unpacked and nobody has removed. */
    private static List<Path> libraries(Path temporary) throws IOException {
        List<Path> libraries = new ArrayList<>();
        for (Path unpacked : list(temporary)) {
            if (Files.isDirectory(unpacked)) {
                list(unpacked).stream()
                        .filter(file -> file.toString().endsWith(".so"))
                        .forEach(libraries::add);
            }
        }
        return libraries;
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
