package terzi.training.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import terzi.files.FileLocks;
import terzi.files.RunFile;
import terzi.files.WholeFile;

/**
 * The folder of one run: {@code runs/<command>/<name>/}. One process at a time works in it; it is free again when this is
 * closed, or the process ends in any other way.
 */
public final class RunFolder implements AutoCloseable {
    /** The file that a process locks while it works in a run folder. */
    public static final String LOCK = RunFile.LOCK.fileName();

    /** What a run was started with; there is one in the folder of every run. */
    public static final String ARGUMENTS = RunFile.ARGUMENTS.fileName();

    private static final int LEVELS = 2;

    private final Path path;
    private final FileLocks.Claim claim;

    private RunFolder(Path path) throws IOException {
        this.path = path;
        try {
            this.claim = FileLocks.claim(path.resolve(LOCK));
        } catch (FileLocks.ClaimedException e) {
            throw new IOException(
                    path + ": another run works in this folder (" + e.holder()
                            + "), and two would overwrite each other's files; wait until it has ended, or end it",
                    e);
        }
    }

    /**
     * Makes the folder of a new run. When the name is taken, the run gets the first free one of {@code name-2},
     * {@code name-3}, …; two processes never get the same folder.
     *
     * @param runs the folder of all runs, usually {@code runs}
     * @param command what runs, for example {@code train}
     * @param name a plain folder name
     * @return the folder, claimed for this process until it is closed
     * @throws IllegalArgumentException if the name is not a plain folder name
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
     * Opens the folder of an earlier run. What a killed process left half written in it is removed.
     *
     * @param folder of the run
     * @return the folder, claimed for this process until it is closed
     * @throws IOException if there is none, it cannot be written to, or another process works in it
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
        RunFolder run = new RunFolder(folder);
        try {
            run.removeLeftovers();
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
        return run;
    }

    /** Nobody else works here, so whatever a run left half written has no writer any more. */
    private void removeLeftovers() throws IOException {
        if (!isOne(path)) {
            return;
        }
        Checkpoint.removeLeftovers(path);
        List<Path> parts;
        try (Stream<Path> files = Files.walk(path, LEVELS)) {
            parts = files.filter(file -> String.valueOf(file.getFileName()).matches("\\..*\\.part"))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
        for (Path part : parts) {
            Files.deleteIfExists(part);
        }
    }

    /** {@return the path of the folder} */
    public Path path() {
        return path;
    }

    /**
     * Tells whether the run has a checkpoint to go on from.
     *
     * @return true if there is one
     * @throws IOException if the folder cannot be read
     */
    public boolean hasCheckpoint() throws IOException {
        return Checkpoint.exists(path);
    }

    /**
     * Tells whether a folder belongs to a run, of any command.
     *
     * @param folder any path
     * @return true if it has the arguments of a run
     */
    public static boolean isOne(Path folder) {
        return Files.exists(folder.resolve(ARGUMENTS));
    }

    /**
     * Removes the folder of a run that was refused before it began, with the files in it.
     *
     * @throws IOException if a file cannot be removed
     */
    public void discard() throws IOException {
        claim.close();
        Checkpoint.deleteRecursively(path);
    }

    @Override
    public void close() {
        claim.close();
    }

    /**
     * Writes a text file, replacing an older one at once.
     *
     * @param file which file
     * @param text its content
     * @throws IOException if it cannot be written; an older one is then as before
     */
    public void write(RunFile file, String text) throws IOException {
        Path target = file.in(path);
        try {
            WholeFile.text(target, out -> out.write(text));
        } catch (IOException e) {
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
        if (cause instanceof NoSuchFileException gone) {
            remedy = "there is no " + gone.getFile() + " any more; does another program work in this folder?";
        } else if (text.contains("no space left")) {
            remedy = "no space is left on the device; free some, or choose another folder. What was written before is"
                    + " still there";
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
