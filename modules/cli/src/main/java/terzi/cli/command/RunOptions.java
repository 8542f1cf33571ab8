package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import terzi.backbones.PixelValues;
import terzi.cli.terminal.Console;
import terzi.runs.Execution;
import terzi.runs.FineTuningSettings;
import terzi.runs.NetworkFacts;
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
                description = "Name of the run folder; a number is appended if it is taken (default: the name of the"
                        + " model or the data).")
        @Nullable String name;

        @Option(
                names = "--runs-dir",
                paramLabel = "FOLDER",
                defaultValue = "runs",
                description = "Parent folder of runs; this one is written to ${COMMAND-NAME}/NAME in it (default:"
                        + " ${DEFAULT-VALUE}).")
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
                description = "Random seed (default: that of the recipe).")
        @Nullable Long seed;

        @Option(
                names = "--threads",
                order = 2,
                paramLabel = "N",
                description = "Number of threads, 0 for one per core; with 1, results are reproducible bit for bit"
                        + " (default: that of the recipe, 0).")
        @Nullable Integer threads;

        @Option(
                names = "--set",
                order = 3,
                paramLabel = "KEY=VALUE",
                description = "Override a value of the recipe; dots separate the levels, as in training.epochs=20."
                        + " Repeatable.")
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
                description = "A folder with one sub-folder per class, or with train, val and test folders that hold"
                        + " these; or a CSV list (default for finetune: the data of the recipe).")
        @Nullable String data;

        @Option(
                names = "--test",
                paramLabel = "SHARE",
                description = "Share of the images to hold out as the test set, if the data has no test part; 0 for"
                        + " none. Use the same share for finetune and tune (default: 0.15; 0 for finetune if only the"
                        + " head is trained, since out-of-fold predictions of all images then give the figures).")
        @Nullable Double test;

        @Option(
                names = "--groups",
                paramLabel = "RULE",
                defaultValue = "auto",
                description = "Images that stay together in every split, beside near duplicates: auto (families"
                        + " recognised by file names, folders or EXIF), none, folders (class/group/image.jpg), column:NAME of"
                        + " a CSV list, or a regular expression over paths (default: ${DEFAULT-VALUE}).")
        String groups = "auto";

        @Option(names = "--offline", description = "Do not download a backbone; use a cached one.")
        boolean offline;

        @ArgGroup(validate = false)
        private Licences licences = new Licences();

        final Execution execution(Console console) {
            return licences.in(console.execution(offline));
        }
    }

    /** Licences of backbones. */
    static final class Licences {
        @Option(
                names = "--accept-licence",
                paramLabel = "NAME",
                description = "Accept the licence of a backbone that needs it before it is downloaded; the refusal and"
                        + " 'terzi backbones show' have the NAME. Repeatable.")
        private List<String> accepted = new ArrayList<>();

        Execution in(Execution execution) {
            Execution result = execution;
            for (String name : accepted) {
                result = result.withAcceptedLicence(name);
            }
            return result;
        }
    }

    /** The settings of fine-tuning. */
    static class FineTuning extends Settings {
        @Option(
                names = {"-r", "--recipe"},
                paramLabel = "RECIPE",
                description = "A preset or a recipe.yaml. The presets, with their image sizes for ResNet-50: fast (256"
                        + " pixels), balanced (320 pixels, also mirrored), best (384 pixels, also"
                        + " mirrored) (default: fast).")
        @Nullable String recipe;

        @Option(
                names = "--backbone",
                paramLabel = "NETWORK",
                description = "Network to start from: the name of a backbone ('terzi backbones list' shows them), an"
                        + " ONNX file, a Keras file (.h5, .keras), a TensorFlow.js model.json or hf:OWNER/NAME, with"
                        + " #cls, #mean, #cls+mean or #pooler_output behind it to say where the features of a network"
                        + " without a head are; or two of these with a comma between, whose features are joined if that is better out of"
                        + " fold; or auto, which compares the cached ones, or auto:A,B,… (default: that of the"
                        + " recipe, resnet50).")
        @Nullable String backbone;

        final FineTuningSettings settings() {
            String usual = FineTuningSettings.defaults().recipe();
            return new FineTuningSettings(
                    Objects.requireNonNullElse(recipe, usual), Optional.ofNullable(backbone), changes());
        }
    }

    /** What a bare network does not tell. */
    static final class Network {
        static final String HEADING = "%nA network that is not a classifier file:%n";

        @Option(
                names = "--labels",
                paramLabel = "LABELS",
                description = "A text file with one label per line, or labels with commas between, in the order of the"
                        + " outputs (default: those of the config.json beside the network).")
        @Nullable String labels;

        @Option(
                names = "--pixels",
                paramLabel = "VALUES",
                description = "Pixel values that the network expects: zero-to-one, minus-one-to-one, imagenet (mean"
                        + " subtracted, divided by the standard deviation), caffe (BGR, mean subtracted) or raw"
                        + " (default: those of the preprocessor_config.json beside the network).")
        @Nullable String pixels;

        @Option(
                names = "--preprocessing",
                paramLabel = "SETTINGS",
                description = "Settings of the preprocessing, such as fit=stretch,scale=1, or a JSON"
                        + " file with them; the keys are width, height, channels, fit, resize_to, mean, std, scale,"
                        + " filter and crop_origin. Others follow from the network's input and --pixels.")
        @Nullable String preprocessing;

        /** @throws IllegalArgumentException when an option has an impossible value */
        NetworkFacts facts() throws IOException {
            NetworkFacts facts = NetworkFacts.none();
            if (labels != null) {
                facts = facts.withLabels(NetworkFacts.readLabels(labels));
            }
            if (pixels != null) {
                facts = facts.withPixels(Pixels.values(pixels));
            }
            return preprocessing == null
                    ? facts
                    : facts.withPreprocessing(NetworkFacts.readPreprocessing(preprocessing));
        }
    }

    /** In a class of its own: the names are in a module that listing the commands must not load. */
    static final class Pixels {
        private Pixels() {}

        /** @throws IllegalArgumentException if these pixel values have another name */
        static PixelValues values(String name) {
            return Arrays.stream(PixelValues.values())
                    .filter(values -> values.name().replace('_', '-').equals(name.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--pixels: expected zero-to-one, minus-one-to-one,"
                            + " imagenet, caffe or raw, found '" + name + "'"));
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
                        "Where to run the classifier: auto (CUDA if it is available, else the CPU), cpu, cuda, tensorrt,"
                                + " coreml or webgpu; cuda:1 and tensorrt:1 are the second GPU (default: ${DEFAULT-VALUE}).")
        String device = "auto";

        @Option(names = "--threads", paramLabel = "N", description = "Number of threads (default: one per core).")
        int threads = Runtime.getRuntime().availableProcessors();

        /** @throws IllegalArgumentException when an option has an impossible value */
        RuntimeChoice choice(int topK) {
            return new RuntimeChoice(device, threads, topK);
        }
    }
}
