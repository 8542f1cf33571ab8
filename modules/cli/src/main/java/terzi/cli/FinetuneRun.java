package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import terzi.backbones.Backbone;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.Labels;
import terzi.data.Splits;
import terzi.training.RunFolder;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningRecipe;
import terzi.training.finetune.FineTuningResult;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The work of {@code terzi finetune}: images, backbone, cross-validation, fine-tuning, and then {@link FinetuneFinish}. */
final class FinetuneRun {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final String RECIPE = "recipe.yaml";

    private final Console console;
    private final Request request;
    private final FineTuningRecipe recipe;
    private final Stopwatch stopwatch = new Stopwatch();

    /**
     * Where images come from.
     *
     * @param data null for what the recipe names
     * @param test share held out for the test, where the data has no test part
     */
    record Source(@Nullable String data, double test, boolean offline) {
        Source {
            if (!(test >= 0 && test < 0.9)) {
                throw new IllegalArgumentException("--test: expected a share from 0 to below 0.9, found " + test);
            }
        }
    }

    /** Where the run goes; a folder wins over a name. */
    record Target(Path runsFolder, @Nullable String name, @Nullable Path folder) {}

    /** What the command line asks for. */
    record Request(Source source, FinetuneSettings settings, int folds, List<Gate> gates, Target target) {
        Request {
            gates = List.copyOf(gates);
            if (folds < 0 || folds == 1) {
                throw new IllegalArgumentException("--folds: expected 2 or more, or 0 for none, found " + folds);
            }
        }
    }

    private FinetuneRun(Console console, Request request, FineTuningRecipe recipe) {
        this.console = console;
        this.request = request;
        this.recipe = recipe;
    }

    static int start(Console console, Request request) throws IOException {
        FineTuningRecipe recipe = request.settings().resolve();
        return new FinetuneRun(console, request, recipe).run();
    }

    private int run() throws IOException {
        String source = request.source().data() == null
                ? recipe.data()
                : request.source().data();
        if (source == null) {
            throw new IOException("name the images with --data FOLDER: one sub-folder for each class");
        }
        // the list of images first, since a wrong folder should not cost a download; what they show comes after the
        // check
        Datasets.open(source, DatasetOptions.defaults().withHeldOut(0, 0));
        Path cache = Storage.usableCache();
        Backbone opened = stopwatch.time(
                "opening the network",
                () -> BackboneSource.open(
                        console, recipe.backbone(), request.source().offline()));
        Backbone backbone = stopwatch.time(
                "checking the network", () -> NetworkCheck.backbone(recipe.backbone(), opened, recipe.finetune()));
        FinetuneData data = stopwatch.time("looking at the data", () -> open(source));
        DatasetSplits splits = data.splits();
        console.progress("data " + splits.name() + ": " + splits.labels().size() + " classes, "
                + Sizes.count(splits.train().size()) + " images to learn from, " + count(splits.validation())
                + " to validate, " + count(splits.test()) + " to test");
        if (!data.duplicates().pairs().isEmpty()) {
            console.warn(duplicates(data));
        }
        try (RunFolder folder = folder(splits.name())) {
            return run(
                    source,
                    data,
                    new FineTuningJob(
                            backbone.network(), backbone.preprocessing(), splits.train(), recipe.finetune(), cache),
                    folder);
        }
    }

    private int run(String source, FinetuneData data, FineTuningJob wanted, RunFolder folder) throws IOException {
        DatasetSplits splits = data.splits();
        console.progress("run folder " + folder.path());
        folder.write(RECIPE, recipe.yaml());
        folder.write(RunArguments.FILE_NAME, arguments(source, splits.digest()));
        Optional<Path> list = data.write(source, folder);
        FineTuningJob job = splits.validation().isPresent()
                ? wanted.withValidation(splits.validation().get())
                : wanted;
        try (Interruption interruption = Interruption.watch()) {
            return train(job.withCancellation(interruption.cancellation()), interruption, data, list, folder);
        }
    }

