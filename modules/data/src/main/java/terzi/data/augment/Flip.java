package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Picture;

/**
 * Mirrors the picture, each direction with a probability of its own.
 *
 * @param horizontal probability that left and right change places
 * @param vertical probability that top and bottom change places
 */
public record Flip(double horizontal, double vertical) implements Augmentation {
    static final Flip DEFAULT = new Flip(0.5, 0);

    public Flip {
        Draws.requireRange("flip: horizontal", horizontal, 0, 1);
        Draws.requireRange("flip: vertical", vertical, 0, 1);
    }

    @Override
    public Picture apply(Picture picture, RandomGenerator random) {
        boolean sideways = Draws.happens(horizontal, random);
        boolean upsideDown = Draws.happens(vertical, random);
        if (!sideways && !upsideDown) {
            return picture;
        }
        return flipped(picture, sideways, upsideDown);
    }

    /** The picture with left and right exchanged. */
    public static Picture mirrored(Picture picture) {
        return flipped(picture, true, false);
    }

    private static Picture flipped(Picture picture, boolean sideways, boolean upsideDown) {
        int width = picture.width();
        int height = picture.height();
        int channels = picture.channels();
        byte[] from = picture.pixels();
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
        return new Picture(width, height, channels, to);
    }
}
