package terzi.training.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that diverged: its loss is not a finite number any more, or stays at more than 100 times the loss of guessing, ln K for
 * K classes.
 */
public final class DivergedException extends TrainingException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable TrainingResult before;

    DivergedException(String message, @Nullable TrainingResult before) {
        super(message);
        this.before = before;
    }

    /** The run up to its divergence, with the network of the best epoch; empty when no epoch was any good. */
    public Optional<TrainingResult> before() {
        return Optional.ofNullable(before);
    }
}
