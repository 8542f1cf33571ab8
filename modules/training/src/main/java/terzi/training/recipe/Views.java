package terzi.training.recipe;

import java.util.List;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Border;
import terzi.data.augment.ColorJitter;
import terzi.data.augment.Flip;
import terzi.data.augment.RandomResizedCrop;
import terzi.data.augment.Rotate;
import terzi.files.Defaults;

/**
 * The forms in which the network sees each training image. View 0 is the image as it is, view 1 its mirror image, and
 * the others are random changes that depend on (seed, image, view) alone.
 *
 * @param count how many the head learns from, at least 1
 * @param augment how view 2 and those after it come about; also what full fine-tuning does to its images
 */
public record Views(int count, AugmentationChain augment) {
    /**
     * Creates the views.
     *
     * @param count how many, 1 to 1000
     * @param augment the changes of view 2 and those after it
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Views {
        Require.whole("count", 1, 1000, count);
    }

    /**
     * Returns the image and its mirror image; further views are mild crops, flips, rotations and changes of colour.
     *
     * @return the default views
     */
    @Defaults
    public static Views defaults() {
        return new Views(2, mild());
    }

    /**
     * Creates views with the default changes.
     *
     * @param count how many, 1 to 1000
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Views(int count) {
        this(count, mild());
    }

    private static AugmentationChain mild() {
        return new AugmentationChain(List.of(
                new RandomResizedCrop(0.5, 1, 1.2),
                new Flip(0.5, 0),
                new Rotate(8, Border.EDGE),
                new ColorJitter(0.15, 0.15, 0.15)));
    }
}
