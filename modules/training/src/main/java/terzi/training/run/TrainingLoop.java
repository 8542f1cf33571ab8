package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.data.DatasetReport;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.files.Machine;
import terzi.onnx.Model;
import terzi.training.recipe.TrainingOptions;
import terzi.training.run.TrainingListener.EpochVerdict;
import terzi.training.run.TrainingListener.Progress;
import terzi.training.torchscript.Precision;

/** The epochs of a run, once everything is on the device. */
final class TrainingLoop {
    private static final long PROGRESS_NANOS = 200_000_000;
    private static final int VALIDATION_BATCH = 256;

    private final Plan plan;
    private final TrainingOptions options;
    private final LoadedExamples train;
    private final TrainingListener listener;
    private final NDManager manager;
    private final Learner learner;
    private final int batchSize;
    private final int stepsPerEpoch;
    private final LearningRate rate;
    private final EpochSelection selection;
    private final NDArray untaught;
    private final @Nullable TeacherCache teacher;
    private final boolean prepared;
    private final ImageTensors trainTensors;
    private final ImageTensors validationTensors;
    private final String device;
    private final CheckpointStore checkpoints;
    private final @Nullable Basis basis;
    private final List<String> notes = new ArrayList<>();
    private final List<Epoch> history = new ArrayList<>();
    private int epoch = 1;
    private int step;
    private long steps;
    private double secondsBefore;
    private long reported;

    /** @param checkpoint to go on from, or null to begin */
    TrainingLoop(
            Plan plan, TrainingListener listener, NDManager manager, Learner learner, @Nullable Checkpoint checkpoint)
            throws IOException {
        this.plan = plan;
        this.options = plan.options();
        this.train = plan.train();
        this.listener = listener;
        this.manager = manager;
        this.learner = learner;
        this.batchSize = options.optimisation().batchSize();
        this.stepsPerEpoch = plan.stepsPerEpoch();
        TrainingOptions.Optimisation optimisation = options.optimisation();
        this.rate = new LearningRate(
                optimisation.optimizer().learningRate(), optimisation.schedule(), stepsPerEpoch, optimisation.epochs());
        this.selection = new EpochSelection(
                options.selection().keep(),
                options.selection().earlyStopping(),
                train.labels().size());
        int threads = Learner.threads(options.execution().threads());
        this.device = "cpu, " + threads + (threads == 1 ? " thread, " : " threads, ") + Basis.name(learner.precision());
        this.untaught = manager.create(new long[0]);
        this.teacher = plan.teaching() == null
                ? null
                : new TeacherCache(plan.teaching().teacher(), Objects.requireNonNull(train.packed()));
        // with augmentation or a teacher, batches come from the background thread and the set stays on the heap
        this.prepared = !train.augment().isEmpty() || teacher != null;
        this.trainTensors = prepared ? new ImageTensors(manager.create(0), manager.create(0)) : train.tensors(manager);
        this.validationTensors = plan.validation().tensors(manager);
        this.basis = plan.basis(learner.precision());
        Path folder = plan.folder();
        if (folder != null && checkpoint != null) {
            resume(folder, checkpoint);
        }
        if (!plan.validation().lost().isEmpty()) {
            notes.add("no validation image can be decoded of "
                    + String.join(", ", plan.validation().lost())
                    + ": the best epoch is chosen on the other classes");
        }
        this.checkpoints =
                folder == null ? new CheckpointStore.InMemory() : CheckpointStore.InFolder.begin(folder, history);
    }

