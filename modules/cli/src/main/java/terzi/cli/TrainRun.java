package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Model;
import terzi.training.Recipe;
import terzi.training.RunFolder;
import terzi.training.StopReason;
import terzi.training.Trainer;
import terzi.training.TrainingJob;
import terzi.training.TrainingResult;
import terzi.vision.Dataset;
import terzi.vision.DatasetException;
import terzi.vision.DatasetOptions;
import terzi.vision.DatasetSplits;
import terzi.vision.Datasets;

/** The work of {@code terzi train}: recipe, data, network, training, and then {@link Finish}. */
final class TrainRun {
    private static final String RECIPE = "recipe.yaml";

    private final Console console;
    private final Recipe recipe;
    private final RunArguments arguments;
    private final boolean tested;

    private TrainRun(Console console, Recipe recipe, RunArguments arguments, boolean tested) {
        this.console = console;
        this.recipe = recipe;
        this.arguments = arguments;
        this.tested = tested;
    }

    /**
     * What the command line asks for.
     *
     * @param model a recipe file or the folder of one
     * @param data what to train on instead of the recipe's data, or null
     * @param tested whether the test pictures are answered at the end, or else only those of validation
     * @param overrides values of the recipe, by dotted key
     * @param name of the run folder, or null for the recipe's
     */
    record Request(
            Path model,
            @Nullable String data,
            boolean offline,
            boolean tested,
            Map<String, String> overrides,
            @Nullable String name,
            Path runsFolder) {}

    static int start(Console console, Request request) throws IOException {
        Recipe recipe = Recipe.read(request.model(), pairs(request.overrides()));
        RunArguments arguments =
                RunArguments.of(recipe.data(), folderOf(request.model()), request.data(), request.offline());
        TrainRun run = new TrainRun(console, recipe, arguments, request.tested());
        DatasetSplits data = run.open();
        Model network = recipe.build(data.labels().size());
        try (RecipeTeacher teacher = RecipeTeacher.of(console, recipe, data, run::divided)) {
            RunFolder folder = RunFolder.create(
                    request.runsFolder(), "train", request.name() == null ? recipe.name() : request.name());
            folder.write(RECIPE, recipe.yaml());
            folder.write(
                    RunArguments.FILE_NAME,
                    arguments.yaml(console.commandLine(), request.model().toString(), request.overrides()));
            console.progress("run folder " + folder.path());
            return run.train(run.job(network, data, folder, teacher), data, folder);
        }
    }

    /**
     * @param epochs the new last epoch, or null for the one that the run began with
     * @param tested as in {@link Request}; of this part of the run, whatever the one before did
     */
    static int resume(Console console, Path path, @Nullable Integer epochs, boolean offline, boolean tested)
            throws IOException {
        RunFolder folder = RunFolder.open(path);
        Path recipeFile = folder.path().resolve(RECIPE);
        if (!Files.exists(recipeFile)) {
            throw new IOException(path + ": there is no " + RECIPE
                    + " in this folder, so it is no run of 'terzi train'; runs are in runs/train");
        }
        Recipe recipe = Recipe.read(recipeFile, epochs == null ? List.of() : List.of("training.epochs=" + epochs));
        TrainRun run = new TrainRun(console, recipe, RunArguments.read(folder.path(), offline), tested);
        DatasetSplits data = run.open();
        Model network = recipe.build(data.labels().size());
        try (RecipeTeacher teacher = RecipeTeacher.of(console, recipe, data, run::divided)) {
            console.progress("going on with " + folder.path());
            return run.train(run.job(network, data, folder, teacher).resumed(), data, folder);
        }
    }

    private static Path folderOf(Path model) {
        Path parent = model.toAbsolutePath().getParent();
        return Files.isDirectory(model) || parent == null ? model.toAbsolutePath() : parent;
    }

    /** The same data, divided as it was for another training. */
    private DatasetSplits divided(DataDescription other) throws IOException {
        return Datasets.open(arguments.source(), other.heldOutAsIn(options()));
    }

    private DatasetSplits open() throws IOException {
        DatasetSplits splits;
        try {
            splits = Datasets.open(arguments.source(), options());
        } catch (DatasetException e) {
            if (arguments.folder().isEmpty()) {
                throw e;
            }
            throw new IOException(
                    e.getMessage() + "; if this is not " + arguments.source()
                            + " but a data set of its own, name it with" + " --set data=" + arguments.folder(),
                    e);
        }
        String left = splits.report().text();
        if (!left.isEmpty()) {
            console.warn(left);
        }
        console.progress("data " + splits.name() + ": " + splits.labels().size() + " classes, "
                + Sizes.count(splits.train().size()) + " pictures to train, "
                + count(splits.validation()) + " to validate, " + count(splits.test()) + " to test");
        return splits;
    }

    private DatasetOptions options() {
        DatasetOptions options = DatasetOptions.defaults()
                .withSeed(recipe.training().seed())
                .withHeldOut(recipe.validation(), DatasetOptions.defaults().testFraction())
                .withDownloads(
                        arguments.offline() ? DatasetOptions.Downloads.NEVER : DatasetOptions.Downloads.WHEN_MISSING);
        return arguments.folder().isEmpty() ? options : options.withFolder(Path.of(arguments.folder()));
    }

    private static String count(Optional<Dataset> part) {
        return Sizes.count(part.map(Dataset::size).orElse(0));
    }

    private TrainingJob job(Model network, DatasetSplits data, RunFolder folder, RecipeTeacher teacher)
            throws IOException {
        Dataset validation = data.validation()
                .orElseThrow(() -> new IOException("data set " + data.name()
                        + " has no validation part and the recipe holds none out; set validation in the recipe, for"
                        + " example with --set validation=0.1"));
        return TrainingJob.of(network, recipe.input(), data.train(), validation, recipe.training(), folder.path())
                .withAugment(recipe.augment())
                .withTeaching(teacher.teaching());
    }

    private int train(TrainingJob job, DatasetSplits data, RunFolder folder) throws IOException {
        try (Interruption interruption = Interruption.watch()) {
            TrainingResult result;
            try (TrainingProgress progress = new TrainingProgress(console)) {
                result = Trainer.train(job.withCancellation(interruption.cancellation()), progress);
            }
            if (result.reason() == StopReason.CANCELLED) {
                console.progress("stopped; go on with: " + resuming(folder) + (tested ? "" : " --no-test"));
                return ExitCode.INTERRUPTED;
            }
            interruption.trainingEnded();
            String dataJson = DataDescription.json(arguments.source(), options(), data);
            new Finish(console, recipe, tested ? data : data.withoutTest(), dataJson, folder, job.teaching())
                    .run(result);
            if (data.test().isEmpty()) {
                console.progress("the data set has no test part");
            } else if (!tested) {
                console.progress("the test pictures were left unseen; test this run with: " + resuming(folder));
            }
            return ExitCode.OK;
        }
    }

    private static String resuming(RunFolder folder) {
        return "terzi train --resume " + Shell.quoted(folder.path());
    }

    private static List<String> pairs(Map<String, String> overrides) {
        List<String> pairs = new ArrayList<>();
        overrides.forEach((key, value) -> pairs.add(key + "=" + value));
        return pairs;
    }
}
