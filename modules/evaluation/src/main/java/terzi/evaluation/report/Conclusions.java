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

/**
 * What the figures say, in sentences for people who never trained a network: each with the figure it rests on.
 *
 * @param shown the figures, if any were measured
 * @param part what they were measured on: {@code test}, {@code validation} …
 * @param folds the figures of a cross-validation, if there was one
 * @param fit how the network does on what it learned from, if that is known
 * @param calibrated how the temperature came about
 */
public record Conclusions(
        Optional<Evaluation> shown,
        String part,
        Optional<Folds> folds,
        Optional<Fit> fit,
        Optional<Calibrated> calibrated) {

    /** What a part is called whose pictures neither taught nor chose anything. */
    public static final String TEST = "test";

    /** An interval wider than this says little about the next pictures. */
    private static final double WIDE = 0.1;

    private static final double LARGE_GAP = 0.1;
    private static final double SOME_GAP = 0.04;
    private static final double FAILING_RECALL = 0.6;
    private static final double WEAK_RECALL = 0.9;
    private static final double LARGE_ECE = 0.05;
    private static final int FEW = 300;

    /**
     * A cross-validation.
     *
     * @param all the answers to every picture while its part was kept aside
     * @param accuracies of each part
     */
    public record Folds(Evaluation all, List<Double> accuracies) {
        public Folds {
            accuracies = List.copyOf(accuracies);
        }
    }

    /** Shares of right answers on pictures that taught and on pictures that did not. */
    public record Fit(double trainAccuracy, int trainPictures, double otherAccuracy, int otherPictures) {
        public double gap() {
            return trainAccuracy - otherAccuracy;
        }
    }

    /**
     * How the temperature came about.
     *
     * @param pictures that it was fitted on
     * @param measured whether there was a mistake among them, without which there is nothing to fit
     */
    public record Calibrated(float temperature, int pictures, boolean measured) {}

    /** The sentences by what they are about, in the order to read them. */
    public Map<String, String> sentences() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("how good", howGood());
        all.put("how sure", howSure());
        all.put("weakest class", weakest());
        fit.ifPresent(known -> all.put("over-fitting", overFitting(known)));
        all.put("calibration", calibration());
        return all;
    }

    /** The evaluation with the most pictures to rest on. */
    public Optional<Evaluation> best() {
        return folds.map(Folds::all).or(() -> shown);
    }

    private String howGood() {
        List<String> sentences = new ArrayList<>();
        shown.ifPresent(evaluation -> sentences.add(rate(
                evaluation,
                switch (part) {
                    case TEST -> "test pictures right, which the network never saw before";
                    case "validation" ->
                        "validation pictures right; choices were made on these, so expect a little less on others";
                    case "train", "training" ->
                        "training pictures right, which it learned from: this says nothing about others";
                    default -> part + " pictures right";
                })));
        folds.ifPresent(known -> sentences.add(String.format(
                Locale.ROOT,
                "Cross-validation in %d parts: %.1f %% on average (%.1f to %.1f %%); %s",
                known.accuracies().size(),
                known.accuracies().stream().mapToDouble(a -> a).average().orElse(0) * 100,
                known.accuracies().stream().mapToDouble(a -> a).min().orElse(0) * 100,
                known.accuracies().stream().mapToDouble(a -> a).max().orElse(0) * 100,
                rate(known.all(), "pictures right when their part was kept aside"))));
        best().ifPresent(evaluation -> sentences.add(String.format(
                Locale.ROOT,
                "Always saying \"%s\" would be right on %.1f %%.",
                frequent(evaluation).label(),
                100.0 * frequent(evaluation).support() / evaluation.count())));
        return sentences.isEmpty() ? "Nothing was measured: no picture was held out." : String.join(" ", sentences);
    }

    private static String rate(Evaluation evaluation, String what) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%s %% of %,d %s (95 %% interval %s to %s %%).",
                percent(evaluation, evaluation.accuracy()),
                evaluation.count(),
                what,
                percent(evaluation, interval.low()),
                percent(evaluation, interval.high()));
    }

    /** As many digits as so many pictures can tell apart. */
    private static String percent(Evaluation evaluation, double share) {
        return String.format(Locale.ROOT, evaluation.count() < 2000 ? "%.1f" : "%.2f", share * 100);
    }

    private static ClassMetrics frequent(Evaluation evaluation) {
        return evaluation.perClass().stream()
                .max(Comparator.comparingLong(ClassMetrics::support))
                .orElseThrow();
    }

    private String howSure() {
        return best().map(evaluation -> {
                    Interval interval = evaluation.accuracyInterval();
                    double width = interval.high() - interval.low();
                    return width <= WIDE
                            ? String.format(
                                    Locale.ROOT,
                                    "%s: on other pictures of this kind expect %s to %s %%.",
                                    width <= WIDE / 5 ? "Quite" : "Fairly",
                                    percent(evaluation, interval.low()),
                                    percent(evaluation, interval.high()))
                            : String.format(
                                    Locale.ROOT,
                                    "Not very: %,d pictures are few, and the true figure may lie anywhere between %.0f and"
                                            + " %.0f %%.",
                                    evaluation.count(),
                                    interval.low() * 100,
                                    interval.high() * 100);
                })
                .orElse("Not at all.");
    }

    /** The class with the lowest recall among those that have pictures. */
    public Optional<ClassMetrics> weakestClass() {
        return best().flatMap(evaluation -> evaluation.perClass().stream()
                .filter(metrics -> metrics.support() > 0)
                .min(Comparator.comparingDouble(ClassMetrics::recall)));
    }

    private String weakest() {
        Optional<ClassMetrics> found = weakestClass();
        if (found.isEmpty()) {
            return "Not known.";
        }
        Evaluation evaluation = best().orElseThrow();
        List<String> absent = evaluation.perClass().stream()
                .filter(metrics -> metrics.support() == 0)
                .map(ClassMetrics::label)
                .toList();
        String unknown = absent.isEmpty()
                ? ""
                : " Not measured, for want of a picture: "
                        + String.join(", ", absent.subList(0, Math.min(5, absent.size())))
                        + (absent.size() > 5 ? " and " + (absent.size() - 5) + " others" : "") + ".";
        ClassMetrics metrics = found.get();
        if (metrics.recall() == 1) {
            return "None: every class is always recognised here." + unknown;
        }
        long[] answers = evaluation.confusion().counts()[evaluation.labels().indexOf(metrics.label())];
        int own = evaluation.labels().indexOf(metrics.label());
        int mistaken = -1;
        for (int other = 0; other < answers.length; other++) {
            if (other != own && answers[other] > 0 && (mistaken < 0 || answers[other] > answers[mistaken])) {
                mistaken = other;
            }
        }
        return String.format(
                Locale.ROOT,
                "%s%s: %,d of %,d recognised (%.0f %%, 95 %% interval %.0f to %.0f %%), most often taken for %s (%,d).%s",
                metrics.recall() < FAILING_RECALL ? "It FAILS on " : "",
                metrics.label(),
                answers[own],
                metrics.support(),
                metrics.recall() * 100,
                metrics.recallInterval().low() * 100,
                metrics.recallInterval().high() * 100,
                evaluation.labels().get(mistaken),
                answers[mistaken],
                unknown);
    }

    private static String overFitting(Fit fit) {
        String verdict = fit.gap() > LARGE_GAP
                ? "Yes, clearly: it knows its own pictures much better than others"
                : fit.gap() > SOME_GAP ? "A little, as is usual" : "No sign of it";
        return String.format(
                Locale.ROOT,
                "%s: right on %.1f %% of %s it learned from and on %.1f %% of %,d others, %.1f points apart.",
                verdict,
                fit.trainAccuracy() * 100,
                fit.trainPictures() > 0
                        ? String.format(Locale.ROOT, "%,d pictures", fit.trainPictures())
                        : "the pictures",
                fit.otherAccuracy() * 100,
                fit.otherPictures(),
                fit.gap() * 100);
    }

    private String calibration() {
        String then = shown.map(evaluation -> String.format(
                        Locale.ROOT,
                        "percentages and hits differ by %.1f points on average (ECE %.3f)%s.",
                        evaluation.ece() * 100,
                        evaluation.ece(),
                        evaluation.count() < 200 ? ", of which chance alone makes a part with so few pictures" : ""))
                .orElse("");
        if (calibrated.isEmpty()) {
            return then.isEmpty() ? "Not measured." : "Its " + then;
        }
        Calibrated known = calibrated.get();
        if (!known.measured()) {
            return known.pictures() == 0
                    ? "Not corrected: there are no validation pictures." + (then.isEmpty() ? "" : " Its " + then)
                    : "No mistake among " + known.pictures()
                            + " validation pictures, so there was nothing to correct its certainty by; take high"
                            + " percentages with care.";
        }
        String corrected = String.format(
                Locale.ROOT,
                "Certainty %s by a temperature of %.2f, fitted on %,d validation pictures",
                known.temperature() > 1 ? "lowered" : "raised",
                known.temperature(),
                known.pictures());
        return corrected + (then.isEmpty() ? "." : "; its " + then);
    }

    /**
     * What to try next, the most promising first.
     *
     * @param training its epochs, none where there was no training by epochs
     */
    public List<String> next(Report.Training training) {
        List<String> ideas = new ArrayList<>();
        List<Report.Step> steps = training.steps();
        if (steps.size() > 1 && training.endsAtItsBest()) {
            ideas.add("More epochs: the last one was the best, so it was still learning");
        }
        fit.ifPresent(known -> {
            if (known.gap() > LARGE_GAP) {
                ideas.add(
                        "More pictures or stronger augmentation, weight decay or dropout: it learns its pictures by heart");
            } else if (known.gap() < SOME_GAP / 2 && known.otherAccuracy() < WEAK_RECALL) {
                ideas.add("A larger network or longer training: it is no better on the pictures it learned from");
            }
        });
        weakestClass()
                .filter(metrics -> metrics.recall() < WEAK_RECALL)
                .ifPresent(metrics -> ideas.add(
                        "More and more varied pictures of " + metrics.label() + "; look at the wrong ones first"));
        if (shown.filter(evaluation -> evaluation.count() >= FEW && evaluation.ece() > LARGE_ECE)
                .isPresent()) {
            ideas.add("More validation pictures, like those it will meet: its percentages are far from its hits");
        }
        if (best().filter(evaluation -> evaluation.accuracyInterval().high()
                                - evaluation.accuracyInterval().low()
                        > WIDE)
                .isPresent()) {
            ideas.add("More test pictures: the interval is wide");
        }
        return ideas;
    }

    /** The accuracy of each fold; {@code fold[i]} is 1 for the first. */
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
