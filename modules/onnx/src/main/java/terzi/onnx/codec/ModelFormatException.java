package terzi.onnx.codec;

import java.io.IOException;

/** Thrown when a file is not an ONNX model, is damaged, or refers to side files that it may not use. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ModelFormatException(String message) {
        super(message);
    }

    ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
