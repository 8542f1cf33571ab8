package terzi.images;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import terzi.images.ImageException.Kind;

/**
 * Ends a decoder that takes too long or whose thread is interrupted. Nobody watches from outside: the decoder is asked
 * whenever it has finished a row and whenever it wants more bytes, which every decoder does all the time.
 *
 * <p>Once half of the time is over, processor time of the thread counts, where Java can tell it: on a busy machine an image
 * has to wait, and must not be refused for that.
 */
final class DecodingTime {
    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** A longer time between two looks is not the decoder's: the process was stopped or the machine slept. */
    private static final long LONGEST_STEP_NANOS = 1_000_000_000L;

    private final long mostNanos;
    private boolean byProcessor;
    private long last = System.nanoTime();
    private long spentNanos;
    private boolean over;
    private boolean interrupted;

    DecodingTime(Duration most) {
        this.mostNanos = most.compareTo(FOREVER) > 0 ? FOREVER.toNanos() : most.toNanos();
    }

    /** @throws InterruptedIOException if decoding is to end */
    void require() throws IOException {
        if (isOver()) {
            throw new InterruptedIOException("the time for decoding is over");
        }
    }

    private boolean isOver() {
        long now = byProcessor ? ProcessorTime.nanos() : System.nanoTime();
        spentNanos += Math.min(now - last, LONGEST_STEP_NANOS);
        last = now;
        if (!byProcessor && spentNanos > mostNanos / 2) {
            byProcessor = true;
            last = ProcessorTime.nanos();
        }
        interrupted |= Thread.currentThread().isInterrupted();
        over |= spentNanos > mostNanos;
        return over || interrupted;
    }

    /** @throws ImageException if decoding was ended, whatever came of it */
    void check(Encoded encoded, String name) throws ImageException {
        String what = name + ": decoding this " + encoded.format() + " of " + encoded.width() + " x " + encoded.height()
                + " pixels";
        if (interrupted) {
            throw new ImageException(Kind.INTERRUPTED, what + " was interrupted");
        }
        if (over) {
            throw new ImageException(
                    Kind.TOO_SLOW,
                    what + " took longer than " + mostNanos / 1_000_000
                            + " ms; raise maxTime if the source is trusted");
        }
    }

    /** Aborts the reader after the row in which the time ends. */
    IIOReadProgressListener abort(ImageReader reader) {
        return new IIOReadProgressListener() {
            @Override
            public void imageProgress(ImageReader source, float percentageDone) {
                if (isOver()) {
                    reader.abort();
                }
            }

            @Override
            public void sequenceStarted(ImageReader source, int minIndex) {}

            @Override
            public void sequenceComplete(ImageReader source) {}

            @Override
            public void imageStarted(ImageReader source, int imageIndex) {}

            @Override
            public void imageComplete(ImageReader source) {}

            @Override
            public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

            @Override
            public void thumbnailProgress(ImageReader source, float percentageDone) {}

            @Override
            public void thumbnailComplete(ImageReader source) {}

            @Override
            public void readAborted(ImageReader source) {}
        };
    }
}
