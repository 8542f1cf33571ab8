package terzi.training;

/** A run that cannot go on, for example because its loss is no longer a number; the message says what to try. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }
}
