package terzi.training;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** The folder of one run: {@code runs/<command>/<name>/}. */
public final class RunFolder {
    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes the folder of a new run. When the name is taken, the run gets the first free one of {@code name-2},
     * {@code name-3}, …; two processes never get the same folder.
     *
     * @param runs the folder of all runs, usually {@code runs}
     * @param command what runs, for example {@code train}
     * @param name a plain folder name
     * @throws IOException if no folder can be made there
     */
    public static RunFolder create(Path runs, String command, String name) throws IOException {
        if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            throw new IllegalArgumentException(
                    "a run's name becomes a folder: expected letters, digits, - and _, found '" + name + "'");
        }
        Path parent = runs.resolve(command);
        try {
            Files.createDirectories(parent);
            for (int number = 1; ; number++) {
                try {
                    return new RunFolder(
                            Files.createDirectory(parent.resolve(number == 1 ? name : name + "-" + number)));
                } catch (FileAlreadyExistsException taken) {
                    // another run has it, perhaps since a moment ago
                }
            }
        } catch (IOException e) {
            throw explained("cannot make a run folder in " + parent.toAbsolutePath(), e);
        }
    }

    /**
     * The folder of an earlier run.
     *
     * @throws IOException if there is none, or it cannot be written to
     */
    public static RunFolder open(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such run folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is a file; a run folder was expected");
        }
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString(), null, "the run folder is read-only");
        }
        return new RunFolder(folder);
    }

    public Path path() {
        return path;
    }

    /**
     * Writes a text file, replacing an older one at once.
     *
     * @throws IOException if it cannot be written; an older one is then as before
     */
    public void write(String file, String text) throws IOException {
        Path target = path.resolve(file);
        Path part = path.resolve("." + file + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw explained("cannot write " + target, e);
        }
    }

    /** The same failure with what was tried and what to do about it. */
    static IOException explained(String what, IOException cause) {
        String reason = cause instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String text = String.valueOf(reason).toLowerCase(Locale.ROOT);
        String remedy;
        if (text.contains("no space left")) {
            remedy =
                    "no space is left on the device; free some, or choose another folder. What was written before is still there";
        } else if (cause instanceof AccessDeniedException || text.contains("read-only")) {
            remedy = "the folder is read-only for you; choose another one or change its permissions";
        } else if (cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException) {
            remedy = "a file is in the way: " + cause.getMessage();
        } else {
            remedy = reason;
        }
        return new IOException(what + ": " + remedy, cause);
    }
}
