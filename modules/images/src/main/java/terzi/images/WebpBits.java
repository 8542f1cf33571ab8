package terzi.images;

import java.io.EOFException;

/** Bits of a byte range, the lowest bit of each byte first. */
final class WebpBits {
    private final byte[] bytes;
    private final int end;
    private int next;
    private long window;
    private int held;

    /** The bytes {@code from} to {@code end}, the latter excluded. */
    WebpBits(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.next = from;
        this.end = end;
    }

    /**
     * Takes up to 24 bits, the first one lowest.
     *
     * @throws EOFException if there are fewer left
     */
    int take(int count) throws EOFException {
        int value = peek() & ((1 << count) - 1);
        drop(count);
        return value;
    }

    boolean takeFlag() throws EOFException {
        return take(1) == 1;
    }

    /** The next 32 bits without taking them; zeros after the end. */
    int peek() {
        if (held < 32) {
            while (held <= 56 && next < end) {
                window |= (bytes[next++] & 0xffL) << held;
                held += 8;
            }
        }
        return (int) window;
    }

    /** How many bits there are still to take. */
    long left() {
        return held + 8L * (end - next);
    }

    /** Takes bits that were looked at before. */
    void drop(int count) throws EOFException {
        if (count > held) {
            throw new EOFException("unexpected end of the lossless WebP data");
        }
        window >>>= count;
        held -= count;
    }
}
