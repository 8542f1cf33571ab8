package terzi.data.augment;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import terzi.images.Image;

/**
 * The operations that policies choose from, each with a strength from 0 (nothing happens) to 1: those of RandAugment
 * (Cubuk et al., RandAugment: Practical Automated Data Augmentation with a Reduced Search Space, 2020), with translation
 * as a share of the image.
 */
enum PolicyOperation {
    IDENTITY,
    AUTO_CONTRAST,
    EQUALIZE,
    ROTATE,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    SOLARIZE,
    POSTERIZE,
    BRIGHTNESS,
    CONTRAST,
    COLOUR,
    SHARPNESS;

    private static final double MOST_DEGREES = 30;
    private static final double MOST_SHEAR = 0.3;
    private static final double MOST_TRANSLATION = 0.3;
    private static final double MOST_CHANGE = 0.9;
    private static final int FEWEST_BITS = 4;

    /** How many there are. */
    static final int COUNT = values().length;

    static PolicyOperation at(int index) {
        return values()[index];
    }

    /** @param signed -1..1; the sign is a direction where there are two, and is ignored elsewhere */
    Image apply(Image image, double signed, Border border) {
        double strength = Math.abs(signed);
        if (strength == 0 && this != AUTO_CONTRAST && this != EQUALIZE) {
            return image;
        }
        return switch (this) {
            case IDENTITY -> image;
            case AUTO_CONTRAST -> stretched(image);
            case EQUALIZE -> equalized(image);
            case ROTATE -> {
                double angle = signed * MOST_DEGREES / 180 * StrictMath.PI;
                double cos = StrictMath.cos(angle);
                double sin = StrictMath.sin(angle);
                yield Affine.apply(image, cos, sin, -sin, cos, border);
            }
            case SHEAR_X -> Affine.apply(image, 1, signed * MOST_SHEAR, 0, 1, border);
            case SHEAR_Y -> Affine.apply(image, 1, 0, signed * MOST_SHEAR, 1, border);
            case TRANSLATE_X ->
                Shift.moved(image, (int) Math.round(signed * MOST_TRANSLATION * image.width()), 0, border);
            case TRANSLATE_Y ->
                Shift.moved(image, 0, (int) Math.round(signed * MOST_TRANSLATION * image.height()), border);
            case SOLARIZE -> {
                int threshold = (int) Math.round(256 * (1 - strength));
                yield mapped(image, value -> value < threshold ? value : 255 - value);
            }
            case POSTERIZE -> {
                int dropped = (int) Math.round((8 - FEWEST_BITS) * strength);
                yield mapped(image, value -> value >> dropped << dropped);
            }
            case BRIGHTNESS -> Blend.brightness(image, 1 + signed * MOST_CHANGE);
            case CONTRAST -> Blend.contrast(image, 1 + signed * MOST_CHANGE);
            case COLOUR -> Blend.saturation(image, 1 + signed * MOST_CHANGE);
            case SHARPNESS -> Blend.with(image, smoothed(image).pixels(), 1 + signed * MOST_CHANGE);
        };
    }

    @FunctionalInterface
    private interface Curve {
        int of(int value);
    }

    private static Image mapped(Image image, Curve curve) {
        byte[] table = new byte[256];
        for (int value = 0; value < 256; value++) {
            table[value] = (byte) curve.of(value);
        }
        byte[] to = image.pixels().clone();
        for (int i = 0; i < to.length; i++) {
            to[i] = table[to[i] & 0xff];
        }
        return new Image(image.width(), image.height(), image.channels(), to);
    }

    /** One table per channel, from the channel's histogram. */
    private static Image perChannel(Image image, UnaryOperator<int[]> tables) {
        int channels = image.channels();
        byte[] from = image.pixels();
        byte[] to = new byte[from.length];
        for (int c = 0; c < channels; c++) {
            int[] histogram = new int[256];
            for (int i = c; i < from.length; i += channels) {
                histogram[from[i] & 0xff]++;
            }
            int[] table = tables.apply(histogram);
            for (int i = c; i < from.length; i += channels) {
                to[i] = (byte) table[from[i] & 0xff];
            }
        }
        return new Image(image.width(), image.height(), channels, to);
    }

    private static Image stretched(Image image) {
        return perChannel(image, histogram -> {
            int low = 0;
            int high = 255;
            while (histogram[low] == 0) {
                low++;
            }
            while (histogram[high] == 0) {
                high--;
            }
            // rounded down, as PIL does
            double scale = 255.0 / Math.max(1, high - low);
            double offset = -low * scale;
            int[] table = new int[256];
            for (int value = 0; value < 256; value++) {
                table[value] = low == high ? value : (int) Math.max(0, Math.min(255, value * scale + offset));
            }
            return table;
        });
    }

    /** Spreads the values so that each of their ranges is used about equally often, with PIL's whole-number arithmetic. */
    private static Image equalized(Image image) {
        return perChannel(image, histogram -> {
            int last = 255;
            while (histogram[last] == 0) {
                last--;
            }
            int step = (Arrays.stream(histogram).sum() - histogram[last]) / 255;
            int[] table = new int[256];
            int below = step / 2;
            for (int value = 0; value < 256; value++) {
                table[value] = step == 0 ? value : Math.min(255, below / step);
                below += histogram[value];
            }
            return table;
        });
    }

    /** A 3 x 3 mean with the middle weighing five times as much as a neighbour; the edge is kept. */
    private static Image smoothed(Image image) {
        int row = image.width() * image.channels();
        int channels = image.channels();
        byte[] from = image.pixels();
        byte[] to = from.clone();
        for (int y = 1; y + 1 < image.height(); y++) {
            for (int i = y * row + channels; i < (y + 1) * row - channels; i++) {
                int sum = 4 * (from[i] & 0xff);
                for (int up = -row; up <= row; up += row) {
                    sum += (from[i + up - channels] & 0xff) + (from[i + up] & 0xff) + (from[i + up + channels] & 0xff);
                }
                to[i] = (byte) ((sum + 6) / 13);
            }
        }
        return new Image(image.width(), image.height(), channels, to);
    }
}
