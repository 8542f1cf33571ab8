package terzi.inference;

/** The engine failed while it ran a network that had loaded well, for example for want of memory. */
public final class InferenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
