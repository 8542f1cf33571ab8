package terzi.data.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.Seeds;
import terzi.images.Image;

/** Augmentations one after the other. */
public record AugmentationChain(List<Augmentation> steps) implements Augmentation {
    public static final AugmentationChain NONE = new AugmentationChain(List.of());

    public AugmentationChain {
        steps = List.copyOf(steps);
    }

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

    /** As for image {@code index} in epoch {@code epoch} of a run with this seed: always the same result. */
    public Image apply(Image image, long seed, long epoch, long index) {
        return steps.isEmpty() ? image : apply(image, Seeds.of(seed, epoch, index));
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
