package terzi.cli.command;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import terzi.cli.terminal.Streams;
import terzi.runs.Versions;

/** The {@code terzi} command; its annotation is the one list of commands. */
@Command(
        name = "terzi",
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
            PackageCommand.class,
            DoctorCommand.class,
            HelpCommand.class
        },
        description = "Train, measure and run image classifiers, each of them one self-contained ONNX file.",
        footer = {
            "  terzi demo",
            "  terzi finetune --data photos/",
            "  terzi train models/fashion-mnist-deep",
            "  terzi evaluate runs/train/fashion-mnist-deep --data fashion-mnist",
            "  terzi classify runs/train/fashion-mnist-deep shoe.png",
            "",
            "'terzi COMMAND --help' explains a command. Exit status: 0 success, 1 failure, 2 wrong usage,"
                    + " 3 a condition given with --gate was not met."
        })
public final class RootCommand extends CommandGroup {
    final Streams streams;
    final List<String> arguments;

    /** @param arguments as the user typed them, for a run to say how to make it again */
    public RootCommand(Streams streams, String... arguments) {
        this.streams = streams;
        this.arguments = List.of(arguments);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "terzi " + Versions.terzi(),
                "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
            };
        }
    }
}
