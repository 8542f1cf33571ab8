package terzi.backbones.keras;

import java.io.IOException;

/** Thrown when a file is not a Keras model, is damaged, or has a network that cannot be converted. */
public class KerasFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    KerasFormatException(String message) {
        super(message);
    }

    KerasFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
