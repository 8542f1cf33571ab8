package terzi.training.finetune;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetReport;
import terzi.data.Seeds;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.finetune.FineTuningResult.Figures;
import terzi.training.finetune.FineTuningResult.HeadReport;
import terzi.training.finetune.FineTuningResult.MeasuredOn;
import terzi.training.finetune.FineTuningResult.Stage;
import terzi.training.finetune.FineTuningResult.Timings;
import terzi.training.finetune.FineTuningResult.TuningReport;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.HeadForm;
import terzi.training.run.DivergedException;
import terzi.training.run.TrainingEngine;

/** A network and images with what the frozen part gives for them; learns from any part of the images. */
final class FineTuningSession implements AutoCloseable {
    /** A class must be able to spare an image for validation and still have some to learn from. */
    private static final int SMALLEST_CLASS_TO_HOLD_OUT_FROM = 5;

    private static final long BANK = 5;

    private final FineTuningJob job;
    private final FineTuningOptions options;
    private final FineTuningListener listener;
    private final Dataset images;
    private final NDManager manager;
    private final Prepared prepared;
    private final Preprocessing preprocessing;
    private final Extraction extraction;
    private final SecondStage second;
    private final int[] labels;
    private final InnerSplits splits;
    private double headSeconds;
    private double tuningSeconds;

    FineTuningSession(FineTuningJob job, Dataset images, FineTuningListener listener) throws IOException {
        this.job = job;
        this.options = job.options();
        this.listener = listener;
        this.images = images;
        this.labels = images.labelIndices();
        this.splits = new InnerSplits(job, labels);
        this.prepared = Prepared.of(job.network(), options, job.labels().size());
        this.preprocessing = Prepared.sized(job.preprocessing(), job.network(), options);
        TrainingEngine.useThreads(options.training().execution().threads());
        this.manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        boolean opened = false;
        try {
            ImageViews views = new ImageViews(
                    preprocessing,
                    options.images().views().augment(),
                    options.training().execution().seed());
            this.extraction = new Extraction(
                    manager,
                    prepared,
                    images,
                    views,
                    new Extraction.Session(new FeatureCache(job.cache()), job.cancellation(), listener));
            this.second = new SecondStage(manager, job, images, prepared, extraction, views, listener);
            opened = true;
        } finally {
            if (!opened) {
                manager.close();
            }
        }
    }

    /**
     * What was learned.
     *
     * @param network the whole network as it answers
     * @param logits of any image's view, by the kept stage
     * @param withStrangeness computes what only a network that is handed over needs
     */
    record Outcome(
            Stage kept,
            String why,
            Figures figures,
            HeadReport head,
            Optional<TuningReport> tuning,
            Model network,
            LogitsOf logits,
            Supplier<WithStrangeness> withStrangeness) {}

    /**
     * A head and the images that it was fitted to.
     *
     * @param images {@code [N]}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Fitted(HeadFit fit, int[] images) {}

    /**
     * The network that also tells how strange an image is, and the answers for training images by networks that did not learn
     * from them.
     */
    record WithStrangeness(Model network, FineTuningResult.OutOfFold outOfFold) {}

    /** Logits of images. */
    @FunctionalInterface
    interface LogitsOf {
        /** @return {@code [images][K]} */
        float[][] of(int[] wanted, int view);
    }

    void announce(int train, int validation) {
        listener.planned(new FineTuningListener.Plan(prepared.head().describe(), second.learns(), train, validation));
    }

    /** Runs the frozen network wherever that is still needed. */
    void extract() throws IOException {
        second.prepare(labels.length);
        extraction.ensure(
                Math.max(options.images().views().count(), Math.max(1, options.testViews())),
                second.activation().orElse(null),
                second.activationBytes());
    }

    Preprocessing preprocessing() {
        return preprocessing;
    }

    /** The readable images from one index to before another. */
    int[] readable(int from, int to) {
        return IntStream.range(from, to).filter(extraction::isReadable).toArray();
    }

    /** The readable ones among these images. */
    int[] readable(int[] which) {
        return Arrays.stream(which).filter(extraction::isReadable).toArray();
    }

    DatasetReport skipped() {
        return new DatasetReport(extraction.skipped());
    }

