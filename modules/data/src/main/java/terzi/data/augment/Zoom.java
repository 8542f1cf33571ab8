package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Enlarges or shrinks the image about its centre by a factor drawn from {@code low..high}; above 1 it grows.
 *
 * @param low above 0
 * @param high at least {@code low}
 * @param border what comes into view at the edges when it shrinks
 */
public record Zoom(double low, double high, Border border) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param low above 0
     * @param high at least {@code low}
     * @param border what comes into view at the edges when it shrinks
     * @throws IllegalArgumentException if a value is out of range; factors are within 0.01..100
     */
    public Zoom {
        Draws.requireRange("zoom: low", low, 0.01, 100);
        Draws.requireRange("zoom: high", high, low, 100);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        double factor = Draws.between(low, high, random);
        return factor == 1 ? image : Affine.apply(image, 1 / factor, 0, 0, 1 / factor, border);
    }
}
