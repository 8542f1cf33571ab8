package terzi.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.data.ClassWeights;
import terzi.data.DatasetReport;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.augment.AugmentationChain;
import terzi.files.Machine;
import terzi.onnx.Model;
import terzi.training.TrainingListener.EpochVerdict;
import terzi.training.TrainingListener.Progress;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * Trains a network by gradient descent.
 *
 * <p>Every random choice derives from (seed, epoch, step or image), so a run that is resumed from its checkpoint {@code
 * last/} goes on as if it had never ended; with one thread to the last bit.
 */
public final class Trainer {
    private static final long PROGRESS_NANOS = 200_000_000;
    private static final int VALIDATION_BATCH = 256;

    private final Plan plan;
    private final TrainingOptions options;
    private final TrainingListener listener;
    private final LoadedExamples train;
    private final LoadedExamples validation;
    private final int stepsPerEpoch;
    private final LearningRate rate;
    private final EpochSelection verdicts;
    private final List<Epoch> history = new ArrayList<>();

    /**
     * What is common to all kinds of runs.
     *
     * @param folder where checkpoints go; null = nothing is written
     * @param resumes whether the run goes on from {@code last/}
     * @param rates as {@link TuningJob} has them; null for a network that learns from scratch
     */
    private record Plan(
            Model network,
            Examples train,
            Examples validation,
            Examples.@Nullable Order order,
            TrainingOptions options,
            @Nullable Teaching teaching,
            @Nullable Path folder,
            boolean resumes,
            @Nullable Map<String, Double> rates,
            Cancellation cancellation) {
        static Plan of(TrainingJob job) {
            return new Plan(
                    job.network(),
                    new Examples.Images(job.train(), job.preprocessing(), job.augment()),
                    new Examples.Images(job.validation(), job.preprocessing(), AugmentationChain.NONE),
                    null,
                    job.options(),
                    job.teaching(),
                    job.folder(),
                    job.begin() == TrainingJob.Begin.RESUMED,
                    null,
                    job.cancellation());
        }

        static Plan of(TuningJob job) {
            return new Plan(
                    job.network(),
                    job.train(),
                    job.validation(),
                    job.order(),
                    job.options(),
                    null,
                    null,
                    false,
                    job.rates(),
                    job.cancellation());
        }
    }

    private Trainer(Plan plan, TrainingListener listener) throws IOException {
        this.plan = plan;
        this.options = plan.options();
        this.listener = listener;
        this.train = LoadedExamples.of(plan.train());
        train.requireEveryClass();
        this.validation = LoadedExamples.of(plan.validation());
        if (validation.size() == 0) {
            throw new IOException("no validation image can be decoded, so no epoch can be judged: " + validation.first()
                    + ". Replace the damaged files");
        }
        this.stepsPerEpoch = stepsPerEpoch(order(1).length, options.batchSize());
        this.rate = new LearningRate(
                options.optimizer().learningRate(), options.schedule(), stepsPerEpoch, options.epochs());
        this.verdicts = new EpochSelection(
                options.keep(), options.earlyStopping(), train.labels().size());
    }

    private int[] order(int epoch) {
        return plan.order() == null
                ? Seeds.permutation(train.size(), options.seed(), epoch)
                : plan.order().of(epoch);
    }

    /** A last batch of a single image is left out: BatchNorm has no variance over one value. */
    private static int stepsPerEpoch(int images, int batchSize) {
        int left = images % batchSize;
        int whole = images / batchSize;
        return Math.max(1, left > 1 ? whole + 1 : whole);
    }

    /**
     * Runs a job to its end, on the calling thread.
     *
     * @throws DivergedException if the loss is no longer finite, and {@code last/} and {@code kept/} stay as they were after
     *     the epoch before; or if it is far above the loss of guessing at the end. It holds the run up to the best epoch
     * @throws IllegalArgumentException if the network does not fit the images and labels, or a resumed run has other
     *     options, data or precision
     * @throws IOException if images cannot be reached, a class has none that can be decoded, or checkpoints cannot be
     *     written
     */
    public static TrainingResult train(TrainingJob job, TrainingListener listener) throws IOException {
        try {
            return new Trainer(Plan.of(job), listener).run();
        } finally {
            job.cancellation().runEnded();
        }
    }

