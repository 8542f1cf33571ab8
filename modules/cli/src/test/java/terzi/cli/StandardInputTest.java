package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;

/** Images that come through real pipes of the operating system, each into a JVM of its own. */
class StandardInputTest {
    private static final Path MODEL = Path.of("../inference/src/test/resources/terzi/inference/format-1.onnx");
    private static final Path IMAGE = Path.of("../images/src/test/resources/terzi/images/images/rgb.png");

    @TempDir
    Path folder;

    private record Ended(int exitCode, String out, String err) {}

    private static List<String> terzi(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-XX:TieredStopAtLevel=1", // a JVM that lives for a second
                "-cp",
                System.getProperty("java.class.path"),
                "terzi.cli.Terzi"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a command whose standard input is a pipe that holds these bytes and then ends. */
    private Ended piped(byte[] input, List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write(input);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("Broken pipe"), e.toString()); // it ended before
        }
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ended shell(String command) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        return piped(new byte[0], List.of("/bin/bash", "-c", command));
    }

    private static String quoted(List<String> command) {
        return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private static void assertClassified(String name, Ended ended) throws IOException {
        Cli expected = Cli.run("classify", MODEL.toString(), IMAGE.toString());
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(expected.out().replace(IMAGE.toString(), name), ended.out());
    }

    @Test
    void aPipedImageIsClassified() throws Exception {
        assertClassified("-", piped(Files.readAllBytes(IMAGE), terzi("classify", MODEL.toString(), "-")));
    }

    @Test
    void aPipeWithAPathIsClassified() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/stdin")), "there is no /dev/stdin here");
        assertClassified(
                "/dev/stdin", piped(Files.readAllBytes(IMAGE), terzi("classify", MODEL.toString(), "/dev/stdin")));
        Path fifo = folder.resolve("fifo");
        assertClassified(
                fifo.toString(),
                shell("mkfifo '" + fifo + "' && { cat '" + IMAGE + "' >'" + fifo + "' & } && exec "
                        + quoted(terzi("classify", MODEL.toString(), fifo.toString()))));
        Ended substituted = shell("exec " + quoted(terzi("classify", MODEL.toString())) + " <(cat '" + IMAGE + "')");
        assertClassified(substituted.out().replaceFirst(": .*\\s*", ""), substituted);
        assertTrue(substituted.out().startsWith("/dev/fd/"), substituted.out());
    }

    @Test
    void aRedirectedFileIsClassified() throws Exception {
        assertClassified("-", shell("exec " + quoted(terzi("classify", MODEL.toString(), "-")) + " <'" + IMAGE + "'"));
    }

    @Test
    void anEmptyPipeAndOneThatClosesMidwayAreReported() throws Exception {
        Ended empty = piped(new byte[0], terzi("classify", MODEL.toString(), "-"));
        assertEquals(ExitCode.FAILURE, empty.exitCode());
        assertTrue(empty.err().contains("standard input: expected an image, found no bytes"), empty.err());
        byte[] half = Arrays.copyOf(Files.readAllBytes(IMAGE), 90);
        Ended midway = piped(half, terzi("classify", MODEL.toString(), "-"));
        assertEquals(ExitCode.FAILURE, midway.exitCode());
        assertTrue(midway.err().contains("standard input: "), midway.err());
        assertTrue(midway.err().contains("copy or download it again"), midway.err());
    }

    @Test
    void aTerminalIsNotWaitedFor() throws Exception {
        List<String> command = terzi("classify", MODEL.toString(), "-");
        command.add(1, "-Dterzi.stdin.terminal=true");
        Ended terminal = piped(Files.readAllBytes(IMAGE), command);
        assertEquals(ExitCode.USAGE, terminal.exitCode());
        assertTrue(terminal.err().contains("standard input, which is a terminal; pipe the image in"), terminal.err());
    }

    @Test
    void standardInputHoldsOneImage() {
        Cli twice = Cli.runWithInput(new byte[10], "classify", MODEL.toString(), "-", "-");
        assertEquals(ExitCode.USAGE, twice.exitCode());
        assertTrue(twice.err().contains("'-' is given 2 times, but standard input holds one image"), twice.err());
    }

    @Test
    void verboseShowsTheStackTraceOfEveryError() throws IOException {
        Path broken = Files.write(folder.resolve("broken.png"), "not an image".getBytes(StandardCharsets.UTF_8));
        Path missing = folder.resolve("missing.onnx");
        List<List<String>> failing = List.of(
                List.of("classify", MODEL.toString(), broken.toString()),
                List.of("classify", missing.toString(), broken.toString()),
                List.of("explain", MODEL.toString(), broken.toString()),
                List.of("inspect", missing.toString()),
                List.of("classify", MODEL.toString(), broken.toString(), "--top-k", "0"));
        for (List<String> command : failing) {
            for (List<String> format : List.of(List.<String>of(), List.of("--json"))) {
                List<String> arguments = new ArrayList<>(command);
                arguments.addAll(format);
                Cli brief = Cli.run(arguments.toArray(String[]::new));
                assertFalse(brief.exitCode() == ExitCode.OK, arguments.toString());
                assertFalse(brief.err().contains("\tat terzi."), brief.err());
                arguments.add("-v");
                Cli verbose = Cli.run(arguments.toArray(String[]::new));
                assertEquals(brief.exitCode(), verbose.exitCode());
                assertTrue(verbose.err().contains("\tat terzi."), arguments + ": " + verbose.err());
                assertEquals(brief.out(), verbose.out());
            }
        }
    }
}
