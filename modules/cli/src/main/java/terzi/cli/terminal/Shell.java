package terzi.cli.terminal;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import terzi.runs.ShellWords;

/** Texts of the library as a user of the command line knows them: commands as they are called, and options. */
public final class Shell {
    /** Messages name commands as {@code 'terzi train'} or after a colon, wherever they come from. */
    private static final Pattern COMMAND = Pattern.compile("(?<=^|^ {2}|'|: |\\| )terzi (?=[a-z-])");

    private static final Pattern QUOTED = Pattern.compile("'terzi ([a-z-][^']*)'");

    /** A method of a request, as messages name it: {@code withData(...)} is {@code --data}. */
    private static final Pattern METHOD = Pattern.compile("\\bwith([A-Z]\\w*)\\(\\.\\.\\.\\)");

    /** A component of a request at the beginning of a message about its value. */
    private static final Pattern COMPONENT = Pattern.compile("^([a-z]\\w*)(?=: | must )");

    /** Components that are not called like their options. */
    private static final Map<String, String> OPTIONS = Map.of(
            "testShare", "--test",
            "part", "--split",
            "label", "--class",
            "target", "--output",
            "folder", "--output",
            "rejection", "--reject",
            "coverage", "--set",
            "runsFolder", "--runs-dir",
            "acceptedLicence", "--accept-licence");

    private Shell() {}

    /** How this program was called, such as {@code ./terzi}; the launcher tells it. */
    static String program() {
        return ShellWords.quoted(System.getProperty("terzi.command", "terzi"));
    }

    /** The option of a component of a request. */
    public static String option(String component) {
        return OPTIONS.getOrDefault(
                component, "--" + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }

    /** A message about a value of a request, with the command's option in the place of the component. */
    public static String aboutOption(String message, CommandSpec command) {
        Matcher component = COMPONENT.matcher(message);
        return component.find() && command.optionsMap().containsKey(option(component.group(1)))
                ? component.replaceFirst(option(component.group(1)))
                : message;
    }

    private static String withOptions(String text) {
        return METHOD.matcher(text.replace("withDevice(Device.cpu())", "--device cpu"))
                .replaceAll(method -> option(method.group(1).substring(0, 1).toLowerCase(Locale.ROOT)
                        + method.group(1).substring(1)));
    }

    /** The text with its options, and with its commands as this program was called, so that they can be pasted. */
    public static String asCalled(String message) {
        String text = withOptions(message);
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
