package terzi.training.run;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that diverged: its loss is not a finite number any more, or stays at more than 100 times the loss of guessing, ln K for
 * K classes.
 */
public final class DivergedException extends TrainingException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable TrainingResult before;

    private DivergedException(String message, @Nullable TrainingResult before) {
        super(message);
        this.before = before;
    }

    /**
     * Creates the exception of a loss that is not a finite number.
     *
     * @param happened what is not finite and when it happened
     * @param rate the last learning rate
     * @param checkpoint where the run is kept, as a sentence
     */
    static DivergedException notFinite(
            String happened, double rate, String checkpoint, @Nullable TrainingResult before) {
        return new DivergedException(
                "the training has diverged: " + happened + ", learning rate " + rate + ". Try a learning rate of "
                        + lower(rate)
                        + ", clip_norm: 1 or a warm-up; if the first step fails, look for wrong mean and std in the"
                        + " preprocessing. " + checkpoint,
                before);
    }

    /**
     * Creates the exception of a run that ended far above the loss of guessing.
     *
     * @param guessing the mean cross-entropy of guessing among the classes
     */
    static DivergedException farAbove(
            List<Epoch> history, int classes, double guessing, @Nullable TrainingResult before) {
        Epoch end = history.get(history.size() - 1);
        double rate = history.stream().mapToDouble(Epoch::learningRate).max().orElseThrow();
        return new DivergedException(
                String.format(
                        Locale.ROOT,
                        "the training has diverged: after epoch %d the validation loss is %.4g, and guessing among"
                                + " %d classes has %.4g. Try a learning rate of %s, clip_norm: 1 or a warm-up",
                        end.number(),
                        end.validationLoss(),
                        classes,
                        guessing,
                        lower(rate)),
                before);
    }

    /** A tenth of a learning rate, in digits that people write. */
    private static double lower(double rate) {
        return new BigDecimal(rate / 10).round(new MathContext(2)).doubleValue();
    }

    /**
     * Returns the run up to its divergence, with the network of the best epoch.
     *
     * @return empty when no epoch was any good
     */
    public Optional<TrainingResult> before() {
        return Optional.ofNullable(before);
    }
}
