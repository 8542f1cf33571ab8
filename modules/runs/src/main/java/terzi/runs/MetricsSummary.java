package terzi.runs;

import java.util.Locale;
import terzi.evaluation.Evaluation;

/**
 * The figures of an evaluation that people ask for first; {@code toString} gives the accuracy with its interval.
 *
 * @param count images
 * @param accuracy share of correct predictions, 0..1
 * @param accuracyLow lower end of its 95 % interval (Wilson)
 * @param accuracyHigh upper end of its 95 % interval
 * @param balancedAccuracy mean recall of the classes, 0..1
 * @param macroF1 mean F1 of the classes, 0..1
 * @param logLoss mean negative logarithm of the probability of the right class
 * @param ece expected calibration error, 0..1
 */
public record MetricsSummary(
        long count,
        double accuracy,
        double accuracyLow,
        double accuracyHigh,
        double balancedAccuracy,
        double macroF1,
        double logLoss,
        double ece) {

    /**
     * {@return the summary of an evaluation}
     *
     * @param evaluation with at least one image
     */
    public static MetricsSummary of(Evaluation evaluation) {
        return new MetricsSummary(
                evaluation.count(),
                evaluation.accuracy(),
                evaluation.accuracyInterval().low(),
                evaluation.accuracyInterval().high(),
                evaluation.confusion().balancedAccuracy(),
                evaluation.macro().f1(),
                evaluation.logLoss(),
                evaluation.ece());
    }

    /** {@code 93.51 % of 10,000 images correct (95 % interval 93.01 to 93.98 %)}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.2f %% of %,d %s correct (95 %% interval %.2f to %.2f %%)",
                accuracy * 100,
                count,
                count == 1 ? "image" : "images",
                accuracyLow * 100,
                accuracyHigh * 100);
    }
}