    /**
     * Trains a network that has been trained before, or the last part of one, on the calling thread. The cancellation is
     * not told that the run has ended: that is for the work that this is a part of.
     *
     * @throws DivergedException as {@link #train}
     * @throws IOException if images cannot be reached
     */
    public static TrainingResult tune(TuningJob job, TrainingListener listener) throws IOException {
        return new Trainer(Plan.of(job), listener).run();
    }

    private TrainingResult run() throws IOException {
        Path folder = plan.folder();
        Checkpoint checkpoint = folder != null && plan.resumes() ? Checkpoint.read(folder, Checkpoint.LAST) : null;
        Precision precision =
                precision(checkpoint == null ? null : checkpoint.progress().basis());
        CompiledGraph graph = TorchScriptCompiler.compile(plan.network(), precision);
        if (train.preprocessing() != null) {
            NetworkShape.check(plan.network(), train.preprocessing(), train.labels());
        }
        if (train.preprocessing() != null && plan.rates() == null) {
            NetworkShape.checkVariance(
                    plan.network(), train.preprocessing(), Math.min(options.batchSize(), order(1).length));
        }
        try (NDManager manager = Libtorch.manager()) {
            Learner.setThreads(options.threads());
            try (Learner learner = new Learner(
                    manager,
                    graph,
                    train.preprocessing(),
                    options,
                    classWeights(),
                    plan.rates(),
                    plan.teaching() == null ? null : plan.teaching().settings())) {
                return new Run(manager, learner, precision, checkpoint).toTheEnd();
            }
        }
    }

    /** What the run computes in; with {@code auto}, a resumed run computes in what it began with, on any machine. */
    private Precision precision(@Nullable Basis began) {
        return began != null && options.precision() == PrecisionChoice.AUTO
                ? began.precision()
                : options.precision().resolve();
    }

    /** Null when all classes count the same. */
    private float @Nullable [] classWeights() {
        ClassWeighting weighting = options.loss().classWeights();
        if (weighting instanceof ClassWeighting.Balanced) {
            int[] counts = train.counts(order(1));
            for (int count : counts) {
                if (count != counts[0]) {
                    return ClassWeights.balanced(counts);
                }
            }
            return null;
        } else if (weighting instanceof ClassWeighting.Listed listed) {
            int classes = train.labels().size();
            if (listed.weights().size() != classes) {
                throw new IllegalArgumentException(
                        "class weights: expected one for each of the " + classes + " classes " + train.labels()
                                + ", found " + listed.weights().size());
            }
            float[] weights = new float[classes];
            for (int i = 0; i < classes; i++) {
                weights[i] = listed.weights().get(i).floatValue();
            }
            return weights;
        }
        return null;
    }

    /** What a resumed run must share with the run it goes on with, in the words of checkpoints. */
    private String settings() {
        return "optimizer " + options.optimizer() + ", schedule " + options.schedule() + ", loss " + options.loss()
                + ", mix " + options.mix() + ", augment " + train.augment() + ", plainEpochs " + options.plainEpochs()
                + ", clipNorm " + options.clipNorm() + ", ema " + options.ema() + ", batchSize " + options.batchSize()
                + ", seed " + options.seed() + ", keep " + options.keep() + ", best by "
                + EpochSelection.monitor(options.earlyStopping()) + ", "
                + train.size() + " training images" + taughtBy();
    }

    private String taughtBy() {
        Teaching teaching = plan.teaching();
        return teaching == null
                ? ""
                : ", taught by " + teaching.name() + " with weight "
                        + teaching.settings().weight() + " and temperature "
                        + teaching.settings().temperature();
    }

    /** The run itself, once everything is on the device. */
    private final class Run {
        private final NDManager manager;
        private final Learner learner;
        private final NDArray untaught;
        private final @Nullable TeacherCache lessons;
        private final boolean prepared;
        private final ImageTensors trainTensors;
        private final ImageTensors validationTensors;
        private final String device;
        private final CheckpointStore keeping;
        private final @Nullable Basis basis;
        private final List<String> notes = new ArrayList<>();
        private int epoch = 1;
        private int step;
        private long steps;
        private double secondsBefore;

