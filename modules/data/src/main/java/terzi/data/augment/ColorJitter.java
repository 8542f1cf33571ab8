package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Changes brightness, contrast and saturation, each by a factor drawn from {@code 1-x..1+x}, in this order: brightness
 * scales all values, contrast moves them from or towards the mean luma, saturation from or towards each pixel's own luma
 * (nothing for gray images). Values are cut off at 0 and 255 after each step: the pixels are those of torchvision's
 * {@code adjust_brightness}, {@code adjust_contrast} and {@code adjust_saturation} on PIL images.
 *
 * @param brightness 0..1
 * @param contrast 0..1
 * @param saturation 0..1
 */
public record ColorJitter(double brightness, double contrast, double saturation) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param brightness 0..1
     * @param contrast 0..1
     * @param saturation 0..1
     * @throws IllegalArgumentException if a value is not within 0..1
     */
    public ColorJitter {
        Draws.requireRange("color_jitter: brightness", brightness, 0, 1);
        Draws.requireRange("color_jitter: contrast", contrast, 0, 1);
        Draws.requireRange("color_jitter: saturation", saturation, 0, 1);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        double bright = 1 + Draws.between(-brightness, brightness, random);
        double strong = 1 + Draws.between(-contrast, contrast, random);
        double colourful = 1 + Draws.between(-saturation, saturation, random);
        return Blend.saturation(Blend.contrast(Blend.brightness(image, bright), strong), colourful);
    }
}
