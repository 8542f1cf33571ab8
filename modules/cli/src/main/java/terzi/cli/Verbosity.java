package terzi.cli;

/** How much is told on stderr. */
enum Verbosity {
    /** Errors only. */
    QUIET,
    /** Progress, warnings and errors. */
    NORMAL,
    /** Also what the libraries log, and the stack trace of an error. */
    VERBOSE
}
