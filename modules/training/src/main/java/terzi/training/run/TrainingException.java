package terzi.training.run;

/** A run that cannot go on, for example because it diverged; the message says what to try. */
public sealed class TrainingException extends RuntimeException permits DivergedException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened and what to try
     */
    public TrainingException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what happened and what to try
     * @param cause the failure below
     */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
