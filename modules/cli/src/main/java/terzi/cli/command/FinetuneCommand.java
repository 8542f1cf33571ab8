package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Interruption;
import terzi.runs.FineTuned;
import terzi.runs.FineTuning;
import terzi.runs.Gate;
import terzi.runs.RunTarget;
import terzi.runs.ShellWords;

/** {@code terzi finetune}. */
@Command(
        name = "finetune",
        description = {
            "Fits a network that has seen a million images to yours: a folder with one sub-folder of images for each"
                    + " class becomes a classifier file and a report in words.",
            "Images are held out for validation and test where the folder has no such parts; near duplicates stay"
                    + " together. Ctrl-C ends the run; what was computed of each image is kept for the next one."
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

    private static final class Tuning extends RunOptions.FineTuning {
        @Option(
                names = "--folds",
                paramLabel = "K",
                defaultValue = "0",
                description =
                        "First cross-validate: K times, another part of the images is kept aside and predicted. The"
                                + " figure to trust where images are few.")
        int folds;

        @Option(
                names = "--size",
                paramLabel = "PIXELS",
                description = "Width and height that images get, where the network takes any.")
        @Nullable Integer size;

        @Option(
                names = "--class-weights",
                paramLabel = "HOW",
                description = "balanced: rare classes count as much as frequent ones; none: every image counts the"
                        + " same (default: balanced).")
        @Nullable ClassWeights weights;

        @Option(
                names = "--head",
                paramLabel = "VALUE",
                description = "Name of the value that the new head takes (default: found in the network).")
        @Nullable String head;

        @Option(
                names = {"-g", "--gate"},
                paramLabel = "CONDITION",
                description = "A condition on the test, such as 'accuracy>=0.9'; exit status 3 when it is not met."
                        + " Repeatable.")
        List<String> gates = new ArrayList<>();

        @Override
        void change(BiConsumer<String, @Nullable Object> recipe) {
            super.change(recipe);
            recipe.accept("size", size);
            recipe.accept("training.loss.class_weights", weights == null ? null : weights.weighting);
            recipe.accept("head_at", head);
        }
    }

    private static final class Target extends RunOptions.Folder {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "RUN",
                description = "Use this run folder instead, which is new or empty.")
        @Nullable Path target;

        RunTarget place() {
            return target == null ? target() : target().withFolder(target);
        }
    }

    /** How much each class counts. */
    enum ClassWeights {
        BALANCED("balanced"),
        NONE("equal");

        private final String weighting;

        ClassWeights(String weighting) {
            this.weighting = weighting;
        }
    }

    @Override
    int run(Console console) throws Exception {
        FineTuning request = checked(() -> FineTuning.ofSettings(tuning.settings())
                .withTestShare(data.test)
                .withFolds(tuning.folds)
                .withGates(Gate.parse(tuning.gates))
                .withTarget(run.place())
                .withExecution(console.execution(data.offline)));
        return Answer.run(console, data.data == null ? request : request.withData(data.data));
    }

    /** Carries {@code terzi finetune} out and prints its answer. */
    static final class Answer {
        private Answer() {}

        static int run(Console console, FineTuning request) throws IOException {
            return Interruption.run(console, request.execution(), request, tuned -> {
                print(console, tuned);
                console.json(tuned);
                return tuned.passed() ? ExitCode.OK : ExitCode.GATE_FAILED;
            });
        }

        private static void print(Console console, FineTuned tuned) {
            tuned.reported().ifPresent(shown -> {
                console.print(shown.text().stripTrailing());
                console.print("");
            });
            ReportCommand.print(console, tuned.conclusions());
            EvaluateCommand.Answer.printGates(console, tuned.gates());
            console.print("");
            console.print("classifier: " + tuned.classifier());
            console.print("report: " + tuned.page().orElse(tuned.folder().resolve("report.md")));
            console.print("next: terzi classify " + ShellWords.quoted(tuned.folder()) + " IMAGE");
        }
    }
}
