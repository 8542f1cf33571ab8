package terzi.cli.terminal;

/** How much is told on stderr. */
public enum Verbosity {
    /** Errors only. */
    QUIET,
    /** Progress, warnings and errors. */
    NORMAL,
    /** Also what the libraries log, and the stack trace of an error. */
    VERBOSE;

    private static volatile Verbosity chosen = NORMAL;

    /** Takes effect when the first library logs, so it costs nothing where none does. */
    static void choose(Verbosity verbosity) {
        chosen = verbosity;
    }

    static Verbosity chosen() {
        return chosen;
    }
}
