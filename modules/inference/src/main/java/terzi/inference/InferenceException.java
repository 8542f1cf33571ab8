package terzi.inference;

import java.util.OptionalInt;

/**
 * The engine failed on a network that had loaded well, for example for want of memory; or an answer is not a finite number,
 * because weights or preprocessing are damaged.
 */
public final class InferenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Position of the image; -1 where no single image is to blame. */
    private final int index;

    InferenceException(String message, Throwable cause) {
        super(message, cause);
        this.index = -1;
    }

    InferenceException(String message, int index) {
        super(message);
        this.index = index;
    }

    /**
     * {@return the position, among the images of the call, of the one whose answer is not a finite number; empty for
     * other failures}
     */
    public OptionalInt index() {
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
