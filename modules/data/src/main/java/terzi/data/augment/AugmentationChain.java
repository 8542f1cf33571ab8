package terzi.data.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.Seeds;
import terzi.images.Picture;

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
    public Picture apply(Picture picture, RandomGenerator random) {
        Picture changed = picture;
        for (Augmentation step : steps) {
            changed = step.apply(changed, random);
        }
        return changed;
    }

    /** As for picture {@code index} in epoch {@code epoch} of a run with this seed: always the same result. */
    public Picture apply(Picture picture, long seed, long epoch, long index) {
        return steps.isEmpty() ? picture : apply(picture, Seeds.of(seed, epoch, index));
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