    private void resume(Path folder, Checkpoint checkpoint) throws IOException {
        Checkpoint.Progress progress = checkpoint.progress();
        requireSameBasis(folder, progress.basis());
        if (!progress.settings().equals(plan.settings())) {
            throw new IllegalArgumentException("a run goes on with the options it began with: " + folder + " has "
                    + progress.settings() + "; now they are " + plan.settings());
        }
        if (checkpoint.state() == null) {
            throw new IOException(folder.resolve(Checkpoint.LAST)
                    + ": there is no state.safetensors in this checkpoint, so the run cannot go on; start it over");
        }
        learner.restore(checkpoint.state());
        learner.setTotals(progress.totals());
        epoch = progress.epoch();
        step = progress.step();
        steps = progress.steps();
        secondsBefore = progress.seconds();
        history.addAll(progress.history());
        rate.replay(history);
        selection.replay(history);
    }

    private void requireSameBasis(Path folder, @Nullable Basis began) {
        if (began == null) {
            notes.add("this run began with an older version, which recorded neither its images nor its precision:"
                    + " only the number of training images can be compared");
        } else if (basis != null) {
            basis.differenceFrom(began).ifPresent(difference -> {
                throw new IllegalArgumentException(folder + " cannot be resumed: " + difference);
            });
            if (began.precision() == Precision.BF16 && !Machine.here().computesInBfloat16()) {
                notes.add("the run began in bf16 and goes on in it, which this processor does not compute itself:"
                        + " every step takes longer here");
            }
        }
    }

    TrainingResult run() throws IOException {
        listener.started(new TrainingListener.Start(
                epoch,
                plan.lastEpoch(),
                stepsPerEpoch,
                train.size(),
                plan.validation().size(),
                skipped(),
                notes,
                device));
        StopReason reason = StopReason.COMPLETED;
        while (epoch <= plan.lastEpoch() && !selection.isHopeless()) {
            if (selection.shouldStop()) {
                reason = StopReason.EARLY_STOPPING;
                break;
            }
            if (!epoch()) {
                reason = StopReason.CANCELLED;
                break;
            }
        }
        if (reason != StopReason.CANCELLED && selection.hasDiverged()) {
            throw DivergedException.farAbove(history, train.labels().size(), selection.guessing(), before());
        }
        Model last = learner.network();
        return result(selection.keptEpoch() == 0 ? last : checkpoints.kept().orElse(last), last, reason);
    }

    private TrainingResult result(Model kept, Model last, StopReason reason) {
        return new TrainingResult(kept, last, history, selection.keptEpoch(), reason, device, skipped());
    }

    private DatasetReport skipped() {
        List<DatasetReport.Skipped> all = new ArrayList<>(train.skipped().skipped());
        all.addAll(plan.validation().skipped().skipped());
        return new DatasetReport(all);
    }

    /** What the run had reached before it diverged; null when no epoch was any good. */
    private @Nullable TrainingResult before() throws IOException {
        if (selection.keptEpoch() == 0) {
            return null;
        }
        Model kept = checkpoints.kept().orElseThrow();
        return result(kept, kept, StopReason.DIVERGED);
    }

    /** Trains and validates; false when cancelled on the way. */
    private boolean epoch() throws IOException {
        long started = System.nanoTime();
        int[] order = plan.order(epoch);
        boolean complete = prepared ? preparedSteps(order, started) : plainSteps(order, started);
        refuseBadLoss();
        if (!complete) {
            save(epoch, secondsBefore + seconds(started));
            return false;
        }
        Learner.Totals trained = learner.totals();
        Learner.Totals validated = learner.validate(validationTensors, Math.max(batchSize, VALIDATION_BATCH));
        if (!Double.isFinite(validated.loss())) {
            throw notFinite("the validation loss", "after epoch " + epoch, rate.at(steps - 1));
        }
        Epoch done = new Epoch(
                epoch,
                trained.loss(),
                trained.accuracy(),
                validated.loss(),
                validated.accuracy(),
                rate.at(steps - 1),
                secondsBefore + seconds(started));
        finish(done);
        return true;
    }

