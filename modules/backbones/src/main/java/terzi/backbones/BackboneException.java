package terzi.backbones;

import java.io.IOException;

/** A backbone cannot be had: it is not known, cannot be fetched, or is not what its card says. The message has the remedy. */
public final class BackboneException extends IOException {
    private static final long serialVersionUID = 1L;

    BackboneException(String message) {
        super(message);
    }

    BackboneException(String message, Throwable cause) {
        super(message, cause);
    }
}
