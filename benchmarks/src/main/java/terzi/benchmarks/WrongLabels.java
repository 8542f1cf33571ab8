package terzi.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import terzi.data.Seeds;
import terzi.evaluation.Predictions;

/**
 * What a run with some wrong labels finds out about them, and what correcting them is worth. Accuracies are out-of-fold, by
 * the right labels.
 *
 * @param wrong number of labels that were changed
 * @param area of the order of {@code label_errors.csv}
 * @param precision share of wrong labels among as many first rows as there are wrong ones
 * @param shown number of rows that the report shows
 * @param shownPrecision share of wrong labels among these
 * @param clean accuracy with right labels
 * @param noisy accuracy with wrong ones
 * @param correctedFirst accuracy after as many first rows as there are wrong labels were looked at, and the wrong ones of
 *     them corrected
 * @param correctedShown accuracy after all shown rows were
 */
record WrongLabels(
        long seed,
        int wrong,
        RocArea area,
        Proportion precision,
        int shown,
        Proportion shownPrecision,
        double clean,
        double noisy,
        double correctedFirst,
        double correctedShown) {

    /** Changes labels, and fine-tunes on them before and after correction. */
    static WrongLabels measure(Trials trials, ImageList images, MeasuredRun clean, double share, long seed)
            throws IOException {
        Map<String, String> wrong = likelyConfusions(clean.predictions(), share, seed);
        ImageList changed = images.withLabels(wrong);
        try (MeasuredRun noisy = trials.run(changed, images.groups(), seed)) {
            List<String> ranked = noisy.suspects();
            int shown = noisy.run().labelErrors().orElseThrow();
            return new WrongLabels(
                    seed,
                    wrong.size(),
                    area(ranked, changed, wrong.keySet()),
                    precision(ranked, wrong.size(), wrong.keySet()),
                    shown,
                    precision(ranked, shown, wrong.keySet()),
                    accuracy(clean.predictions(), images),
                    accuracy(noisy.predictions(), images),
                    corrected(trials, images, without(wrong, first(ranked, wrong.size())), seed),
                    corrected(trials, images, without(wrong, first(ranked, shown)), seed));
        }
    }

    private static double corrected(Trials trials, ImageList images, Map<String, String> left, long seed)
            throws IOException {
        try (MeasuredRun corrected = trials.run(images.withLabels(left), images.groups(), seed)) {
            return accuracy(corrected.predictions(), images);
        }
    }

    /** {@return for a share of the images, drawn by chance, the most probable class that is not theirs} */
    static Map<String, String> likelyConfusions(Predictions outOfFold, double share, long seed) {
        Map<String, String> wrong = new HashMap<>();
        int[] drawn =
                Arrays.copyOf(Seeds.permutation(outOfFold.size(), seed, 0), (int) Math.round(share * outOfFold.size()));
        for (int i : drawn) {
            int likeliest = -1;
            for (int c = 0; c < outOfFold.labels().size(); c++) {
                if (c != outOfFold.truth(i)
                        && (likeliest < 0 || outOfFold.probability(i, c) > outOfFold.probability(i, likeliest))) {
                    likeliest = c;
                }
            }
            wrong.put(outOfFold.id(i), outOfFold.labels().get(likeliest));
        }
        return wrong;
    }

    static RocArea area(List<String> ranked, ImageList all, Set<String> wrong) {
        Map<String, Double> scores = new HashMap<>();
        for (int row = 0; row < ranked.size(); row++) {
            scores.put(ranked.get(row), 1 - (double) row / all.size());
        }
        List<Double> ofWrong = new ArrayList<>();
        List<Double> ofRight = new ArrayList<>();
        for (ImageList.Entry entry : all.entries()) {
            (wrong.contains(entry.path()) ? ofWrong : ofRight).add(scores.getOrDefault(entry.path(), 0.0));
        }
        return RocArea.of(ofWrong, ofRight);
    }

    static Proportion precision(List<String> ranked, int rows, Set<String> wrong) {
        return Proportion.of(
                first(ranked, rows).stream().filter(wrong::contains).count(), rows);
    }

    private static List<String> first(List<String> ranked, int rows) {
        return ranked.subList(0, Math.min(rows, ranked.size()));
    }

    private static Map<String, String> without(Map<String, String> wrong, List<String> seen) {
        Map<String, String> left = new HashMap<>(wrong);
        seen.forEach(left::remove);
        return left;
    }

    /** {@return the share of predictions that are the labels of a list, whatever labels the training had} */
    static double accuracy(Predictions predictions, ImageList right) {
        Map<String, String> labels = new HashMap<>();
        right.entries().forEach(entry -> labels.put(entry.path(), entry.label()));
        long correct = 0;
        for (int i = 0; i < predictions.size(); i++) {
            String predicted = predictions.labels().get(predictions.predicted(i));
            correct += predicted.equals(labels.get(predictions.id(i))) ? 1 : 0;
        }
        return (double) correct / predictions.size();
    }
}
