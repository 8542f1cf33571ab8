package terzi.cli;

import java.nio.file.Path;

/** Texts that a user may paste into a shell. */
final class Shell {
    private Shell() {}

    /** The path as one word of a shell command. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w./~+,@%:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
