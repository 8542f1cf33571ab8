package terzi.onnx;

import java.io.IOException;

/** A file is no ONNX model, is damaged, or refers to files it may not use; another or a repaired file helps. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ModelFormatException(String message) {
        super(message);
    }

    ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
