package terzi.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.Failures;
import terzi.cli.terminal.Shell;
import terzi.cli.terminal.Verbosity;
import terzi.runs.ShellWords;

/**
 * What all commands have in common: where they print, and the options that say how. A command that uses classes of an engine
 * does so in a nested class, so that listing the commands does not load them.
 */
@Command(
        versionProvider = RootCommand.Version.class,
        parameterListHeading = "%nArguments:%n",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        footerHeading = "%nExamples:%n")
public abstract class TerziCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(validate = false, heading = "%nOutput:%n", order = 100)
    private Output output = new Output();

    private @Nullable Console console;

    static final class Output {
        @Option(names = "--json", description = "Print the result, or the error, as one JSON object on stdout.")
        boolean json;

        @Option(
                names = {"-v", "--verbose"},
                description = "Log more, and print the stack trace of an error.")
        boolean verbose;

        @Option(
                names = {"-q", "--quiet"},
                description = "Print only errors on stderr, no progress.")
        boolean quiet;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Show the version.")
        boolean version;
    }

    /** Does the command's work and returns its exit status. */
    abstract int run(Console console) throws Exception;

    /** To throw where the command line cannot be carried out. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Gives what the supplier gives; an impossible value in it is wrong usage of the command line. */
    final <T, E extends Exception> T checked(Value<T, E> value) throws E {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), Shell.aboutOption(String.valueOf(e.getMessage()), spec), e);
        }
    }

    /** A value of the command line, which may be in a file. */
    @FunctionalInterface
    interface Value<T, E extends Exception> {
        T get() throws E;
    }

    @Override
    public final Integer call() throws Exception {
        try {
            return run(console());
        } catch (Error e) { // picocli hands on exceptions only
            return Failures.failure(e, console());
        }
    }

    /** Where this command talks. */
    public final Console console() {
        if (console == null) {
            Verbosity verbosity =
                    output.verbose ? Verbosity.VERBOSE : output.quiet ? Verbosity.QUIET : Verbosity.NORMAL;
            RootCommand root = (RootCommand) spec.root().userObject(); // also of a command within a command
            console = new Console(root.streams, verbosity, output.json, ShellWords.line("terzi", root.arguments));
        }
        return console;
    }
}
