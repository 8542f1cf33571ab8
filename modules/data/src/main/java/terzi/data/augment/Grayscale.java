package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Picture;

/**
 * Takes the colour away but keeps three channels.
 *
 * @param probability that it happens
 */
public record Grayscale(double probability) implements Augmentation {
    static final Grayscale DEFAULT = new Grayscale(0.1);

    public Grayscale {
        Draws.requireRange("grayscale: probability", probability, 0, 1);
    }

    @Override
    public Picture apply(Picture picture, RandomGenerator random) {
        return Draws.happens(probability, random) ? picture.withChannels(1).withChannels(picture.channels()) : picture;
    }
}
