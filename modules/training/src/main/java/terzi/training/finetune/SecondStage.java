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
import terzi.training.recipe.EarlyStopping;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Monitor;
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
     * What came out.
     *
     * @param comparison with the first stage, in a sentence
     * @param network the whole network with what it learned
     */
    record Tuned(
            boolean isBetter,
            String comparison,
            TuningReport report,
            Model network,
            FineTuningSession.LogitsOf logits) {}

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
     * Learns.
     *
     * @param taught the images to learn from
     * @param judged the images that decide which epoch is the best
     * @param head where the head begins
     * @param before the first stage's figures on {@code judged}
     * @throws DivergedException if no epoch was any good
     */
    Tuned run(int[] taught, int[] judged, LinearHead head, FineTuningSession study, MeasuredOn on, Figures before)
            throws IOException {
        Extraction.Activation cut = activation;
        TrainingResult result;
        FineTuningSession.LogitsOf logits;
        Model network;
        if (cut != null) {
            Activations rows = activations(cut);
            try (NDManager scope = manager.newSubManager()) {
                result = tune(new TuningJob(
                        prepared.suffix(cut.cut(), head),
                        new Examples.Rows(job.labels(), rows.values(), rows.classes(labels)),
                        epoch -> order(taught, epoch, cut.views(), true),
                        new Examples.Rows(job.labels(), rows.plain(scope, judged), study.labels(judged)),
                        rates(),
                        options.training(),
                        job.cancellation()));
            }
            Model suffix = result.kept();
            network = prepared.merged(suffix);
            Model whole = network;
            logits = (wanted, view) ->
                    view < cut.views() ? rows.logits(suffix, wanted, view) : fromImages(whole, wanted, view);
        } else {
            result = tune(new TuningJob(
                    prepared.network(head),
                    new Examples.Images(
                            images.subset(taught),
                            views.preprocessing(),
                            options.images().views().augment()),
                    epoch -> order(taught, epoch, 1, false),
                    new Examples.Images(images.subset(judged), views.preprocessing(), AugmentationChain.NONE),
                    rates(),
                    options.training(),
                    job.cancellation()));
            network = prepared.merged(result.kept());
            Model whole = network;
            logits = (wanted, view) -> fromImages(whole, wanted, view);
        }
        Figures figures = study.figures(on, judged, taught, logits);
        EarlyStopping stopping = options.training().selection().earlyStopping();
        Monitor monitor = stopping == null ? Monitor.ACCURACY : stopping.monitor();
        boolean better =
                monitor == Monitor.LOSS ? figures.logLoss() < before.logLoss() : figures.accuracy() > before.accuracy();
        TuningReport report = new TuningReport(
                Optional.ofNullable(cut).map(Extraction.Activation::cut),
                cut == null ? 1 : cut.views(),
                result.history(),
                result.keptEpoch(),
                result.reason(),
                figures);
        return new Tuned(better, comparison(better, monitor, before, figures), report, network, logits);
    }

    private static String comparison(boolean better, Monitor monitor, Figures before, Figures after) {
        return String.format(
                Locale.ROOT,
                "on %d images for validation the second stage has %s %.4f, the head alone %.4f: %s",
                after.images(),
                monitor == Monitor.LOSS ? "log-loss" : "accuracy",
                monitor == Monitor.LOSS ? after.logLoss() : after.accuracy(),
                monitor == Monitor.LOSS ? before.logLoss() : before.accuracy(),
                better ? "it is kept" : "no better, so the head alone is kept");
    }

    private TrainingResult tune(TuningJob tuning) throws IOException {
        TrainingResult result;
        try {
            result = Trainer.tune(tuning, new ListenerAdapter());
        } catch (DivergedException e) {
            result = e.before().orElseThrow(() -> e);
            listener.noted("second stage: " + e.getMessage() + ". Its epoch " + result.keptEpoch()
                    + ", from before that, is compared with the head");
        }
        if (result.reason() == StopReason.CANCELLED) {
            throw new CancellationException("fine-tuning was cancelled in the second stage");
        }
        return result;
    }

    /** Passes on what the trainer says. */
    private final class ListenerAdapter implements TrainingListener {
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

    /** The logits of images that run through the whole network. */
    private float[][] fromImages(Model network, int[] wanted, int view) {
        float[][] logits = new float[wanted.length][];
        List<ViewBatches.Wanted> all = new ArrayList<>();
        try {
            for (int i = 0; i < wanted.length; i++) {
                all.add(new ViewBatches.Wanted(wanted[i], extraction.digest(wanted[i]), new int[] {view}));
            }
            try (FrozenNetwork frozen = new FrozenNetwork(
                            manager, Cut.at(network, List.of(Prepared.LOGITS)), views.preprocessing());
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
                        logits[done++] = one;
                    }
                }
            }
            return logits;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
