package terzi.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Failures;
import terzi.runs.BackboneFetching;
import terzi.runs.ClassifiedImages;
import terzi.runs.ClassifierLocation;
import terzi.runs.Classifying;
import terzi.runs.Execution;
import terzi.runs.Explaining;
import terzi.runs.FineTuning;
import terzi.runs.FineTuningSettings;
import terzi.runs.RunJson;
import terzi.runs.RunTarget;
import terzi.runs.RuntimeChoice;
import terzi.runs.Sizes;
import terzi.runs.Stopwatch;
import terzi.runs.Training;

/** {@code terzi demo}. */
@Command(
        name = "demo",
        description = {
            "Run every step once on sample images: fine-tune, measure, classify, explain. Takes a few minutes.",
            "Fetches ResNet-50, pretrained on ImageNet; fine-tunes it on the drawn product images in"
                    + " samples/products; writes a classifier file and a report; classifies images that were not"
                    + " used in training; and draws heat maps for them.",
            "If the pretrained network is not available, a small network is trained from scratch on the sample"
                    + " images."
        },
        footer = {"  terzi demo", "  terzi demo --offline", "  terzi demo --backbone network.onnx"})
final class DemoCommand extends TerziCommand {
    @ArgGroup(validate = false, heading = "%nDemo:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = "--backbone",
                paramLabel = "NETWORK",
                defaultValue = "resnet50",
                description = "Pretrained network to start from (default: ${DEFAULT-VALUE}).")
        String backbone = "resnet50";

        @Option(names = "--offline", description = "Download nothing; use a cached network if there is one.")
        boolean offline;

