package terzi.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Model;
import terzi.training.TrainingListener.EpochVerdict;
import terzi.training.TrainingListener.Progress;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.TorchScriptCompiler;
import terzi.vision.ClassWeights;
import terzi.vision.PackedPictures;
import terzi.vision.Seeds;

/**
 * Trains a network by gradient descent.
 *
 * <p>Every random choice derives from (seed, epoch, step or picture), so a run that is resumed from its checkpoint {@code
 * last/} goes on as if it had never ended; with one thread to the last bit.
 */
public final class Trainer {
    private static final String ENGINE = "PyTorch";
    private static final long PROGRESS_NANOS = 200_000_000;
    private static final int VALIDATION_BATCH = 256;

    private final TrainingJob job;
    private final TrainingOptions options;
    private final TrainingListener listener;
    private final PackedPictures train;
    private final PackedPictures validation;
    private final int stepsPerEpoch;
    private final LearningRate rate;
    private final Verdicts verdicts;
    private final List<Epoch> history = new ArrayList<>();

    private Trainer(TrainingJob job, TrainingListener listener) throws IOException {
        this.job = job;
        this.options = job.options();
        this.listener = listener;
        this.train = PackedPictures.of(job.train(), job.preprocessing());
        this.validation = PackedPictures.of(job.validation(), job.preprocessing());
        this.stepsPerEpoch = stepsPerEpoch(train.size(), options.batchSize());
        this.rate = new LearningRate(
                options.optimizer().learningRate(), options.schedule(), stepsPerEpoch, options.epochs());
        this.verdicts = new Verdicts(options.earlyStopping());
    }

    /** A last batch of a single picture is left out: BatchNorm has no variance over one value. */
    private static int stepsPerEpoch(int pictures, int batchSize) {
        int left = pictures % batchSize;
        int whole = pictures / batchSize;
        return Math.max(1, left > 1 ? whole + 1 : whole);
    }

    /**
     * Runs a job to its end, on the calling thread.
     *
     * @throws TrainingException if the loss is no longer a number; {@code last/} and {@code best/} stay as they were after
     *     the epoch before
     * @throws IllegalArgumentException if the network does not fit the pictures and labels, or a resumed run has other
     *     options
     * @throws IOException if pictures cannot be read or checkpoints cannot be written
     */
    public static TrainingResult train(TrainingJob job, TrainingListener listener) throws IOException {
        try {
            return new Trainer(job, listener).run();
        } finally {
            job.cancellation().runEnded();
        }
    }

