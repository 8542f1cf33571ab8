package terzi.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier answered on images whose class is known: the input of an {@link Evaluation}, checked once.
 *
 * <p>The answer to an image is the class with the highest probability, of equal ones the first. The arrays are used, not
 * copied (50,000 images × 1,000 classes are 200 MB): do not change them afterwards.
 */
public final class Predictions {
    /** Clipping keeps one hopeless answer from making the log-loss infinite: the distance from 1 to the next double. */
    private static final double SMALLEST_PROBABILITY = Math.ulp(1.0);

    private final List<String> labels;
    private final List<String> ids;
    private final int[] truth;
    private final float[][] probabilities;
    private final int[] predicted;

    private Predictions(List<String> labels, List<String> ids, int[] truth, float[][] probabilities) {
        this.labels = labels;
        this.ids = ids;
        this.truth = truth;
        this.probabilities = probabilities;
        this.predicted = new int[truth.length];
        for (int i = 0; i < truth.length; i++) {
            predicted[i] = argmax(probabilities[i]);
        }
    }

    /**
     * Predictions whose ids are the row numbers 0, 1, 2 …
     *
     * @see #of(List, List, int[], float[][])
     */
    public static Predictions of(List<String> labels, int[] truth, float[][] probabilities) {
        return of(
                labels,
                IntStream.range(0, truth.length).mapToObj(Integer::toString).toList(),
                truth,
                probabilities);
    }

    /**
     * @param labels the K class names, at least two, distinct
     * @param ids [N] what names each image in predictions.csv, for instance its path
     * @param truth [N] the true classes, 0..K-1
     * @param probabilities [N, K] finite, 0..1, each row adding up to 1 within 0.001
     * @throws IllegalArgumentException if one of these does not hold; the message names the row and the class
     */
    public static Predictions of(List<String> labels, List<String> ids, int[] truth, float[][] probabilities) {
        List<String> names = Checks.labels(labels);
        Checks.classes("truth", truth, names.size());
        Checks.sameRows("probabilities", probabilities.length, truth.length);
        Checks.sameRows("ids", ids.size(), truth.length);
        Checks.probabilities(probabilities, names.size());
        return new Predictions(names, List.copyOf(ids), truth, probabilities);
    }

    /**
     * Reads a {@code predictions.csv} that {@link Evaluation#write(Path, Evaluation.Columns)} wrote with probabilities.
     *
     * @throws IOException if it cannot be read, has no probabilities or is something else; the message says where
     */
    public static Predictions read(Path file) throws IOException {
        return PredictionsCsv.read(file);
    }

    public List<String> labels() {
        return labels;
    }

    /** Number of images, at least 1. */
    public int size() {
        return truth.length;
    }

    public String id(int i) {
        return ids.get(i);
    }

    /** The true class of image i. */
    public int truth(int i) {
        return truth[i];
    }

    /** The class that was answered for image i. */
    public int predicted(int i) {
        return predicted[i];
    }

    /** The probability of the answered class, 0..1. */
    public float confidence(int i) {
        return probabilities[i][predicted[i]];
    }

    public float probability(int i, int classIndex) {
        return probabilities[i][classIndex];
    }

    /** Minus the logarithm of the true class's probability; as scikit-learn does, none counts as less than 2.2e-16. */
    public double logLoss(int i) {
        double p = probabilities[i][truth[i]];
        return -Math.log(Math.min(1, Math.max(p, SMALLEST_PROBABILITY)));
    }

    public boolean correct(int i) {
        return predicted[i] == truth[i];
    }

    /** How many classes the classifier preferred to the true one: 0 when the answer is right, K-1 at worst. */
    int rankOfTruth(int i) {
        float[] row = probabilities[i];
        int own = truth[i];
        int rank = 0;
        for (int c = 0; c < row.length; c++) {
            if (row[c] > row[own] || (row[c] == row[own] && c < own)) {
                rank++;
            }
        }
        return rank;
    }

    /** The same answers, the row {@code order[i]} at place i. */
    Predictions reordered(int[] order) {
        List<String> newIds = Arrays.stream(order).mapToObj(ids::get).toList();
        int[] newTruth = Arrays.stream(order).map(i -> truth[i]).toArray();
        float[][] rows = Arrays.stream(order).mapToObj(i -> probabilities[i]).toArray(float[][]::new);
        return new Predictions(labels, newIds, newTruth, rows);
    }

    int[] truths() {
        return truth;
    }

    int[] answers() {
        return predicted;
    }

    private static int argmax(float[] row) {
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            if (row[c] > row[best]) {
                best = c;
            }
        }
        return best;
    }
}
