package terzi.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import terzi.inference.RuntimeUnavailableException;

/** Turns an exception into one message for people, which also says what to do. */
public final class Causes {
    private static final String TEMPORARY = "-Djava.io.tmpdir=FOLDER";

    private Causes() {}

    /**
     * {@return the message for people: what is wrong where, and what to do about it where the exception does not say}
     *
     * @param failure any exception or error
     */
    public static String describe(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof FileSystemException fileFailure) {
            return describe(fileFailure) + temporaryFolder(fileFailure);
        }
        if (cause instanceof OutOfMemoryError) {
            return outOfMemory(String.valueOf(cause.getMessage()));
        }
        if (cause instanceof StackOverflowError) {
            return "a file or a computation is nested too deeply for the stack; " + javaOption("-Xss64m");
        }
        if (cause instanceof NoClassDefFoundError) {
            return "class " + String.valueOf(cause.getMessage()).replace('/', '.')
                    + " does not load: a jar of the class path is missing or damaged; delete modules/cli/target/dist"
                    + " and start ./terzi to build it again";
        }
        if (cause instanceof LinkageError) {
            return "a native library or class does not load (" + cause + "); 'terzi doctor' tells what is missing";
        }
        String message = cause.getMessage();
        if (cause instanceof RuntimeUnavailableException && message != null) {
            return message.replace("name another one with " + TEMPORARY, "name another one: " + javaOption(TEMPORARY));
        }
        if (message != null && isKnown(cause)) {
            return isDiskFull(message) ? message + freeSpace() : message;
        }
        return "unexpected " + cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /**
     * {@return whether the message says all, rather than the stack trace: not so for a defect of the program}
     *
     * @param failure any exception or error
     */
    public static boolean isExplained(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof Error || (cause.getMessage() != null && isKnown(cause));
    }

    private static boolean isKnown(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof IllegalArgumentException
                || cause.getClass().getName().startsWith("terzi.");
    }

    /** The heap is one kind of memory among several, each with a limit of its own. */
    private static String outOfMemory(String kind) {
        if (kind.contains("direct buffer") || kind.contains("Direct buffer")) {
            return "out of memory for direct buffers (" + kind + "); " + javaOption("-XX:MaxDirectMemorySize=4g")
                    + ", or take a smaller batch";
        }
        if (kind.contains("native thread")) {
            return "the system allows no more threads (" + kind + "); raise its limit (ulimit -u, or the container's)";
        }
        return "out of memory: the heap may grow to "
                + Sizes.text(Runtime.getRuntime().maxMemory())
                + "; " + javaOption("-Xmx4g") + ", or take a smaller batch";
    }

    private static String javaOption(String option) {
        return "start Java with " + option + " (the terzi command: TERZI_JAVA_OPTS=" + option + ")";
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof UncheckedIOException
                        || cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause instanceof ExceptionInInitializerError)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String describe(FileSystemException failure) {
        String file = Objects.requireNonNullElse(failure.getFile(), "a file");
        if (failure instanceof NoSuchFileException) {
            return file + ": there is no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return file + ": permission denied; check who owns it, or choose another folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + ": is there already";
        }
        if (failure instanceof NotDirectoryException) {
            return file + ": is a file, not a folder";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return file + ": the folder is not empty";
        }
        String reason = Objects.requireNonNullElse(failure.getReason(), "cannot be used");
        return file + ": " + reason + (isDiskFull(reason) ? freeSpace() : "");
    }

    /** The remedy where the file would have been a temporary one, and the folder for these is the trouble. */
    private static String temporaryFolder(FileSystemException failure) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        boolean isTemporary = failure.getFile() != null
                && Path.of(failure.getFile()).toAbsolutePath().startsWith(folder);
        boolean isUsable = Files.isDirectory(folder)
                && Files.isWritable(folder)
                && !isDiskFull(String.valueOf(failure.getReason()));
        return isTemporary && !isUsable
                ? "; the temporary folder must exist, be writable and have room: name another one: "
                        + javaOption(TEMPORARY)
                : "";
    }

    private static boolean isDiskFull(String message) {
        return message.contains("No space left") || message.contains("quota exceeded");
    }

    private static String freeSpace() {
        return "; free some, or choose a folder on another disk";
    }
}
