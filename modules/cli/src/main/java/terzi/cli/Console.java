package terzi.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalInt;
import terzi.evaluation.TextColumns;
import terzi.runs.Execution;
import terzi.runs.RunJson;
import terzi.runs.RunListener;

/**
 * Where a command talks: the answer goes to stdout, everything else to stderr. With {@code --json} the answer is one
 * JSON object and the sentences are left out.
 */
final class Console {
    private static final String CLEAR_TO_END = "\033[K" + "\r";

    private final PrintWriter out;
    private final PrintWriter err;
    private final InputStream in;
    private final Terminal terminal;
    private final Verbosity verbosity;
    private final boolean json;
    private String commandLine = "";

    Console(Streams streams, Verbosity verbosity, boolean json) {
        this.out = streams.out();
        this.err = streams.err();
        this.in = streams.in();
        this.terminal = streams.terminal();
        this.verbosity = verbosity;
        this.json = json;
        LogbackSetup.use(verbosity);
    }

    /** The same with what the user typed. */
    Console withCommandLine(String typed) {
        commandLine = typed;
        return this;
    }

    /** Shows what a run tells about its progress. */
    RunListener listener() {
        return new ConsoleListener(this);
    }

    /** How the runs of this command are carried out. */
    Execution execution(boolean offline) {
        return Execution.defaults()
                .withCommand(commandLine)
                .withDownloads(offline ? Execution.Downloads.NEVER : Execution.Downloads.WHEN_MISSING);
    }

    /** What the user typed, for a run to say how to make it again. */
    String commandLine() {
        return commandLine;
    }

    /** Lines of the answer for people, broken between words on a terminal; nothing with {@code --json}. */
    void print(String lines) {
        if (!json) {
            Shell.asCalled(lines).lines().forEach(line -> fitted(line, terminal.outColumns())
                    .forEach(out::println));
            if (lines.isEmpty()) {
                out.println();
            }
        }
    }

    /** A table of the answer, whose rows are not broken; nothing with {@code --json}. */
    void printTable(String rows) {
        if (!json) {
            out.println(rows);
        }
    }

    /** The columns that a table of the answer may take: those of the terminal, or any number. */
    int tableColumns() {
        return terminal.outColumns().orElse(Integer.MAX_VALUE);
    }

    /** The text in a colour where stdout may have some. */
    String coloured(Colour colour, String text) {
        return terminal.outColour() ? colour.of(text) : text;
    }

    private static List<String> fitted(String line, OptionalInt columns) {
        return columns.isEmpty() || Shell.endsWithCommand(line)
                ? List.of(line)
                : TextColumns.wrapped(line, columns.getAsInt());
    }

    /** A message on stderr, with a word before it that says of which kind it is. */
    private void tell(String kind, Colour colour, String message) {
        String whole = Shell.asCalled(kind + message);
        List<String> lines = whole.lines()
                .flatMap(line -> fitted(line, terminal.errColumns()).stream())
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            boolean isKind = i == 0 && !kind.isEmpty() && terminal.errColour();
            String line = lines.get(i);
            err.println(
                    isKind
                            ? colour.of(kind.strip())
                                    + line.substring(kind.stripTrailing().length())
                            : line);
        }
        if (lines.isEmpty()) {
            err.println();
        }
        err.flush();
    }

    /** The answer for programs; nothing without {@code --json}. */
    void json(Object value) {
        if (json) {
            out.println(RunJson.text(value));
        }
    }

    /** A line about what is going on. */
    void progress(String line) {
        if (verbosity != Verbosity.QUIET) {
            tell("", Colour.BOLD, line);
        }
    }

    /** Puts a line in the place of the last one; for a terminal only. */
    void rewriteLine(String line) {
        err.print("\r" + line + CLEAR_TO_END);
        err.flush();
    }

    /** Something that the user should know or change, though the command goes on. */
    void warn(String line) {
        if (verbosity != Verbosity.QUIET) {
            tell("warning: ", Colour.YELLOW, line);
        }
    }

    /** Something that went wrong, though the command goes on. */
    void error(String line) {
        tell("error: ", Colour.RED, line);
    }

    /** A command line that cannot be carried out. */
    void usage(String line) {
        tell("terzi: ", Colour.RED, line);
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

    /** The terminal's width when stderr is one and progress is wanted. */
    OptionalInt columns() {
        return verbosity == Verbosity.QUIET ? OptionalInt.empty() : terminal.errColumns();
    }

    Terminal terminal() {
        return terminal;
    }
}
