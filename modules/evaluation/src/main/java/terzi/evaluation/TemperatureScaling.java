package terzi.evaluation;

import java.util.stream.IntStream;

/**
 * Temperature scaling: calibrates probabilities by dividing all logits by one number, the temperature. Predicted
 * classes stay the same.
 *
 * <p>C. Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2. The temperature must be fitted
 * on images that are neither in the training set nor in the test set: the validation set.
 *
 * <p>Fine-tuning has a fit of its own, {@code terzi.training.finetune.LogitMetrics}, to compare heads before there is a
 * classifier: coarser (1e-4) and with a weight for each image. What it finds never becomes the temperature of a file.
 */
public final class TemperatureScaling {

    /** The smallest temperature {@link #fit} returns. */
    public static final float MIN_TEMPERATURE = 0.05f;

    /** The largest temperature {@link #fit} returns. */
    public static final float MAX_TEMPERATURE = 20f;

    private static final int MAX_STEPS = 200;

    private TemperatureScaling() {}

    /**
     * The effect of a temperature on a set of images.
     *
     * @param temperature the temperature
     * @param logLossBefore mean negative log-likelihood at temperature 1, in nats
     * @param logLossAfter mean negative log-likelihood at {@code temperature}, in nats
     * @param before calibration at temperature 1
     * @param after calibration at {@code temperature}
     */
    public record Effect(
            float temperature, double logLossBefore, double logLossAfter, Calibration before, Calibration after) {}

    /**
     * Fits the temperature T that minimizes the mean negative log-likelihood of {@code softmax(logits / T)}.
     *
     * <p>In {@code b = 1/T} the loss is convex with slope {@code mean(E_p[z] − z_truth)} and curvature
     * {@code mean(Var_p[z])}, so that Newton's method, kept inside a shrinking bracket, finds the only minimum.
     *
     * @param logits {@code [N, K]} finite logits, N at least 1, K at least 2
     * @param truth {@code [N]} true class of each image, 0..K-1
     * @return the temperature, from {@link #MIN_TEMPERATURE} (if no image is misclassified, since the loss then has no
     *     minimum) to {@link #MAX_TEMPERATURE} (if the logits are not better than chance); 1 if all logits of each row
     *     are equal
     * @throws IllegalArgumentException if shapes or values are invalid; the message names the row
     */
    public static float fit(float[][] logits, int[] truth) {
        check(logits, truth);
        double low = 1 / (double) MAX_TEMPERATURE;
        double high = 1 / (double) MIN_TEMPERATURE;
        Derivatives atLow = derivatives(logits, truth, low);
        if (atLow.first == 0 && atLow.second == 0) {
            return 1;
        }
        if (atLow.first >= 0) {
            return MAX_TEMPERATURE;
        }
        if (derivatives(logits, truth, high).first <= 0) {
            return MIN_TEMPERATURE;
        }
        // from here on the slope is below 0 at low and above 0 at high
        double inverse = 1;
        for (int step = 0; step < MAX_STEPS; step++) {
            Derivatives here = derivatives(logits, truth, inverse);
            if (here.first > 0) {
                high = inverse;
            } else {
                low = inverse;
            }
            double next = inverse - here.first / here.second;
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            double moved = Math.abs(next - inverse);
            inverse = next;
            if (moved <= 1e-12 * inverse) {
                break;
            }
        }
        return (float) (1 / inverse);
    }

    /**
     * Computes log-loss and calibration with and without a temperature.
     *
     * @param logits {@code [N, K]} finite logits before division by the temperature, N at least 1, K at least 2
     * @param truth {@code [N]} true class of each image, 0..K-1
     * @param temperature the temperature, finite and above 0
     * @return the effect
     * @throws IllegalArgumentException if shapes or values are invalid; the message names the row
     */
    static Effect effect(float[][] logits, int[] truth, float temperature) {
        check(logits, truth);
        var labels =
                IntStream.range(0, logits[0].length).mapToObj(Integer::toString).toList();
        Predictions before = Predictions.of(labels, truth, softmax(logits, 1));
        Predictions after = Predictions.of(labels, truth, softmax(logits, temperature));
        return new Effect(
                temperature,
                logLoss(logits, truth, 1),
                logLoss(logits, truth, temperature),
                Calibration.of(before),
                Calibration.of(after));
    }

