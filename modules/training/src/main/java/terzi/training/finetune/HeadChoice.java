package terzi.training.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import terzi.data.Splits;
import terzi.training.run.TrainingException;

/**
 * The choice among candidates by out-of-fold log-loss. Of those that are not worse than the best by more than one standard error
 * of the paired difference, the simplest is chosen (Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3).
 */
final class HeadChoice {
    /** Where nearly all answers are right, losses differ by less than anybody could notice, but consistently. */
    private static final double NOTHING = 1e-3;

    private final List<HeadCandidate> candidates;
    private final HeadFitter.Data data;

    HeadChoice(List<HeadCandidate> candidates, HeadFitter.Data data) {
        this.candidates = List.copyOf(candidates);
        this.data = data;
    }

    HeadCandidate best() {
        return best(data.weights());
    }

    /**
     * Out-of-fold logits {@code [N, K]} that no choice has seen: the answers of a fold are those of the candidate, at the
     * temperature, that are best on the images of the other folds.
     */
    float[][] honest(List<Splits.Split> folds) {
        float[][] logits = new float[data.labels().length][];
        for (Splits.Split fold : folds) {
            double[] others = data.weights().clone();
            Arrays.stream(fold.held()).forEach(image -> others[image] = 0);
            HeadCandidate chosen = best(others);
            double factor = new LogitMetrics(chosen.outOfFold(), data.labels()).bestFactor(others);
            for (int image : fold.held()) {
                logits[image] = LogitMetrics.scaled(chosen.outOfFold()[image], factor);
            }
        }
        return logits;
    }

    private HeadCandidate best(double[] weights) {
        HeadCandidate best = least(candidates, weights);
        if (!Double.isFinite(loss(best, weights))) {
            throw new TrainingException("the head's loss is not a finite number at any of the settings "
                    + candidates.stream().map(HeadCandidate::setting).toList() + "; look at the range of the features");
        }
        List<Integer> levels = candidates.stream()
                .map(HeadCandidate::simplicity)
                .distinct()
                .sorted()
                .toList();
        for (int level : levels) {
            HeadCandidate simple = least(
                    candidates.stream()
                            .filter(candidate -> candidate.simplicity() == level)
                            .toList(),
                    weights);
            if (isNoWorse(simple.losses(), best.losses(), weights)) {
                return simple;
            }
        }
        return best;
    }

    private static HeadCandidate least(List<HeadCandidate> among, double[] weights) {
        return among.stream()
                .min(Comparator.comparingDouble(candidate -> loss(candidate, weights)))
                .orElseThrow();
    }

    private static double loss(HeadCandidate candidate, double[] weights) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                sum += weights[i] * candidate.losses()[i];
                total += weights[i];
            }
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum / total;
    }

    /** Whether the weighted mean difference of the losses is within one standard error of 0, or too small to matter. */
    static boolean isNoWorse(double[] simple, double[] best, double[] weights) {
        List<double[]> differences = new ArrayList<>();
        double sum = 0;
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                double difference = simple[i] - best[i];
                differences.add(new double[] {weights[i], difference});
                sum += weights[i] * difference;
                total += weights[i];
            }
        }
        double mean = sum / total;
        double squares = 0;
        for (double[] one : differences) {
            squares += one[0] * one[0] * (one[1] - mean) * (one[1] - mean);
        }
        return mean <= Math.max(NOTHING, Math.sqrt(squares) / total);
    }
}
