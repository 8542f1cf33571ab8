package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Some operations one after the other, drawn evenly from fourteen, all of the same strength (Cubuk et al., RandAugment:
 * Practical Automated Data Augmentation with a Reduced Search Space, 2020). See {@link TrivialAugment} for what they are.
 *
 * @param operations how many, 1..10
 * @param strength 0..1 of each operation's range; the paper's magnitude M of 10 is 1
 * @param border what comes into view at the edges
 */
public record RandAugment(int operations, double strength, Border border) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param operations how many, 1..10
     * @param strength 0..1 of each operation's range; the paper's magnitude M of 10 is 1
     * @param border what comes into view at the edges
     * @throws IllegalArgumentException if a value is out of range
     */
    public RandAugment {
        Draws.requireRange("rand_augment: operations", operations, 1, 10);
        Draws.requireRange("rand_augment: strength", strength, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        Image changed = image;
        for (int i = 0; i < operations; i++) {
            PolicyOperation operation = PolicyOperation.at(random.nextInt(PolicyOperation.COUNT));
            changed = operation.apply(changed, Draws.happens(0.5, random) ? strength : -strength, border);
        }
        return changed;
    }
}
