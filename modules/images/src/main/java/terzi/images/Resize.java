package terzi.images;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.imgscalr.Scalr;

/**
 * Changes the size of images.
 *
 * <p>A {@link Filter} is separable and its support grows with the reduction, so that every source pixel counts
 * (antialiasing); the default is the triangle. Weights are rounded to 22 fractional bits and the result of the horizontal
 * pass to uint8 before the vertical pass: the arithmetic of PIL's {@code Image.resize(size, filter)}, whose pixels are equal up
 * to Pillow 12. Pillow 13 starts some resizes with the vertical pass; values then differ by at most 1 with the triangle, and on
 * noise by up to 5 with the cubic filter. For both filters they differ by at most 1 from ONNX {@code Resize} (antialias) on
 * uint8.
 */
public final class Resize {
    private static final int FRACTION_BITS = 22;

    private Resize() {}

    /**
     * Stretches an image by the triangle filter.
     *
     * @param image image of any size
     * @param width new width in pixels, at least 1
     * @param height new height in pixels, at least 1
     * @return the resized image; the same one if it has that size
     * @throws IllegalArgumentException if a size is not positive
     */
    public static Image resize(Image image, int width, int height) {
        return resize(image, width, height, Filter.TRIANGLE);
    }

    /**
     * Stretches an image.
     *
     * @param image image of any size
     * @param width new width in pixels, at least 1
     * @param height new height in pixels, at least 1
     * @param filter resampling filter
     * @return the resized image; the same one if it has that size
     * @throws IllegalArgumentException if a size is not positive
     */
    public static Image resize(Image image, int width, int height, Filter filter) {
        return window(image, width, height, 0, 0, width, height, filter);
    }

    /**
     * Stretches an image by any method.
     *
     * @param image image of any size
     * @param width new width in pixels, at least 1
     * @param height new height in pixels, at least 1
     * @param method resize method
     * @return the resized image; the same one if it has that size
     * @throws IllegalArgumentException if a size is not positive
     */
    public static Image resize(Image image, int width, int height, ResizeMethod method) {
        Scalr.Method scalr =
                switch (method) {
                    case TRIANGLE -> null;
                    case SCALR_SPEED -> Scalr.Method.SPEED;
                    case SCALR_BALANCED -> Scalr.Method.BALANCED;
                    case SCALR_QUALITY -> Scalr.Method.QUALITY;
                    case SCALR_ULTRA_QUALITY -> Scalr.Method.ULTRA_QUALITY;
                };
        if (scalr == null) {
            return resize(image, width, height);
        }
        requirePositive(width, height);
        if (image.width() == width && image.height() == height) {
            return image;
        }
        BufferedImage from = image.toBufferedImage();
        BufferedImage to = Scalr.resize(from, scalr, Scalr.Mode.FIT_EXACT, width, height);
        return Image.of(to).withChannels(image.channels());
    }

    /**
     * The part {@code [x, x + width) x [y, y + height)} of the image resized to {@code fullWidth x fullHeight}, without
     * computing the rest: a centre crop of a 10000 x 1 strip costs no more than its window.
     */
    static Image window(
            Image image, int fullWidth, int fullHeight, int x, int y, int width, int height, Filter filter) {
        requirePositive(width, height);
        if (x < 0 || y < 0 || x > fullWidth - width || y > fullHeight - height) {
            throw new IllegalArgumentException("the window " + width + " x " + height + " at (" + x + ", " + y
                    + ") does not lie within " + fullWidth + " x " + fullHeight);
        }
        int channels = image.channels();
        if (image.width() == fullWidth && image.height() == fullHeight) {
            return crop(image, x, y, width, height);
        }
        if (filter == Filter.NEAREST) {
            int[] across = nearest(image.width(), fullWidth, x, width);
            return picked(image, across, nearest(image.height(), fullHeight, y, height));
        }
        // only these source rows reach the window
        Weights down = Weights.of(filter, image.height(), fullHeight, y, height);
        boolean keepsRows = image.height() == fullHeight;
        int firstRow = keepsRows ? y : down.first[0];
        int endRow = keepsRows ? y + height : down.first[height - 1] + down.count[height - 1];
        byte[] rows = new byte[Math.multiplyExact(Math.multiplyExact(endRow - firstRow, width), channels)];
        if (image.width() == fullWidth) {
            for (int r = firstRow; r < endRow; r++) {
                System.arraycopy(
                        image.pixels(),
                        (r * fullWidth + x) * channels,
                        rows,
                        (r - firstRow) * width * channels,
                        width * channels);
            }
        } else {
            Weights across = Weights.of(filter, image.width(), fullWidth, x, width);
            for (int r = firstRow; r < endRow; r++) {
                int from = r * image.width() * channels;
                int to = (r - firstRow) * width * channels;
                if (channels == 1) {
                    across.grayRow(image.pixels(), from, rows, to);
                } else {
                    across.colourRow(image.pixels(), from, rows, to);
                }
            }
        }
        if (keepsRows) {
            return new Image(width, height, channels, rows);
        }
        return new Image(width, height, channels, down.columns(rows, firstRow, width * channels));
    }

