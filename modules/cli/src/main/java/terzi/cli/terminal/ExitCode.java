package terzi.cli.terminal;

/** What the command's exit status says. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILURE = 1;
    public static final int USAGE = 2;
    public static final int GATE_FAILED = 3;
    /** What a shell reports for a command that Ctrl-C ended: 128 + SIGINT. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
