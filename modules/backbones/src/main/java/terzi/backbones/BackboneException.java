package terzi.backbones;

import java.io.IOException;

/**
 * Thrown when a backbone cannot be opened: it is not known, cannot be downloaded, or does not match its card. The
 * message has the remedy.
 */
public final class BackboneException extends IOException {
    private static final long serialVersionUID = 1L;

    BackboneException(String message) {
        super(message);
    }

    BackboneException(String message, Throwable cause) {
        super(message, cause);
    }
}