    /**
     * Cuts the part {@code [x, x + width) x [y, y + height)} from an image.
     *
     * @param image image of any size
     * @param x first column
     * @param y first row
     * @param width width of the part in pixels, at least 1
     * @param height height of the part in pixels, at least 1
     * @return the part; the image itself if it is all of it
     * @throws IllegalArgumentException if the part does not lie within the image
     */
    public static Image crop(Image image, int x, int y, int width, int height) {
        requirePositive(width, height);
        if (x < 0 || y < 0 || x > image.width() - width || y > image.height() - height) {
            throw new IllegalArgumentException("the part " + width + " x " + height + " at (" + x + ", " + y
                    + ") does not lie within the image, " + image);
        }
        if (width == image.width() && height == image.height()) {
            return image;
        }
        int channels = image.channels();
        byte[] part = new byte[width * height * channels];
        for (int r = 0; r < height; r++) {
            System.arraycopy(
                    image.pixels(),
                    ((y + r) * image.width() + x) * channels,
                    part,
                    r * width * channels,
                    width * channels);
        }
        return new Image(width, height, channels, part);
    }

    /**
     * The source positions that PIL takes for the targets {@code offset} to {@code offset + length}: {@code (t + 0.5) *
     * scale}, rounded down. Like PIL, this adds the scale up, which decides where that product is a whole number.
     */
    private static int[] nearest(int source, int target, int offset, int length) {
        double scale = (double) source / target;
        double position = scale * 0.5;
        int[] positions = new int[length];
        for (int t = 0; t < offset + length; t++, position += scale) {
            if (t >= offset) {
                positions[t - offset] = Math.min((int) position, source - 1);
            }
        }
        return positions;
    }

    private static Image picked(Image image, int[] columns, int[] rows) {
        int channels = image.channels();
        byte[] from = image.pixels();
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(rows.length, columns.length), channels)];
        int at = 0;
        for (int row : rows) {
            for (int column : columns) {
                System.arraycopy(from, (row * image.width() + column) * channels, to, at, channels);
                at += channels;
            }
        }
        return new Image(columns.length, rows.length, channels, to);
    }

    private static void requirePositive(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("expected a size of at least 1 x 1, found " + width + " x " + height);
        }
    }

    /**
     * For each wanted target position, the source positions it depends on and their weights in units of 2^-22, adding up
     * to one. A target pixel covers the interval around {@code centre = (t + 0.5) * scale}; a source pixel at distance d
     * from it weighs {@code filter(d / max(scale, 1))}.
     */
    private static final class Weights {
        private final int[] first;
        private final int[] count;
        private final int[] weights;
        private final int stride;

        private Weights(int targets, int stride) {
            this.first = new int[targets];
            this.count = new int[targets];
            this.weights = new int[Math.multiplyExact(targets, stride)];
            this.stride = stride;
        }

        static Weights of(Filter filter, int source, int target, int offset, int length) {
            double scale = (double) source / target;
            double stretch = Math.max(scale, 1.0);
            double reach = filter.support() * stretch;
            Weights w = new Weights(length, (int) Math.ceil(reach) * 2 + 1);
            double[] exact = new double[w.stride];
            for (int i = 0; i < length; i++) {
                double centre = (offset + i + 0.5) * scale;
                int first = Math.max((int) (centre - reach + 0.5), 0);
                int end = Math.min((int) (centre + reach + 0.5), source);
                double sum = 0;
                for (int s = first; s < end; s++) {
                    exact[s - first] = filter.weight((s - centre + 0.5) * (1.0 / stretch));
                    sum += exact[s - first];
                }
                w.first[i] = first;
                w.count[i] = end - first;
                for (int k = 0; k < end - first; k++) {
                    double weight = exact[k] / sum * (1 << FRACTION_BITS);
                    w.weights[i * w.stride + k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
                }
            }
            return w;
        }

        void grayRow(byte[] from, int start, byte[] to, int at) {
            for (int t = 0; t < first.length; t++) {
                int sum = 1 << (FRACTION_BITS - 1);
                int s = start + first[t];
                int w = t * stride;
                for (int k = 0; k < count[t]; k++) {
                    sum += (from[s + k] & 0xff) * weights[w + k];
                }
                to[at + t] = clamp(sum >> FRACTION_BITS);
            }
        }

        void colourRow(byte[] from, int start, byte[] to, int at) {
            int o = at;
            for (int t = 0; t < first.length; t++) {
                int r = 1 << (FRACTION_BITS - 1);
                int g = r;
                int b = r;
                int s = start + first[t] * 3;
                int w = t * stride;
                for (int k = 0; k < count[t]; k++, s += 3) {
                    int weight = weights[w + k];
                    r += (from[s] & 0xff) * weight;
                    g += (from[s + 1] & 0xff) * weight;
                    b += (from[s + 2] & 0xff) * weight;
                }
                to[o] = clamp(r >> FRACTION_BITS);
                to[o + 1] = clamp(g >> FRACTION_BITS);
                to[o + 2] = clamp(b >> FRACTION_BITS);
                o += 3;
            }
        }

        /** The vertical pass over rows of {@code length} bytes, the first of which is source row {@code firstRow}. */
        byte[] columns(byte[] rows, int firstRow, int length) {
            byte[] to = new byte[first.length * length];
            int[] sums = new int[length];
            for (int t = 0; t < first.length; t++) {
                Arrays.fill(sums, 1 << (FRACTION_BITS - 1));
                for (int k = 0; k < count[t]; k++) {
                    int weight = weights[t * stride + k];
                    int row = (first[t] - firstRow + k) * length;
                    for (int i = 0; i < length; i++) {
                        sums[i] += (rows[row + i] & 0xff) * weight;
                    }
                }
                for (int i = 0; i < length; i++) {
                    to[t * length + i] = clamp(sums[i] >> FRACTION_BITS);
                }
            }
            return to;
        }

        /** Rounded weights may add up to slightly more than one, and a filter with negative weights overshoots. */
        private static byte clamp(int value) {
            return (byte) (value < 0 ? 0 : Math.min(value, 255));
        }
    }
}
