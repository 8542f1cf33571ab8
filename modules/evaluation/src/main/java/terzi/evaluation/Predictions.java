package terzi.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The predictions of a classifier for images of known class: the checked input of an {@link Evaluation}.
 *
 * <p>The predicted class of an image is the one with the highest probability, of equal ones the first. The arrays are
 * not copied (50,000 images × 1,000 classes are 200 MB) and must not be changed afterwards.
 */
public final class Predictions {
    /** Clipping keeps one hopeless answer from making the log-loss infinite: the distance from 1 to the next double. */
    static final double SMALLEST_PROBABILITY = Math.ulp(1.0);

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
     * Creates predictions with the row numbers 0, 1, 2 … as ids.
     *
     * @param labels names of the K classes, at least two, distinct
     * @param truth {@code [N]} true class of each image, 0..K-1; N is at least 1
     * @param probabilities {@code [N, K]} probabilities, 0..1, each row with a sum of 1 within 0.001
     * @return the predictions
     * @throws IllegalArgumentException if one of these conditions does not hold; the message names the row and the
     *     class
     */
    public static Predictions of(List<String> labels, int[] truth, float[][] probabilities) {
        return of(
                labels,
                IntStream.range(0, truth.length).mapToObj(Integer::toString).toList(),
                truth,
                probabilities);
    }

    /**
     * Creates predictions.
     *
     * @param labels names of the K classes, at least two, distinct
     * @param ids {@code [N]} name of each image in {@code predictions.csv}, such as its path
     * @param truth {@code [N]} true class of each image, 0..K-1; N is at least 1
     * @param probabilities {@code [N, K]} probabilities, 0..1, each row with a sum of 1 within 0.001
     * @return the predictions
     * @throws IllegalArgumentException if one of these conditions does not hold; the message names the row and the
     *     class
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
     * @param file the file
     * @return the predictions
     * @throws IOException if the file cannot be read, has no probabilities, or is malformed
     */
    public static Predictions read(Path file) throws IOException {
        return PredictionsCsv.read(file);
    }

    /** {@return the labels of the K classes} */
    public List<String> labels() {
        return labels;
    }

    /** {@return the number of images N, at least 1} */
    public int size() {
        return truth.length;
    }

    /**
     * {@return the name of an image}
     *
     * @param i row, 0..N-1
     */
    public String id(int i) {
        return ids.get(i);
    }

    /**
     * {@return the true class of an image, 0..K-1}
     *
     * @param i row, 0..N-1
     */
    public int truth(int i) {
        return truth[i];
    }

    /**
     * {@return the predicted class of an image, 0..K-1}
     *
     * @param i row, 0..N-1
     */
    public int predicted(int i) {
        return predicted[i];
    }

    /**
     * {@return the confidence: the probability of the predicted class, 0..1}
     *
     * @param i row, 0..N-1
     */
    public float confidence(int i) {
        return probabilities[i][predicted[i]];
    }

    /**
     * {@return the probability of a class, 0..1}
     *
     * @param i row, 0..N-1
     * @param classIndex index of the class, 0..K-1
     */
    public float probability(int i, int classIndex) {
        return probabilities[i][classIndex];
    }

    /** {@code −ln p(true class)} in nats, with p clipped to at least 2.2e-16 as in scikit-learn. */
    double logLoss(int i) {
        double p = probabilities[i][truth[i]];
        return -Math.log(Math.min(1, Math.max(p, SMALLEST_PROBABILITY)));
    }

    /**
     * {@return whether the predicted class is the true class}
     *
     * @param i row, 0..N-1
     */
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
