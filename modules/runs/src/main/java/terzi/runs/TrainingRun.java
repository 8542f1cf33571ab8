package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import terzi.data.Dataset;
import terzi.data.DatasetException;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.files.RunFile;
import terzi.onnx.Model;
import terzi.training.recipe.Recipe;
import terzi.training.run.DivergedException;
import terzi.training.run.RunFolder;
import terzi.training.run.StopReason;
import terzi.training.run.Trainer;
import terzi.training.run.TrainingJob;
import terzi.training.run.TrainingResult;

/** The work of {@code terzi train}: recipe, data, network, training, and then {@link TrainingFinish}. */
final class TrainingRun {
    static final String EPOCHS = "training.epochs";

    private final RunLog log;
    private final Recipe recipe;
    private final DataDescription.Place place;
    private final FinalMeasurement measurement;
    private final Execution execution;
    private boolean isNew;

    private TrainingRun(
            RunLog log, Recipe recipe, DataDescription.Place place, FinalMeasurement measurement, Execution execution) {
        this.log = log;
        this.recipe = recipe;
        this.place = place;
        this.measurement = measurement;
        this.execution = execution;
    }

    static Trained start(Training request, RunLog log) throws IOException {
        Recipe recipe = Recipe.read(request.model(), pairs(request.overrides()), log::note);
        DataDescription.Place place = RunArguments.place(recipe.data(), folderOf(request.model()), request.data());
        requireData(request, recipe, place);
        request.target().requireFree();
        TrainingRun run = new TrainingRun(log, recipe, place, request.measurement(), request.execution());
        DatasetSplits data = run.open();
        Model network = NetworkCheck.network(recipe, recipe.build(data.labels().size()), data.labels());
        try (RecipeTeacher teacher = RecipeTeacher.of(log, recipe, data, run::divided);
                RunFolder folder = request.target().create("train", recipe.name())) {
            run.isNew = true;
            folder.write(RunFile.RECIPE, recipe.yaml());
            folder.write(RunFile.ARGUMENTS, RunJson.yaml(RunArguments.of(request, place, data.digest())));
            log.step("run folder " + folder.path());
            return run.train(run.job(network, data, folder, teacher), data, folder);
        }
    }

    static Trained resume(ResumedTraining request, RunLog log) throws IOException {
        Path path = request.folder();
        Path recipeFile = RunFile.RECIPE.in(path);
        if (Files.isDirectory(path) && !Files.exists(recipeFile)) {
            throw new IOException(path + ": there is no " + RunFile.RECIPE
                    + " in this folder, so it is not a run of 'terzi train'; runs are in runs/train");
        }
        if (Files.isDirectory(path)) {
            RunArguments.require(path);
        }
        try (RunFolder folder = RunFolder.open(path)) {
            requireBegin(folder, request.from(), request.execution());
            Recipe recipe = Recipe.read(
                    recipeFile,
                    request.epochs().isPresent()
                            ? List.of(EPOCHS + "=" + request.epochs().getAsInt())
                            : List.of(),
                    log::note);
            RunArguments arguments = RunArguments.read(path);
            TrainingRun run =
                    new TrainingRun(log, recipe, arguments.place(), request.measurement(), request.execution());
            DatasetSplits data = run.open();
            requireSameData(path, arguments, data);
            Model network = recipe.build(data.labels().size());
            try (RecipeTeacher teacher = RecipeTeacher.of(log, recipe, data, run::divided)) {
                TrainingJob job = run.job(network, data, folder, teacher);
                boolean over = request.from() == ResumedTraining.From.START;
                log.step((over ? "starting over in " : "resuming ") + path);
                return run.train(over ? job : job.resumed(), data, folder);
            }
        }
    }

    /** All of it, the test images too; the trainer compares what is learned from once more, in its order and division. */
    private static void requireSameData(Path run, RunArguments arguments, DatasetSplits data) throws IOException {
        String began = arguments.dataDigest();
        if (!began.isEmpty() && !began.equals(data.digest())) {
            throw new IOException(run + " cannot be resumed: " + arguments.data()
                    + " is not as it was when the run began: files were added, removed, renamed or changed, or lie in"
                    + " another class or part. Put them back as before, or start a new run; 'terzi evaluate' measures"
                    + " this one on other images");
        }
    }

    private static void requireBegin(RunFolder folder, ResumedTraining.From from, Execution execution)
            throws IOException {
        boolean goesOn = from == ResumedTraining.From.CHECKPOINT;
        if (goesOn && !folder.hasCheckpoint()) {
            throw new IOException(
                    folder.path() + ": the run ended before its first checkpoint, so there is nothing to go on"
                            + " from; start it over in the same folder with: "
                            + resuming(execution, folder, " --start-over", ".withFrom(START)"));
        }
        if (!goesOn && folder.hasCheckpoint()) {
            String typed = RunArguments.read(folder.path()).typed();
            throw new IOException(
                    folder.path() + ": the run has a checkpoint, which starting over would overwrite; go on from"
                            + " it with: " + resuming(execution, folder, "", "")
                            + ", or begin another run with the command that this one began with"
                            + (typed.isEmpty() ? "" : ": " + typed));
        }
    }

