package terzi.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code terzi finetune}. */
@Command(
        name = "finetune",
        description = {
            "Fits a network that has seen a million pictures to yours: a folder with one sub-folder of pictures for each"
                    + " class becomes a classifier file and a report in words.",
            "Pictures are held out for validation and test where the folder has no such parts; near duplicates stay"
                    + " together. Ctrl-C ends the run; what was computed of each picture is kept for the next one."
        },
        footer = {
            "  terzi finetune --data photos/",
            "  terzi finetune --data photos/ --recipe fast --folds 5",
            "  terzi finetune --data photos/ --backbone network.onnx --recipe recipe.yaml --name second-try"
        })
final class FinetuneCommand extends TerziCommand {
    @ArgGroup(validate = false, heading = "%nPictures:%n", order = 1)
    private Data data = new Data();

    @ArgGroup(validate = false, heading = "%nFine-tuning:%n", order = 2)
    private Tuning tuning = new Tuning();

    @ArgGroup(validate = false, heading = "%nRun folder:%n", order = 3)
    private Run run = new Run();

    private static final class Data {
        @Option(
                names = {"-d", "--data"},
                paramLabel = "FOLDER",
                description =
                        "A folder with one sub-folder per class, or with train, val and test that hold these; or a"
                                + " CSV list (default: what the recipe names).")
        @Nullable String data;

        @Option(
                names = "--test",
                paramLabel = "SHARE",
                defaultValue = "0.15",
                description = "Share of the pictures held out for the test, where the data has no test part; 0 for none"
                        + " (default: ${DEFAULT-VALUE}).")
        double test = 0.15;

        @Option(names = "--offline", description = "Never download a backbone.")
        boolean offline;
    }

    private static final class Tuning {
        @Option(
                names = {"-r", "--recipe"},
                paramLabel = "RECIPE",
                description = "fast: looks at each picture once; balanced: at larger pictures, mirrored too; best:"
                        + " larger still; or a recipe.yaml (default: balanced).")
        @Nullable String recipe;

        @Option(
                names = "--backbone",
                paramLabel = "NETWORK",
                description =
                        "The network to start from: the name of a backbone, a file (.onnx, .h5, .keras, model.json)"
                                + " or hf:owner/name (default: resnet50).")
        @Nullable String backbone;

        @Option(
                names = "--folds",
                paramLabel = "K",
                defaultValue = "0",
                description =
                        "First cross-validate: K times, another part of the pictures is kept aside and predicted. The"
                                + " figure to trust where pictures are few.")
        int folds;

        @Option(
                names = {"-s", "--seed"},
                paramLabel = "S",
                description = "Where all random choices come from.")
        @Nullable Long seed;

        @Option(
                names = "--threads",
                paramLabel = "N",
                description = "Threads to compute with, 0 for one on each core; with 1 the results repeat to the bit.")
        @Nullable Integer threads;

        @Option(
                names = "--size",
                paramLabel = "PIXELS",
                description = "Width and height that pictures get, where the network takes any.")
        @Nullable Integer size;

        @Option(
                names = "--class-weights",
                paramLabel = "HOW",
                description = "balanced: rare classes count as much as frequent ones; none: every picture counts the"
                        + " same (default: balanced).")
        @Nullable ClassWeights weights;

        @Option(
                names = "--head",
                paramLabel = "VALUE",
                description = "Name of the value that the new head takes (default: found in the network).")
        @Nullable String head;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "Override any setting, with dots between the levels, such as training.epochs=20."
                        + " Repeatable.")
        Map<String, String> overrides = new LinkedHashMap<>();

        @Option(
                names = {"-g", "--gate"},
                paramLabel = "CONDITION",
                converter = EvaluateCommand.GateConverter.class,
                description = "A condition on the test, such as 'accuracy>=0.9'; exit status 3 when it is not met."
                        + " Repeatable.")
        List<Gate> gates = new ArrayList<>();
    }

    private static final class Run {
        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "Name of the run folder (default: the recipe's or the data's name).")
        @Nullable String name;

        @Option(
                names = "--runs-dir",
                paramLabel = "FOLDER",
                defaultValue = "runs",
                description = "Where runs are kept, as finetune/NAME inside it (default: ${DEFAULT-VALUE}).")
        Path runsFolder = Path.of("runs");

        @Option(names = "--to", paramLabel = "RUN", description = "Use this run folder instead, which is new or empty.")
        @Nullable Path target;
    }

    /** How much each class counts. */
    enum ClassWeights {
        BALANCED,
        NONE
    }

    @Override
    int run(Console console) throws Exception {
        return FinetuneRun.start(
                console,
                checked(() -> new FinetuneRun.Request(
                        new FinetuneRun.Source(data.data, data.test, data.offline),
                        new FinetuneSettings(
                                tuning.recipe,
                                tuning.backbone,
                                tuning.seed,
                                tuning.threads,
                                tuning.size,
                                tuning.weights,
                                tuning.head,
                                tuning.overrides),
                        tuning.folds,
                        tuning.gates,
                        new FinetuneRun.Target(run.runsFolder, run.name, run.target))));
    }
}