    int[] labels(int[] which) {
        return Arrays.stream(which).map(i -> labels[i]).toArray();
    }

    /** @throws IllegalArgumentException if a class has fewer than two images to learn from */
    void requireTwoOfEach(int[] train) {
        int[] counts = ClassBalance.counts(labels(train), job.labels().size());
        List<String> poor = new ArrayList<>();
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] < 2) {
                poor.add("'" + job.labels().get(c) + "' has " + (counts[c] == 0 ? "none" : "one"));
            }
        }
        if (!poor.isEmpty()) {
            String left = skipped().text();
            throw new IllegalArgumentException("every class needs at least two readable images for training; "
                    + String.join(", ", poor) + (left.isEmpty() ? "" : " (" + left + ")")
                    + "; add images, hold out fewer for validation and test, or remove the class");
        }
    }

    /**
     * Learns from some images.
     *
     * @param given images for validation; empty = held out from {@code train} where that is needed and possible
     */
    Outcome learn(int[] train, int[] given) throws IOException {
        SecondStage.Parts parts = new SecondStage.Parts(train, given);
        MeasuredOn on = given.length > 0 ? MeasuredOn.VALIDATION_PART : MeasuredOn.INNER_FOLDS;
        boolean tunes = second.isWanted();
        if (tunes && given.length == 0) {
            int smallest = Arrays.stream(
                            ClassBalance.counts(labels(train), job.labels().size()))
                    .min()
                    .orElse(0);
            if (smallest < SMALLEST_CLASS_TO_HOLD_OUT_FROM || options.images().validation() == 0) {
                tunes = false;
                listener.noted("the second stage was left out: "
                        + (options.images().validation() == 0
                                ? "validation is 0, so it could not be evaluated"
                                : "the smallest class has " + smallest + " images, too few to hold some out"
                                        + " and evaluate it"));
            } else {
                parts = splits.held(train);
                on = MeasuredOn.HELD_OUT;
            }
        }
        Fitted fit = fitHead(parts.trained());
        HeadReport report = report(fit.fit(), on, parts);
        listener.headFitted(report);
        if (!tunes) {
            return headOutcome(
                    fit,
                    report,
                    Optional.empty(),
                    second.isWanted()
                            ? "there were too few images to evaluate a second stage"
                            : "only the head was trained");
        }
        SecondStage.Tuned tuned;
        try {
            tuned = tune(parts, on, fit);
        } catch (DivergedException e) {
            listener.noted("second stage: " + e.getMessage());
            return headOutcome(
                    on == MeasuredOn.HELD_OUT ? fitHead(train) : fit,
                    report,
                    Optional.empty(),
                    "the second stage diverged, so the head alone is kept; lower finetune.training's learning rate");
        }
        if (tuned.isBetter()) {
            return tuningOutcome(parts, on, report, tuned);
        }
        // nothing was chosen on the images held out, so the head may learn from them too
        return headOutcome(
                on == MeasuredOn.HELD_OUT ? fitHead(train) : fit,
                report,
                Optional.of(tuned.report()),
                tuned.comparison());
    }

    private SecondStage.Tuned tune(SecondStage.Parts parts, MeasuredOn on, Fitted fit) throws IOException {
        LinearHead start = fitLinear(parts.trained());
        long started = System.nanoTime();
        try {
            return second.run(parts, start, this, on, logits(fit.fit().head(), parts.held(), 0));
        } finally {
            tuningSeconds += (System.nanoTime() - started) / 1e9;
        }
    }

    private Outcome headOutcome(Fitted fitted, HeadReport report, Optional<TuningReport> tuning, String why) {
        HeadFit fit = fitted.fit();
        Model network = prepared.network(fit.head());
        // the head that is kept may have been fitted to more images than the one that was measured
        HeadReport kept = new HeadReport(
                report.found(), form(fit), fit.tried(), fit.chosen(), fit.head().values(), report.figures());
        return new Outcome(
                Stage.HEAD,
                why,
                report.figures(),
                kept,
                tuning,
                network,
                (wanted, view) -> logits(fit.head(), wanted, view),
                () -> strange(fitted, network));
    }

    /** The second stage, trained on everything where no validation part was given. */
    private Outcome tuningOutcome(SecondStage.Parts parts, MeasuredOn on, HeadReport report, SecondStage.Tuned tuned)
            throws IOException {
        Model network = tuned.network();
        int[] trained = parts.trained();
        String why = tuned.comparison();
        if (on == MeasuredOn.HELD_OUT) {
            LinearHead start = fitLinear(parts.all());
            long started = System.nanoTime();
            try {
                network = second.onEverything(parts, start, tuned);
                trained = parts.all();
                why += ", and was trained again on all " + trained.length + " images";
            } catch (DivergedException e) {
                listener.noted(
                        "trained again on all images, the second stage diverged: the network that was not trained on"
                                + " the images held out is kept");
            } finally {
                tuningSeconds += (System.nanoTime() - started) / 1e9;
            }
        }
        Model kept = network;
        int[] known = trained;
        return new Outcome(
                Stage.TUNING,
                why,
                tuned.report().figures(),
                report,
                Optional.of(tuned.report()),
                kept,
                (wanted, view) -> second.output(kept, Prepared.LOGITS, wanted, view),
                () -> strange(parts, tuned.network(), kept, known));
    }

    private Fitted fitHead(int[] train) {
        HeadSearch.Divisions divisions = splits.divisions(train);
        return timed(() -> new Fitted(
                HeadSearch.fit(
                        manager, data(train), prepared.sets(), options.head(), divisions, job.cancellation(), listener),
                train));
    }

    /** Where the second stage begins: a linear head on all features. */
    private LinearHead fitLinear(int[] train) {
        return timed(() -> (LinearHead) HeadSearch.fit(
                        manager,
                        data(train),
                        List.of(FeatureSet.all(prepared.width())),
                        options.head().withForm(HeadForm.LINEAR),
                        new HeadSearch.Divisions(
                                splits.folds(train, job.groups().of()), Optional.empty()),
                        job.cancellation(),
                        listener)
                .head());
    }

    private <T> T timed(Supplier<T> work) {
        long started = System.nanoTime();
        T fit = work.get();
        headSeconds += (System.nanoTime() - started) / 1e9;
        return fit;
    }

    /** Adds the output {@code strangeness} to a network whose head alone was fitted. */
    private WithStrangeness strange(Fitted fitted, Model network) {
        HeadFit fit = fitted.fit();
        int[] train = fitted.images();
        float[][] features =
                Arrays.stream(train).mapToObj(i -> extraction.features(i, 0)).toArray(float[][]::new);
        Neighbours neighbours = neighbours(features, train, fit.folds(), fit.ungroupedFolds());
        return new WithStrangeness(
                Strangeness.of(neighbours, fit.outOfFold()).on(network),
                new FineTuningResult.OutOfFold(
                        predictions(train, fit.folds(), fit.outOfFold()),
                        CrossValidation.list(Strangeness.outOfFold(neighbours, fit.outOfFold(), fit.folds())),
                        Arrays.stream(neighbours.agreement()).boxed().toList(),
                        fit.isGrouped() ? predictions(train, fit.ungroupedFolds(), fit.ungrouped()) : List.of()));
    }

    /**
     * Adds the output {@code strangeness} to a network that was tuned.
     *
     * @param measured the network that was not trained on the images that were held out
     * @param kept the network that is handed over
     * @param known the images that it was trained on
     */
    private WithStrangeness strange(SecondStage.Parts parts, Model measured, Model kept, int[] known) {
        int[] all = parts.all();
        int[] sides = IntStream.range(0, all.length)
                .map(i -> i < parts.trained().length ? 0 : 1)
                .toArray();
        Neighbours among = neighbours(second.output(measured, Prepared.FEATURES, all, 0), all, sides, sides);
        int[] one = new int[known.length];
        Neighbours bank = neighbours(second.output(kept, Prepared.FEATURES, known, 0), known, one, one);
        Neighbours held = new Neighbours(
                new double[0], Arrays.copyOfRange(among.distance(), parts.trained().length, all.length), bank.bank());
        float[][] logits = second.output(measured, Prepared.LOGITS, parts.held(), 0);
        int[] folds = HeadSearch.foldOf(splits.folds(parts.held(), List.of()));
        return new WithStrangeness(
                Strangeness.of(held, logits).on(kept),
                new FineTuningResult.OutOfFold(
                        predictions(parts.held(), folds, logits),
                        CrossValidation.list(Strangeness.outOfFold(held, logits, folds)),
                        List.of(),
                        List.of()));
    }

    private Neighbours neighbours(float[][] features, int[] of, int[] folds, int[] ungrouped) {
        return timed(() -> Neighbours.of(
                manager,
                features,
                prepared.sets().get(0).width(),
                labels(of),
                folds,
                ungrouped,
                Seeds.mix(options.training().execution().seed(), 0, BANK)));
    }

    private List<CrossValidation.Prediction> predictions(int[] of, int[] folds, float[][] logits) {
        List<CrossValidation.Prediction> all = new ArrayList<>();
        for (int i = 0; i < of.length; i++) {
            all.add(new CrossValidation.Prediction(
                    id(of[i]), folds[i] + 1, label(of[i]), CrossValidation.list(logits[i]), Optional.empty()));
        }
        return all;
    }

    private HeadFitter.Data data(int[] train) {
        int[] classes = labels(train);
        return new HeadFitter.Data(
                (image, view) -> extraction.features(train[image], view),
                classes,
                ClassBalance.weights(classes, job.labels(), options),
                job.labels().size(),
                prepared.width(),
                options.images().views().count());
    }

    private HeadReport report(HeadFit fit, MeasuredOn on, SecondStage.Parts parts) {
        LogitsOf logits = (wanted, view) -> logits(fit.head(), wanted, view);
        Figures figures =
                on == MeasuredOn.INNER_FOLDS ? innerFigures(fit, parts.trained()) : figures(on, parts, logits);
        return new HeadReport(
                prepared.head().describe(),
                form(fit),
                fit.tried(),
                fit.chosen(),
                fit.head().values(),
                figures);
    }

    private static HeadForm form(HeadFit fit) {
        FittedHead head = fit.head();
        if (head instanceof LinearHead) {
            return HeadForm.LINEAR;
        }
        return head instanceof KernelHead ? HeadForm.KERNEL : HeadForm.DISCRIMINANT;
    }

    private Figures innerFigures(HeadFit fit, int[] taught) {
        LogitMetrics inner = new LogitMetrics(fit.outOfFold(), labels(taught));
        return new Figures(
                MeasuredOn.INNER_FOLDS,
                taught.length,
                inner.accuracy(),
                inner.logLoss(),
                new LogitMetrics(logits(fit.head(), taught, 0), labels(taught)).accuracy(),
                Optional.empty());
    }

    /** How well some logits answer, on images that judge and on those that taught. */
    Figures figures(MeasuredOn on, SecondStage.Parts parts, LogitsOf logits) {
        int[] judged = parts.held();
        LogitMetrics answers = new LogitMetrics(logits.of(judged, 0), labels(judged));
        Optional<Double> testTime = options.testViews() < 2
                ? Optional.empty()
                : Optional.of(new LogitMetrics(averaged(logits, judged), labels(judged)).accuracy());
        return new Figures(
                on,
                judged.length,
                answers.accuracy(),
                answers.logLoss(),
                new LogitMetrics(logits.of(parts.trained(), 0), labels(parts.trained())).accuracy(),
                testTime);
    }

    /** Logits averaged over the views of test-time augmentation. */
    float[][] averaged(LogitsOf logits, int[] wanted) {
        float[][] sum = new float[wanted.length][job.labels().size()];
        for (int view = 0; view < options.testViews(); view++) {
            float[][] one = logits.of(wanted, view);
            for (int i = 0; i < sum.length; i++) {
                for (int c = 0; c < sum[i].length; c++) {
                    sum[i][c] += one[i][c] / options.testViews();
                }
            }
        }
        return sum;
    }

    private float[][] logits(FittedHead head, int[] wanted, int view) {
        float[][] features = Arrays.stream(wanted)
                .mapToObj(image -> extraction.features(image, view))
                .toArray(float[][]::new);
        return head.logits(manager, features);
    }

    String id(int image) {
        return images.id(image);
    }

    int label(int image) {
        return labels[image];
    }

    Timings timings(double total) {
        return new Timings(
                extraction.seconds(),
                extraction.waitingShare(),
                extraction.computed(),
                headSeconds,
                tuningSeconds,
                total);
    }

    @Override
    public void close() {
        second.close();
        manager.close();
    }
}
