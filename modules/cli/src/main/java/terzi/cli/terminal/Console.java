package terzi.cli.terminal;

import java.util.List;
import java.util.OptionalInt;
import terzi.evaluation.TextColumns;
import terzi.runs.Execution;
import terzi.runs.RunJson;

/**
 * Where a command talks: the answer goes to stdout, everything else to stderr. With {@code --json} the answer is one
 * JSON object and the sentences are left out.
 *
 * @param commandLine what the user typed, for a run to say how to make it again
 */
public record Console(Streams streams, Verbosity verbosity, boolean json, String commandLine) {
    private static final String CLEAR_TO_END = "\033[K" + "\r";

    public Console {
        Verbosity.choose(verbosity);
    }

    /** Shows what a run tells about its progress. */
    public ConsoleListener listener() {
        return new ConsoleListener(this);
    }

    /** How the runs of this command are carried out. */
    public Execution execution(boolean offline) {
        return Execution.defaults()
                .withCommand(commandLine)
                .withDownloads(offline ? Execution.Downloads.NEVER : Execution.Downloads.WHEN_MISSING);
    }

    /** For the steps of a command, whose answers are not its answer: with {@code --json} they go to stderr, as text. */
    public Console ofSteps() {
        return json ? new Console(streams.onStderr(), verbosity, false, commandLine) : this;
    }

    /** Lines of the answer for people, broken between words on a terminal; nothing with {@code --json}. */
    public void print(String lines) {
        if (!json) {
            Shell.asCalled(lines).lines().forEach(line -> fitted(
                            line, streams.terminal().outColumns())
                    .forEach(streams.out()::println));
            if (lines.isEmpty()) {
                streams.out().println();
            }
        }
    }

    /** A table of the answer, whose rows are not broken; nothing with {@code --json}. */
    public void printTable(String rows) {
        if (!json) {
            streams.out().println(rows);
        }
    }

    /** The columns that a table of the answer may take: those of the terminal, or any number. */
    public int tableColumns() {
        return streams.terminal().outColumns().orElse(Integer.MAX_VALUE);
    }

    /** The text in a colour where stdout may have some. */
    public String coloured(Colour colour, String text) {
        return streams.terminal().outColour() ? colour.of(text) : text;
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
                .flatMap(line -> fitted(line, streams.terminal().errColumns()).stream())
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            boolean isKind = i == 0 && !kind.isEmpty() && streams.terminal().errColour();
            String line = lines.get(i);
            String word = kind.strip();
            streams.err().println(isKind ? colour.of(word) + line.substring(word.length()) : line);
        }
        if (lines.isEmpty()) {
            streams.err().println();
        }
        streams.err().flush();
    }

    /** The answer for programs; nothing without {@code --json}. */
    public void json(Object value) {
        if (json) {
            streams.out().println(RunJson.text(value));
        }
    }

    /** A line about what is going on. */
    public void progress(String line) {
        if (verbosity != Verbosity.QUIET) {
            tell("", Colour.BOLD, line);
        }
    }

    /** Puts a line in the place of the last one; for a terminal only. */
    void rewriteLine(String line) {
        streams.err().print("\r" + line + CLEAR_TO_END);
        streams.err().flush();
    }

    /** Something that the user should know or change, though the command goes on. */
    public void warn(String line) {
        if (verbosity != Verbosity.QUIET) {
            tell("warning: ", Colour.YELLOW, line);
        }
    }

    /** Something that went wrong, though the command goes on. */
    public void error(String line) {
        tell("error: ", Colour.RED, line);
    }

    /** A command line that cannot be carried out. */
    void usage(String line) {
        tell("terzi: ", Colour.RED, line);
    }

    /** Whether the answer still has somebody to read it; work that makes nothing else need not go on without. */
    public boolean isAnswerWanted() {
        return !streams.out().checkError();
    }

    /** An error after which the command goes on. */
    public void error(Throwable failure) {
        error(Failures.describe(failure));
        trace(failure);
    }

    /** The stack trace of an error that is reported, with {@code --verbose}. */
    public void trace(Throwable failure) {
        if (verbosity == Verbosity.VERBOSE) {
            failure.printStackTrace(streams.err());
            streams.err().flush();
        }
    }

    /** The terminal's width when stderr is one and progress is wanted. */
    public OptionalInt columns() {
        return verbosity == Verbosity.QUIET
                ? OptionalInt.empty()
                : streams.terminal().errColumns();
    }
}
