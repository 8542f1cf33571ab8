package terzi.data.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.Seeds;
import terzi.images.Image;

/**
 * A list of augmentations, applied one after the other.
 *
 * @param steps augmentations in their order
 */
public record AugmentationChain(List<Augmentation> steps) implements Augmentation {
    /** The chain without augmentations. */
    public static final AugmentationChain NONE = new AugmentationChain(List.of());

    /**
     * Creates a chain from a copy of the steps.
     *
     * @param steps augmentations in their order
     */
    public AugmentationChain {
        steps = List.copyOf(steps);
    }

    /**
     * {@return a chain}
     *
     * @param steps augmentations in their order
     */
    public static AugmentationChain of(Augmentation... steps) {
        return new AugmentationChain(List.of(steps));
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        Image changed = image;
        for (Augmentation step : steps) {
            changed = step.apply(changed, random);
        }
        return changed;
    }

    /**
     * {@return the image as the run shows it in an epoch: always the same result}
     *
     * @param image training image
     * @param seed random seed of the run
     * @param epoch number of the epoch
     * @param index position of the image in the dataset
     */
    public Image apply(Image image, long seed, long epoch, long index) {
        return steps.isEmpty() ? image : apply(image, Seeds.of(seed, epoch, index));
    }

    /** {@return whether there are no augmentations} */
    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
