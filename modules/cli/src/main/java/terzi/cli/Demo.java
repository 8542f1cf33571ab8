package terzi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.training.RunFolder;
import terzi.training.finetune.Preset;

/** The work of {@code terzi demo}: the same steps as a user would take, one after the other, each with its duration. */
final class Demo {
    private static final String IMAGES = "samples/products";
    private static final String UNSEEN = "samples/products-new";
    private static final int STEPS = 4;

    /** A network that learns from a hundred small images in seconds. */
    private static final String SMALL =
            """
            name: products
            description: A small network that learns from the sample images alone.
            data: %s
            input: {width: 64, height: 64, channels: rgb, scale: 1/255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
            network:
              - conv2d: {filters: 16, kernel: 3, padding: same, activation: relu}
              - maxPool: 2
              - conv2d: {filters: 32, kernel: 3, padding: same, activation: relu}
              - maxPool: 2
              - conv2d: {filters: 64, kernel: 3, padding: same, activation: relu}
              - globalAveragePool
              - dense: 3
            augment:
              - flip
            validation: 0.15
            training:
              epochs: 40
              batchSize: 16
              optimizer: {adam: {learningRate: 0.003}}
              precision: fp32
              seed: 1
            """;

    private final Console console;
    private final Console steps;
    private final Stopwatch stopwatch = new Stopwatch();
    private int step;

    private Demo(Console console) {
        this.console = console;
        // with --json the answers of the steps are not the answer of the demo
        this.steps = console.isJson()
                ? new Console(
                                new Streams(console.err(), console.err(), console.in(), onStderr(console.terminal())),
                                console.verbosity(),
                                false)
                        .withCommandLine(console.commandLine())
                : console;
    }

    /** For answers that go to stderr. */
    private static Terminal onStderr(Terminal terminal) {
        return new Terminal(
                terminal.errColumns(),
                terminal.errColumns(),
                terminal.errColour(),
                terminal.errColour(),
                terminal.helpColumns());
    }

    /** Whether an image that was not seen was recognised. */
    private record Answer(String file, String truth, Prediction prediction) {
        boolean isRight() {
            return prediction.label().equals(truth);
        }
    }

    static int run(Console console, String backbone, boolean offline, Path runsFolder) throws IOException {
        return new Demo(console).run(backbone, offline, runsFolder);
    }

    private int run(String backbone, boolean offline, Path runsFolder) throws IOException {
        Path images = find(IMAGES);
        Path unseen = find(UNSEEN);
        String why = "";
        boolean pretrained = true;
        begin("fetching the network " + backbone + ", which has seen a million photos (kept for the next time)");
        try {
            time(() -> BackboneSource.open(steps, backbone, offline));
        } catch (IOException e) {
            pretrained = false;
            why = Failures.describe(e);
            console.trace(e);
            steps.print("   it cannot be had here: " + why);
            steps.print("   going on with a small network that learns from the samples alone; 'terzi backbones show "
                    + backbone + "' says how to get the large one");
        }
        String missing = why;
        begin("learning " + IMAGES + ": drawn images of three kinds of products");
        Path run = time(() -> learn(images, runsFolder, backbone, offline, why(missing)));
        begin("classifying images that it has not seen");
        List<Answer> answers = time(() -> classify(run, unseen));
        begin("drawing what it looked at");
        time(() -> {
            List<String> names = answers.stream().map(Answer::file).toList();
            RuntimeChoice choice =
                    new RuntimeChoice("auto", Runtime.getRuntime().availableProcessors(), 1);
            Streams nowhere =
                    new Streams(new PrintWriter(Writer.nullWriter()), console.err(), console.in(), console.terminal());
            Console quiet = new Console(nowhere, Verbosity.QUIET, false);
            return Explanation.run(
                    quiet, run, new Explanation.Request(names, null, run.resolve("explained"), MapChoice.AUTO, choice));
        });
        return finish(run, answers, pretrained, why, backbone);
    }

    private static @Nullable String why(String text) {
        return text.isEmpty() ? null : text;
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

    /** @param without why there is no pretrained network, or null when there is one */
    private Path learn(Path images, Path runsFolder, String backbone, boolean offline, @Nullable String without)
            throws IOException {
        Path folder;
        try (RunFolder made = RunFolder.create(runsFolder, "demo", "products")) {
            folder = made.path();
            if (without != null) {
                made.write("small.yaml", SMALL.formatted(Json.text(images.toString())));
            }
        }
        if (without == null) {
            FinetuneSettings fast =
                    new FinetuneSettings(Preset.FAST.label(), backbone, 1L, null, null, null, null, Map.of());
            int exit = FinetuneRun.start(
                    steps,
                    new FinetuneRun.Request(
                            new FinetuneRun.Source(images.toString(), 0.2, offline),
                            fast,
                            0,
                            List.of(),
                            new FinetuneRun.Target(runsFolder, null, folder)));
            requireDone(exit);
            return folder;
        }
        int exit = TrainRun.start(
                steps, new TrainRun.Request(folder.resolve("small.yaml"), null, true, true, Map.of(), "small", folder));
        requireDone(exit);
        return folder.resolve("train").resolve("small");
    }

    private static void requireDone(int exit) throws IOException {
        if (exit != ExitCode.OK) {
            throw new IOException("the demo was stopped");
        }
    }

    private List<Answer> classify(Path run, Path unseen) throws IOException {
        List<Answer> answers = new ArrayList<>();
        ClassifierOptions options = ClassifierOptions.defaults().withTopK(2);
        try (ImageClassifier classifier = ImageClassifier.load(ClassifierLocation.find(run), options)) {
            for (ImageArguments.Named named :
                    ImageArguments.expand(List.of(unseen.toString())).images()) {
                Path file = Path.of(named.name());
                Path kind = file.getParent();
                Answer answer = new Answer(
                        named.name(),
                        kind == null ? "" : String.valueOf(kind.getFileName()),
                        classifier.classify(file));
                answers.add(answer);
                steps.print("   " + file.getFileName() + ": " + answer.prediction()
                        + (answer.isRight() ? "" : "  (wrong: it is " + answer.truth() + ")"));
            }
        }
        return answers;
    }

    private int finish(Path run, List<Answer> answers, boolean pretrained, String why, String backbone) {
        long right = answers.stream().filter(Answer::isRight).count();
        steps.print("");
        steps.print("done in " + Sizes.duration(stopwatch.total()) + ": " + right + " of " + answers.size()
                + " unseen images right, with " + (pretrained ? backbone : "a small network of its own"));
        steps.print("classifier: " + run.resolve(ClassifierLocation.FILE_NAME));
        steps.print("what it looked at: " + run.resolve("explained/contact-sheet.png"));
        steps.print("next, with images of yours, one folder for each class: terzi finetune --data FOLDER");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("run", run.toString());
        answer.put("backbone", pretrained ? backbone : "none");
        answer.put("why_no_backbone", why);
        answer.put("unseen", answers.size());
        answer.put("right", right);
        answer.put("seconds", stopwatch.total());
        answer.put("steps", stopwatch.parts());
        console.json(answer);
        return ExitCode.OK;
    }

    /** Looks from the current folder and from where Terzi is installed. */
    private static Path find(String folder) throws IOException {
        if (Files.isDirectory(Path.of(folder))) {
            return Path.of(folder);
        }
        CodeSource source = Demo.class.getProtectionDomain().getCodeSource();
        try {
            Path place = source == null ? null : Path.of(source.getLocation().toURI());
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