        /** @param checkpoint to go on from, or null to begin */
        Run(NDManager manager, Learner learner, Precision precision, @Nullable Checkpoint checkpoint)
                throws IOException {
            this.manager = manager;
            this.learner = learner;
            int threads = Learner.threads(options.threads());
            this.device = "cpu, " + threads + (threads == 1 ? " thread, " : " threads, ") + Basis.name(precision);
            this.untaught = manager.create(new long[0]);
            this.lessons = plan.teaching() == null
                    ? null
                    : new TeacherCache(plan.teaching().teacher(), Objects.requireNonNull(train.packed()));
            // with augmentation or a teacher, batches come from the background thread and the set stays on the heap
            this.prepared = !train.augment().isEmpty() || lessons != null;
            this.trainTensors =
                    prepared ? new ImageTensors(manager.create(0), manager.create(0)) : train.tensors(manager);
            this.validationTensors = validation.tensors(manager);
            Path folder = plan.folder();
            this.basis = folder != null
                            && plan.train() instanceof Examples.Images learned
                            && plan.validation() instanceof Examples.Images judging
                    ? Basis.of(learned.set(), judging.set(), learned.preprocessing(), precision)
                    : null;
            if (folder != null && checkpoint != null) {
                resume(folder, checkpoint);
            }
            if (!validation.lost().isEmpty()) {
                notes.add("no validation image can be decoded of " + String.join(", ", validation.lost())
                        + ": the best epoch is chosen on the other classes");
            }
            this.keeping =
                    folder == null ? new CheckpointStore.InMemory() : CheckpointStore.InFolder.begin(folder, history);
        }

