package terzi.cli.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import terzi.runs.Causes;

/** Turns whatever went wrong into one clear message and an exit status. */
public final class Failures {
    private static final Map<String, String> KINDS = Map.of(
            "int", "a whole number",
            "integer", "a whole number",
            "long", "a whole number",
            "double", "a number",
            "boolean", "no value",
            "uri", "an address such as https://example.org");

    private Failures() {}

    private record Failed(ErrorText error) {}

    private record ErrorText(String kind, String message, int exitCode) {}

    /** A command line that cannot be carried out. */
    public static int usage(ParameterException failure, Streams streams, String... arguments) {
        Console console = console(streams, arguments);
        String message = message(failure);
        String suggestion = Suggestions.sentence(suggestions(failure));
        if (isToBeTold(
                console, "usage", suggestion.isEmpty() ? message : message + ". " + suggestion, ExitCode.USAGE)) {
            console.usage(message);
            if (!suggestion.isEmpty()) {
                console.progress(suggestion);
            }
            console.progress("Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        }
        console.trace(failure);
        return ExitCode.USAGE;
    }

    /** What went wrong in a command. */
    public static int failure(Throwable failure, Console console) {
        String message = describe(failure);
        if (isToBeTold(console, "failure", message, ExitCode.FAILURE)) {
            console.error(message);
            List<String> suggestions = Suggestions.from(message);
            if (!suggestions.isEmpty()) {
                console.progress(Suggestions.sentence(suggestions));
            }
        }
        console.trace(failure);
        return ExitCode.FAILURE;
    }

    /** What went wrong before a command could run. */
    public static int outsideCommands(Throwable failure, Streams streams, String... arguments) {
        return failure(failure, console(streams, arguments));
    }

    /** What went wrong, in the words of the command line. */
    public static String describe(Throwable failure) {
        return Shell.asCalled(Causes.describe(failure))
                + (Causes.isExplained(failure) ? "" : "; --verbose shows where");
    }

    /** A console for arguments that are not parsed. */
    private static Console console(Streams streams, String... arguments) {
        List<String> given = Arrays.asList(arguments);
        boolean isVerbose = given.contains("-v") || given.contains("--verbose");
        return new Console(streams, isVerbose ? Verbosity.VERBOSE : Verbosity.NORMAL, given.contains("--json"), "");
    }

    /** Answers in JSON where that is wanted; whether the message must be told in words, too. */
    private static boolean isToBeTold(Console console, String kind, String message, int exitCode) {
        console.json(new Failed(new ErrorText(kind, message, exitCode)));
        return !console.json() || AnswerWriter.loss(console.streams().out()).isPresent();
    }

    private static String message(ParameterException failure) {
        ArgSpec argument = failure.getArgSpec();
        String value = failure.getValue();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            CommandLine command = failure.getCommandLine();
            String name = command.getCommandSpec().qualifiedName();
            if (word.startsWith("-")) {
                return "there is no option '" + word.replaceFirst("=.*", "") + "' of '" + name + "'";
            }
            return command.getSubcommands().isEmpty()
                    ? "'" + name + "' takes no further argument, found '" + word + "'"
                    : "there is no command '" + word + "'";
        }
        String text = String.valueOf(failure.getMessage());
        if (failure instanceof MissingParameterException missing) {
            ArgSpec first = missing.getMissing().get(0);
            return text.contains("for option")
                    ? name(first) + ": expected a value, " + first.paramLabel() + ", found none"
                    : text.contains("at least")
                            ? first.paramLabel() + ": expected " + first.arity().min() + " or more"
                            : text.replaceFirst("Missing required \\w+: ", "missing: ");
        }
        return argument == null || value == null
                ? text
                : name(argument) + ": " + expected(argument) + ", found '" + value + "'";
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String expected(ArgSpec argument) {
        Class<?> type = argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
        return "expected "
                + (type.isEnum()
                        ? "one of " + String.join(", ", words(type))
                        : KINDS.getOrDefault(type.getSimpleName().toLowerCase(Locale.ROOT), argument.paramLabel()));
    }

    private static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** What was meant by a command, an option or one of the words that an option takes. */
    private static List<String> suggestions(ParameterException failure) {
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            return word.startsWith("-")
                    ? Suggestions.of(
                            word.replaceFirst("=.*", ""),
                            command.optionsMap().keySet().stream()
                                    .filter(name -> name.startsWith("--"))
                                    .toList())
                    : Suggestions.of(word, command.subcommands().keySet());
        }
        String value = failure.getValue();
        if (value == null
                || failure.getArgSpec() == null
                || !failure.getArgSpec().type().isEnum()) {
            return Suggestions.from(String.valueOf(failure.getMessage()));
        }
        return Suggestions.of(value, words(failure.getArgSpec().type()));
    }
}
