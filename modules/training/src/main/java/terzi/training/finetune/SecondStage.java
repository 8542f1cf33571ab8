package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.Seeds;
import terzi.data.augment.AugmentationChain;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.rewrite.Cut;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.finetune.FineTuningResult.Figures;
import terzi.training.finetune.FineTuningResult.MeasuredOn;
import terzi.training.finetune.FineTuningResult.TuningReport;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Keep;
import terzi.training.recipe.TrainingOptions;
import terzi.training.run.DivergedException;
import terzi.training.run.Epoch;
import terzi.training.run.Examples;
import terzi.training.run.ReadAhead;
import terzi.training.run.StopReason;
import terzi.training.run.Trainer;
import terzi.training.run.TrainingListener;
import terzi.training.run.TrainingResult;
import terzi.training.run.TuningJob;

/**
 * The second stage: the deepest blocks learn, beginning with the fitted head. What comes before them runs once, and the
 * trainer learns from what it gave; where that does not fit into memory, the whole network runs in every step.
 */
final class SecondStage implements AutoCloseable {
    private static final long VIEWS = 6;
    private static final int ASKED_AT_ONCE = 32;

    /** Shares of the change of the weights that are tried beside all of it. */
    private static final List<Double> BETWEEN = List.of(0.75, 0.5, 0.25);

    private final NDManager manager;
    private final FineTuningJob job;
    private final FineTuningOptions options;
    private final Dataset images;
    private final int[] labels;
    private final Prepared prepared;
    private final Extraction extraction;
    private final ImageViews views;
    private final FineTuningListener listener;
    private final int learning;
    private int rowBytes;
    private Extraction.@Nullable Activation activation;
    private @Nullable Activations activations;

    SecondStage(
            NDManager manager,
            FineTuningJob job,
            Dataset images,
            Prepared prepared,
            Extraction extraction,
            ImageViews views,
            FineTuningListener listener) {
        this.manager = manager.newSubManager();
        this.job = job;
        this.options = job.options();
        this.images = images;
        this.labels = images.labelIndices();
        this.prepared = prepared;
        this.extraction = extraction;
        this.views = views;
        this.listener = listener;
        this.learning = prepared.blocks().learning(options.unfreeze().depth());
    }

    /**
     * The images.
     *
     * @param trained those that are trained on
     * @param held those that the best epoch is chosen on
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Parts(int[] trained, int[] held) {
        int[] all() {
            return IntStream.concat(Arrays.stream(trained), Arrays.stream(held)).toArray();
        }
    }

    /**
     * What came out.
     *
     * @param comparison with the first stage, in a clause
     * @param network the whole network with what it learned, calibrated on the images that were held out
     * @param factor of the logits that the calibration chose
     */
    record Tuned(boolean isBetter, String comparison, TuningReport report, Model network, double factor) {}

    boolean isWanted() {
        return learning > 0;
    }

    /** What learns, for people. */
    String learns() {
        int all = prepared.blocks().blocks().size();
        if (learning == 0) {
            return "the head";
        } else if (learning == all) {
            return "the head and all " + all + " blocks";
        }
        return "the head and the last " + learning + " of " + all + " blocks, from "
                + prepared.blocks().cut(learning);
    }

    /** Finds out how much room the frozen part's output takes, and how many views fit. */
    void prepare(int imageCount) {
        if (learning == 0 || learning == prepared.blocks().blocks().size()) {
            return;
        }
        String cut = prepared.blocks().cut(learning);
        Preprocessing preprocessing = views.preprocessing();
        int pixels = preprocessing.width()
                * preprocessing.height()
                * preprocessing.channels().count();
        List<Long> shape;
        try (FrozenNetwork network = new FrozenNetwork(manager, prepared.both(cut), preprocessing)) {
            FrozenNetwork.Output output = network.run(ByteBuffer.allocateDirect(pixels), 1);
            rowBytes = output.activations().get(0).length;
            shape = output.shape();
        }
        long room = (long) options.unfreeze().memoryMegabytes() << 20;
        long fitting = room / ((long) rowBytes * Math.max(1, imageCount));
        int wanted = options.unfreeze().views();
        if (fitting == 0) {
            listener.noted(String.format(
                    Locale.ROOT,
                    "what the frozen part gives for %d images takes %d MB, more than memory_megabytes: %d; the whole"
                            + " network runs in every step, which is slower",
                    imageCount,
                    ((long) rowBytes * imageCount) >> 20,
                    options.unfreeze().memoryMegabytes()));
            return;
        }
        if (fitting < wanted) {
            listener.noted("the second stage learns from " + fitting + " views of each image instead of " + wanted
                    + ", so as not to take more than memory_megabytes: "
                    + options.unfreeze().memoryMegabytes());
        }
        activation = extraction.activation(cut, (int) Math.min(wanted, fitting), shape);
    }

