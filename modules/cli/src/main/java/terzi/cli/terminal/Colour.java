package terzi.cli.terminal;

/** The few colours of the command line, from the palette that the user's terminal chose. */
public enum Colour {
    BOLD(1),
    RED(31),
    GREEN(32),
    YELLOW(33);

    private final int code;

    Colour(int code) {
        this.code = code;
    }

    String of(String text) {
        return "\033[" + code + "m" + text + "\033[0m";
    }
}
