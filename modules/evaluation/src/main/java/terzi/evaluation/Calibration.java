package terzi.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The calibration of a classifier: whether predictions of confidence 0.8 are correct in 80 % of the cases. The
 * confidence is the probability of the predicted class.
 *
 * @param bins reliability diagram: {@value #BINS} bins of equal width over the confidence
 * @param expectedError expected calibration error (ECE), 0..1: {@code Σ_b (n_b / n) · |accuracy_b − confidence_b|} over
 *     the bins {@code ((b−1)/15, b/15]}. C. Guo et al., "On calibration of modern neural networks", ICML 2017, section
 *     2 (15 bins as in its section 4)
 * @param maximumError maximum calibration error (MCE), 0..1: the largest {@code |accuracy_b − confidence_b|} of a bin
 *     that is not empty
 */
public record Calibration(List<Bin> bins, double expectedError, double maximumError) {

    /** Number of bins. */
    public static final int BINS = 15;

    /**
     * Creates a calibration from a copy of the bins; see {@link #of}.
     *
     * @param bins reliability diagram
     * @param expectedError expected calibration error (ECE), 0..1
     * @param maximumError maximum calibration error (MCE), 0..1
     */
    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * One bin of the reliability diagram. An empty bin has accuracy and confidence 0.
     *
     * @param low exclusive lower end of the confidence (inclusive for the first bin)
     * @param high inclusive upper end of the confidence
     * @param count number of images with such a confidence
     * @param accuracy share of correct predictions among them, 0..1
     * @param confidence mean confidence of them, 0..1
     */
    public record Bin(double low, double high, long count, double accuracy, double confidence) {}

    /**
     * {@return the calibration of a classifier}
     *
     * @param predictions predictions for images of known class
     */
    public static Calibration of(Predictions predictions) {
        long[] count = new long[BINS];
        long[] correct = new long[BINS];
        double[] confidence = new double[BINS];
        for (int i = 0; i < predictions.size(); i++) {
            double sure = Math.min(1, predictions.confidence(i));
            int bin = bin(sure);
            count[bin]++;
            confidence[bin] += sure;
            if (predictions.correct(i)) {
                correct[bin]++;
            }
        }
        List<Bin> bins = new ArrayList<>(BINS);
        double expected = 0;
        double maximum = 0;
        for (int b = 0; b < BINS; b++) {
            double right = count[b] == 0 ? 0 : (double) correct[b] / count[b];
            double sure = count[b] == 0 ? 0 : confidence[b] / count[b];
            bins.add(new Bin((double) b / BINS, (b + 1.0) / BINS, count[b], right, sure));
            double gap = Math.abs(right - sure);
            expected += gap * count[b] / predictions.size();
            maximum = Math.max(maximum, gap);
        }
        return new Calibration(bins, expected, maximum);
    }

    /**
     * The bin of a confidence, 0..1: bin b holds what is above b/15, up to and with (b+1)/15, and the first one 0 too.
     */
    static int bin(double confidence) {
        return Math.max(0, (int) Math.ceil(confidence * BINS) - 1);
    }
}