    Optional<Extraction.Activation> activation() {
        return Optional.ofNullable(activation);
    }

    int activationBytes() {
        return rowBytes;
    }

    /**
     * Learns, and tries weights between those of the first stage and those that were learned.
     *
     * @param start the head where the training begins
     * @param before logits of the first stage for the images held out, {@code [held][K]}
     * @throws DivergedException if no epoch was any good
     */
    Tuned run(Parts parts, LinearHead start, FineTuningSession session, MeasuredOn on, float[][] before)
            throws IOException {
        EpochsSeen listening = new EpochsSeen();
        TrainingResult result;
        try {
            result = train(
                    parts,
                    start,
                    options.training(),
                    options.training().optimisation().epochs(),
                    listening);
        } catch (DivergedException e) {
            result = e.before().orElseThrow(() -> e);
            listener.noted("second stage: " + e.getMessage() + ". Its epoch " + result.keptEpoch()
                    + ", from before that, is compared with the head");
        }
        int[] truth = session.labels(parts.held());
        double[] equal = new double[truth.length];
        Arrays.fill(equal, 1);
        Model network = prepared.interpolated(start, result.kept(), 1);
        LogitMetrics held = new LogitMetrics(output(network, Prepared.LOGITS, parts.held(), 0), truth);
        double share = 1;
        for (double less : BETWEEN) {
            Model mixed = prepared.interpolated(start, result.kept(), less);
            LogitMetrics ofMixed = new LogitMetrics(output(mixed, Prepared.LOGITS, parts.held(), 0), truth);
            if (ofMixed.logLoss() < held.logLoss()) {
                network = mixed;
                held = ofMixed;
                share = less;
            }
        }
        double factor = held.bestFactor(equal);
        Model calibrated = Prepared.scaled(network, factor);
        Figures figures =
                session.figures(on, parts, (wanted, view) -> output(calibrated, Prepared.LOGITS, wanted, view));
        LogitMetrics head = new LogitMetrics(before, truth);
        boolean better = !HeadChoice.isNoWorse(head.losses(head.bestFactor(equal)), held.losses(factor), equal);
        TuningReport report = new TuningReport(
                Optional.ofNullable(activation).map(Extraction.Activation::cut),
                activation == null ? 1 : activation.views(),
                result.history(),
                result.keptEpoch(),
                share,
                result.reason(),
                figures);
        return new Tuned(better, comparison(better, head.logLoss(), report), report, calibrated, factor);
    }

    private static String comparison(boolean better, double before, TuningReport report) {
        Figures after = report.figures();
        return String.format(
                Locale.ROOT,
                "on %d images for validation the second stage%s has log-loss %.4f, the head alone %.4f: %s",
                after.images(),
                report.share() == 1
                        ? ""
                        : String.format(Locale.ROOT, " (%.0f %% of what its weights changed)", report.share() * 100),
                after.logLoss(),
                before,
                better ? "it is kept" : "not better by more than one standard error, so the head alone is kept");
    }

    /**
     * The network that also learns from the images that were held out: for as many epochs, with the same share of the change
     * and the same calibration.
     *
     * @param start a head that was fitted to all images
     */
    Model onEverything(Parts parts, LinearHead start, Tuned tuned) throws IOException {
        TrainingOptions training = options.training().withSelection(new TrainingOptions.Selection(Keep.LAST, null));
        TrainingResult result = train(
                new Parts(parts.all(), parts.held()),
                start,
                training,
                tuned.report().bestEpoch(),
                new StepsSeen());
        return Prepared.scaled(
                prepared.interpolated(start, result.last(), tuned.report().share()), tuned.factor());
    }

