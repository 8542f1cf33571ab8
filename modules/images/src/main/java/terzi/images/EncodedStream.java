package terzi.images;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image for a decoder of ImageIO, which gets no more of them once its time is over or when it goes on
 * asking after the end.
 */
final class EncodedStream extends ImageInputStreamImpl {
    private static final int LOOK_EVERY = 256;
    private static final int ASKING = 1000;

    /** So many pixels times bytes lie between two looks at the clock: a scan of 12 bytes may cost as much as a large one. */
    private static final long WORK = 1L << 32;

    private static final int LEAST_PIECE = 64;
    private static final int LARGEST_PIECE = 8192;

    private final byte[] bytes;
    private final DecodingTime time;
    private final int piece;
    private int reads;
    private int asking;

    EncodedStream(byte[] bytes, long pixels, DecodingTime time) {
        this.bytes = bytes;
        this.time = time;
        this.piece = (int) Math.max(LEAST_PIECE, Math.min(LARGEST_PIECE, WORK / pixels));
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        if (++reads % LOOK_EVERY == 0) {
            time.require();
        }
        if (streamPos >= bytes.length) {
            return ended();
        }
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        time.require();
        if (length == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return ended();
        }
        int count = (int) Math.min(Math.min(length, piece), bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    private int ended() throws EOFException {
        if (++asking > ASKING) {
            throw new EOFException("unexpected end of the data");
        }
        return -1;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    /** Nothing: with a body each stream would wait for the finalizer, together with its bytes. */
    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    protected void finalize() {}
}
