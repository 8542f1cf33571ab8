package terzi.inference;

import java.nio.ByteBuffer;
import terzi.images.Picture;
import terzi.images.Preprocessing;

/** How pictures become the input of a network. */
sealed interface Preparation {

    /** 3 (RGB) or 1 (gray). */
    int channels();

    /** Whether two pictures may go into one run. */
    boolean mayRunTogether(Picture a, Picture b);

    /** Bytes that a picture takes in the input. */
    long bytes(Picture picture);

    /** Shape of the input for n pictures like this one. */
    long[] shape(int n, Picture first);

    /** Writes a picture to where the target stands, in the machine's byte order. */
    void write(Picture picture, ByteBuffer target);

    /** For a classifier file: the pixels as they are, {@code [N, H, W, C]} uint8. The graph does the rest. */
    record Pixels(int channels) implements Preparation {

        @Override
        public boolean mayRunTogether(Picture a, Picture b) {
            return a.width() == b.width() && a.height() == b.height();
        }

        @Override
        public long bytes(Picture picture) {
            return (long) picture.width() * picture.height() * channels;
        }

        @Override
        public long[] shape(int n, Picture first) {
            return new long[] {n, first.height(), first.width(), channels};
        }

        @Override
        public void write(Picture picture, ByteBuffer target) {
            target.put(picture.withChannels(channels).pixels());
        }
    }

    /** For other networks: resized, cropped and normalised here, {@code [N, C, h, w]} float32. */
    record Tensor(Preprocessing preprocessing) implements Preparation {

        @Override
        public int channels() {
            return preprocessing.channels().count();
        }

        @Override
        public boolean mayRunTogether(Picture a, Picture b) {
            return true;
        }

        @Override
        public long bytes(Picture picture) {
            return (long) Float.BYTES * channels() * preprocessing.height() * preprocessing.width();
        }

        @Override
        public long[] shape(int n, Picture first) {
            return new long[] {n, channels(), preprocessing.height(), preprocessing.width()};
        }

        @Override
        public void write(Picture picture, ByteBuffer target) {
            float[] values = preprocessing.tensor(picture);
            target.asFloatBuffer().put(values);
            target.position(target.position() + values.length * Float.BYTES);
        }
    }
}
