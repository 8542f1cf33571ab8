package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import terzi.training.run.RunFolder;

/**
 * The place of a run folder.
 *
 * @param runsFolder the folder of all runs; a run lies in {@code KIND/NAME} inside it
 * @param name of the run; empty for that of its model or data. A number is added where it is taken.
 * @param folder the run folder itself, new or empty, instead of one by name
 */
public record RunTarget(Path runsFolder, Optional<String> name, Optional<Path> folder) {

    /** {@return a folder in {@code runs}, named after the model or the data} */
    public static RunTarget defaults() {
        return new RunTarget(Path.of("runs"), Optional.empty(), Optional.empty());
    }

    /**
     * {@return the same inside another folder of runs}
     *
     * @param chosen the folder of all runs
     */
    public RunTarget withRunsFolder(Path chosen) {
        return new RunTarget(chosen, name, folder);
    }

    /**
     * {@return the same with another name}
     *
     * @param chosen of the run
     */
    public RunTarget withName(String chosen) {
        return new RunTarget(runsFolder, Optional.of(chosen), folder);
    }

    /**
     * {@return the same in a folder of the caller's choice}
     *
     * @param chosen the run folder itself, new or empty, instead of one by name
     */
    public RunTarget withFolder(Path chosen) {
        return new RunTarget(runsFolder, name, Optional.of(chosen));
    }

    /**
     * {@return a new folder for a run, which is made}
     *
     * @param kind of run, such as {@code bench}
     * @param usualName the name where none is chosen
     * @throws IOException if it cannot be made, or is not empty
     */
    public Path newFolder(String kind, String usualName) throws IOException {
        try (RunFolder made = create(kind, usualName)) {
            return made.path();
        }
    }

    /** Refuses a folder that is taken, before any work. */
    void requireFree() throws IOException {
        if (folder.isPresent() && Files.exists(folder.get())) {
            requireEmpty(folder.get());
        }
    }

    /**
     * Makes the folder and claims it.
     *
     * @param kind of run, such as {@code train}
     * @param usualName the name where none is chosen
     */
    RunFolder create(String kind, String usualName) throws IOException {
        if (folder.isEmpty()) {
            return RunFolder.create(runsFolder, kind, name.orElse(usualName));
        }
        Path wanted = folder.get();
        Files.createDirectories(wanted);
        requireEmpty(wanted);
        RunFolder claimed = RunFolder.open(wanted);
        try {
            requireEmpty(wanted); // another run may have been faster
            return claimed;
        } catch (IOException e) {
            claimed.close();
            throw e;
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (var inside = Files.list(folder)) {
            if (inside.anyMatch(file -> !file.endsWith(RunFolder.LOCK))) {
                throw new IOException(folder + ": is not empty; name a new folder with withFolder(...)");
            }
        }
    }
}
