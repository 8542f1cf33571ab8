package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Picture;

/**
 * Moves the picture by whole pixels, up to {@code fraction} of its width and height in each direction: the same as padding
 * it all round and cutting a random part of the old size.
 *
 * @param fraction 0..1
 * @param border what comes into view at the edges
 */
public record Shift(double fraction, Border border) implements Augmentation {
    static final Shift DEFAULT = new Shift(0.1, Border.EDGE);

    public Shift {
        Draws.requireRange("shift: fraction", fraction, 0, 1);
    }

    @Override
    public Picture apply(Picture picture, RandomGenerator random) {
        int reachX = (int) Math.round(fraction * picture.width());
        int reachY = (int) Math.round(fraction * picture.height());
        int dx = random.nextInt(2 * reachX + 1) - reachX;
        int dy = random.nextInt(2 * reachY + 1) - reachY;
        return moved(picture, dx, dy, border);
    }

    /** The picture moved to the right and down by whole pixels. */
    static Picture moved(Picture picture, int dx, int dy, Border border) {
        if (dx == 0 && dy == 0) {
            return picture;
        }
        int width = picture.width();
        int height = picture.height();
        int channels = picture.channels();
        byte[] from = picture.pixels();
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
        return new Picture(width, height, channels, to);
    }
}
