package terzi.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.DataPart;
import terzi.runs.Evaluated;
import terzi.runs.Evaluating;
import terzi.runs.Gate;
import terzi.runs.GateOutcome;

/** {@code terzi evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Measure a classifier file on labelled images: accuracy with a confidence interval, figures per"
                    + " class, calibration.",
            "Predictions are computed by ONNX Runtime from the exported file. With several files, or with"
                    + " --mirrored, the mean of their probabilities is measured: an ensemble, or test-time"
                    + " augmentation."
        },
        footer = {
            "  terzi evaluate runs/train/fashion-mnist-deep",
            "  terzi evaluate classifier.onnx --data photos/ --split all --output report/",
            "  terzi evaluate classifier.onnx --data fashion-mnist --gate 'accuracy>=0.93' --gate 'ece<0.02'",
            "  terzi evaluate runs/train/a runs/train/b runs/train/c --mirrored --output together/"
        })
final class EvaluateCommand extends TerziCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description =
                    "A classifier.onnx, a run or model folder that holds one, a folder as Hugging Face keeps it, or"
                            + " an ONNX network. Several are measured as an ensemble.")
    private List<Path> models = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nImages:%n", order = 1)
    private Images images = new Images();

    @ArgGroup(validate = false, heading = "%nEvaluating:%n", order = 2)
    private Options options = new Options();

    @ArgGroup(validate = false, heading = RunOptions.Computing.HEADING, order = 3)
    private RunOptions.Computing computing = new RunOptions.Computing();

    @ArgGroup(validate = false, heading = RunOptions.Network.HEADING, order = 4)
    private RunOptions.Network network = new RunOptions.Network();

    private static final class Images {
        @Option(
                names = {"-d", "--data"},
                paramLabel = "DATA",
                description = "fashion-mnist, mnist, a folder of class folders or IDX files, or a CSV list (default:"
                        + " the data that the classifier was trained on).")
        @Nullable String data;

        @Option(
                names = "--split",
                paramLabel = "PART",
                description = "Part of the data: train, validation, test or all (default: test; all if the data has no"
                        + " parts and was not used for training).")
        @Nullable DataPart part;
    }

    private static final class Options {
        @Option(
                names = "--mirrored",
                description = "Also classify the mirror image of each image and average the two. Only for classes that"
                        + " look the same when left and right are swapped: clothes, not digits.")
        boolean mirrored;

        @Option(
                names = {"-g", "--gate"},
                paramLabel = "CONDITION",
                description = "Condition such as 'accuracy>=0.93'; exit status 3 if it is not met. Repeatable."
                        + " Figures: accuracy, accuracy_low (lower end of the interval),"
                        + " balanced_accuracy, macro_f1, weighted_f1, top_3, top_5, log_loss, ece.")
        List<String> gates = new ArrayList<>();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FOLDER",
                description = "Also write report.html, metrics.json, classification_report.txt, predictions.csv and"
                        + " PNG images of the figures to this folder.")
        @Nullable Path output;
    }

    @Override
    int run(Console console) throws Exception {
        Evaluating request = Evaluating.of(models)
                .withAugmentation(
                        options.mirrored
                                ? Evaluating.TestTimeAugmentation.MIRRORED
                                : Evaluating.TestTimeAugmentation.NONE)
                .withNetwork(checked(network::facts))
                .withGates(checked(() -> Gate.parse(options.gates)))
                .withRuntime(checked(() -> computing.choice(1)))
                .withExecution(console.execution(false));
        request = images.data == null ? request : request.withData(images.data);
        request = images.part == null ? request : request.withPart(images.part);
        request = options.output == null ? request : request.withOutput(options.output);
        Evaluated evaluated = request.run(console.listener());
        console.print(evaluated.metrics().text().stripTrailing());
        console.print("");
        console.print(evaluated.summary() + ", on " + evaluated.device() + " through ONNX Runtime");
        evaluated
                .together()
                .ifPresent(description -> console.print("the mean of " + evaluated.answers()
                        + " predictions for each image: " + description + "; a single file makes one"));
        printGates(console, evaluated.gates());
        evaluated.output().ifPresent(folder -> console.progress("files written to " + folder));
        console.json(evaluated);
        return evaluated.passed() ? ExitCode.OK : ExitCode.GATE_FAILED;
    }

    static void printGates(Console console, List<GateOutcome> gates) {
        for (GateOutcome gate : gates) {
            console.print((gate.passed() ? "gate met: " : "gate not met: ") + gate.gate() + ", found "
                    + String.format(Locale.ROOT, "%.4f", gate.value()));
        }
    }
}
