package terzi.backbones.keras;

import java.io.IOException;

/** A file is no Keras model, is damaged, or is one that cannot be converted; another or a changed file helps. */
public class KerasFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    KerasFormatException(String message) {
        super(message);
    }

    KerasFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
