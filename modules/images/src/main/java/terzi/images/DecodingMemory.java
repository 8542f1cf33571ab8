package terzi.images;

import java.util.concurrent.Semaphore;
import terzi.images.ImageException.Kind;

/**
 * The heap that images may take while they are decoded. Threads whose images do not fit into it together wait for each
 * other, and an image for which there was no memory all the same is decoded again while no other one is: so it depends on
 * the image and on the heap whether it can be decoded, not on what happens at the same time.
 */
final class DecodingMemory {
    private static final int UNIT = 1 << 16;
    private static final long MIB = 1 << 20;

    /** For all images of this JVM: half of its heap. */
    static final DecodingMemory HEAP = new DecodingMemory(Runtime.getRuntime().maxMemory());

    private final long heapBytes;
    private final int units;
    private final Semaphore free;

    DecodingMemory(long heapBytes) {
        this.heapBytes = heapBytes;
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, heapBytes / 2 / UNIT));
        this.free = new Semaphore(units, true);
    }

    /** Makes an image out of its bytes. */
    @FunctionalInterface
    interface Decoder {
        Image decode() throws ImageException;
    }

    /**
     * Decodes an image when there is room for it.
     *
     * @throws ImageException if the heap cannot hold it, if it is damaged, or if the thread was interrupted while it
     *     waited
     */
    Image decode(Encoded encoded, String name, Decoder decoder) throws ImageException {
        long needed = encoded.heapBytes();
        if (needed > heapBytes) {
            throw tooSmall(encoded, name, new OutOfMemoryError("not tried"));
        }
        try {
            return decode((int) Math.min(units, 1 + needed / UNIT), name, decoder);
        } catch (OutOfMemoryError first) {
            try {
                return decode(units, name, decoder);
            } catch (OutOfMemoryError second) {
                throw tooSmall(encoded, name, second);
            }
        }
    }

    private Image decode(int share, String name, Decoder decoder) throws ImageException {
        try {
            free.acquire(share);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(Kind.INTERRUPTED, name + ": waiting for memory was interrupted", e);
        }
        try {
            return decoder.decode();
        } finally {
            free.release(share);
        }
    }

    private ImageException tooSmall(Encoded encoded, String name, OutOfMemoryError cause) {
        long needed = encoded.heapBytes();
        // large arrays need room in one piece, and the image is not all there is
        long advised = Math.max(2 * needed + 128 * MIB, heapBytes + heapBytes / 2) / MIB / 64 * 64 + 64;
        return new ImageException(
                Kind.OUT_OF_MEMORY,
                name + ": not enough memory: decoding " + encoded.width() + " x " + encoded.height()
                        + " pixels takes " + mib(needed) + ", the heap may grow to " + mib(heapBytes)
                        + "; start Java with -Xmx" + advised + "m (the terzi command: TERZI_JAVA_OPTS=-Xmx" + advised
                        + "m), or make the image smaller",
                cause);
    }

    private static String mib(long bytes) {
        return (bytes + MIB - 1) / MIB + " MiB";
    }
}
