package terzi.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningRecipe;
import terzi.training.finetune.FineTuningResult;
import terzi.training.finetune.Preset;
import terzi.vision.NearDuplicates;
import terzi.vision.PictureException;

/**
 * What came out of a fine-tuning run, in sentences for people who never trained a network: each with the figure it rests on.
 */
record FinetuneReport(
        FineTuningRecipe recipe,
        FinetuneData data,
        FineTuningResult result,
        FinetuneFinish.Calibrated calibrated,
        Map<String, Evaluation> measured,
        Optional<Evaluation> outOfFold,
        Optional<CrossValidation.CrossValidationResult> folds,
        Map<String, Double> stages,
        double seconds) {
    /** An interval wider than this says little about the next pictures. */
    private static final double WIDE = 0.1;

    private static final double LARGE_GAP = 0.1;
    private static final double SOME_GAP = 0.04;
    private static final double FAILING_RECALL = 0.6;
    private static final int FEW = 40;

    /** The sentences by what they are about, in the order to read them. */
    Map<String, String> asMap() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("how good", howGood());
        all.put("how sure", howSure());
        all.put("weakest class", weakest());
        all.put("over-fitting", overFitting());
        all.put("calibration", calibration());
        all.put("duplicates", duplicates());
        all.put("left out", leftOut());
        all.put("what was kept", result.why());
        all.put("time", time());
        all.put("try next", String.join("; ", next()));
        return all;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        asMap().forEach((title, text) -> lines.add(String.format(Locale.ROOT, "%-14s %s", title, text)));
        return lines;
    }

    String markdown(Path file) {
        StringBuilder text =
                new StringBuilder("# ").append(data.splits().name()).append("\n\n");
        text.append("`")
                .append(file.getFileName())
                .append("` tells ")
                .append(result.labels().size());
        text.append(" classes apart: ")
                .append(String.join(", ", result.labels()))
                .append(".\n");
        asMap().forEach((title, sentence) -> text.append("\n**")
                .append(title.substring(0, 1).toUpperCase(Locale.ROOT))
                .append(title.substring(1))
                .append(".** ")
                .append(sentence)
                .append('\n'));
        text.append("\nPictures: ").append(data.splits().train().size()).append(" to learn from, ");
        text.append(data.splits().validation().map(part -> part.size()).orElse(0))
                .append(" to validate, ");
        text.append(data.splits().test().map(part -> part.size()).orElse(0)).append(" to test. Backbone: ");
        text.append(recipe.backbone()).append(". All settings: `recipe.yaml`.\n");
        return text.toString();
    }

    private Optional<Evaluation> shown() {
        return Optional.ofNullable(measured.get("test")).or(() -> Optional.ofNullable(measured.get("validation")));
    }

    /** The evaluation with the most pictures to rest on. */
    private Optional<Evaluation> best() {
        return outOfFold.isPresent() ? outOfFold : shown();
    }

    private String howGood() {
        List<String> sentences = new ArrayList<>();
        shown().ifPresent(evaluation -> sentences.add(rate(
                evaluation,
                measured.containsKey("test")
                        ? "test pictures right, which the network never saw before"
                        : "validation pictures right; there is no test part, and choices were made on these")));
        if (outOfFold.isPresent() && folds.isPresent()) {
            Evaluation all = outOfFold.get();
            double[] each = accuracies(folds.get());
            double mean = Arrays.stream(each).average().orElse(0);
            sentences.add(String.format(
                    Locale.ROOT,
                    "Cross-validation in %d parts: %.1f %% on average (%.1f to %.1f %%); %s",
                    each.length,
                    mean * 100,
                    Arrays.stream(each).min().orElse(0) * 100,
                    Arrays.stream(each).max().orElse(0) * 100,
                    rate(all, "pictures right when their part was kept aside")));
        }
        best().ifPresent(evaluation -> sentences.add(String.format(
                Locale.ROOT,
                "Always saying \"%s\" would be right on %.1f %%.",
                frequent(evaluation).label(),
                100.0 * frequent(evaluation).support() / evaluation.count())));
        return sentences.isEmpty() ? "nothing was measured: no picture was held out" : String.join(" ", sentences);
    }

    private static String rate(Evaluation evaluation, String what) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%.1f %% of %s %s (95 %% interval %.1f to %.1f %%).",
                evaluation.accuracy() * 100,
                Sizes.count(evaluation.count()),
                what,
                interval.low() * 100,
                interval.high() * 100);
    }

    private static double[] accuracies(CrossValidation.CrossValidationResult folds) {
        int count = folds.folds().size();
        int[] right = new int[count];
        int[] all = new int[count];
        for (CrossValidation.Prediction prediction : folds.predictions()) {
            List<Float> logits = prediction.logits();
            int best = 0;
            for (int k = 1; k < logits.size(); k++) {
                best = logits.get(k) > logits.get(best) ? k : best;
            }
            all[prediction.fold() - 1]++;
            right[prediction.fold() - 1] += best == prediction.truth() ? 1 : 0;
        }
        double[] accuracies = new double[count];
        for (int i = 0; i < count; i++) {
            accuracies[i] = all[i] == 0 ? 0 : (double) right[i] / all[i];
        }
        return accuracies;
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
                                    "fairly: on other pictures of this kind expect %.0f to %.0f %%.",
                                    interval.low() * 100,
                                    interval.high() * 100)
                            : String.format(
                                    Locale.ROOT,
                                    "not very: %s pictures are few, and the true figure may lie anywhere between %.0f and"
                                            + " %.0f %%.%s",
                                    Sizes.count(evaluation.count()),
                                    interval.low() * 100,
                                    interval.high() * 100,
                                    outOfFold.isEmpty() ? " --folds 5 --test 0 tests on every picture." : "");
                })
                .orElse("not at all.");
    }

    private Optional<ClassMetrics> weakestClass() {
        return best().flatMap(evaluation -> evaluation.perClass().stream()
                .filter(metrics -> metrics.support() > 0)
                .min(Comparator.comparingDouble(ClassMetrics::recall)));
    }

    private String weakest() {
        Optional<ClassMetrics> found = weakestClass();
        if (found.isEmpty()) {
            return "not known.";
        }
        ClassMetrics metrics = found.get();
        if (metrics.recall() == 1) {
            return "none: every class is always recognised here.";
        }
        Evaluation evaluation = best().orElseThrow();
        int index = evaluation.labels().indexOf(metrics.label());
        int mistaken = -1;
        for (int other = 0; other < evaluation.labels().size(); other++) {
            if (other != index
                    && evaluation.confusion().count(index, other) > 0
                    && (mistaken < 0
                            || evaluation.confusion().count(index, other)
                                    > evaluation.confusion().count(index, mistaken))) {
                mistaken = other;
            }
        }
        String taken = mistaken < 0
                ? ""
                : ", most often taken for " + evaluation.labels().get(mistaken) + " ("
                        + evaluation.confusion().count(index, mistaken) + ")";
        return String.format(
                Locale.ROOT,
                "%s%s: %.0f of %d recognised (%.0f %%, 95 %% interval %.0f to %.0f %%)%s.",
                metrics.recall() < FAILING_RECALL ? "FAILS on " : "",
                metrics.label(),
                metrics.recall() * metrics.support(),
                metrics.support(),
                metrics.recall() * 100,
                metrics.recallInterval().low() * 100,
                metrics.recallInterval().high() * 100,
                taken);
    }

    private double gap() {
        return result.validation().trainAccuracy() - result.validation().accuracy();
    }

    private String overFitting() {
        FineTuningResult.Figures figures = result.validation();
        String verdict = gap() > LARGE_GAP
                ? "yes, clearly: it knows its own pictures much better than others"
                : gap() > SOME_GAP ? "a little, as is usual with few pictures" : "no sign of it";
        return String.format(
                Locale.ROOT,
                "%s: right on %.1f %% of the pictures it learned from and on %.1f %% of %s others, %.1f points apart.",
                verdict,
                figures.trainAccuracy() * 100,
                figures.accuracy() * 100,
                Sizes.count(figures.pictures()),
                gap() * 100);
    }

    private String calibration() {
        if (!calibrated.measured()) {
            return calibrated.pictures() == 0
                    ? "not measured: there are no validation pictures."
                    : "no mistake among " + calibrated.pictures()
                            + " validation pictures, so there was nothing to correct its certainty by; take high"
                            + " percentages with care.";
        }
        String corrected = String.format(
                Locale.ROOT,
                "certainty %s by a temperature of %.2f, fitted on %d validation pictures",
                calibrated.temperature() > 1 ? "lowered" : "raised",
                calibrated.temperature(),
                calibrated.pictures());
        return shown().map(evaluation -> String.format(
                        Locale.ROOT,
                        "%s; its percentages and its hits then differ by %.1f points on average%s.",
                        corrected,
                        evaluation.ece() * 100,
                        evaluation.count() < 200 ? ", of which chance alone makes a part with so few pictures" : ""))
                .orElse(corrected + ".");
    }

    private String duplicates() {
        int copies = data.duplicates().copies();
        if (copies == 0) {
            return "none found.";
        }
        NearDuplicates.Pair first = data.duplicates().pairs().get(0);
        long contradicting = data.duplicates().pairs().stream()
                .filter(pair -> !pair.isSameLabel())
                .count();
        return copies + (copies == 1 ? " picture is a near copy" : " pictures are near copies")
                + " of another, such as "
                + first.second().id() + " of " + first.first().id()
                + (data.given()
                        ? data.straddling() == 0
                                ? "; none is in both training and test."
                                : "; " + data.straddling()
                                        + " test pictures are also taught, so the test figure is too high."
                        : "; copies were kept on the same side of the split.")
                + (folds.isPresent()
                        ? " Cross-validation does not keep copies together, so its figure is a little too high."
                        : "")
                + (contradicting > 0
                        ? " " + contradicting + " pairs have different labels: one of each pair must be wrong."
                        : "");
    }

    private String leftOut() {
        Map<PictureException.Kind, Integer> counts = data.splits().report().counts();
        int late = result.skipped().skipped().size();
        if (counts.isEmpty() && late == 0) {
            return "nothing: every picture could be read.";
        }
        String early = counts.entrySet().stream()
                .map(entry -> entry.getValue() + " "
                        + entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
        List<String> parts = new ArrayList<>();
        if (!early.isEmpty()) {
            parts.add(
                    early + ", first " + data.splits().report().skipped().get(0).message());
        }
        if (late > 0) {
            parts.add(late + " that could not be decoded, first "
                    + result.skipped().skipped().get(0).message());
        }
        return String.join("; ", parts) + ".";
    }

    private String time() {
        String parts = stages.entrySet().stream()
                .filter(stage -> stage.getValue() >= 0.05)
                .map(stage -> stage.getKey() + " " + Sizes.duration(stage.getValue()))
                .collect(Collectors.joining(", "));
        FineTuningResult.Timings timings = result.timings();
        return String.format(
                Locale.ROOT,
                "%s in all: %s. Of the fine-tuning: looking at pictures %s (%d looked at, the others were known), head %s,"
                        + " deeper layers %s.",
                Sizes.duration(seconds),
                parts,
                Sizes.duration(timings.features()),
                timings.computed(),
                Sizes.duration(timings.head()),
                Sizes.duration(timings.tuning()));
    }

    private List<String> next() {
        List<String> ideas = new ArrayList<>();
        weakestClass()
                .filter(metrics -> metrics.recall() < 0.9)
                .ifPresent(metrics -> ideas.add("more and more varied pictures of " + metrics.label()
                        + "; look at the wrong ones in predictions.csv first"));
        int[] counts = data.splits().train().classCounts();
        int least = Arrays.stream(counts).min().orElse(0);
        if (least < FEW && best().map(Evaluation::accuracy).orElse(0.0) < 0.98) {
            ideas.add("more pictures: the smallest class teaches with only " + least);
        }
        if (recipe.finetune().enlarge() < Preset.BALANCED.options().enlarge()) {
            ideas.add("--recipe balanced, which looks at larger pictures");
        } else if (result.tuning().isEmpty()) {
            ideas.add("--recipe best, which looks at still larger ones and lets the network's last stage learn");
        }
        if (outOfFold.isEmpty() && best().map(Evaluation::count).orElse(0) < 300) {
            ideas.add("--folds 5 for a figure that rests on every picture");
        }
        ideas.add("terzi explain to see whether it looks at the right things");
        return ideas;
    }
}
