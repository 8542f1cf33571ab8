package terzi.inference;

import java.io.IOException;

/** A classifier file that cannot be used: truncated, changed, of another format version, or no classifier at all. */
public final class ClassifierFileException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message where, what was expected, what was found, what to do
     */
    public ClassifierFileException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message where, what was expected, what was found, what to do
     * @param cause exception behind this one
     */
    public ClassifierFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
