package terzi.inference;

import java.io.IOException;

/** A classifier file that cannot be used: truncated, changed, of another format version, or no classifier at all. */
public final class ClassifierFileException extends IOException {

    private static final long serialVersionUID = 1;

    public ClassifierFileException(String message) {
        super(message);
    }

    public ClassifierFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
