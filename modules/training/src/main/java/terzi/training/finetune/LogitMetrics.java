package terzi.training.finetune;

import java.util.Arrays;

/**
 * Logits of some images with their accuracy and log-loss.
 *
 * @param logits {@code [N, K]}
 * @param labels {@code [N]} the right classes
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record LogitMetrics(float[][] logits, int[] labels) {
    private static final double LARGEST_TEMPERATURE = 20;

    /** Cross-entropy of one answer. */
    static double logLoss(float[] logits, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Math.log(sum) + largest - logits[label];
    }

    static float[] scaled(float[] logits, double factor) {
        float[] scaled = logits.clone();
        for (int c = 0; c < scaled.length; c++) {
            scaled[c] *= (float) factor;
        }
        return scaled;
    }

    static int answer(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    double accuracy() {
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += answer(logits[i]) == labels[i] ? 1 : 0;
        }
        return (double) right / labels.length;
    }

    /**
     * Mean cross-entropy at the temperature where it is smallest. A classifier file is calibrated in the end, and label
     * smoothing and mixing make answers timid on purpose, so that a common factor of the logits should count for nothing.
     */
    double logLoss() {
        double[] equal = new double[labels.length];
        Arrays.fill(equal, 1);
        return logLoss(equal);
    }

    /** {@link #logLoss()} where some answers count for more. */
    double logLoss(double[] weights) {
        return meanLoss(bestFactor(weights), weights);
    }

    /** The cross-entropy of each answer with the logits times a factor, {@code [N]}. */
    double[] losses(double factor) {
        double[] losses = new double[labels.length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = logLoss(scaled(logits[i], factor), labels[i]);
        }
        return losses;
    }

    /**
     * Computes the factor of the logits, 1 / temperature, with the smallest mean cross-entropy.
     *
     * <p>Not the fit of {@code terzi.evaluation.TemperatureScaling}, whose temperature goes into the classifier file: this
     * one weights the images, scales in float32 as the head will, and stops at a relative width of 1e-4, since it compares
     * settings and gives the {@link KernelHead} its scale. With equal weights the two differ by up to 2e-4 in the factor
     * and 1e-8 in the loss.
     */
    double bestFactor(double[] weights) {
        double low = Math.log(1 / LARGEST_TEMPERATURE);
        double high = Math.log(LARGEST_TEMPERATURE);
        // convex in the factor, so it has one valley in its logarithm too
        while (high - low > 1e-4) {
            double third = (high - low) / 3;
            if (meanLoss(Math.exp(low + third), weights) <= meanLoss(Math.exp(high - third), weights)) {
                high -= third;
            } else {
                low += third;
            }
        }
        return Math.exp((low + high) / 2);
    }

    private double meanLoss(double factor, double[] weights) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < labels.length; i++) {
            if (weights[i] > 0) {
                sum += weights[i] * logLoss(scaled(logits[i], factor), labels[i]);
                total += weights[i];
            }
        }
        return sum / total;
    }
}
