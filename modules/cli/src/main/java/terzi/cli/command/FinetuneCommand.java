package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Interruption;
import terzi.data.Grouping;
import terzi.runs.ComparedBackbones;
import terzi.runs.FineTuned;
import terzi.runs.FineTuning;
import terzi.runs.Gate;
import terzi.runs.RunTarget;
import terzi.runs.ShellWords;

/** {@code terzi finetune}. */
@Command(
        name = "finetune",
        description = {
            "Fine-tune a pretrained network on your images and export it as a classifier file.",
            "Takes a folder with one sub-folder of images per class. Validation and test images are held out if"
                    + " the folder has no such parts; near duplicates stay in the same part. The run folder gets"
                    + " the classifier file and a report in words.",
            "Ctrl-C ends the run. Features that are already computed stay in the cache for the next run."
        },
        footer = {
            "  terzi finetune --data photos/",
            "  terzi finetune --data photos/ --recipe fast --folds 5",
            "  terzi finetune --data photos/ --backbone network.onnx --recipe recipe.yaml --name second-try"
        })
final class FinetuneCommand extends TerziCommand {
    @ArgGroup(validate = false, heading = "%nImages:%n", order = 1)
    private RunOptions.Photos data = new RunOptions.Photos();

    @ArgGroup(validate = false, heading = "%nFine-tuning:%n", order = 2)
    private Tuning tuning = new Tuning();

    @ArgGroup(validate = false, heading = RunOptions.FOLDER_HEADING, order = 3)
    private Target run = new Target();

    private static final Pattern TIME = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,6})?)(ms|s)");

    private static final class Tuning extends RunOptions.FineTuning {
        @Option(
                names = "--folds",
                paramLabel = "K",
                defaultValue = "0",
                description = "First cross-validate in K folds (2 or more): each image outside the test set is"
                        + " predicted once, by a model that was not trained on it. With few images this"
                        + " is the figure to quote (default: 0, no cross-validation).")
        int folds;

        @Option(
                names = "--size",
                paramLabel = "PIXELS",
                description = "Width and height in pixels that images are resized to, if the network takes any size"
                        + " (default: set by the preset).")
        @Nullable Integer size;

        @Option(
                names = "--within",
                paramLabel = "TIME",
                description = "With --backbone auto: the longest time for one image on this machine, such as 20ms or"
                        + " 0.5s (default: any).")
        @Nullable String within;

        @Option(
                names = "--class-weights",
                paramLabel = "HOW",
                description = "balanced: all classes have the same total weight in the loss; none: all images have the"
                        + " same weight (default: that of the recipe, balanced).")
        @Nullable ClassWeights weights;

        @Option(
                names = "--head",
                paramLabel = "VALUE",
                description = "Name of the graph value that is the input of the new head (default: found"
                        + " automatically).")
        @Nullable String head;

        @Option(
                names = {"-g", "--gate"},
                paramLabel = "CONDITION",
                description = "Condition on the test figures, such as 'accuracy>=0.9'; exit status 3 if it is not met."
                        + " Repeatable. 'terzi evaluate --help' lists the figures.")
        List<String> gates = new ArrayList<>();

        @Override
        void change(BiConsumer<String, @Nullable Object> recipe) {
            super.change(recipe);
            recipe.accept("size", size);
            recipe.accept(
                    "training.loss.class_weights",
                    weights == null ? null : weights == ClassWeights.NONE ? "equal" : "balanced");
            recipe.accept("head_at", head);
        }
    }

    private static final class Target extends RunOptions.Folder {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "RUN",
                description = "Write to this run folder instead; it must be new or empty.")
        @Nullable Path target;

        RunTarget place() {
            return target == null ? target() : target().withFolder(target);
        }
    }

    /** How much each class counts. */
    enum ClassWeights {
        BALANCED,
        NONE
    }

    @Override
    int run(Console console) throws Exception {
        FineTuning wanted = FineTuning.ofSettings(tuning.settings());
        String within = tuning.within;
        FineTuning asked = within == null ? wanted : wanted.withWithin(checked(() -> time(within)));
        FineTuning request = checked(() -> (data.test == null ? asked : asked.withTestShare(data.test))
                .withGroups(Grouping.parse(data.groups))
                .withFolds(tuning.folds)
                .withGates(Gate.parse(tuning.gates))
                .withTarget(run.place())
                .withExecution(data.execution(console)));
        if (data.data == null && request.settings().data().isEmpty()) {
            throw wrongUsage("name the images with --data: a folder with one sub-folder for each class");
        }
        return answer(console, data.data == null ? request : request.withData(data.data));
    }

    private static Duration time(String text) {
        Matcher known = TIME.matcher(text);
        if (!known.matches()) {
            throw new IllegalArgumentException("--within: expected a time such as 20ms or 0.5s, found '" + text + "'");
        }
        double seconds = Double.parseDouble(known.group(1)) / (known.group(2).equals("ms") ? 1e3 : 1);
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    static int answer(Console console, FineTuning request) throws IOException {
        return Interruption.run(console, request.execution(), request, tuned -> {
            print(console, tuned);
            console.json(tuned);
            return tuned.passed() ? ExitCode.OK : ExitCode.GATE_FAILED;
        });
    }

    private static void print(Console console, FineTuned tuned) {
        tuned.backbones().ifPresent(compared -> {
            console.printTable(compared.table(console.tableColumns()));
            compared.sentences().forEach(console::print);
            console.print("");
        });
        tuned.reported().ifPresent(shown -> {
            console.print(shown.text().stripTrailing());
            console.print("");
        });
        ReportCommand.print(console, tuned.conclusions());
        EvaluateCommand.printGates(console, tuned.gates());
        console.print("");
        console.print("classifier: " + tuned.classifier());
        tuned.backbones().flatMap(ComparedBackbones::page).ifPresent(page -> console.print("networks: " + page));
        console.print("report: " + tuned.page().orElse(tuned.folder().resolve("report.md")));
        console.print("next: terzi classify " + ShellWords.quoted(tuned.folder()) + " IMAGE");
    }
}
