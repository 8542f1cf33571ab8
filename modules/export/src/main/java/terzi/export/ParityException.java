package terzi.export;

import java.io.IOException;

/** The file does not repeat the training engine's answers on its golden images, so it must not be used. */
public final class ParityException extends IOException {

    private static final long serialVersionUID = 1;

    ParityException(String message) {
        super(message);
    }
}
