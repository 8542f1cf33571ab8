package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;
import terzi.images.Resize;

/**
 * Cuts a random part and resizes it to the whole: its area is drawn from {@code minArea..maxArea} of the image's, its
 * aspect ratio from {@code 1/maxAspect..maxAspect} times the image's (Szegedy et al., Going Deeper with Convolutions,
 * 2015, section 6).
 *
 * @param minArea above 0
 * @param maxArea at least {@code minArea}, at most 1
 * @param maxAspect at least 1
 */
public record RandomResizedCrop(double minArea, double maxArea, double maxAspect) implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param minArea above 0
     * @param maxArea at least {@code minArea}, at most 1
     * @param maxAspect at least 1
     * @throws IllegalArgumentException if a value is out of range; {@code maxAspect} is at most 10
     */
    public RandomResizedCrop {
        Draws.requirePositive("random_resized_crop: min_area", minArea, 1);
        Draws.requireRange("random_resized_crop: max_area", maxArea, minArea, 1);
        Draws.requireRange("random_resized_crop: max_aspect", maxAspect, 1, 10);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        double area = Draws.between(minArea, maxArea, random);
        // drawn in logarithms, so that wide and tall are equally likely
        double aspect = StrictMath.exp(Draws.between(-1, 1, random) * StrictMath.log(maxAspect));
        double across = Math.min(1, Math.sqrt(area * aspect));
        double down = Math.min(1, Math.sqrt(area / aspect));
        int width = Math.max(1, (int) Math.round(image.width() * across));
        int height = Math.max(1, (int) Math.round(image.height() * down));
        int x = random.nextInt(image.width() - width + 1);
        int y = random.nextInt(image.height() - height + 1);
        return Resize.resize(Resize.crop(image, x, y, width, height), image.width(), image.height());
    }
}
