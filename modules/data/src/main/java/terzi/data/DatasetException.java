package terzi.data;

import java.io.IOException;

/** A dataset that cannot be used: the message says where, what was expected, what was found and what to do. */
public final class DatasetException extends IOException {
    private static final long serialVersionUID = 1;

    DatasetException(String message) {
        super(message);
    }

    DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