        private void resume(Path folder, Checkpoint checkpoint) throws IOException {
            Checkpoint.Progress progress = checkpoint.progress();
            requireSameBasis(folder, progress.basis());
            if (!progress.settings().equals(settings())) {
                throw new IllegalArgumentException("a run goes on with the options it began with: " + folder + " has "
                        + progress.settings() + "; now they are " + settings());
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
            verdicts.replay(history);
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

        TrainingResult toTheEnd() throws IOException {
            listener.started(new TrainingListener.Start(
                    epoch, options.epochs(), stepsPerEpoch, train.size(), validation.size(), skipped(), notes, device));
            StopReason reason = StopReason.COMPLETED;
            while (epoch <= options.epochs() && !verdicts.isHopeless()) {
                if (verdicts.shouldStop()) {
                    reason = StopReason.EARLY_STOPPING;
                    break;
                }
                if (!epoch()) {
                    reason = StopReason.CANCELLED;
                    break;
                }
            }
            if (reason != StopReason.CANCELLED && verdicts.hasDiverged()) {
                refuseFarLoss();
            }
            Model last = learner.network();
            return result(verdicts.keptEpoch() == 0 ? last : keeping.kept().orElse(last), last, reason);
        }

        private TrainingResult result(Model kept, Model last, StopReason reason) {
            return new TrainingResult(kept, last, history, verdicts.keptEpoch(), reason, device, skipped());
        }

        private DatasetReport skipped() {
            List<DatasetReport.Skipped> all = new ArrayList<>(train.skipped().skipped());
            all.addAll(validation.skipped().skipped());
            return new DatasetReport(all);
        }

        /** What the run had reached before it diverged; null when no epoch was any good. */
        private @Nullable TrainingResult before() throws IOException {
            if (verdicts.keptEpoch() == 0) {
                return null;
            }
            Model kept = keeping.kept().orElseThrow();
            return result(kept, kept, StopReason.DIVERGED);
        }

        private void refuseFarLoss() throws IOException {
            Epoch end = history.get(history.size() - 1);
            double rate =
                    history.stream().mapToDouble(Epoch::learningRate).max().orElse(end.learningRate());
            throw new DivergedException(
                    String.format(
                            Locale.ROOT,
                            "the training has diverged: after epoch %d the validation loss is %.4g, and guessing among"
                                    + " %d classes has %.4g. Try a learning rate of %s, clip_norm: 1 or a warm-up",
                            end.number(),
                            end.validationLoss(),
                            train.labels().size(),
                            verdicts.guessing(),
                            lower(rate)),
                    before());
        }

        /** Trains and validates; false when cancelled on the way. */
        private boolean epoch() throws IOException {
            long started = System.nanoTime();
            int[] order = order(epoch);
            boolean complete = prepared ? preparedSteps(order, started) : plainSteps(order, started);
            refuseBadLoss();
            if (!complete) {
                save(epoch, secondsBefore + seconds(started));
                return false;
            }
            Learner.Totals trained = learner.totals();
            Learner.Totals validated =
                    learner.validate(validationTensors, Math.max(options.batchSize(), VALIDATION_BATCH));
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
            boolean best = verdicts.epochEnded(done);
            boolean reduced = rate.epochEnded(done);
            step = 0;
            secondsBefore = 0;
            learner.resetTotals();
            if (verdicts.keptEpoch() == epoch) {
                keeping.keep(learner.network(), () -> progress(epoch + 1, 0));
            }
            save(epoch + 1, 0);
            keeping.append(done);
            listener.epochEnded(done, new EpochVerdict(best, verdicts.epochsWithoutImprovement(), reduced));
            epoch++;
        }

        private boolean plainSteps(int[] order, long started) throws IOException {
            try (NDManager scope = manager.newSubManager()) {
                NDArray indices = Learner.longs(scope, order);
                while (step < stepsPerEpoch) {
                    if (plan.cancellation().isRequested()) {
                        return false;
                    }
                    int start = step * options.batchSize();
                    int end = Math.min(order.length, start + options.batchSize());
                    step(new Learner.Batch(trainTensors, untaught, indices, start, end), started);
                }
            }
            return true;
        }

        private boolean preparedSteps(int[] order, long started) throws IOException {
            PackedImages images = Objects.requireNonNull(train.packed());
            try (AugmentedBatches batches = new AugmentedBatches(
                            images,
                            options.isPlain(epoch) ? AugmentationChain.NONE : train.augment(),
                            lessons,
                            order,
                            options.batchSize(),
                            options.seed(),
                            epoch,
                            step);
                    NDManager scope = manager.newSubManager()) {
                int largest = Math.min(order.length, options.batchSize());
                NDArray all = scope.arange(0, largest, 1, DataType.INT64);
                while (step < stepsPerEpoch) {
                    if (plan.cancellation().isRequested()) {
                        return false;
                    }
                    AugmentedBatches.Batch batch = batches.next();
                    try (NDManager batchScope = scope.newSubManager()) {
                        ImageTensors tensors =
                                ImageTensors.of(batchScope, batch.pixels(), images.shape(), batch.labels());
                        int n = batch.labels().length;
                        NDArray taught = lessons == null
                                ? untaught
                                : batchScope.create(
                                        batch.taught(),
                                        new Shape(n, train.labels().size()));
                        step(new Learner.Batch(tensors, taught, all, 0, n), started);
                    }
                }
            }
            return true;
        }

        private long reported;

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

        /** A tenth of a learning rate, in digits that people write. */
        private static double lower(double rate) {
            return new BigDecimal(rate / 10).round(new MathContext(2)).doubleValue();
        }

        private DivergedException notFinite(String what, String when, double lastRate) throws IOException {
            return new DivergedException(
                    "the training has diverged: " + what + " is no longer a finite number, " + when
                            + ", learning rate " + lastRate + ". Try a learning rate of " + lower(lastRate)
                            + ", clip_norm: 1 or a warm-up; if the first step fails, look for wrong mean and std in the"
                            + " preprocessing. "
                            + (history.isEmpty()
                                    ? "No epoch was finished, so there is no checkpoint"
                                    : "The checkpoint after epoch " + history.size() + " " + keeping.place()),
                    before());
        }

        private void save(int nextEpoch, double seconds) throws IOException {
            keeping.last(learner, () -> progress(nextEpoch, seconds));
        }

        private Checkpoint.Progress progress(int nextEpoch, double seconds) {
            return new Checkpoint.Progress(
                    settings(),
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
}
