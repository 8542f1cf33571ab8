package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetException;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.onnx.Model;
import terzi.training.DivergedException;
import terzi.training.Recipe;
import terzi.training.RunFolder;
import terzi.training.StopReason;
import terzi.training.Trainer;
import terzi.training.TrainingJob;
import terzi.training.TrainingResult;

/** The work of {@code terzi train}: recipe, data, network, training, and then {@link Finish}. */
final class TrainRun {
    private static final String RECIPE = "recipe.yaml";

    private final Console console;
    private final Recipe recipe;
    private final RunArguments arguments;
    private final boolean tested;
    private boolean isNew;

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
     * @param tested whether the test images are answered at the end, or else only those of validation
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
        requireData(request, recipe, arguments);
        TrainRun run = new TrainRun(console, recipe, arguments, request.tested());
        DatasetSplits data = run.open();
        Model network = NetworkCheck.network(recipe, recipe.build(data.labels().size()), data.labels());
        String name = request.name() == null ? recipe.name() : request.name();
        try (RecipeTeacher teacher = RecipeTeacher.of(console, recipe, data, run::divided);
                RunFolder folder = RunFolder.create(request.runsFolder(), "train", name)) {
            run.isNew = true;
            folder.write(RECIPE, recipe.yaml());
            folder.write(
                    RunArguments.FILE_NAME,
                    arguments.yaml(
                            console.commandLine(), request.model().toString(), data.digest(), request.overrides()));
            console.progress("run folder " + folder.path());
            return run.train(run.job(network, data, folder, teacher), data, folder);
        }
    }

    /** Where a run goes on. */
    enum From {
        CHECKPOINT,
        /** From the beginning, where there is no checkpoint. */
        START
    }

    /**
     * A run to go on with.
     *
     * @param epochs the new last epoch, or null for the one that the run began with
     * @param tested as in {@link Request}; of this part of the run, whatever the one before did
     * @param from where it goes on
     */
    record Resumption(Path folder, @Nullable Integer epochs, boolean offline, boolean tested, From from) {}

    static int resume(Console console, Resumption request) throws IOException {
        Path path = request.folder();
        Path recipeFile = path.resolve(RECIPE);
        if (Files.isDirectory(path) && !Files.exists(recipeFile)) {
            throw new IOException(path + ": there is no " + RECIPE
                    + " in this folder, so it is not a run of 'terzi train'; runs are in runs/train");
        }
        if (Files.isDirectory(path)) {
            RunArguments.require(path);
        }
        try (RunFolder folder = RunFolder.open(path)) {
            requireBegin(folder, request.from());
            Recipe recipe = Recipe.read(
                    recipeFile, request.epochs() == null ? List.of() : List.of("training.epochs=" + request.epochs()));
            TrainRun run = new TrainRun(console, recipe, RunArguments.read(path, request.offline()), request.tested());
            DatasetSplits data = run.open();
            requireSameData(path, run.arguments, data);
            Model network = recipe.build(data.labels().size());
            try (RecipeTeacher teacher = RecipeTeacher.of(console, recipe, data, run::divided)) {
                TrainingJob job = run.job(network, data, folder, teacher);
                boolean over = request.from() == From.START;
                console.progress((over ? "starting over in " : "going on with ") + path);
                return run.train(over ? job : job.resumed(), data, folder);
            }
        }
    }

    /** All of it, the test images too; the trainer compares what is learned from once more, in its order and division. */
    private static void requireSameData(Path run, RunArguments arguments, DatasetSplits data) throws IOException {
        Optional<String> began = RunArguments.dataDigest(run);
        if (began.isPresent() && !began.get().equals(data.digest())) {
            throw new IOException(run + " cannot be resumed: " + arguments.source()
                    + " is not as it was when the run began: files were added, removed, renamed or changed, or lie in"
                    + " another class or part. Put them back as before, or start a new run; 'terzi evaluate' measures"
                    + " this one on other images");
        }
    }

    private static void requireBegin(RunFolder folder, From from) throws IOException {
        boolean goesOn = from == From.CHECKPOINT;
        if (goesOn && !folder.hasCheckpoint()) {
            throw new IOException(
                    folder.path() + ": the run ended before its first checkpoint, so there is nothing to go on"
                            + " from; start it over in the same folder with: " + resuming(folder) + " --start-over");
        }
        if (!goesOn && folder.hasCheckpoint()) {
            throw new IOException(
                    folder.path() + ": the run has a checkpoint, which --start-over would overwrite; go on from"
                            + " it with: " + resuming(folder)
                            + ", or begin another run with the command that this one began with"
                            + RunArguments.typed(folder.path())
                                    .map(typed -> ": " + typed)
                                    .orElse(""));
        }
    }

    /** A recipe is moved without its data more often than data is deleted: says which recipe names it. */
    private static void requireData(Request request, Recipe recipe, RunArguments arguments) throws IOException {
        if (request.data() == null
                && !Datasets.names().contains(arguments.source())
                && !Files.exists(Path.of(arguments.source()))) {
            Path file = Files.isDirectory(request.model()) ? request.model().resolve(RECIPE) : request.model();
            throw new IOException(
                    file + ": data: '" + recipe.data() + "' is neither beside the recipe nor in the current"
                            + " folder, and not one of " + String.join(", ", Datasets.names())
                            + "; name the images with --data FOLDER");
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
        DataReport.tell(console, splits.report());
        console.progress("data " + splits.name() + ": " + splits.labels().size() + " classes, "
                + Sizes.count(splits.train().size()) + " images to train, "
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
            String trouble = null;
            try {
                result = train(job.withCancellation(interruption.cancellation()), folder);
            } catch (DivergedException e) {
                result = e.before().orElse(null);
                if (result == null) {
                    failed(folder, e);
                    throw e;
                }
                trouble = e.getMessage();
                console.error(trouble + ". The network of epoch " + result.keptEpoch() + " is from before that");
            }
            if (result.reason() == StopReason.CANCELLED) {
                console.progress("stopped; go on with: " + resuming(folder) + (tested ? "" : " --no-test"));
                return ExitCode.INTERRUPTED;
            }
            interruption.trainingEnded();
            String dataJson =
                    DataDescription.json(arguments.source(), options(), LeftOut.without(data, result.skipped()));
            new Finish(console, recipe, tested ? data : data.withoutTest(), dataJson, folder, job.teaching())
                    .run(result, trouble);
            if (trouble != null) {
                return ExitCode.FAILURE;
            }
            if (data.test().isEmpty()) {
                console.progress("the data set has no test part");
            } else if (!tested) {
                console.progress("the test images were left unseen; test this run with: " + resuming(folder));
            }
            return ExitCode.OK;
        }
    }

    /** Trains; a new run that is refused before its first step leaves no folder. */
    private TrainingResult train(TrainingJob job, RunFolder folder) throws IOException {
        try (TrainingProgress progress = new TrainingProgress(console)) {
            try {
                return Trainer.train(job, progress);
            } catch (IOException | RuntimeException e) {
                if (!progress.hasStarted() && isNew) {
                    folder.discard();
                }
                throw e;
            }
        }
    }

    /** Records a run that has no network to hand over. */
    private void failed(RunFolder folder, DivergedException failure) throws IOException {
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder.path()),
                "",
                "",
                "",
                Map.of(
                        Finish.DIVERGENCE,
                        Finish.sentence(String.valueOf(failure.getMessage()))
                                + " No epoch was any good, so there is no classifier."),
                0,
                0,
                List.of(),
                1,
                null,
                null,
                Provenance.ofTraining(console, folder.path())
                        .with("epochs", "diverged")
                        .with("seed", Long.toString(recipe.training().seed()))
                        .facts());
        record.write(folder.path());
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
