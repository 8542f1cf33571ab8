package terzi.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The confusion matrix: the number of images by true class (row) and predicted class (column), with all metrics that
 * follow from it. Immutable.
 */
public final class ConfusionMatrix {

    private final List<String> labels;
    private final long[][] counts;
    private final long[] support;
    private final long[] predicted;
    private final long total;
    private final long correct;

    private ConfusionMatrix(List<String> labels, long[][] counts) {
        int classes = labels.size();
        this.labels = labels;
        this.counts = counts;
        this.support = new long[classes];
        this.predicted = new long[classes];
        long all = 0;
        long diagonal = 0;
        for (int t = 0; t < classes; t++) {
            for (int p = 0; p < classes; p++) {
                support[t] += counts[t][p];
                predicted[p] += counts[t][p];
                all += counts[t][p];
            }
            diagonal += counts[t][t];
        }
        this.total = all;
        this.correct = diagonal;
    }

    /**
     * Counts the images by true and predicted class.
     *
     * @param labels names of the K classes, at least two, distinct; class i is {@code labels.get(i)}
     * @param truth {@code [N]} true class of each image, 0..K-1; N is at least 1
     * @param predicted {@code [N]} predicted class of each image, 0..K-1
     * @return the confusion matrix
     * @throws IllegalArgumentException if one of these conditions does not hold; the message names the row
     */
    public static ConfusionMatrix of(List<String> labels, int[] truth, int[] predicted) {
        List<String> names = Checks.labels(labels);
        Checks.classes("truth", truth, names.size());
        Checks.sameRows("predicted", predicted.length, truth.length);
        Checks.classes("predicted", predicted, names.size());
        long[][] counts = new long[names.size()][names.size()];
        for (int i = 0; i < truth.length; i++) {
            counts[truth[i]][predicted[i]]++;
        }
        return new ConfusionMatrix(names, counts);
    }

    /** {@return the labels of the K classes} */
    public List<String> labels() {
        return labels;
    }

    /** {@return the number of images, at least 1} */
    public long total() {
        return total;
    }

    /** {@return the number of correct predictions} */
    public long correct() {
        return correct;
    }

    /**
     * {@return the number of images of one class that were predicted as another, or the same}
     *
     * @param truth index of the true class, 0..K-1
     * @param predicted index of the predicted class, 0..K-1
     */
    public long count(int truth, int predicted) {
        return counts[truth][predicted];
    }

    /** {@return a copy of the counts {@code [K, K]}, indexed by true class and then by predicted class} */
    public long[][] counts() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    /** {@return the share of correct predictions, 0..1} */
    public double accuracy() {
        return ratio(correct, total);
    }

    /** {@return the metrics of each class, in the order of the labels} */
    public List<ClassMetrics> perClass() {
        List<ClassMetrics> metrics = new ArrayList<>(labels.size());
        for (int c = 0; c < labels.size(); c++) {
            long hit = counts[c][c];
            metrics.add(new ClassMetrics(
                    labels.get(c),
                    ratio(hit, predicted[c]),
                    ratio(hit, support[c]),
                    Interval.wilson(hit, support[c]),
                    ratio(2 * hit, predicted[c] + support[c]),
                    support[c],
                    predicted[c]));
        }
        return List.copyOf(metrics);
    }

    /** {@return precision, recall and F1 as unweighted means over all classes} */
    public Average macro() {
        long[] ones = new long[labels.size()];
        Arrays.fill(ones, 1);
        return mean(ones);
    }

    /** {@return precision, recall and F1 as means over all classes, weighted by support; the recall is the accuracy} */
    public Average weighted() {
        return mean(support);
    }

    /** @param weights [K] of the classes */
    private Average mean(long[] weights) {
        int classes = labels.size();
        double[] precision = new double[classes];
        double[] recall = new double[classes];
        double[] f1 = new double[classes];
        for (int c = 0; c < classes; c++) {
            precision[c] = weights[c] * ratio(counts[c][c], predicted[c]);
            recall[c] = weights[c] * ratio(counts[c][c], support[c]);
            f1[c] = weights[c] * ratio(2 * counts[c][c], predicted[c] + support[c]);
        }
        double all = Arrays.stream(weights).sum();
        return new Average(PairwiseSum.of(precision) / all, PairwiseSum.of(recall) / all, PairwiseSum.of(f1) / all);
    }

    /**
     * {@return the balanced accuracy, 0..1: the mean recall of the classes with images, which is the accuracy if all
     * classes were equally frequent}
     */
    public double balancedAccuracy() {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < labels.size(); c++) {
            if (support[c] > 0) {
                sum += ratio(counts[c][c], support[c]);
                present++;
            }
        }
        return sum / present;
    }

    /**
     * {@return Cohen's kappa, -1..1: the agreement beyond that of two independent raters with these class frequencies,
     * 1 for perfect agreement} It is 0 where it is undefined because there is only one class.
     *
     * <p>J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
     * (1960).
     */
    public double cohenKappa() {
        double n = total;
        double chance = 0;
        for (int c = 0; c < labels.size(); c++) {
            chance += (support[c] / n) * (predicted[c] / n);
        }
        double observed = correct / n;
        return chance >= 1 ? 0 : (observed - chance) / (1 - chance);
    }

    /**
     * {@return the Matthews correlation coefficient of true and predicted class for K classes, -1..1} It is 0 where it
     * is undefined because either of them is constant.
     *
     * <p>J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", Computational
     * Biology and Chemistry 28 (2004).
     */
    public double matthewsCorrelation() {
        double cross = 0;
        double truthSquares = 0;
        double predictedSquares = 0;
        for (int c = 0; c < labels.size(); c++) {
            cross += (double) support[c] * predicted[c];
            truthSquares += (double) support[c] * support[c];
            predictedSquares += (double) predicted[c] * predicted[c];
        }
        double n = total;
        double covariance = correct * n - cross;
        double truthVariance = n * n - truthSquares;
        double predictedVariance = n * n - predictedSquares;
        double product = truthVariance * predictedVariance;
        return product == 0 ? 0 : covariance / Math.sqrt(product);
    }

    private static double ratio(long numerator, long denominator) {
        return denominator == 0 ? 0 : (double) numerator / denominator;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix that
                && labels.equals(that.labels)
                && Arrays.deepEquals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(labels, Arrays.deepHashCode(counts));
    }

    @Override
    public String toString() {
        return "ConfusionMatrix[" + labels.size() + " classes, " + correct + " of " + total + " right]";
    }
}
