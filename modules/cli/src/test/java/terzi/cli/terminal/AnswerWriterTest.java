package terzi.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.cli.Terzi;

class AnswerWriterTest {
    private static final String MODEL = "../../models/fashion-mnist-simple";
    private static final String IMAGES = "../../samples/images";

    @TempDir
    Path folder;

    private record Ended(int exitCode, String err) {}

    private static Ended run(OutputStream stdout, String... arguments) {
        StringWriter err = new StringWriter();
        int exitCode = Terzi.run(
                new AnswerWriter(stdout), new PrintWriter(err), new ByteArrayInputStream(new byte[0]), arguments);
        return new Ended(exitCode, err.toString());
    }

    /** A stream that takes some bytes and fails from then on. */
    private static final class Failing extends OutputStream {
        private final String message;
        private int left;
        int attempts;

        Failing(String message, int left) {
            this.message = message;
            this.left = left;
        }

        @Override
        public void write(int value) throws IOException {
            if (left-- <= 0) {
                attempts++;
                throw new IOException(message);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "train --help",
                "bench backends",
                "bench backends --json",
                "backbones list",
                "inspect " + MODEL,
                "inspect --json " + MODEL,
                "classify " + MODEL + " " + IMAGES,
                "classify --json " + MODEL + " " + IMAGES
            })
    void anAnswerOnAFullDiskIsAFailureWithAWord(String line) throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            Ended ended = run(full, line.split(" "));
            assertEquals(ExitCode.FAILURE, ended.exitCode());
            assertTrue(
                    ended.err().startsWith("error: standard output: No space left on device, so the answer is not"),
                    ended.err());
            assertEquals(1, ended.err().lines().count(), ended.err());
        }
    }

    @Test
    void aFailureThatCannotBeToldAsJsonIsToldOnStderrAndKeepsItsStatus() {
        Ended usage = run(new Failing("No space left on device", 0), "train", "--json");
        assertEquals(ExitCode.USAGE, usage.exitCode());
        assertTrue(usage.err().contains("name a recipe or a model folder"), usage.err());
        assertTrue(usage.err().contains("standard output: No space left on device"), usage.err());

        Ended failure = run(new Failing("No space left on device", 0), "inspect", "no-such-file", "--json");
        assertEquals(ExitCode.FAILURE, failure.exitCode());
        assertTrue(failure.err().contains("no-such-file: there is no such file"), failure.err());
    }

    @Test
    void aReaderThatLeavesMakesNoFailureAndEndsTheWork() throws IOException {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < 200; i++) {
            Files.copy(Path.of(IMAGES, "bag.png"), many.resolve(i + ".png"));
        }
        Failing head = new Failing("Broken pipe", 60);
        Ended ended = run(head, "classify", MODEL, many.toString());
        assertEquals(ExitCode.OK, ended.exitCode());
        assertEquals("", ended.err());
        assertEquals(1, head.attempts, "it went on writing");
    }

    @Test
    void onlyTheFirstFailureIsTried() {
        Failing full = new Failing("No space left on device", 10);
        AnswerWriter out = new AnswerWriter(full);
        for (int i = 0; i < 100; i++) {
            out.println("line " + i);
        }
        assertEquals(1, full.attempts);
        assertEquals("No space left on device", AnswerWriter.loss(out).orElseThrow());
    }

    @Test
    void filesAreCompleteThoughTheAnswerIsLost() throws IOException {
        Path lost = folder.resolve("lost.png");
        Path told = folder.resolve("told.png");
        Ended ended = run(new Failing("No space left on device", 3), explain(lost));
        assertEquals(ExitCode.FAILURE, ended.exitCode(), ended.err());
        assertEquals(
                ExitCode.OK, run(OutputStream.nullOutputStream(), explain(told)).exitCode());
        assertEquals(-1L, Files.mismatch(told, lost), "the file that was written without an answer is another");
    }

    private static String[] explain(Path to) {
        return new String[] {"explain", MODEL, IMAGES + "/bag.png", "--output", to.toString(), "--quiet"};
    }
}