    private void finish(Epoch done) throws IOException {
        history.add(done);
        boolean best = selection.epochEnded(done);
        boolean reduced = rate.epochEnded(done);
        step = 0;
        secondsBefore = 0;
        learner.resetTotals();
        if (selection.keptEpoch() == epoch) {
            checkpoints.keep(learner.network(), () -> progress(epoch + 1, 0));
        }
        save(epoch + 1, 0);
        checkpoints.append(done);
        listener.epochEnded(done, new EpochVerdict(best, selection.epochsWithoutImprovement(), reduced));
        epoch++;
    }

    private boolean plainSteps(int[] order, long started) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            NDArray indices = Learner.longs(scope, order);
            while (step < stepsPerEpoch) {
                if (plan.cancellation().isRequested()) {
                    return false;
                }
                int start = step * batchSize;
                int end = Math.min(order.length, start + batchSize);
                step(new Learner.Batch(trainTensors, untaught, indices, start, end), started);
            }
        }
        return true;
    }

    private boolean preparedSteps(int[] order, long started) throws IOException {
        PackedImages images = Objects.requireNonNull(train.packed());
        AugmentedBatches work = new AugmentedBatches(
                images,
                options.isPlain(epoch) ? AugmentationChain.NONE : train.augment(),
                teacher,
                order,
                batchSize,
                options.execution().seed(),
                epoch,
                step);
        try (ReadAhead<AugmentedBatches.Batch> batches = new ReadAhead<>("augmented images", work);
                NDManager scope = manager.newSubManager()) {
            NDArray all = scope.arange(0, Math.min(order.length, batchSize), 1, DataType.INT64);
            while (step < stepsPerEpoch) {
                if (plan.cancellation().isRequested()) {
                    return false;
                }
                AugmentedBatches.Batch batch = batches.next().orElseThrow();
                try (NDManager batchScope = scope.newSubManager()) {
                    ImageTensors tensors = ImageTensors.of(batchScope, batch.pixels(), images.shape(), batch.labels());
                    int n = batch.labels().length;
                    NDArray taught = teacher == null
                            ? untaught
                            : batchScope.create(
                                    batch.taught(), new Shape(n, train.labels().size()));
                    step(new Learner.Batch(tensors, taught, all, 0, n), started);
                }
            }
        }
        return true;
    }

    private void step(Learner.Batch batch, long started) throws IOException {
        learner.step(batch, new Learner.StepIndex(epoch, step, steps + 1), rate.at(steps));
        step++;
        steps++;
        long now = System.nanoTime();
        if (now - reported > PROGRESS_NANOS || step == stepsPerEpoch) {
            reported = now;
            refuseBadLoss();
            Learner.Totals totals = learner.totals();
            double seconds = secondsBefore + seconds(started);
            listener.progressed(new Progress(
                    epoch,
                    step,
                    stepsPerEpoch,
                    totals.loss(),
                    totals.accuracy(),
                    rate.at(steps - 1),
                    totals.count() / seconds));
        }
    }

    private void refuseBadLoss() throws IOException {
        long bad = learner.totals().badStep();
        if (bad > 0) {
            throw notFinite(
                    "the loss",
                    "epoch " + epoch + ", step " + ((bad - 1) % stepsPerEpoch + 1) + " of " + stepsPerEpoch,
                    rate.at(bad - 1));
        }
    }

    private DivergedException notFinite(String what, String when, double lastRate) throws IOException {
        String checkpoint = history.isEmpty()
                ? "No epoch was finished, so there is no checkpoint"
                : "The checkpoint after epoch " + history.size() + " " + checkpoints.place();
        return DivergedException.notFinite(
                what + " is no longer a finite number, " + when, lastRate, checkpoint, before());
    }

    private void save(int nextEpoch, double seconds) throws IOException {
        checkpoints.last(learner, () -> progress(nextEpoch, seconds));
    }

    private Checkpoint.Progress progress(int nextEpoch, double seconds) {
        return new Checkpoint.Progress(
                plan.settings(),
                basis,
                nextEpoch,
                step,
                steps,
                seconds,
                learner.totals().values(),
                history);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
