package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Turns the image about its centre by an angle drawn from {@code -degrees..degrees}; positive angles turn clockwise.
 *
 * @param degrees 0..180
 * @param border what comes into view in the corners
 */
public record Rotate(double degrees, Border border) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param degrees 0..180
     * @param border what comes into view in the corners
     * @throws IllegalArgumentException if {@code degrees} is out of range
     */
    public Rotate {
        Draws.requireRange("rotate: degrees", degrees, 0, 180);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        double angle = Draws.between(-degrees, degrees, random) / 180 * StrictMath.PI;
        if (angle == 0) {
            return image;
        }
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        return Affine.apply(image, cos, sin, -sin, cos, border);
    }
}
