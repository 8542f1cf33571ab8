package terzi.cli.command;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.Reported;
import terzi.runs.Reporting;
import terzi.runs.Topics;

/** {@code terzi report}. */
@Command(
        name = "report",
        description = {
            "Write the report of a run as one HTML page that works offline, with its tables and figures as files"
                    + " beside it.",
            "The page has a summary in words, confusions with example images, figures per class with intervals,"
                    + " the worst mistakes, calibration, training curves, and how to reproduce the run. train"
                    + " and finetune write it at their end.",
            "Stored predictions are used. If there are none, or the classifier has changed, it is measured on"
                    + " its data again."
        },
        footer = {
            "  terzi report runs/train/fashion-mnist-deep",
            "  terzi report models/fashion-mnist-deep --output report/",
            "  terzi report runs/finetune/photos --data moved/photos/"
        })
final class ReportCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "RUN",
            description = "A run or model folder with a classifier.onnx in it, or a classifier file.")
    private Path run;

    @ArgGroup(validate = false, heading = "%nReport:%n", order = 1)
    private Options options = new Options();

    @ArgGroup(validate = false, heading = RunOptions.Computing.HEADING, order = 2)
    private RunOptions.Computing computing = new RunOptions.Computing();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FOLDER",
                description =
                        "Folder to write to (default: the run's folder; for other images than the run's, on-NAME in"
                                + " it, with the name of the data).")
        @Nullable Path target;

        @Option(
                names = {"-d", "--data"},
                paramLabel = "DATA",
                description =
                        "Where the run's images are now, or other images to measure the classifier on, in any form"
                                + " that evaluate accepts (default: the data that it was trained on).")
        @Nullable String data;
    }

    @Override
    int run(Console console) throws Exception {
        Reporting request = Reporting.of(run)
                .withRuntime(checked(() -> computing.choice(1)))
                .withExecution(console.execution(false));
        request = options.data == null ? request : request.withData(options.data);
        request = options.target == null ? request : request.withTarget(options.target);
        Reported reported = request.run(console.listener());
        print(console, reported.conclusions());
        console.print("");
        console.print("report: " + reported.page());
        console.json(reported);
        return ExitCode.OK;
    }

    /** What each sentence is about, and the sentence; several things to try are below each other. */
    static void print(Console console, Map<String, String> conclusions) {
        conclusions.forEach((topic, text) -> console.print(String.format(
                Locale.ROOT, "%-14s %s", Topics.title(topic), text.replace("\n", "\n" + " ".repeat(15)))));
    }
}
