package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * A random change to a training image that keeps its size, its channels and its label. All randomness comes from the
 * generator; the given image is not written to. Implementations are records whose components are the recipe's settings.
 */
public interface Augmentation {
    /**
     * Changes an image.
     *
     * @param image training image
     * @param random source of all random draws
     * @return the changed image, or the given one where the draw says so
     */
    Image apply(Image image, RandomGenerator random);
}
