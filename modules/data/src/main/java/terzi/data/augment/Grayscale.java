package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Takes the colour away but keeps three channels.
 *
 * @param probability that it happens
 */
public record Grayscale(double probability) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param probability that it happens
     * @throws IllegalArgumentException if the probability is not within 0..1
     */
    public Grayscale {
        Draws.requireRange("grayscale: probability", probability, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        return Draws.happens(probability, random) ? image.withChannels(1).withChannels(image.channels()) : image;
    }
}
