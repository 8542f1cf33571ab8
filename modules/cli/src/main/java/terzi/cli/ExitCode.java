package terzi.cli;

/** What the command's exit status says. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int GATE_FAILED = 3;
    /** What a shell reports for a command that Ctrl-C ended: 128 + SIGINT. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