    /**
     * Computes the effect of a temperature from the predictions made with it. The logits are {@code temperature · ln p}
     * up to a constant for each row, which softmax cancels; probabilities of 0 count as the smallest positive float32.
     *
     * @param after predictions with the temperature applied
     * @param temperature the temperature, finite and above 0
     * @return the effect
     * @throws IllegalArgumentException if the temperature is not finite and above 0
     */
    public static Effect effectOf(Predictions after, float temperature) {
        float[][] logits = new float[after.size()][after.labels().size()];
        for (int i = 0; i < logits.length; i++) {
            for (int c = 0; c < logits[i].length; c++) {
                logits[i][c] = (float) (temperature * Math.log(Math.max(after.probability(i, c), Float.MIN_VALUE)));
            }
        }
        return effect(logits, after.truths(), temperature);
    }

    /**
     * Computes {@code softmax(logits / temperature)} of each row in double precision.
     *
     * @param logits {@code [N, K]} finite logits, N at least 1, K at least 2
     * @param temperature the temperature, finite and above 0; 1 for plain softmax
     * @return {@code [N, K]} probabilities, 0..1, each row with a sum of 1, as a new array
     * @throws IllegalArgumentException if shapes or values are invalid; the message names the row
     */
    public static float[][] softmax(float[][] logits, float temperature) {
        Checks.logits(logits);
        if (!(temperature > 0 && Float.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature: expected a finite number above 0, found " + temperature);
        }
        float[][] probabilities = new float[logits.length][];
        for (int i = 0; i < logits.length; i++) {
            float[] row = logits[i];
            double top = max(row);
            double[] weights = new double[row.length];
            double sum = 0;
            for (int c = 0; c < row.length; c++) {
                weights[c] = Math.exp((row[c] - top) / temperature);
                sum += weights[c];
            }
            probabilities[i] = new float[row.length];
            for (int c = 0; c < row.length; c++) {
                probabilities[i][c] = (float) (weights[c] / sum);
            }
        }
        return probabilities;
    }

    private static double logLoss(float[][] logits, int[] truth, float temperature) {
        double loss = 0;
        for (int i = 0; i < logits.length; i++) {
            double top = max(logits[i]);
            double sum = 0;
            for (float z : logits[i]) {
                sum += Math.exp((z - top) / temperature);
            }
            loss += Math.log(sum) - (logits[i][truth[i]] - top) / temperature;
        }
        return loss / logits.length;
    }

    private record Derivatives(double first, double second) {}

    /** Slope and curvature of the mean negative log-likelihood in the inverse temperature. */
    private static Derivatives derivatives(float[][] logits, int[] truth, double inverse) {
        double first = 0;
        double second = 0;
        for (int i = 0; i < logits.length; i++) {
            double top = max(logits[i]);
            double sum = 0;
            double sumZ = 0;
            double sumZ2 = 0;
            for (float value : logits[i]) {
                double z = value - top;
                double weight = Math.exp(inverse * z);
                sum += weight;
                sumZ += weight * z;
                sumZ2 += weight * z * z;
            }
            double mean = sumZ / sum;
            first += mean - (logits[i][truth[i]] - top);
            second += sumZ2 / sum - mean * mean;
        }
        return new Derivatives(first / logits.length, second / logits.length);
    }

    private static void check(float[][] logits, int[] truth) {
        Checks.logits(logits);
        Checks.sameRows("logits", logits.length, truth.length);
        Checks.classes("truth", truth, logits[0].length);
    }

    private static double max(float[] row) {
        double top = row[0];
        for (float z : row) {
            top = Math.max(top, z);
        }
        return top;
    }
}
