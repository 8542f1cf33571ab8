package terzi.backbones.torch;

import java.io.IOException;

/**
 * Thrown when a file is not one of {@code torch.save}, is damaged, or holds more than tensors. The message has the
 * remedy.
 */
public final class TorchFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    TorchFormatException(String message) {
        super(message);
    }

    TorchFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
