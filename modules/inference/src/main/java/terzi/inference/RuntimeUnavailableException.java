package terzi.inference;

/**
 * ONNX Runtime is not on the class path, too old, has no library for this platform, or cannot unpack and load it. The message
 * says which, and the dependency to add or the setting to change. Every later load in the same JVM throws it again.
 */
public final class RuntimeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RuntimeUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
