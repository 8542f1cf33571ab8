package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * One operation, drawn evenly from fourteen, with a strength drawn evenly: a policy with nothing to tune (Müller, Hutter,
 * TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation, 2021). The operations are turning, shearing and
 * moving, brightness, contrast, colour and sharpness, auto-contrast, equalising, solarising, posterising, and none.
 *
 * @param strength the most that is drawn, 0..1 of each operation's range (30 degrees, a shear of 0.3, a third of the
 *     image, a factor of 1.9, 4 bits)
 * @param border what comes into view at the edges
 */
public record TrivialAugment(double strength, Border border) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param strength the most that is drawn, 0..1 of each operation's range (30 degrees, a shear of 0.3, a third of
     *     the image, a factor of 1.9, 4 bits)
     * @param border what comes into view at the edges
     * @throws IllegalArgumentException if {@code strength} is out of range
     */
    public TrivialAugment {
        Draws.requireRange("trivial_augment: strength", strength, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        PolicyOperation operation = PolicyOperation.at(random.nextInt(PolicyOperation.COUNT));
        return operation.apply(image, Draws.between(-strength, strength, random), border);
    }
}
