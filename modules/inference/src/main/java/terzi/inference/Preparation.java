package terzi.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** How images become the input of a network. */
sealed interface Preparation {

    /** 3 (RGB) or 1 (gray). */
    int channels();

    /** Whether two images may go into one run. */
    boolean mayRunTogether(Image a, Image b);

    /** Bytes that an image takes in the input. */
    long bytes(Image image);

    /** Shape of the input for n images like this one. */
    long[] shape(int n, Image first);

    /** Writes an image to where the target stands, in the machine's byte order. */
    void write(Image image, ByteBuffer target);

    /** For a classifier file: the pixels as they are, {@code [N, H, W, C]} uint8. The graph does the rest. */
    record Pixels(int channels) implements Preparation {

        @Override
        public boolean mayRunTogether(Image a, Image b) {
            return a.width() == b.width() && a.height() == b.height();
        }

        @Override
        public long bytes(Image image) {
            return (long) image.width() * image.height() * channels;
        }

        @Override
        public long[] shape(int n, Image first) {
            return new long[] {n, first.height(), first.width(), channels};
        }

        @Override
        public void write(Image image, ByteBuffer target) {
            target.put(image.withChannels(channels).pixels());
        }
    }

    /** For other networks: resized, cropped and normalised here, {@code [N, C, h, w]} float32. */
    record Tensor(Preprocessing preprocessing) implements Preparation {

        @Override
        public int channels() {
            return preprocessing.channels().count();
        }

        @Override
        public boolean mayRunTogether(Image a, Image b) {
            return true;
        }

        @Override
        public long bytes(Image image) {
            return (long) Float.BYTES * channels() * preprocessing.height() * preprocessing.width();
        }

        @Override
        public long[] shape(int n, Image first) {
            return new long[] {n, channels(), preprocessing.height(), preprocessing.width()};
        }

        @Override
        public void write(Image image, ByteBuffer target) {
            float[] values = preprocessing.tensor(image);
            target.asFloatBuffer().put(values);
            target.position(target.position() + values.length * Float.BYTES);
        }

        /** Raw pixels {@code [n, height, width, C]} as images. */
        List<Image> images(ByteBuffer pixels, int n, int height, int width) {
            long bytes = (long) n * height * width * channels();
            if (n < 1 || pixels.remaining() != bytes) {
                throw new IllegalArgumentException("pixels [" + n + ", " + height + ", " + width + ", " + channels()
                        + "] are " + bytes + " bytes, the buffer has " + pixels.remaining() + " left");
            }
            ByteBuffer source = pixels.duplicate();
            List<Image> images = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                byte[] one = new byte[height * width * channels()];
                source.get(one);
                images.add(new Image(width, height, channels(), one));
            }
            return images;
        }
    }
}
