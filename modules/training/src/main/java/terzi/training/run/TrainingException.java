package terzi.training.run;

/** A run that cannot go on, for example because it diverged; the message says what to try. */
public sealed class TrainingException extends RuntimeException permits DivergedException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
