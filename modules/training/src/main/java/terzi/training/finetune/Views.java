package terzi.training.finetune;

import java.util.List;
import java.util.Map;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Augmentations;

/**
 * The forms in which the network sees each training image. View 0 is the image as it is, view 1 its mirror image, and
 * the others are random changes that depend on (seed, image, view) alone.
 *
 * @param count how many the head learns from, at least 1
 * @param augment how view 2 and those after it come about; also what full fine-tuning does to its images
 */
public record Views(int count, AugmentationChain augment) {
    public Views {
        Check.whole("count", 1, 1000, count);
    }

    /** The image and its mirror image; further views are mild crops, flips, turns and colour changes. */
    public static Views defaults() {
        return new Views(2, mild());
    }

    /** Other numbers of views, changed in the default way. */
    public Views(int count) {
        this(count, mild());
    }

    private static AugmentationChain mild() {
        return new AugmentationChain(List.of(
                Augmentations.create("random_resized_crop", Map.of("min_area", 0.5, "max_aspect", 1.2)),
                Augmentations.create("flip", Map.of()),
                Augmentations.create("rotate", Map.of("degrees", 8.0)),
                Augmentations.create(
                        "color_jitter", Map.of("brightness", 0.15, "contrast", 0.15, "saturation", 0.15))));
    }
}
