package terzi.images;

import java.io.IOException;

/** An image that cannot be read: the message says where, what was expected, what was found and what to do. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1;

    /** What is wrong, for counting and for choosing a remedy. */
    public enum Kind {
        /** There is no such file, or it is not a regular file that may be read. */
        MISSING,
        /** The file has no bytes. */
        EMPTY,
        /** The content is not in an image format that is read here, whatever its name says. */
        UNKNOWN_FORMAT,
        /** A known format in a variant that is not read here. */
        UNSUPPORTED,
        /** The file ends before its last pixel. */
        TRUNCATED,
        /** The content contradicts its format. */
        CORRUPT,
        /** More bytes or pixels than the limits allow. */
        TOO_LARGE,
        /** Decoding took longer than the limits allow. */
        TOO_SLOW,
        /** The heap is too small to decode the image, which is none of its faults: another heap can hold it. */
        OUT_OF_MEMORY,
        /** The thread was interrupted while it decoded; its interrupted flag is still set. */
        INTERRUPTED,
        /** The file is not what it was when its dataset was opened. */
        CHANGED,
        /** The file lies where images have no class. */
        NO_CLASS,
        /** The file was written by Terzi: an explained image, a figure of a report. */
        OWN_OUTPUT
    }

    /** Kind of the problem. */
    private final Kind kind;

    /**
     * Creates an exception.
     *
     * @param kind kind of the problem
     * @param message the image, what was expected, what was found and what to do
     */
    public ImageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Creates an exception with a cause.
     *
     * @param kind kind of the problem
     * @param message the image, what was expected, what was found and what to do
     * @param cause exception of the decoder
     */
    public ImageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** {@return the kind of the problem} */
    public Kind kind() {
        return kind;
    }

    /**
     * Throws this exception again unless it tells what is wrong with the image. Code that leaves out unreadable images
     * calls this first: where the heap was too small or the thread was interrupted, the same image is readable
     * elsewhere or the next time.
     *
     * @throws ImageException this exception, for {@link Kind#OUT_OF_MEMORY} and {@link Kind#INTERRUPTED}
     */
    public void rethrowUnlessUnreadable() throws ImageException {
        if (kind == Kind.OUT_OF_MEMORY || kind == Kind.INTERRUPTED) {
            throw this;
        }
    }
}
