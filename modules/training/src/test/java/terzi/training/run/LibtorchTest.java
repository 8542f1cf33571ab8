package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where libtorch does not start there is one exception, at every call, with what to do. */
class LibtorchTest {
    @TempDir
    Path folder;

    @Test
    void aCacheFolderThatCannotBeUsedIsNamedAtEveryCall() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-DDJL_CACHE_DIR=" + file,
                        "-DENGINE_CACHE_DIR=" + file,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LibtorchTest.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        String output = Files.readString(log, StandardCharsets.UTF_8);
        List<String> answers =
                output.lines().filter(line -> line.startsWith("answer: ")).toList();
        assertEquals(2, answers.size(), output);
        assertEquals(answers.get(0), answers.get(1));
        assertTrue(answers.get(0).contains("libtorch does not start"), answers.get(0));
        assertTrue(answers.get(0).contains(file.toString()), answers.get(0));
        assertTrue(answers.get(0).contains("DJL_CACHE_DIR"), answers.get(0));
    }

    /** The program under test: starts libtorch twice. */
    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try {
                TrainingEngine.useThreads(1);
                System.out.println("answer: started");
            } catch (TrainingException e) {
                System.out.println("answer: " + e.getMessage());
            }
        }
    }
}
