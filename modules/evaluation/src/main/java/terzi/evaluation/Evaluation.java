package terzi.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All metrics of one classifier on one set of images. Immutable.
 *
 * <p>The values are those of scikit-learn with {@code zero_division=0}, and {@link #classificationReport()} is its
 * report character for character.
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

    private final Optional<SetCoverage> sets;
    private final Optional<Strangeness> strangeness;

    private Evaluation(Predictions predictions, Optional<SetCoverage> sets, Optional<Strangeness> strangeness) {
        this.predictions = predictions;
        this.sets = sets;
        this.strangeness = strangeness;
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
     * Evaluates a classifier.
     *
     * @param labels names of the K classes, at least two, distinct
     * @param truth {@code [N]} true class of each image, 0..K-1; N is at least 1; not copied
     * @param probabilities {@code [N, K]} probabilities, 0..1, each row with a sum of 1 within 0.001; not copied
     * @return the metrics
     * @throws IllegalArgumentException if one of these conditions does not hold; the message names the row and the
     *     class
     */
    public static Evaluation of(List<String> labels, int[] truth, float[][] probabilities) {
        return of(Predictions.of(labels, truth, probabilities));
    }

    /**
     * Evaluates a classifier.
     *
     * @param predictions predictions for images of known class
     * @return the metrics
     */
    public static Evaluation of(Predictions predictions) {
        return new Evaluation(predictions, Optional.empty(), Optional.empty());
    }

    /**
     * {@return the same metrics with the coverage of the prediction sets of these images}
     *
     * @param coverage coverage of each class
     */
    public Evaluation withSets(SetCoverage coverage) {
        return new Evaluation(predictions, Optional.of(coverage), strangeness);
    }

    /**
     * {@return the same metrics with the strangeness of these images}
     *
     * @param values strangeness of the N images, in the order of the predictions
     * @throws IllegalArgumentException if there are not N values
     */
    public Evaluation withStrangeness(Strangeness values) {
        if (values.values().size() != count()) {
            throw new IllegalArgumentException("strangeness: expected a value for each of " + count()
                    + " predictions, found " + values.values().size());
        }
        return new Evaluation(predictions, sets, Optional.of(values));
    }

    /** {@return the predictions that were evaluated} */
    public Predictions predictions() {
        return predictions;
    }

    /** {@return the labels of the K classes} */
    public List<String> labels() {
        return predictions.labels();
    }

    /** {@return the number of images N, at least 1} */
    public int count() {
        return predictions.size();
    }

    /** {@return the confusion matrix} */
    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** {@return the share of correct predictions, 0..1} */
    public double accuracy() {
        return confusion.accuracy();
    }

    /** {@return the 95 % Wilson interval of the accuracy, for other images of the same distribution} */
    public Interval accuracyInterval() {
        return Interval.wilson(confusion.correct(), confusion.total());
    }

    /**
     * {@return the share of images whose true class is among the k most probable ones, 0..1} Of equally probable
     * classes the first one ranks higher, so that {@code topK(1)} is the accuracy.
     *
     * @param k number of classes, at least 1; from K on the result is 1
     * @throws IllegalArgumentException if {@code k} is below 1
     */
    public double topK(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("top-k: expected k >= 1, found " + k);
        }
        return (double) upToRank[Math.min(k, upToRank.length) - 1] / count();
    }

    /** {@return the metrics of each class, in the order of the labels} */
    public List<ClassMetrics> perClass() {
        return confusion.perClass();
    }

    /** {@return precision, recall and F1 as unweighted means over all classes} */
    public Average macro() {
        return confusion.macro();
    }

    /** {@return precision, recall and F1 as means over all classes, weighted by support} */
    public Average weighted() {
        return confusion.weighted();
    }

    /** {@return the log-loss: the mean of {@code −ln p(true class)} in nats, with p clipped to at least 2.2e-16} */
    public double logLoss() {
        return logLoss;
    }

    /** {@return the reliability diagram and the calibration errors} */
    public Calibration calibration() {
        return calibration;
    }

    /** {@return the expected calibration error (ECE), 0..1; see {@link Calibration}} */
    public double ece() {
        return calibration.expectedError();
    }

    /** {@return the coverage of the prediction sets; empty if the classifier has none} */
    public Optional<SetCoverage> sets() {
        return sets;
    }

    /** {@return the strangeness of the images; empty if the classifier computes none} */
    public Optional<Strangeness> strangeness() {
        return strangeness;
    }

    /**
     * {@return a few lines with the overall metrics, then {@link #classificationReport()}; it ends with a line feed}
     */
    public String text() {
        return EvaluationText.summary(this) + "\n" + classificationReport();
    }

    /**
     * {@return exactly the text of scikit-learn's {@code classification_report(digits=4, zero_division=0)} for all
     * labels} There are two differences: without a correct prediction scikit-learn 1.9 prints the support as
     * {@code 10.0}, and it aligns by characters, whereas this text is aligned by terminal columns, of which a Chinese,
     * Japanese or Korean character takes two.
     */
    public String classificationReport() {
        return EvaluationText.classificationReport(this);
    }

    /**
     * {@return all metrics as JSON with a fixed order of keys; {@code "schema": 1} grows when a key changes its
     * meaning}
     */
    public String json() {
        return EvaluationJson.of(this);
    }

    /**
     * Writes {@code classification_report.txt}, {@code confusion_matrix.csv}, {@code predictions.csv} and, last,
     * {@code metrics.json}, each atomically. {@code predictions.csv} has the probabilities of all classes unless these
     * are more than {@value #MOST_PROBABILITIES} numbers.
     *
     * @param folder folder for the files; created if it is missing; files of these names are replaced
     * @throws IOException if a file cannot be written; the message names the folder
     */
    public void write(Path folder) throws IOException {
        boolean few = (long) count() * labels().size() <= MOST_PROBABILITIES;
        write(folder, few ? Columns.ANSWER_AND_PROBABILITIES : Columns.ANSWER);
    }

    /**
     * Writes the same files as {@link #write(Path)}, with a choice of the columns of {@code predictions.csv}.
     *
     * @param folder folder for the files; created if it is missing; files of these names are replaced
     * @param columns columns of {@code predictions.csv}
     * @throws IOException if a file cannot be written; the message names the folder
     */
    public void write(Path folder, Columns columns) throws IOException {
        EvaluationFiles.write(this, folder, columns);
    }

    /** The columns of {@code predictions.csv}. */
    public enum Columns {
        /** The columns {@code id}, {@code truth}, {@code predicted} and {@code confidence}. */
        ANSWER,
        /** The same columns, and one column {@code p:<label>} for each class. */
        ANSWER_AND_PROBABILITIES
    }

    @Override
    public String toString() {
        return "Evaluation[" + confusion.correct() + " of " + count() + " right]";
    }
}