    private TrainingResult train(
            Parts parts, LinearHead start, TrainingOptions training, int lastEpoch, TrainingListener listening)
            throws IOException {
        Extraction.Activation cut = activation;
        TrainingResult result;
        if (cut != null) {
            Activations rows = activations(cut);
            try (NDManager scope = manager.newSubManager()) {
                result = Trainer.tune(
                        new TuningJob(
                                prepared.suffix(cut.cut(), start),
                                new Examples.Rows(job.labels(), rows.values(), rows.classes(labels)),
                                epoch -> order(parts.trained(), epoch, cut.views(), true),
                                new Examples.Rows(
                                        job.labels(),
                                        rows.plain(scope, parts.held()),
                                        Arrays.stream(parts.held())
                                                .map(i -> labels[i])
                                                .toArray()),
                                rates(),
                                training,
                                lastEpoch,
                                job.cancellation()),
                        listening);
            }
        } else {
            result = Trainer.tune(
                    new TuningJob(
                            prepared.network(start),
                            new Examples.Images(
                                    images.subset(parts.trained()),
                                    views.preprocessing(),
                                    options.images().views().augment()),
                            epoch -> order(parts.trained(), epoch, 1, false),
                            new Examples.Images(
                                    images.subset(parts.held()), views.preprocessing(), AugmentationChain.NONE),
                            rates(),
                            training,
                            lastEpoch,
                            job.cancellation()),
                    listening);
        }
        if (result.reason() == StopReason.CANCELLED) {
            throw new CancellationException("fine-tuning was cancelled in the second stage");
        }
        return result;
    }

    /** Counts the steps. */
    private class StepsSeen implements TrainingListener {
        private @Nullable Meter meter;
        private int seen;

        @Override
        public void started(Start start) {
            meter = new Meter(listener, Work.TUNING, 0, (long) start.epochs() * start.stepsPerEpoch());
        }

        @Override
        public void progressed(TrainingListener.Progress progress) {
            int now = (progress.epoch() - 1) * progress.stepsPerEpoch() + progress.step();
            if (meter != null) {
                meter.add(now - seen);
            }
            seen = now;
        }
    }

    /** Passes on what the trainer says. */
    private final class EpochsSeen extends StepsSeen {
        @Override
        public void progressed(TrainingListener.Progress progress) {
            super.progressed(progress);
            listener.stepped(progress);
        }

        @Override
        public void epochEnded(Epoch epoch, EpochVerdict verdict) {
            listener.epochEnded(epoch, verdict);
        }
    }

    private Map<String, Double> rates() {
        return prepared.blocks().rates(options.unfreeze().rateDecay(), learning);
    }

    /** What is seen in an epoch: every image in another of its views, or as it is, in another order. */
    private int[] order(int[] taught, int epoch, int viewCount, boolean rows) {
        long seed = options.training().execution().seed();
        int[] classes = Arrays.stream(taught).map(i -> labels[i]).toArray();
        int[] times =
                ClassBalance.seen(classes, job.labels().size(), options.images().sampling(), seed, epoch);
        boolean plain = options.training().isPlain(epoch);
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < taught.length; i++) {
            long first = Math.floorMod(Seeds.mix(seed + VIEWS, 0, taught[i]), (long) viewCount);
            for (int repeat = 0; repeat < times[i]; repeat++) {
                int view = plain ? 0 : (int) ((first + epoch + repeat) % viewCount);
                seen.add(rows ? taught[i] * viewCount + view : i);
            }
        }
        return Arrays.stream(Seeds.permutation(seen.size(), seed, epoch))
                .map(seen::get)
                .toArray();
    }

    private Activations activations(Extraction.Activation cut) throws IOException {
        if (activations == null) {
            activations = Activations.load(manager, extraction, cut, labels.length, rowBytes);
        }
        return activations;
    }

    /**
     * An output of the whole network for images, from what is cached where that is possible.
     *
     * @return {@code [wanted][width of the output]}
     */
    float[][] output(Model network, String output, int[] wanted, int view) {
        Extraction.Activation cut = activation;
        try {
            return cut != null && view < cut.views()
                    ? activations(cut).answers(Cut.between(network, List.of(cut.cut()), List.of(output)), wanted, view)
                    : fromImages(Cut.at(network, List.of(output)), wanted, view);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private float[][] fromImages(Model network, int[] wanted, int view) throws IOException {
        float[][] answers = new float[wanted.length][];
        List<ViewBatches.Wanted> all = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            all.add(new ViewBatches.Wanted(wanted[i], extraction.digest(wanted[i]), new int[] {view}));
        }
        try (FrozenNetwork frozen = new FrozenNetwork(manager, network, views.preprocessing());
                ReadAhead<ViewBatches.Batch> batches =
                        new ReadAhead<>("images", new ViewBatches(images, views, all, ASKED_AT_ONCE))) {
            int done = 0;
            for (var next = batches.next(); next.isPresent(); next = batches.next()) {
                ViewBatches.Batch batch = next.get();
                if (!batch.skipped().isEmpty()) {
                    throw new IOException("an image can no longer be read: "
                            + batch.skipped().get(0).skipped().message());
                }
                for (float[] one :
                        frozen.run(batch.pixels(), batch.items().size()).features()) {
                    answers[done++] = one;
                }
            }
        }
        return answers;
    }

    @Override
    public void close() {
        manager.close();
    }
}
