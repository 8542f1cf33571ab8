package terzi.inference;

import java.nio.ByteBuffer;

/**
 * Images on their way into a network, which may take more of them than there are: then the last image fills the places that
 * are left, and what the network answers to those is dropped.
 *
 * @param shape of the network's input, {@code [N, ...]}, N images or more
 * @param from index of the first image
 * @param to index after the last image
 * @param pixels writes images into the network's memory
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Batch(long[] shape, int from, int to, Pixels pixels) {

    /** Writes the images from one index to before another to where the target stands, in its byte order. */
    interface Pixels {
        void write(int from, int to, ByteBuffer target);
    }

    /** All images of a shape {@code [N, ...]}. */
    static Batch of(long[] shape, Pixels pixels) {
        return new Batch(shape, 0, Math.toIntExact(shape[0]), pixels);
    }

    /** The images in a direct buffer from its position on. */
    static Batch of(long[] shape, ByteBuffer direct) {
        int each = (int) (direct.remaining() / shape[0]);
        int start = direct.position();
        return of(
                shape,
                (from, to, target) ->
                        target.put(direct.duplicate().limit(start + to * each).position(start + from * each)));
    }

    int count() {
        return to - from;
    }

    /** Some of the images, as a batch of the size that a network takes. */
    Batch part(int partFrom, int partTo, int size) {
        long[] partShape = shape.clone();
        partShape[0] = size;
        return new Batch(partShape, from + partFrom, from + partTo, pixels);
    }

    /** Fills the target, which has the size of the shape. */
    void write(ByteBuffer target) {
        pixels.write(from, to, target);
        int each = target.position() / count();
        for (long missing = shape[0] - count(); missing > 0; missing--) {
            target.put(target.duplicate().limit(target.position()).position(target.position() - each));
        }
    }
}
