package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Mirrors the image, each direction with a probability of its own.
 *
 * @param horizontal probability that left and right change places
 * @param vertical probability that top and bottom change places
 */
public record Flip(double horizontal, double vertical) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param horizontal probability that left and right change places
     * @param vertical probability that top and bottom change places
     * @throws IllegalArgumentException if a probability is not within 0..1
     */
    public Flip {
        Draws.requireRange("flip: horizontal", horizontal, 0, 1);
        Draws.requireRange("flip: vertical", vertical, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        boolean sideways = Draws.happens(horizontal, random);
        boolean upsideDown = Draws.happens(vertical, random);
        if (!sideways && !upsideDown) {
            return image;
        }
        return flipped(image, sideways, upsideDown);
    }

    /**
     * {@return the image with left and right exchanged}
     *
     * @param image image of any size
     */
    public static Image mirrored(Image image) {
        return flipped(image, true, false);
    }

    private static Image flipped(Image image, boolean sideways, boolean upsideDown) {
        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] from = image.pixels();
        byte[] to = new byte[from.length];
        for (int y = 0, o = 0; y < height; y++) {
            int row = (upsideDown ? height - 1 - y : y) * width;
            for (int x = 0; x < width; x++) {
                int i = (row + (sideways ? width - 1 - x : x)) * channels;
                for (int c = 0; c < channels; c++) {
                    to[o++] = from[i + c];
                }
            }
        }
        return new Image(width, height, channels, to);
    }
}
