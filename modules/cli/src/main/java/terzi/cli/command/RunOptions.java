package terzi.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import terzi.runs.FineTuningSettings;
import terzi.runs.RunTarget;
import terzi.runs.RuntimeChoice;

/** The options that commands have in common. */
final class RunOptions {
    static final String FOLDER_HEADING = "%nRun folder:%n";

    private RunOptions() {}

    /** Where a run goes. */
    static class Folder {
        @Option(
                names = "--name",
                paramLabel = "NAME",
                description =
                        "Name of the run folder (default: that of the model or the data). A number is added where it"
                                + " is taken.")
        @Nullable String name;

        @Option(
                names = "--runs-dir",
                paramLabel = "FOLDER",
                defaultValue = "runs",
                description = "Where runs are kept, as ${COMMAND-NAME}/NAME inside it (default: ${DEFAULT-VALUE}).")
        Path runsFolder = Path.of("runs");

        final RunTarget target() {
            RunTarget target = RunTarget.defaults().withRunsFolder(runsFolder);
            return name == null ? target : target.withName(name);
        }
    }

    /** What every recipe has. Explained after the options of the command itself. */
    static class Settings {
        @Option(
                names = {"-s", "--seed"},
                order = 1,
                paramLabel = "S",
                description = "Where all random choices come from.")
        @Nullable Long seed;

        @Option(
                names = "--threads",
                order = 2,
                paramLabel = "N",
                description = "Threads to compute with, 0 for one on each core; with 1 the results repeat to the bit.")
        @Nullable Integer threads;

        @Option(
                names = "--set",
                order = 3,
                paramLabel = "KEY=VALUE",
                description = "Override any value of the recipe, with dots between the levels, such as"
                        + " training.epochs=20. Repeatable.")
        private Map<String, String> overrides = new LinkedHashMap<>();

        /** Hands over each value of the recipe that an option changes, or null where it is not given. */
        void change(BiConsumer<String, @Nullable Object> recipe) {
            recipe.accept("training.seed", seed);
            recipe.accept("training.threads", threads);
        }

        /** The values of the recipe that the command line changes, by dotted key. */
        final Map<String, String> changes() {
            Map<String, String> all = new LinkedHashMap<>(overrides);
            change((key, value) -> {
                if (value != null) {
                    all.put(key, value.toString());
                }
            });
            return all;
        }
    }

    /** Images to fine-tune on, and what to start from. */
    static class Photos {
        @Option(
                names = {"-d", "--data"},
                paramLabel = "FOLDER",
                description =
                        "A folder with one sub-folder per class, or with train, val and test that hold these; or a"
                                + " CSV list. Without it, finetune takes what its recipe names.")
        @Nullable String data;

        @Option(
                names = "--test",
                paramLabel = "SHARE",
                defaultValue = "0.15",
                description = "Share of the images held out for the test, where the data has no test part; 0 for none."
                        + " Give finetune and tune the same one (default: ${DEFAULT-VALUE}).")
        double test = 0.15;

        @Option(names = "--offline", description = "Never download a backbone.")
        boolean offline;
    }

    /** The settings of fine-tuning. */
    static class FineTuning extends Settings {
        @Option(
                names = {"-r", "--recipe"},
                paramLabel = "RECIPE",
                description = "fast: looks at each image once; balanced: at larger images, mirrored too; best:"
                        + " larger still; or a recipe.yaml (default: balanced).")
        @Nullable String recipe;

        @Option(
                names = "--backbone",
                paramLabel = "NETWORK",
                description =
                        "The network to start from: the name of a backbone, an ONNX file, a Keras file (h5 or keras), a"
                                + " TensorFlow.js model.json or hf:owner/name (default: the recipe's, resnet50).")
        @Nullable String backbone;

        final FineTuningSettings settings() {
            String usual = FineTuningSettings.defaults().recipe();
            return new FineTuningSettings(
                    Objects.requireNonNullElse(recipe, usual), Optional.ofNullable(backbone), changes());
        }
    }

    /** The options of commands that run a classifier. */
    static final class Computing {
        static final String HEADING = "%nComputing:%n";

        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                defaultValue = "auto",
                description =
                        "Where to run the classifier: auto (CUDA where it works, else the CPU), cpu, cuda, tensorrt,"
                                + " coreml or webgpu; cuda:1 and tensorrt:1 are the second GPU (default: ${DEFAULT-VALUE}).")
        String device = "auto";

        @Option(
                names = "--threads",
                paramLabel = "N",
                description = "Threads to compute with (default: as many as there are cores).")
        int threads = Runtime.getRuntime().availableProcessors();

        /** @throws IllegalArgumentException when an option has an impossible value */
        RuntimeChoice choice(int topK) {
            return new RuntimeChoice(device, threads, topK);
        }
    }
}
