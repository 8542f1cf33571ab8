package terzi.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import terzi.runs.Causes;
import terzi.runs.RunJson;

/** Turns whatever went wrong into one clear message and an exit status. */
final class Failures {
    private Failures() {}

    static int usage(ParameterException failure, Streams streams, String... arguments) {
        CommandLine command = failure.getCommandLine();
        List<String> suggestions = suggestions(failure);
        String message = message(failure);
        boolean json = Terzi.asksForJson(arguments);
        Console console = new Console(streams, Verbosity.NORMAL, json);
        if (json) {
            String sentence = Suggestions.sentence(suggestions);
            console.json(asJson("usage", sentence.isEmpty() ? message : message + ". " + sentence, ExitCode.USAGE));
        }
        if (!json || AnswerWriter.loss(streams.out()).isPresent()) {
            console.usage(message);
            if (!suggestions.isEmpty()) {
                console.progress(Suggestions.sentence(suggestions));
            }
            console.progress("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        if (Terzi.asksForStackTraces(arguments)) {
            failure.printStackTrace(streams.err());
        }
        return ExitCode.USAGE;
    }

    private static String message(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            String command = failure.getCommandLine().getCommandSpec().qualifiedName();
            boolean isGroup = !failure.getCommandLine().getSubcommands().isEmpty();
            return word.startsWith("-")
                    ? "there is no option '" + word.replaceFirst("=.*", "") + "' of '" + command + "'"
                    : isGroup
                            ? "there is no command '" + word + "'"
                            : "'" + command + "' takes no further argument, found '" + word + "'";
        }
        return Objects.requireNonNullElse(failure.getMessage(), "wrong usage");
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
        return Suggestions.of(
                value,
                Arrays.stream(failure.getArgSpec().type().getEnumConstants())
                        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** What went wrong, in the words of the command line. */
    static String describe(Throwable failure) {
        return Shell.asCalled(Causes.describe(failure))
                + (Causes.isExplained(failure) ? "" : "; --verbose shows where");
    }

    static int failure(Throwable failure, Console console) {
        String message = describe(failure);
        if (console.isJson()) {
            console.json(asJson("failure", message, ExitCode.FAILURE));
        }
        if (!console.isJson() || AnswerWriter.loss(console.out()).isPresent()) {
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
    static int outsideCommands(Throwable failure, PrintWriter out, PrintWriter err, String... arguments) {
        String message = describe(failure);
        if (Terzi.asksForJson(arguments)) {
            out.println(RunJson.text(asJson("failure", message, ExitCode.FAILURE)));
        }
        if (!Terzi.asksForJson(arguments) || AnswerWriter.loss(out).isPresent()) {
            err.println("error: " + message);
        }
        if (Terzi.asksForStackTraces(arguments)) {
            failure.printStackTrace(err);
        }
        return ExitCode.FAILURE;
    }

    private record Failed(ErrorText error) {}

    private record ErrorText(String kind, String message, int exitCode) {}

    private static Failed asJson(String kind, String message, int exitCode) {
        return new Failed(new ErrorText(kind, message, exitCode));
    }
}
