package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Picture;

/**
 * A random change to a training picture that keeps its size, its channels and its label. All randomness comes from the
 * generator; the given picture is not written to. Implementations are records whose components are the recipe's settings.
 */
public interface Augmentation {
    /** The changed picture, or the given one where the draw says so. */
    Picture apply(Picture picture, RandomGenerator random);
}
