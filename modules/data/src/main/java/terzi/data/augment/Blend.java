package terzi.data.augment;

import java.util.Arrays;
import terzi.images.Image;

/**
 * Images between a base and the image itself, or beyond: {@code base + factor (image - base)} in float32, cut off at 0 and
 * 255 and rounded down, as in PIL's {@code Image.blend}.
 */
final class Blend {
    private Blend() {}

    /** Between black (0) and the image (1). */
    static Image brightness(Image image, double factor) {
        return with(image, new byte[image.pixels().length], factor);
    }

    /** Between the mean luma, rounded (0), and the image (1). */
    static Image contrast(Image image, double factor) {
        long sum = 0;
        byte[] gray = image.withChannels(1).pixels();
        for (byte value : gray) {
            sum += value & 0xff;
        }
        byte[] base = new byte[image.pixels().length];
        Arrays.fill(base, (byte) (int) ((double) sum / gray.length + 0.5));
        return with(image, base, factor);
    }

    /** Between each pixel's luma (0) and the image (1). */
    static Image saturation(Image image, double factor) {
        return with(image, image.withChannels(1).withChannels(image.channels()).pixels(), factor);
    }

    /** Between {@code base}, pixels of the same layout (0), and the image (1). */
    static Image with(Image image, byte[] base, double factor) {
        byte[] from = image.pixels();
        byte[] to = new byte[from.length];
        float share = (float) factor;
        for (int i = 0; i < to.length; i++) {
            int low = base[i] & 0xff;
            float value = low + share * ((from[i] & 0xff) - low);
            to[i] = (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
        }
        return new Image(image.width(), image.height(), image.channels(), to);
    }
}