    private TrainingResult run() throws IOException {
        Precision precision = options.precision().resolve();
        CompiledGraph graph = TorchScriptCompiler.compile(job.network(), precision);
        NetworkShape.check(job.network(), job.preprocessing(), train.labels());
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
            Learner.setThreads(options.threads());
            try (Learner learner = new Learner(manager, graph, job.preprocessing(), options, classWeights())) {
                return new Run(manager, learner, precision).toTheEnd();
            }
        }
    }

    /** Null when all classes count the same. */
    private float @Nullable [] classWeights() {
        ClassWeighting weighting = options.loss().classWeights();
        if (weighting instanceof ClassWeighting.Balanced) {
            int[] counts = train.classCounts();
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

    /** What a resumed run must share with the run it goes on with. */
    private String settings() {
        return "optimizer " + options.optimizer() + ", schedule " + options.schedule() + ", loss " + options.loss()
                + ", mix " + options.mix() + ", augment " + job.augment() + ", clipNorm " + options.clipNorm()
                + ", ema "
                + options.ema() + ", batchSize " + options.batchSize() + ", seed " + options.seed() + ", "
                + train.size() + " training pictures";
    }

    /** The run itself, once everything is on the device. */
    private final class Run {
        private final NDManager manager;
        private final Learner learner;
        private final PictureTensors trainTensors;
        private final PictureTensors validationTensors;
        private final String device;
        private History csv;
        private int epoch = 1;
        private int step;
        private long steps;
        private double secondsBefore;

        Run(NDManager manager, Learner learner, Precision precision) throws IOException {
            this.manager = manager;
            this.learner = learner;
            this.device = "cpu, " + Machine.threads(options.threads()) + " threads, " + precision;
            // with augmentation, batches come from the background thread and the set stays on the heap
            this.trainTensors = job.augment().isEmpty()
                    ? PictureTensors.of(manager, train)
                    : new PictureTensors(manager.create(0), manager.create(0));
            this.validationTensors = PictureTensors.of(manager, validation);
            if (job.begin() == TrainingJob.Begin.RESUMED) {
                resume();
            }
            this.csv = History.begin(job.folder(), history);
        }

        private void resume() throws IOException {
            Checkpoint checkpoint = Checkpoint.read(job.folder(), Checkpoint.LAST);
            Checkpoint.Progress progress = checkpoint.progress();
            if (!progress.settings().equals(settings())) {
                throw new IllegalArgumentException("a run goes on with the options it began with: " + job.folder()
                        + " has " + progress.settings() + "; now they are " + settings());
            }
            learner.restore(Objects.requireNonNull(checkpoint.state(), "state of last/"));
            learner.setTotals(progress.totals());
            epoch = progress.epoch();
            step = progress.step();
            steps = progress.steps();
            secondsBefore = progress.seconds();
            history.addAll(progress.history());
            rate.replay(history);
            verdicts.replay(history);
        }

        TrainingResult toTheEnd() throws IOException {
            listener.started(new TrainingListener.Start(
                    epoch, options.epochs(), stepsPerEpoch, train.size(), validation.size(), device));
            StopReason reason = StopReason.COMPLETED;
            while (epoch <= options.epochs()) {
                if (verdicts.shouldStop()) {
                    reason = StopReason.EARLY_STOPPING;
                    break;
                }
                if (!epoch()) {
                    reason = StopReason.CANCELLED;
                    break;
                }
            }
            Model last = learner.network();
            Model best = verdicts.bestEpoch() == 0
                    ? last
                    : Checkpoint.read(job.folder(), Checkpoint.BEST).network();
            return new TrainingResult(best, last, history, verdicts.bestEpoch(), reason);
        }

        /** Trains and validates; false when cancelled on the way. */
        private boolean epoch() throws IOException {
            long started = System.nanoTime();
            int[] order = Seeds.permutation(train.size(), options.seed(), epoch);
            boolean complete = job.augment().isEmpty() ? plainSteps(order, started) : augmentedSteps(order, started);
            refuseBadLoss();
            if (!complete) {
                save(epoch, secondsBefore + seconds(started));
                return false;
            }
            Learner.Totals trained = learner.totals();
            Learner.Totals validated =
                    learner.validate(validationTensors, Math.max(options.batchSize(), VALIDATION_BATCH));
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
            if (best) {
                new Checkpoint(learner.network(), progress(epoch + 1, 0), null).write(job.folder(), Checkpoint.BEST);
            }
            save(epoch + 1, 0);
            csv.append(done);
            listener.epochEnded(done, new EpochVerdict(best, verdicts.epochsWithoutImprovement(), reduced));
            epoch++;
        }

        private boolean plainSteps(int[] order, long started) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray indices = Learner.longs(scope, order);
                while (step < stepsPerEpoch) {
                    if (job.cancellation().isRequested()) {
                        return false;
                    }
                    int start = step * options.batchSize();
                    int end = Math.min(order.length, start + options.batchSize());
                    step(new Learner.Batch(trainTensors, indices, start, end), started);
                }
            }
            return true;
        }

        private boolean augmentedSteps(int[] order, long started) throws IOException {
            try (AugmentedBatches batches = new AugmentedBatches(
                            train, job.augment(), order, options.batchSize(), options.seed(), epoch, step);
                    NDManager scope = manager.newSubManager()) {
                int largest = Math.min(order.length, options.batchSize());
                NDArray all = scope.arange(0, largest, 1, DataType.INT64);
                while (step < stepsPerEpoch) {
                    if (job.cancellation().isRequested()) {
                        return false;
                    }
                    AugmentedBatches.Batch batch = batches.next();
                    try (NDManager batchScope = scope.newSubManager()) {
                        PictureTensors tensors =
                                PictureTensors.of(batchScope, batch.pixels(), train.shape(), batch.labels());
                        step(new Learner.Batch(tensors, all, 0, batch.labels().length), started);
                    }
                }
            }
            return true;
        }

        private long reported;

        private void step(Learner.Batch batch, long started) {
            learner.step(batch, new Learner.Moment(epoch, step, steps + 1), rate.at(steps));
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

        private void refuseBadLoss() {
            long bad = learner.totals().badStep();
            if (bad == 0) {
                return;
            }
            double lastRate = rate.at(bad - 1);
            throw new TrainingException("the loss is no longer a finite number: epoch " + epoch + ", step "
                    + ((bad - 1) % stepsPerEpoch + 1) + " of " + stepsPerEpoch + ", learning rate " + lastRate
                    + ". Try a learning rate of " + lastRate / 10
                    + ", clipNorm: 1 or a warm-up; if the first step fails, look for wrong mean and std in the"
                    + " preprocessing. "
                    + (history.isEmpty()
                            ? "No epoch was finished, so there is no checkpoint"
                            : "The checkpoint after epoch " + history.size() + " is in "
                                    + job.folder().resolve(Checkpoint.LAST)));
        }

        private void save(int nextEpoch, double seconds) throws IOException {
            new Checkpoint(learner.network(), progress(nextEpoch, seconds), learner.state())
                    .write(job.folder(), Checkpoint.LAST);
        }

        private Checkpoint.Progress progress(int nextEpoch, double seconds) {
            return new Checkpoint.Progress(
                    settings(),
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
