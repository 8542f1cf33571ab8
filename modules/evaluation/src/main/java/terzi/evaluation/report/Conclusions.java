package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.LabelErrors;

/**
 * Findings about an evaluation as sentences for readers without experience in training networks, each with the figure
 * that it rests on. A verdict is only given if the interval of its figure supports it.
 *
 * @param shown evaluation of held-out images; empty if there is none
 * @param part part of the data that was evaluated, such as {@code test} or {@code validation}
 * @param folds results of a cross-validation; empty if there was none
 * @param fit accuracy on training images and on other images; empty if it is not known
 * @param calibrated fit of the temperature; empty if there was none
 * @param learned part of the network that was trained; empty if it is not known
 * @param labelErrors labels of the training images that are probably wrong; empty if they were not sought
 */
public record Conclusions(
        Optional<Evaluation> shown,
        String part,
        Optional<Folds> folds,
        Optional<Fit> fit,
        Optional<Calibrated> calibrated,
        Optional<Report.Learned.Part> learned,
        Optional<LabelErrors> labelErrors) {

    /** The name of the test set, whose images were used neither for training nor for choices. */
    public static final String TEST = "test";

    /** The name of predictions by models that were not trained on their images. */
    public static final String OUT_OF_FOLD = "out-of-fold";

    /** An interval wider than this says little about the next images. */
    private static final double WIDE = 0.1;

    static final double LARGE_GAP = 0.1;
    static final double SOME_GAP = 0.04;
    static final double WEAK_RECALL = 0.9;

    private static final double FAILING_RECALL = 0.6;
    /** The upper end of a recall's interval must lie below, or it is not certain that the class fails. */
    private static final double SURELY_WEAK = 0.75;

    /** Fewer images of a class are too few for a verdict on it. */
    static final int TOO_FEW = 10;

    private static final int NAMED = 5;

    /**
     * Creates findings without a search for wrong labels.
     *
     * @param shown evaluation of held-out images; empty if there is none
     * @param part part of the data that was evaluated, such as {@code test} or {@code validation}
     * @param folds results of a cross-validation; empty if there was none
     * @param fit accuracy on training images and on other images; empty if it is not known
     * @param calibrated fit of the temperature; empty if there was none
     * @param learned part of the network that was trained; empty if it is not known
     */
    public Conclusions(
            Optional<Evaluation> shown,
            String part,
            Optional<Folds> folds,
            Optional<Fit> fit,
            Optional<Calibrated> calibrated,
            Optional<Report.Learned.Part> learned) {
        this(shown, part, folds, fit, calibrated, learned, Optional.empty());
    }

    /**
     * The results of a cross-validation.
     *
     * @param all evaluation of the out-of-fold predictions of all images
     * @param accuracies accuracy of each fold, 0..1
     */
    public record Folds(Evaluation all, List<Double> accuracies) {
        /**
         * Creates results from a copy of the accuracies.
         *
         * @param all evaluation of the out-of-fold predictions of all images
         * @param accuracies accuracy of each fold, 0..1
         */
        public Folds {
            accuracies = List.copyOf(accuracies);
        }
    }

    /**
     * The accuracies on training images and on held-out images.
     *
     * @param trainAccuracy accuracy on training images, 0..1
     * @param trainImages number of those training images; 0 for all
     * @param otherAccuracy accuracy on held-out images, 0..1
     * @param otherImages number of those held-out images
     */
    public record Fit(double trainAccuracy, int trainImages, double otherAccuracy, int otherImages) {
        double gap() {
            return trainAccuracy - otherAccuracy;
        }

        /**
         * Whether the gap is more than so few other images make by chance: the training accuracy lies outside their
         * interval.
         */
        boolean isBeyondChance() {
            return otherImages >= TOO_FEW && trainAccuracy > others().high();
        }

        Interval others() {
            return Interval.wilson(Math.round(otherAccuracy * otherImages), otherImages);
        }
    }

    /**
     * The fit of the temperature.
     *
     * @param temperature the temperature, above 0
     * @param images number of validation images that it was fitted on
     * @param measured whether one of them was misclassified; otherwise there is nothing to fit
     */
    public record Calibrated(float temperature, int images, boolean measured) {}

    /**
     * {@return the sentences by topic, in reading order: {@code how good}, {@code how sure}, {@code weakest class},
     * {@code overfitting} if the fit is known, and {@code calibration}}
     */
    public Map<String, String> sentences() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("how good", howGood());
        all.put("how sure", howSure());
        all.put("weakest class", weakest());
        fit.ifPresent(known -> all.put("overfitting", overFitting(known)));
        all.put("calibration", calibration());
        return all;
    }

    /**
     * {@return the evaluation with the most images: that of the cross-validation, otherwise that of the held-out
     * images}
     */
    public Optional<Evaluation> best() {
        return folds.map(Folds::all).or(() -> shown);
    }

    private String howGood() {
        List<String> sentences = new ArrayList<>();
        shown.ifPresent(evaluation ->
                sentences.add("Accuracy " + rate(evaluation, images(evaluation.count())) + caveat() + "."));
        folds.ifPresent(known -> sentences.add(String.format(
                Locale.ROOT,
                "Cross-validation in %s: mean accuracy %.1f %% (%.1f to %.1f %%)%s.",
                Counted.of(known.accuracies().size(), "fold"),
                known.accuracies().stream().mapToDouble(a -> a).average().orElse(0) * 100,
                known.accuracies().stream().mapToDouble(a -> a).min().orElse(0) * 100,
                known.accuracies().stream().mapToDouble(a -> a).max().orElse(0) * 100,
                part.equals(OUT_OF_FOLD)
                        ? ""
                        : "; out-of-fold accuracy "
                                + rate(known.all(), Counted.of(known.all().count(), "image")))));
        best().ifPresent(evaluation -> sentences.add(constant(evaluation)));
        return sentences.isEmpty() ? "Nothing was measured: no image was held out." : String.join(" ", sentences);
    }

    private String images(int count) {
        return isTraining()
                ? String.format(Locale.ROOT, "%,d of its own training images", count)
                : part.equals(OUT_OF_FOLD)
                        ? Counted.of(count, "image") + ", each predicted by a model that was not trained on it"
                        : Counted.images(count, part) + (part.equals(TEST) ? ", none used in training" : "");
    }

    private String caveat() {
        return isTraining()
                ? ": this says nothing about new images"
                : part.equals("validation")
                        ? "; settings were chosen on these images, so expect slightly less on new ones"
                        : "";
    }

    private static String rate(Evaluation evaluation, String images) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%s %% on %s (95 %% interval %s to %s %%)",
                percent(evaluation, evaluation.accuracy()),
                images,
                percent(evaluation, interval.low()),
                percent(evaluation, interval.high()));
    }

    /** As many digits as so many images can tell apart. */
    private static String percent(Evaluation evaluation, double share) {
        return String.format(Locale.ROOT, evaluation.count() < 2000 ? "%.1f" : "%.2f", share * 100);
    }

    /** The most frequent class as the only answer, which every classifier must beat. */
    private static String constant(Evaluation evaluation) {
        ClassMetrics frequent = evaluation.perClass().stream()
                .max(Comparator.comparingLong(ClassMetrics::support))
                .orElseThrow();
        if (frequent.support() == evaluation.count()) {
            return String.format(
                    Locale.ROOT,
                    "All of them are \"%s\", so this does not show whether it can distinguish classes.",
                    frequent.label());
        }
        double share = (double) frequent.support() / evaluation.count();
        String than = evaluation.accuracy() <= share
                ? ", and the classifier is not better than that"
                : evaluation.accuracyInterval().low() <= share
                        ? ", which lies inside the interval: the classifier is not certain to be better than that"
                        : "";
        return String.format(
                Locale.ROOT, "Always predicting \"%s\" would reach %.1f %%%s.", frequent.label(), share * 100, than);
    }

    private String howSure() {
        if (folds.isEmpty() && shown.isPresent() && isTraining()) {
            return "Not known: no new image was measured.";
        }
        return best().map(evaluation -> {
                    Interval interval = evaluation.accuracyInterval();
                    double width = interval.high() - interval.low();
                    return width <= WIDE
                            ? String.format(
                                    Locale.ROOT,
                                    "%s: expect %s to %s %% on new images of this kind.",
                                    width <= WIDE / 5 ? "Quite" : "Fairly",
                                    percent(evaluation, interval.low()),
                                    percent(evaluation, interval.high()))
                            : String.format(
                                    Locale.ROOT,
                                    "Not very: %s few, and the true accuracy may lie anywhere between %.0f and %.0f %%.",
                                    Counted.of(evaluation.count(), "image is", "images are"),
                                    interval.low() * 100,
                                    interval.high() * 100);
                })
                .orElse("Not at all.");
    }

    private boolean isTraining() {
        return part.equals("train") || part.equals("training");
    }

    /** Whether the interval of the best figure is too wide to say much. */
    boolean isWide() {
        return best().filter(evaluation -> evaluation.accuracyInterval().high()
                                - evaluation.accuracyInterval().low()
                        > WIDE)
                .isPresent();
    }

    /**
     * The class with the lowest recall among those with enough images for a verdict; among those that have images at
     * all where none has enough.
     */
    Optional<ClassMetrics> weakestClass() {
        return best().flatMap(evaluation -> evaluation.perClass().stream()
                .filter(metrics -> metrics.support() > 0)
                .min(Comparator.comparing((ClassMetrics metrics) -> metrics.support() < TOO_FEW)
                        .thenComparingDouble(ClassMetrics::recall)
                        .thenComparingLong(metrics -> -metrics.support())));
    }

    private String weakest() {
        Optional<ClassMetrics> found = weakestClass();
        if (found.isEmpty()) {
            return "Not known.";
        }
        Evaluation evaluation = best().orElseThrow();
        ClassMetrics weakest = found.get();
        List<String> sentences = new ArrayList<>();
        if (weakest.support() < TOO_FEW) {
            boolean wrong =
                    evaluation.perClass().stream().anyMatch(metrics -> metrics.support() > 0 && metrics.recall() < 1);
            sentences.add(
                    wrong
                            ? recognised(evaluation, weakest) + ": too few to tell."
                            : "Not known: nothing was misclassified, but every class has fewer than " + TOO_FEW
                                    + " images: too few to tell.");
        } else if (weakest.recall() == 1) {
            sentences.add("None: all images of every class"
                    + (evaluation.perClass().stream().anyMatch(metrics -> metrics.support() < TOO_FEW)
                            ? " with " + TOO_FEW + " images or more"
                            : "")
                    + " were recognised.");
        } else {
            boolean fails = weakest.recall() < FAILING_RECALL
                    && weakest.recallInterval().high() < SURELY_WEAK;
            sentences.add((fails ? "It FAILS on " : "") + recognised(evaluation, weakest) + ", "
                    + mistaken(evaluation, weakest) + ".");
        }
        List<String> few = evaluation.perClass().stream()
                .filter(metrics -> metrics.support() > 0 && metrics.support() < TOO_FEW && metrics.recall() < 1)
                .filter(metrics -> !metrics.label().equals(weakest.label()))
                .sorted(Comparator.comparingDouble(ClassMetrics::recall))
                .map(metrics -> String.format(
                        Locale.ROOT,
                        "%s (%,d of %,d)",
                        metrics.label(),
                        recognisedOf(evaluation, metrics),
                        metrics.support()))
                .toList();
        if (!few.isEmpty()) {
            sentences.add("Too few images to tell: " + someOf(few) + ".");
        }
        List<String> absent = evaluation.perClass().stream()
                .filter(metrics -> metrics.support() == 0)
                .map(ClassMetrics::label)
                .toList();
        if (!absent.isEmpty()) {
            sentences.add("Not measured, because there are no images: " + someOf(absent) + ".");
        }
        return String.join(" ", sentences);
    }

    private static String someOf(List<String> all) {
        return String.join(", ", all.subList(0, Math.min(NAMED, all.size())))
                + (all.size() > NAMED ? " and " + Counted.of(all.size() - NAMED, "other") : "");
    }

    private static long recognisedOf(Evaluation evaluation, ClassMetrics metrics) {
        int own = evaluation.labels().indexOf(metrics.label());
        return evaluation.confusion().count(own, own);
    }

    private static String recognised(Evaluation evaluation, ClassMetrics metrics) {
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d recognised (%.0f %%, 95 %% interval %.0f to %.0f %%)",
                metrics.label(),
                recognisedOf(evaluation, metrics),
                metrics.support(),
                metrics.recall() * 100,
                metrics.recallInterval().low() * 100,
                metrics.recallInterval().high() * 100);
    }

    /** Which classes the others were given: the most frequent one, or all that share its count. */
    private static String mistaken(Evaluation evaluation, ClassMetrics metrics) {
        long[] predicted = evaluation.confusion().counts()[evaluation.labels().indexOf(metrics.label())];
        int own = evaluation.labels().indexOf(metrics.label());
        long wrong = 0;
        long most = 0;
        for (int other = 0; other < predicted.length; other++) {
            if (other != own) {
                wrong += predicted[other];
                most = Math.max(most, predicted[other]);
            }
        }
        List<String> names = new ArrayList<>();
        for (int other = 0; other < predicted.length; other++) {
            if (other != own && predicted[other] == most) {
                names.add(evaluation.labels().get(other));
            }
        }
        String often = wrong == most ? "" : names.size() == 1 ? "most often " : "";
        return String.format(
                Locale.ROOT,
                "%smisclassified as %s (%s%,d)",
                often,
                someOf(names),
                names.size() > 1 ? "each " : "",
                most);
    }

    private String overFitting(Fit known) {
        String verdict;
        if (learned.filter(part -> part == Report.Learned.Part.KERNEL_HEAD).isPresent()) {
            verdict = "Cannot be measured: a kernel head stores its training images";
        } else if (known.gap() > SOME_GAP && !known.isBeyondChance()) {
            verdict = "Cannot be told: a gap like this can be chance with so few other images";
        } else if (known.gap() > LARGE_GAP) {
            verdict = "Yes, clearly: training accuracy is much higher";
        } else if (known.gap() > SOME_GAP) {
            verdict = "A little, as is usual";
        } else {
            verdict = "No sign of it";
        }
        return String.format(
                Locale.ROOT,
                "%s. Accuracy %.1f %% on %s, %.1f %% on %s (%s).",
                verdict,
                known.trainAccuracy() * 100,
                known.trainImages() > 0 ? Counted.of(known.trainImages(), "training image") : "the training images",
                known.otherAccuracy() * 100,
                Counted.of(known.otherImages(), "other"),
                String.format(
                        Locale.ROOT,
                        known.gap() < 0 ? "%.1f points higher on the others" : "gap %.1f points",
                        Math.abs(known.gap()) * 100));
    }

    private String calibration() {
        String then = shown.map(evaluation -> String.format(
                        Locale.ROOT,
                        "confidence and accuracy differ by %.1f points on average (ECE %.3f)%s.",
                        evaluation.ece() * 100,
                        evaluation.ece(),
                        evaluation.count() < 200 && evaluation.ece() >= 0.0005
                                ? ", part of which is chance with so few images"
                                : ""))
                .orElse("");
        if (calibrated.isEmpty()) {
            return then.isEmpty() ? "Not measured." : Page.capital(then);
        }
        Calibrated known = calibrated.get();
        if (!known.measured()) {
            return (known.images() == 0
                            ? "Not corrected: there are no validation images."
                            : "Not corrected: "
                                    + (known.images() == 1
                                            ? "the only validation image is"
                                            : "all " + Counted.of(known.images(), "validation image") + " are")
                                    + " classified correctly, so there is nothing to fit a temperature to; do not rely on high"
                                    + " confidence.")
                    + (then.isEmpty() ? "" : " " + Page.capital(then));
        }
        String temperature = String.format(Locale.ROOT, "%.2f", known.temperature());
        String corrected = String.format(
                Locale.ROOT,
                "Confidence %s by a temperature of %s, fitted on %s",
                temperature.equals("1.00") ? "hardly changed" : known.temperature() > 1 ? "lowered" : "raised",
                temperature,
                Counted.of(known.images(), "validation image"));
        return corrected + (then.isEmpty() ? "." : "; " + then);
    }

    /**
     * {@return suggestions for the next run, the most promising first}
     *
     * @param training history of the training; {@link Report.Training#NONE} if there was no training by epochs
     */
    public List<String> next(Report.Training training) {
        return NextSteps.of(this, training);
    }

    /**
     * {@return the accuracy of each fold of a cross-validation, 0..1; 0 for a fold without an image}
     *
     * @param all evaluation of the out-of-fold predictions of N images
     * @param fold {@code [N]} fold of each image, from 1
     */
    public static List<Double> accuracies(Evaluation all, int[] fold) {
        int folds = Arrays.stream(fold).max().orElse(0);
        int[] right = new int[folds];
        int[] count = new int[folds];
        for (int i = 0; i < fold.length; i++) {
            count[fold[i] - 1]++;
            right[fold[i] - 1] += all.predictions().correct(i) ? 1 : 0;
        }
        List<Double> accuracies = new ArrayList<>();
        for (int f = 0; f < folds; f++) {
            accuracies.add(count[f] == 0 ? 0 : (double) right[f] / count[f]);
        }
        return accuracies;
    }
}