    private static String duplicates(FinetuneData data) {
        int exact = data.duplicates().exact().size();
        int near = data.duplicates().near().size();
        int tested = data.straddling();
        List<String> found = new ArrayList<>();
        if (exact > 0) {
            found.add(Sizes.count(exact) + (exact == 1 ? " pair" : " pairs") + " of images with the same pixels");
        }
        if (near > 0) {
            found.add(
                    Sizes.count(near) + (near == 1 ? " pair that looks" : " pairs that look") + " like the same image");
        }
        return String.join(" and ", found)
                + (tested == 0
                        ? ""
                        : "; " + Sizes.count(tested) + (tested == 1 ? " test image is" : " test images are")
                                + " among them")
                + ": `terzi data check` names them";
    }

    private int train(
            FineTuningJob job, Interruption interruption, FinetuneData data, Optional<Path> list, RunFolder folder)
            throws IOException {
        try (FinetuneProgress progress = new FinetuneProgress(console)) {
            Optional<CrossValidation.CrossValidationResult> folds = Optional.empty();
            if (request.folds() > 0) {
                console.progress("cross-validation in " + request.folds() + " parts");
                List<Splits.Split> parts =
                        data.folds(request.folds(), recipe.finetune().training().seed());
                folds = Optional.of(
                        stopwatch.time("cross-validation", () -> CrossValidation.run(job, parts, progress)));
            }
            FineTuningResult result = stopwatch.time("fine-tuning", () -> FineTuner.run(job, progress));
            interruption.trainingEnded();
            FinetuneFinish finish = new FinetuneFinish(console, recipe, data, folder, stopwatch);
            return finish.run(result, folds, list, request.gates());
        } catch (CancellationException e) {
            console.progress("stopped; there is no classifier. What the network computed of each image is kept, so the"
                    + " same command goes on from there");
            return ExitCode.INTERRUPTED;
        }
    }

    private FinetuneData open(String source) throws IOException {
        long seed = recipe.finetune().training().seed();
        DatasetOptions options = DatasetOptions.defaults().withSeed(seed);
        double validation =
                recipe.finetune().validation() > 0 ? recipe.finetune().validation() : 0.15;
        FinetuneData data = FinetuneData.open(
                source, options, new FinetuneData.Shares(request.source().test(), validation));
        DataReport.tell(console, data.splits().report());
        if (recipe.labels().stream()
                .anyMatch(label -> Labels.indexOf(data.splits().labels(), label) < 0)) {
            throw new IOException("the recipe is for the classes " + String.join(", ", recipe.labels())
                    + ", the data has " + String.join(", ", data.splits().labels()));
        }
        return data;
    }

    private static String count(Optional<Dataset> part) {
        return Sizes.count(part.map(Dataset::size).orElse(0));
    }

    private RunFolder folder(String dataName) throws IOException {
        Path wanted = request.target().folder();
        if (wanted == null) {
            String name = request.target().name();
            return RunFolder.create(request.target().runsFolder(), "finetune", name == null ? dataName : name);
        }
        Files.createDirectories(wanted);
        requireEmpty(wanted);
        RunFolder folder = RunFolder.open(wanted);
        try {
            requireEmpty(wanted); // another run may have been faster
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (var inside = Files.list(folder)) {
            if (inside.anyMatch(file -> !file.endsWith(RunFolder.LOCK))) {
                throw new IOException("--to: " + folder + " is not empty; name a new folder");
            }
        }
    }

    private String arguments(String source, String digest) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("command", "finetune");
        arguments.put("version", Terzi.version());
        arguments.put("java", Runtime.version().toString());
        arguments.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        arguments.put("data", source);
        arguments.put("data_digest", digest);
        arguments.put("backbone", recipe.backbone());
        arguments.put(
                "recipe",
                request.settings().recipe() == null
                        ? "balanced"
                        : request.settings().recipe());
        arguments.put("folds", request.folds());
        arguments.put("test", request.source().test());
        arguments.put("settings", YAML.readTree(recipe.finetune().yaml()));
        return YAML.writeValueAsString(arguments);
    }
}
