package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Covers a random rectangle (Zhong et al., Random Erasing Data Augmentation, 2020); with a fixed area and aspect 1 it is
 * Cutout (DeVries, Taylor, 2017).
 *
 * @param probability that anything is covered
 * @param minArea share of the image's area, above 0
 * @param maxArea at least {@code minArea}, at most 1
 * @param maxAspect the rectangle's aspect ratio is drawn from {@code 1/maxAspect..maxAspect}
 * @param fill what it is covered with
 */
public record RandomErasing(double probability, double minArea, double maxArea, double maxAspect, Fill fill)
        implements Augmentation {
    /** What covers the rectangle. */
    public enum Fill {
        /** Black: 0 in every channel. */
        BLACK,
        /** Middle gray. */
        GRAY,
        /** Each sample drawn evenly from 0..255. */
        NOISE
    }

    /**
     * Creates an augmentation.
     *
     * @param probability that anything is covered
     * @param minArea share of the image's area, above 0
     * @param maxArea at least {@code minArea}, at most 1
     * @param maxAspect the rectangle's aspect ratio is drawn from {@code 1/maxAspect..maxAspect}
     * @param fill what it is covered with
     * @throws IllegalArgumentException if a value is out of range
     */
    public RandomErasing {
        Draws.requireRange("random_erasing: probability", probability, 0, 1);
        Draws.requirePositive("random_erasing: min_area", minArea, 1);
        Draws.requireRange("random_erasing: max_area", maxArea, minArea, 1);
        Draws.requireRange("random_erasing: max_aspect", maxAspect, 1, 10);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        if (!Draws.happens(probability, random)) {
            return image;
        }
        int width = image.width();
        int channels = image.channels();
        double area = Draws.between(minArea, maxArea, random) * width * image.height();
        double aspect = StrictMath.exp(Draws.between(-1, 1, random) * StrictMath.log(maxAspect));
        int w = (int) Math.max(1, Math.min(width, Math.round(Math.sqrt(area * aspect))));
        int h = (int) Math.max(1, Math.min(image.height(), Math.round(Math.sqrt(area / aspect))));
        int left = random.nextInt(width - w + 1);
        int top = random.nextInt(image.height() - h + 1);
        byte[] to = image.pixels().clone();
        for (int y = top; y < top + h; y++) {
            int start = (y * width + left) * channels;
            for (int i = start; i < start + w * channels; i++) {
                to[i] = switch (fill) {
                    case BLACK -> 0;
                    case GRAY -> (byte) 128;
                    case NOISE -> (byte) random.nextInt(256);
                };
            }
        }
        return new Image(width, image.height(), channels, to);
    }
}
