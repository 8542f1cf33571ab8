package terzi.inference;

import java.io.IOException;

/** A classifier file that cannot be used: truncated, changed, of another format version, or no classifier at all. */
public final class ClassifierFileException extends IOException {

    private static final long serialVersionUID = 1;

    /** @param message where, what was expected, what was found, what to do */
    public ClassifierFileException(String message) {
        super(message);
    }

    /** @param message where, what was expected, what was found, what to do */
    public ClassifierFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
