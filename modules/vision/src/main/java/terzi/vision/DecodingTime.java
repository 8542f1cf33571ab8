package terzi.vision;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import terzi.vision.PictureException.Kind;

/**
 * Ends a decoder that takes too long or whose thread is interrupted. Nobody watches from outside: the decoder is asked
 * whenever it has finished a row and whenever it wants more bytes, which every decoder does all the time. One that goes on
 * asking after the last byte is ended as well: the WebP decoder takes what is missing for zeros, and 216 bytes kept it busy
 * for half a minute.
 */
final class DecodingTime implements IIOReadProgressListener {
    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** A picture of one colour may need no bits for its pixels, and a decoder may look for some all the same. */
    private static final long ASKING_PER_PIXEL = 32;

    private static final long ASKING = 10_000;

    private final ImageReader reader;
    private final long nanos;
    private final long start = System.nanoTime();
    private boolean over;
    private boolean interrupted;

    DecodingTime(ImageReader reader, Duration most) {
        this.reader = reader;
        this.nanos = most.compareTo(FOREVER) > 0 ? FOREVER.toNanos() : most.toNanos();
    }

    /** The same bytes, until the time is over. */
    InputStream watch(InputStream bytes, long pixels) {
        return new FilterInputStream(bytes) {
            private long asking = ASKING + ASKING_PER_PIXEL * pixels;

            @Override
            public int read() throws IOException {
                requireTime();
                return found(super.read());
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                requireTime();
                return found(super.read(target, offset, length));
            }

            private int found(int what) throws IOException {
                if (what < 0 && --asking < 0) {
                    throw new IOException("unexpected end of the data");
                }
                return what;
            }

            private void requireTime() throws IOException {
                if (isOver()) {
                    throw new InterruptedIOException("the time for decoding is over");
                }
            }
        };
    }

    private boolean isOver() {
        interrupted |= Thread.currentThread().isInterrupted();
        over |= System.nanoTime() - start > nanos;
        return over || interrupted;
    }

    /** @throws PictureException if decoding was ended, whatever came of it */
    void check(Encoded encoded, String name) throws PictureException {
        String what = name + ": decoding this " + encoded.format() + " of " + encoded.width() + " x " + encoded.height()
                + " pixels";
        if (interrupted) {
            throw new PictureException(Kind.INTERRUPTED, what + " was interrupted");
        }
        if (over) {
            throw new PictureException(
                    Kind.TOO_SLOW,
                    what + " took longer than " + nanos / 1_000_000 + " ms; raise maxTime if the source is trusted");
        }
    }

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
}