    /** A recipe is moved without its data more often than data is deleted: says which recipe names it. */
    private static void requireData(Training request, Recipe recipe, DataDescription.Place place) throws IOException {
        if (request.data().isEmpty()
                && !Datasets.names().contains(place.source())
                && !Files.exists(Path.of(place.source()))) {
            Path file = Files.isDirectory(request.model()) ? RunFile.RECIPE.in(request.model()) : request.model();
            throw new IOException(
                    file + ": data: '" + recipe.data() + "' is neither beside the recipe nor in the current"
                            + " folder, and not one of " + String.join(", ", Datasets.names())
                            + "; name the images with withData(...)");
        }
    }

    private static Path folderOf(Path model) {
        Path parent = model.toAbsolutePath().getParent();
        return Files.isDirectory(model) || parent == null ? model.toAbsolutePath() : parent;
    }

    /** The same data, divided as it was for another training. */
    private DatasetSplits divided(DataDescription other) throws IOException {
        return Datasets.open(place.source(), other.heldOutAsIn(options()));
    }

    private DatasetSplits open() throws IOException {
        DatasetSplits splits;
        try {
            splits = Datasets.open(place.source(), options());
        } catch (DatasetException e) {
            if (place.folder().isEmpty()) {
                throw e;
            }
            throw new IOException(
                    e.getMessage() + "; if this is not " + place.source()
                            + " but a dataset of its own, override the recipe with data="
                            + place.folder().get(),
                    e);
        }
        DataReport.tell(log, splits.report());
        log.step("data " + splits.name() + ": " + splits.labels().size() + " classes, "
                + Sizes.count(splits.train().size()) + " images for training, "
                + count(splits.validation()) + " for validation, " + count(splits.test()) + " for test");
        return splits;
    }

    private DatasetOptions options() {
        DatasetOptions options = DatasetOptions.defaults()
                .withSeed(recipe.training().execution().seed())
                .withHeldOut(recipe.validation(), DatasetOptions.defaults().testFraction())
                .withDownloads(
                        execution.isOffline() ? DatasetOptions.Downloads.NEVER : DatasetOptions.Downloads.WHEN_MISSING);
        return place.folder().map(options::withFolder).orElse(options);
    }

    private static String count(Optional<Dataset> part) {
        return Sizes.count(part.map(Dataset::size).orElse(0));
    }

    private TrainingJob job(Model network, DatasetSplits data, RunFolder folder, RecipeTeacher teacher)
            throws IOException {
        Dataset validation = data.validation()
                .orElseThrow(() -> new IOException("dataset " + data.name()
                        + " has no validation part and the recipe holds none out; set validation in the recipe, for"
                        + " example override it with validation=0.1"));
        return TrainingJob.of(network, recipe.input(), data.train(), validation, recipe.training(), folder.path())
                .withAugment(recipe.augment())
                .withTeaching(teacher.teaching());
    }

    private Trained train(TrainingJob job, DatasetSplits data, RunFolder folder) throws IOException {
        boolean tested = measurement == FinalMeasurement.TEST;
        log.enter(RunEvent.Phase.COMPUTING);
        TrainingResult result;
        Optional<DivergedException> trouble = Optional.empty();
        try {
            result = train(job.withCancellation(execution.cancellation()), folder);
        } catch (DivergedException e) {
            result = e.before().orElse(null);
            if (result == null) {
                failed(folder, e);
                throw e;
            }
            trouble = Optional.of(e);
        }
        if (result.reason() == StopReason.CANCELLED) {
            throw new CancellationException("stopped; go on with: "
                    + (tested
                            ? resuming(execution, folder, "", "")
                            : resuming(execution, folder, " --no-test", ".withMeasurement(VALIDATION)")));
        }
        log.enter(RunEvent.Phase.FINISHING);
        String dataJson =
                RunJson.line(DataDescription.of(place.source(), options(), LeftOut.without(data, result.skipped())));
        Trained trained = new TrainingFinish(
                        log, recipe, tested ? data : data.withoutTest(), dataJson, folder, job.teaching())
                .run(result, trouble.map(Throwable::getMessage));
        if (trouble.isEmpty() && data.test().isEmpty()) {
            log.step("the dataset has no test part");
        } else if (trouble.isEmpty() && !tested) {
            log.step("the test images were left unseen; test this run with: " + resuming(execution, folder, "", ""));
        }
        return trained;
    }

    /** Trains; a new run that is refused before its first step leaves no folder. */
    private TrainingResult train(TrainingJob job, RunFolder folder) throws IOException {
        try (TrainingProgress progress =
                new TrainingProgress(log, recipe.training().optimisation().batchSize())) {
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
                        TrainingFinish.DIVERGENCE,
                        TrainingFinish.sentence(String.valueOf(failure.getMessage()))
                                + " No epoch was any good, so there is no classifier."),
                0,
                0,
                List.of(),
                1,
                null,
                null,
                Provenance.ofTraining(log, folder.path())
                        .with("epochs", "diverged")
                        .with(
                                "seed",
                                Long.toString(recipe.training().execution().seed()))
                        .facts(),
                RunChecks.NONE);
        record.write(folder.path());
    }

    /** The way to go on: a command where a command line began the run, else the request in Java. */
    private static String resuming(Execution execution, RunFolder folder, String option, String method) {
        return execution.command().isEmpty()
                ? "ResumedTraining.of(" + folder.path() + ")" + method
                : "terzi train --resume " + ShellWords.quoted(folder.path()) + option;
    }

    private static List<String> pairs(Map<String, String> overrides) {
        List<String> pairs = new ArrayList<>();
        overrides.forEach((key, value) -> pairs.add(key + "=" + value));
        return pairs;
    }
}
