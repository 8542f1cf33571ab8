package terzi.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code terzi} command; its annotation is the one list of commands. */
@Command(
        name = "terzi",
        mixinStandardHelpOptions = true,
        versionProvider = Terzi.Version.class,
        subcommands = {
            DemoCommand.class,
            FinetuneCommand.class,
            TuneCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            BenchCommand.class,
            ClassifyCommand.class,
            ExplainCommand.class,
            InspectCommand.class,
            DataCommand.class,
            BackbonesCommand.class,
            ConvertCommand.class,
            DoctorCommand.class
        },
        description = "Fits an image network to your labels and hands you one self-contained ONNX file.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  terzi demo",
            "  terzi finetune --data photos/",
            "  terzi train models/fashion-mnist-deep",
            "  terzi evaluate runs/train/fashion-mnist-deep --data fashion-mnist",
            "  terzi classify runs/train/fashion-mnist-deep shoe.png",
            "",
            "'terzi COMMAND --help' explains a command. Exit status: 0 done, 1 failed, 2 wrong usage, 3 a gate was not met."
        })
public final class Terzi implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    final Streams streams;

    final List<String> arguments;

    private Terzi(Streams streams, String... arguments) {
        this.streams = streams;
        this.arguments = List.of(arguments);
    }

    public static void main(String[] arguments) {
        PrintWriter out = AnswerWriter.stdout();
        PrintWriter err = writer(FileDescriptor.err);
        int exitCode = run(new Streams(out, err, System.in, Terminal.here()), arguments);
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
            exitCode = Failures.outsideCommands(e, streams.out(), streams.err(), arguments);
        }
        return AnswerWriter.settle(exitCode, streams.out(), streams.err());
    }

    /** The command with everything below it. */
    static CommandLine commandLine(Streams streams, String... arguments) {
        CommandLine commandLine = new CommandLine(new Terzi(streams, arguments), new CommandFactory())
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

    /** Without a command there is nothing to do but to list the commands. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given: one of "
                        + String.join(", ", spec.subcommands().keySet()) + " is expected");
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    static boolean asksForJson(String... arguments) {
        return Arrays.asList(arguments).contains("--json");
    }

    static boolean asksForStackTraces(String... arguments) {
        return Arrays.stream(arguments).anyMatch(argument -> argument.equals("-v") || argument.equals("--verbose"));
    }

    /** The version that the build wrote into the jar. */
    static String version() {
        String version = Terzi.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "terzi " + version(), "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
            };
        }
    }
}