        @Option(
                names = "--runs-dir",
                paramLabel = "FOLDER",
                defaultValue = "runs",
                description = "Parent folder of runs; this one is written to demo/products in it (default:"
                        + " ${DEFAULT-VALUE}).")
        Path runsFolder = Path.of("runs");
    }

    @Override
    int run(Console console) throws Exception {
        return new Demo(console).run(options.backbone, options.offline, options.runsFolder);
    }

    /** The work of {@code terzi demo}: the same steps as a user would take, one after the other, each with its duration. */
    private static final class Demo {
        private static final String IMAGES = "samples/products";
        private static final String UNSEEN = "samples/products-new";
        private static final int STEPS = 4;

        private final Console console;
        private final Console steps;
        private final Stopwatch stopwatch = new Stopwatch();
        private int step;

        private Demo(Console console) {
            this.console = console;
            this.steps = console.ofSteps();
        }

        /** Whether an image that was not seen was recognised. */
        private record Answer(ClassifiedImages.Labelled prediction, String truth) {
            boolean isRight() {
                return prediction.label().equals(truth);
            }
        }

        private int run(String backbone, boolean offline, Path runsFolder) throws IOException {
            Path images = find(IMAGES);
            Path unseen = find(UNSEEN);
            begin("fetching the pretrained network " + backbone + " (cached for the next time)");
            String missing = fetch(backbone, console.execution(offline));
            begin("training on " + IMAGES + ": drawn images of products in three categories");
            Path run = time(() ->
                    missing.isEmpty() ? fineTune(images, runsFolder, backbone, offline) : train(images, runsFolder));
            begin("classifying images that were not used in training");
            List<Answer> answers = time(() -> classify(run, unseen));
            begin("drawing heat maps");
            List<String> files =
                    answers.stream().map(answer -> answer.prediction().file()).toList();
            time(() -> Explaining.of(run, files)
                    .withTarget(run.resolve("explained"))
                    .run());
            return finish(run, answers, backbone, missing);
        }

        /** @return why there is no pretrained network; empty when there is one */
        private String fetch(String backbone, Execution execution) throws IOException {
            try {
                time(() ->
                        BackboneFetching.of(backbone).withExecution(execution).run(steps.listener()));
                return "";
            } catch (IOException e) {
                String why = Failures.describe(e);
                console.trace(e);
                steps.print("   not available here: " + why);
                steps.print("   continuing with a small network, trained on the samples alone; 'terzi backbones show "
                        + backbone + "' says how to get the large one");
                return why;
            }
        }

        private void begin(String what) {
            step++;
            steps.print((step == 1 ? "" : System.lineSeparator()) + step + "/" + STEPS + " " + what);
        }

        private <T> T time(Stopwatch.Work<T> work) throws IOException {
            long start = System.nanoTime();
            T result = stopwatch.time("step " + step, work);
            steps.print("   took " + Sizes.duration((System.nanoTime() - start) / 1e9));
            return result;
        }

        private static Path folder(Path runsFolder) throws IOException {
            return RunTarget.defaults().withRunsFolder(runsFolder).newFolder("demo", "products");
        }

        private Path fineTune(Path images, Path runsFolder, String backbone, boolean offline) throws IOException {
            Path folder = folder(runsFolder);
            requireDone(FinetuneCommand.answer(
                    steps,
                    FineTuning.on(images)
                            .withSettings(FineTuningSettings.defaults()
                                    .withRecipe("fast")
                                    .withBackbone(backbone)
                                    .withSeed(1))
                            .withTestShare(0.2)
                            .withFolder(folder)
                            .withExecution(console.execution(offline))));
            return folder;
        }

        private Path train(Path images, Path runsFolder) throws IOException {
            Path folder = folder(runsFolder);
            Path recipe =
                    Files.writeString(folder.resolve("small.yaml"), small().formatted(RunJson.text(images.toString())));
            Execution execution = console.execution(true);
            RunTarget target = RunTarget.defaults().withRunsFolder(folder).withName("small");
            requireDone(TrainCommand.answer(
                    steps, execution, Training.of(recipe).withTarget(target).withExecution(execution)));
            return folder.resolve("train").resolve("small");
        }

        /** The recipe for a small network of its own. */
        private static String small() throws IOException {
            try (InputStream recipe = Objects.requireNonNull(Demo.class.getResourceAsStream("small.yaml"))) {
                return new String(recipe.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private static void requireDone(int exit) throws IOException {
            if (exit != ExitCode.OK) {
                throw new IOException("the demo was stopped");
            }
        }

        private List<Answer> classify(Path run, Path unseen) throws IOException {
            List<Answer> answers = new ArrayList<>();
            ClassifiedImages classified = Classifying.of(run, List.of(unseen.toString()))
                    .withRuntime(RuntimeChoice.defaults().withTopK(2))
                    .run(steps.listener());
            for (ClassifiedImages.Entry entry : classified.images()) {
                if (entry instanceof ClassifiedImages.Labelled labelled) {
                    Path file = Path.of(labelled.file());
                    Path kind = file.getParent();
                    Answer answer = new Answer(labelled, kind == null ? "" : String.valueOf(kind.getFileName()));
                    answers.add(answer);
                    steps.print("   " + file.getFileName() + ": " + labelled.scores()
                            + (answer.isRight() ? "" : "  (wrong: it is " + answer.truth() + ")"));
                }
            }
            return answers;
        }

        /** The answer for programs. */
        private record Done(
                Path run,
                String backbone,
                String whyNoBackbone,
                int unseen,
                long right,
                double seconds,
                Map<String, Double> steps) {}

        private int finish(Path run, List<Answer> answers, String backbone, String missing) {
            long right = answers.stream().filter(Answer::isRight).count();
            boolean isPretrained = missing.isEmpty();
            steps.print("");
            steps.print("done in " + Sizes.duration(stopwatch.total()) + ": " + right + " of " + answers.size()
                    + " new images classified correctly, with "
                    + (isPretrained ? backbone : "a small network trained from scratch"));
            steps.print("classifier: " + run.resolve(ClassifierLocation.FILE_NAME));
            steps.print("heat maps: " + run.resolve("explained/contact-sheet.png"));
            steps.print("next, with your own images, one folder for each class: terzi finetune --data FOLDER");
            console.json(new Done(
                    run,
                    isPretrained ? backbone : "none",
                    missing,
                    answers.size(),
                    right,
                    stopwatch.total(),
                    stopwatch.parts()));
            return ExitCode.OK;
        }

        /** Looks from the current folder and from where Terzi is installed. */
        private static Path find(String folder) throws IOException {
            if (Files.isDirectory(Path.of(folder))) {
                return Path.of(folder);
            }
            CodeSource source = Demo.class.getProtectionDomain().getCodeSource();
            try {
                Path place =
                        source == null ? null : Path.of(source.getLocation().toURI());
                while (place != null) {
                    if (Files.isDirectory(place.resolve(folder))) {
                        return place.resolve(folder);
                    }
                    place = place.getParent();
                }
            } catch (URISyntaxException e) {
                throw new IOException("cannot find out where Terzi is installed: " + e.getMessage(), e);
            }
            throw new IOException("there is no folder " + folder + " here: run the demo from Terzi's own folder");
        }
    }
}
