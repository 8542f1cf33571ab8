package terzi.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import terzi.cli.command.RootCommand;
import terzi.cli.command.TerziCommand;
import terzi.cli.terminal.AnswerWriter;
import terzi.cli.terminal.Failures;
import terzi.cli.terminal.HelpText;
import terzi.cli.terminal.Streams;
import terzi.cli.terminal.Terminal;

/** The program {@code terzi}: parses its arguments and runs a command. */
public final class Terzi {
    private Terzi() {}

    public static void main(String[] arguments) {
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exitCode = run(new Streams(AnswerWriter.stdout(), err, System.in, Terminal.here()), arguments);
        System.exit(exitCode);
    }

    /**
     * Runs one command line as {@code main} does, but returns the exit status instead of ending the JVM.
     *
     * @param out what the command answers goes here; where it cannot be written to, a success becomes a failure
     * @param err logs, progress and error messages go here
     * @param in read where a command takes {@code -} for a file
     */
    public static int run(PrintWriter out, PrintWriter err, InputStream in, String... arguments) {
        return run(new Streams(out, err, in, Terminal.none()), arguments);
    }

    static int run(Streams streams, String... arguments) {
        int exitCode;
        try {
            exitCode = commandLine(streams, arguments).execute(arguments);
        } catch (RuntimeException | Error e) { // before there is a command: a class that is missing, for example
            exitCode = Failures.outsideCommands(e, streams, arguments);
        }
        return AnswerWriter.settle(exitCode, streams.out(), streams.err());
    }

    /** The command with everything below it. */
    static CommandLine commandLine(Streams streams, String... arguments) {
        CommandLine commandLine = new CommandLine(new RootCommand(streams, arguments), new CommandFactory())
                .setOut(streams.out())
                .setErr(streams.err())
                .setAbbreviatedOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, args) -> Failures.usage(failure, streams, args))
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    Object command = failed.getCommand();
                    return Failures.failure(failure, ((TerziCommand) command).console());
                });
        keepOrder(commandLine);
        HelpText.fit(commandLine, streams.terminal());
        return commandLine;
    }

    /** Options are explained in the order of their declaration, not of the alphabet. */
    private static void keepOrder(CommandLine commandLine) {
        for (CommandLine command : commandLine.getSubcommands().values()) {
            command.getCommandSpec().usageMessage().sortOptions(false);
            keepOrder(command);
        }
    }

    /** Makes the command objects; picocli's own factory first looks for a Groovy runtime, which takes time. */
    private static final class CommandFactory implements IFactory {
        private final IFactory rest = CommandLine.defaultFactory();

        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type.isInterface()) {
                return rest.create(type);
            }
            Constructor<K> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        }
    }
}
