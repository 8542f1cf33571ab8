package terzi.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import terzi.runs.ShellWords;

/** Texts that a user may paste into a shell. */
final class Shell {
    /** Messages name commands as {@code 'terzi train'} or after a colon, wherever they come from. */
    private static final Pattern COMMAND = Pattern.compile("(?<=^|^ {2}|'|: |\\| )terzi (?=[a-z-])");

    private static final Pattern QUOTED = Pattern.compile("'terzi ([a-z-][^']*)'");

    private Shell() {}

    /** How this program was called, such as {@code ./terzi}; the launcher tells it. */
    static String program() {
        return ShellWords.quoted(System.getProperty("terzi.command", "terzi"));
    }

    /** The text with its commands as this program was called, so that they can be pasted. */
    static String asCalled(String text) {
        String program = Matcher.quoteReplacement(program());
        // a program that is quoted itself takes the place of the quotes around the command
        String unquoted = program.startsWith("'") ? QUOTED.matcher(text).replaceAll(program + " $1") : text;
        return COMMAND.matcher(unquoted).replaceAll(program + " ");
    }

    /** Whether the line ends with a command after a colon; a line break in it could not be pasted. */
    static boolean endsWithCommand(String line) {
        return line.contains(": " + program() + " ");
    }
}
