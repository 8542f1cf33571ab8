package terzi.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output as text. A {@link PrintWriter} never throws, so that a command still completes its files when its answer has
 * no place to go; this one also keeps the reason, for the exit status.
 */
public final class AnswerWriter extends PrintWriter {
    private static final Path STDOUT = Path.of("/proc/self/fd/1");
    /** What the launcher opens for reading in the place of a closed standard output. */
    private static final String STAND_IN = "/dev/null";

    private final Bytes bytes;
    private final boolean isStdout;

    AnswerWriter(OutputStream target) {
        this(new Bytes(target), false);
    }

    private AnswerWriter(Bytes bytes, boolean isStdout) {
        super(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), true);
        this.bytes = bytes;
        this.isStdout = isStdout;
    }

    /** The standard output of this process. */
    public static AnswerWriter stdout() {
        return new AnswerWriter(new Bytes(new FileOutputStream(FileDescriptor.out)), true);
    }

    /**
     * The exit status of a command that ended with {@code exitCode}. An answer that could not be written makes a failure of a
     * success, with a message on {@code err}. A reader that took what it wanted and left, as {@code head} does, makes none.
     */
    public static int settle(int exitCode, PrintWriter out, PrintWriter err) {
        Optional<String> loss = loss(out);
        loss.ifPresent(
                why -> err.println(
                        "error: standard output: " + why
                                + ", so the answer is not complete; files that the command writes are. Send it elsewhere and start again"));
        err.flush();
        return loss.isPresent() && exitCode == ExitCode.OK ? ExitCode.FAILURE : exitCode;
    }

    /** Why the answer did not arrive; empty if it did, or if its reader does not want the rest. */
    static Optional<String> loss(PrintWriter out) {
        if (!out.checkError()) {
            return Optional.empty();
        }
        if (!(out instanceof AnswerWriter answer)) {
            return Optional.of("cannot be written to");
        }
        return Optional.ofNullable(answer.bytes.failure).flatMap(answer::reason);
    }

    /** A failure's message is in the language of the locale; what standard output is tells more, where the system tells it. */
    private Optional<String> reason(IOException failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "cannot be written to");
        String target = isStdout ? target() : "";
        boolean isReaderGone = message.contains("Broken pipe")
                || message.contains("Connection reset")
                || target.startsWith("pipe:")
                || target.startsWith("socket:");
        if (isReaderGone) {
            return Optional.empty();
        }
        return Optional.of(target.equals(STAND_IN) ? "is closed" : message);
    }

    private static String target() {
        try {
            return Files.readSymbolicLink(STDOUT).toString();
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "";
        }
    }

    /** Remembers the first failure, and does not try again: half of an answer may be worse than its beginning. */
    private static final class Bytes extends OutputStream {
        private final OutputStream target;
        private volatile @Nullable IOException failure;

        Bytes(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] values, int offset, int length) throws IOException {
            once(() -> target.write(values, offset, length));
        }

        @Override
        public void flush() throws IOException {
            once(target::flush);
        }

        private interface Action {
            void run() throws IOException;
        }

        private void once(Action action) throws IOException {
            IOException first = failure;
            if (first != null) {
                throw new IOException(first.getMessage(), first);
            }
            try {
                action.run();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
