package terzi.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All figures about one classifier on one set of images. Immutable.
 *
 * <p>The values are scikit-learn's (with {@code zero_division=0}), and {@link #classificationReport()} is its report
 * character for character.
 */
public final class Evaluation {

    /** Beyond it, the list of predictions has answers only: it would be larger than 30 MB. */
    private static final int MOST_PROBABILITIES = 3_000_000;

    private final Predictions predictions;
    private final ConfusionMatrix confusion;
    private final Calibration calibration;
    private final double logLoss;
    /** upToRank[r] = number of images for which at most r classes were preferred to the true one. */
    private final long[] upToRank;

    private Evaluation(Predictions predictions) {
        this.predictions = predictions;
        this.confusion = ConfusionMatrix.of(predictions.labels(), predictions.truths(), predictions.answers());
        this.calibration = Calibration.of(predictions);
        this.upToRank = new long[predictions.labels().size()];
        double loss = 0;
        for (int i = 0; i < predictions.size(); i++) {
            upToRank[predictions.rankOfTruth(i)]++;
            loss += predictions.logLoss(i);
        }
        for (int r = 1; r < upToRank.length; r++) {
            upToRank[r] += upToRank[r - 1];
        }
        this.logLoss = loss / predictions.size();
    }

    /**
     * @param labels the K class names, at least two, distinct
     * @param truth [N] the true classes, 0..K-1
     * @param probabilities [N, K] finite, 0..1, each row adding up to 1 within 0.001
     * @throws IllegalArgumentException if one of these does not hold; the message names the row and the class
     */
    public static Evaluation of(List<String> labels, int[] truth, float[][] probabilities) {
        return of(Predictions.of(labels, truth, probabilities));
    }

    public static Evaluation of(Predictions predictions) {
        return new Evaluation(predictions);
    }

    public Predictions predictions() {
        return predictions;
    }

    public List<String> labels() {
        return predictions.labels();
    }

    /** Number of images. */
    public int count() {
        return predictions.size();
    }

    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** The share of images answered rightly, 0..1. */
    public double accuracy() {
        return confusion.accuracy();
    }

    /** 95 % Wilson interval of the accuracy: what to expect on other images of the same kind. */
    public Interval accuracyInterval() {
        return Interval.wilson(confusion.correct(), confusion.total());
    }

    /**
     * The share of images whose true class is among the k most probable; of equally probable classes the first counts
     * as the more probable, so that {@code topK(1)} is the accuracy.
     *
     * @param k at least 1; from K on the result is 1
     */
    public double topK(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("top-k: expected k >= 1, found " + k);
        }
        return (double) upToRank[Math.min(k, upToRank.length) - 1] / count();
    }

    public List<ClassMetrics> perClass() {
        return confusion.perClass();
    }

    public Average macro() {
        return confusion.macro();
    }

    public Average weighted() {
        return confusion.weighted();
    }

    /** Mean of {@code −ln p(true class)} in nats, with p at least 2.2e-16. */
    public double logLoss() {
        return logLoss;
    }

    public Calibration calibration() {
        return calibration;
    }

    /** Expected calibration error, 0..1; see {@link Calibration}. */
    public double ece() {
        return calibration.expectedError();
    }

    /** A few lines with the overall figures, then {@link #classificationReport()}. Ends with a line feed. */
    public String text() {
        return EvaluationText.summary(this) + "\n" + classificationReport();
    }

    /**
     * Exactly what scikit-learn's {@code classification_report(digits=4, zero_division=0)} returns for all labels, the last
     * digit of the averages included. Two things are not copied: without a single right answer scikit-learn 1.9 prints the
     * support as {@code 10.0}, and it counts characters where this counts the columns of a terminal, of which a Chinese,
     * Japanese or Korean one takes two.
     */
    public String classificationReport() {
        return EvaluationText.classificationReport(this);
    }

    /** All figures as JSON with a fixed order of keys; {@code "schema": 1} grows when a key changes its meaning. */
    public String json() {
        return EvaluationJson.of(this);
    }

    /**
     * Writes {@code classification_report.txt}, {@code confusion_matrix.csv}, {@code predictions.csv} and, last,
     * {@code metrics.json}. Each file appears complete or not at all. The probabilities of all classes are in
     * predictions.csv unless they would be more than {@value #MOST_PROBABILITIES} numbers.
     *
     * @param folder made if missing; files of these names are replaced
     * @throws IOException if a file cannot be written; it names the folder
     */
    public void write(Path folder) throws IOException {
        boolean few = (long) count() * labels().size() <= MOST_PROBABILITIES;
        write(folder, few ? Columns.ANSWER_AND_PROBABILITIES : Columns.ANSWER);
    }

    /** As {@link #write(Path)}, with a choice of the columns of {@code predictions.csv}. */
    public void write(Path folder, Columns columns) throws IOException {
        EvaluationFiles.write(this, folder, columns);
    }

    /** The columns of {@code predictions.csv}. */
    public enum Columns {
        /** id, truth, predicted, confidence. */
        ANSWER,
        /** The same and one column {@code p:<label>} per class. */
        ANSWER_AND_PROBABILITIES
    }

    @Override
    public String toString() {
        return "Evaluation[" + confusion.correct() + " of " + count() + " right]";
    }
}
