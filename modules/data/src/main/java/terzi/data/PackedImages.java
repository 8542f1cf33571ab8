package terzi.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.ResizeMethod;

/**
 * Images of one size side by side in memory, {@code [N, H, W, C]} uint8: what IDX files hold, and what any dataset
 * becomes before training.
 */
public final class PackedImages implements Dataset {
    private final List<String> labels;
    private final int width;
    private final int height;
    private final int channels;
    private final byte[] pixels;
    private final int[] classes;
    private final Ids ids;
    private final DatasetReport report;

    /** Names image {@code i}. */
    @FunctionalInterface
    interface Ids {
        String of(int i);
    }

    /**
     * @param shape size and channels of every image, {@code [H, W, C]}
     * @param pixels {@code [N, H, W, C]}, kept and not copied
     */
    PackedImages(List<String> labels, Shape shape, byte[] pixels, int[] classes, Ids ids, DatasetReport report) {
        if (pixels.length != (long) classes.length * shape.bytes()) {
            throw new IllegalArgumentException("expected " + (long) classes.length * shape.bytes() + " bytes for "
                    + classes.length + " images of " + shape + ", found " + pixels.length);
        }
        for (int label : classes) {
            Objects.checkIndex(label, labels.size());
        }
        this.labels = List.copyOf(labels);
        this.width = shape.width();
        this.height = shape.height();
        this.channels = shape.channels();
        this.pixels = pixels;
        this.classes = classes;
        this.ids = ids;
        this.report = report;
    }

    /**
     * The shape of one image.
     *
     * @param height rows, at least 1
     * @param width columns, at least 1
     * @param channels 1 (gray) or 3 (RGB)
     */
    public record Shape(int height, int width, int channels) {
        /**
         * Creates a shape.
         *
         * @param height rows, at least 1
         * @param width columns, at least 1
         * @param channels 1 (gray) or 3 (RGB)
         * @throws IllegalArgumentException if a size is below 1 or there are other channels
         */
        public Shape {
            if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
                throw new IllegalArgumentException(
                        "expected a height and width of at least 1 and 1 or 3 channels, found " + height + " x " + width
                                + " x " + channels);
            }
        }

        /** {@return the number of bytes of one image} */
        public int bytes() {
            return Math.multiplyExact(Math.multiplyExact(height, width), channels);
        }
    }

    /**
     * Wraps pixels that the caller has in memory.
     *
     * @param labels names of the classes
     * @param shape shape of every image
     * @param pixels {@code [N, H, W, C]} uint8, kept and not copied
     * @param classes class index of each image {@code [N]}
     * @return the images, with the ids {@code image 0}, {@code image 1}, ...
     * @throws IllegalArgumentException if the number of pixels does not fit
     * @throws IndexOutOfBoundsException if a class index is out of range
     */
    public static PackedImages of(List<String> labels, Shape shape, byte[] pixels, int[] classes) {
        return new PackedImages(labels, shape, pixels, classes.clone(), i -> "image " + i, DatasetReport.EMPTY);
    }

    /**
     * Decodes and fits every image on all processors. Images that cannot be read are left out and listed in {@link
     * #report()}.
     *
     * @param dataset images of any sizes
     * @param preprocessing geometry and channels
     * @return the fitted images, not yet normalised
     * @throws IOException if an image cannot be reached or decoded for a reason that is not the image's, such as too
     *     small a heap, or the images do not fit into one array (2 GiB)
     */
    public static PackedImages of(Dataset dataset, Preprocessing preprocessing) throws IOException {
        return of(dataset, preprocessing, ResizeMethod.TRIANGLE);
    }

    /**
     * Decodes and fits every image by another resize method.
     *
     * @param dataset images of any sizes
     * @param preprocessing geometry and channels
     * @param method resize method
     * @return the fitted images, not yet normalised
     * @throws IOException as {@link #of(Dataset, Preprocessing)}
     */
    public static PackedImages of(Dataset dataset, Preprocessing preprocessing, ResizeMethod method)
            throws IOException {
        Shape shape = new Shape(
                preprocessing.height(),
                preprocessing.width(),
                preprocessing.channels().count());
        if (dataset instanceof PackedImages packed
                && packed.shape().equals(shape)
                && preprocessing
                        .resized(packed.width, packed.height)
                        .equals(new Preprocessing.Size(packed.width, packed.height))) {
            return packed;
        }
        int length = shape.bytes();
        if ((long) dataset.size() * length > Integer.MAX_VALUE - 8) {
            throw new DatasetException(dataset.size() + " images of " + shape + " need "
                    + (((long) dataset.size() * length) >> 20)
                    + " MiB, more than the 2047 MiB one array holds; use fewer or smaller images");
        }
        byte[] pixels = new byte[dataset.size() * length];
        DatasetReport.@Nullable Skipped[] failures = EachImage.run(dataset.size(), dataset::id, i -> {
            Image fitted = preprocessing.fit(dataset.image(i), method);
            System.arraycopy(fitted.pixels(), 0, pixels, i * length, length);
        });
        return packed(dataset, shape, pixels, failures);
    }

    /** Closes the gaps that failures left. */
    private static PackedImages packed(
            Dataset dataset, Shape shape, byte[] pixels, DatasetReport.@Nullable Skipped[] failures) {
        int length = shape.bytes();
        List<DatasetReport.Skipped> skipped = new ArrayList<>();
        int[] classes = new int[dataset.size()];
        String[] names = new String[dataset.size()];
        int used = 0;
        for (int i = 0; i < dataset.size(); i++) {
            DatasetReport.Skipped failure = failures[i];
            if (failure != null) {
                skipped.add(failure);
                continue;
            }
            classes[used] = dataset.label(i);
            names[used] = dataset.id(i);
            if (used != i) {
                System.arraycopy(pixels, i * length, pixels, used * length, length);
            }
            used++;
        }
        return new PackedImages(
                dataset.labels(),
                shape,
                skipped.isEmpty() ? pixels : Arrays.copyOf(pixels, used * length),
                Arrays.copyOf(classes, used),
                i -> names[i],
                new DatasetReport(skipped));
    }

    @Override
    public List<String> labels() {
        return labels;
    }

    @Override
    public int size() {
        return classes.length;
    }

    @Override
    public int label(int i) {
        return classes[i];
    }

    @Override
    public Image image(int i) {
        int length = shape().bytes();
        int from = Objects.checkIndex(i, classes.length) * length;
        return new Image(width, height, channels, Arrays.copyOfRange(pixels, from, from + length));
    }

    @Override
    public String id(int i) {
        return ids.of(Objects.checkIndex(i, classes.length));
    }

    /** {@return the width of every image in pixels} */
    public int width() {
        return width;
    }

    /** {@return the height of every image in pixels} */
    public int height() {
        return height;
    }

    /** {@return the number of channels: 1 for gray, 3 for RGB} */
    public int channels() {
        return channels;
    }

    /** {@return the shape of every image} */
    public Shape shape() {
        return new Shape(height, width, channels);
    }

    /** {@return all pixels {@code [N, H, W, C]} uint8, as a read-only view from 0 to the end} */
    public ByteBuffer pixels() {
        return ByteBuffer.wrap(pixels).asReadOnlyBuffer();
    }

    /** {@return the images that were left out when these were packed} */
    public DatasetReport report() {
        return report;
    }
}
