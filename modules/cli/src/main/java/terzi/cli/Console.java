package terzi.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.OptionalInt;

/**
 * Where a command talks: the answer goes to stdout, everything else to stderr. With {@code --json} the answer is one
 * JSON object and the sentences are left out.
 */
final class Console {
    private static final int DEFAULT_COLUMNS = 80;
    private static final String CLEAR_TO_END = "\033[K" + "\r";

    private final PrintWriter out;
    private final PrintWriter err;
    private final InputStream in;
    private final Verbosity verbosity;
    private final boolean json;
    private String commandLine = "";

    Console(PrintWriter out, PrintWriter err, InputStream in, Verbosity verbosity, boolean json) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.verbosity = verbosity;
        this.json = json;
        LogbackSetup.use(verbosity);
    }

    /** The same with what the user typed. */
    Console withCommandLine(String typed) {
        commandLine = typed;
        return this;
    }

    /** What the user typed, for a run to say how to make it again. */
    String commandLine() {
        return commandLine;
    }

    /** A line of the answer for people; nothing with {@code --json}. */
    void print(String line) {
        if (!json) {
            out.println(line);
        }
    }

    /** The answer for programs; nothing without {@code --json}. */
    void json(Object value) {
        if (json) {
            out.println(Json.text(value));
        }
    }

    /** A line about what is going on. */
    void progress(String line) {
        if (verbosity != Verbosity.QUIET) {
            err.println(line);
            err.flush();
        }
    }

    /** Puts a line in the place of the last one; for a terminal only. */
    void rewriteLine(String line) {
        err.print("\r" + line + CLEAR_TO_END);
        err.flush();
    }

    /** Something that the user should know or change, though the command goes on. */
    void warn(String line) {
        progress("warning: " + line);
    }

    /** Something that went wrong, though the command goes on. */
    void error(String line) {
        err.println("error: " + line);
        err.flush();
    }

    /** Whether the answer still has somebody to read it; work that makes nothing else need not go on without. */
    boolean isAnswerWanted() {
        return !out.checkError();
    }

    /** An error after which the command goes on. */
    void error(Throwable failure) {
        error(Failures.describe(failure));
        trace(failure);
    }

    /** The stack trace of an error that is reported, with {@code --verbose}. */
    void trace(Throwable failure) {
        if (verbosity == Verbosity.VERBOSE) {
            failure.printStackTrace(err);
            err.flush();
        }
    }

    boolean isJson() {
        return json;
    }

    Verbosity verbosity() {
        return verbosity;
    }

    InputStream in() {
        return in;
    }

    PrintWriter err() {
        return err;
    }

    PrintWriter out() {
        return out;
    }

    /** The terminal's width when stderr is one and progress is wanted; the launcher finds it out. */
    OptionalInt columns() {
        String columns = System.getProperty("terzi.columns");
        if (columns == null || verbosity == Verbosity.QUIET) {
            return OptionalInt.empty();
        }
        try {
            int width = Integer.parseInt(columns.strip());
            return OptionalInt.of(width > 20 ? width : DEFAULT_COLUMNS);
        } catch (NumberFormatException e) {
            return OptionalInt.of(DEFAULT_COLUMNS);
        }
    }
}
