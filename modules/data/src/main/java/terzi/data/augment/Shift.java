package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Moves the image by whole pixels, up to {@code fraction} of its width and height in each direction: the same as padding
 * it all round and cutting a random part of the old size.
 *
 * @param fraction 0..1
 * @param border what comes into view at the edges
 */
public record Shift(double fraction, Border border) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param fraction 0..1
     * @param border what comes into view at the edges
     * @throws IllegalArgumentException if {@code fraction} is not within 0..1
     */
    public Shift {
        Draws.requireRange("shift: fraction", fraction, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        int reachX = (int) Math.round(fraction * image.width());
        int reachY = (int) Math.round(fraction * image.height());
        int dx = random.nextInt(2 * reachX + 1) - reachX;
        int dy = random.nextInt(2 * reachY + 1) - reachY;
        return moved(image, dx, dy, border);
    }

    /** The image moved to the right and down by whole pixels. */
    static Image moved(Image image, int dx, int dy, Border border) {
        if (dx == 0 && dy == 0) {
            return image;
        }
        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] from = image.pixels();
        byte[] to = new byte[from.length];
        for (int y = 0, o = 0; y < height; y++) {
            int sy = border.source(y - dy, height);
            for (int x = 0; x < width; x++) {
                int sx = border.source(x - dx, width);
                for (int c = 0; c < channels; c++, o++) {
                    to[o] = sx < 0 || sy < 0 ? border.fill() : from[(sy * width + sx) * channels + c];
                }
            }
        }
        return new Image(width, height, channels, to);
    }
}
