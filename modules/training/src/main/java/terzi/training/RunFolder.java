package terzi.training;

import java.io.IOException;
import java.nio.file.Path;

/** The folder of one run: {@code runs/<command>/<name>/}. */
@SuppressWarnings("DoNotCallSuggester")
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
     * @throws IOException if no folder can be made there
     */
    public static RunFolder create(Path runs, String command, String name) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The folder of an earlier run.
     *
     * @throws IOException if there is none, or it cannot be written to
     */
    public static RunFolder open(Path folder) throws IOException {
        return new RunFolder(folder);
    }

    public Path path() {
        return path;
    }

    /** Writes a text file, replacing an older one at once. */
    public void write(String file, String text) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }
}
