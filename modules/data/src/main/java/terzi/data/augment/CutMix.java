package terzi.data.augment;

import java.util.random.RandomGenerator;

/**
 * Pastes a box of one image into another: the box covers {@code 1 - share} of the image, share ~ Beta(alpha, alpha)
 * (Yun et al., CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features, 2019). The box is
 * clipped to the image and the share is the part that really stays.
 *
 * @param alpha above 0; 1 is usual
 */
public record CutMix(double alpha) implements BatchMix {
    /**
     * Creates a mix.
     *
     * @param alpha above 0; 1 is usual
     * @throws IllegalArgumentException if {@code alpha} is not within 0.001..1000
     */
    public CutMix {
        Draws.requireRange("cutmix: alpha", alpha, 0.001, 1000);
    }

    @Override
    public Mix draw(int batchSize, int width, int height, RandomGenerator random) {
        double side = Math.sqrt(1 - Draws.beta(alpha, random));
        int boxWidth = (int) (width * side);
        int boxHeight = (int) (height * side);
        int left = random.nextInt(width) - boxWidth / 2;
        int top = random.nextInt(height) - boxHeight / 2;
        Box box = new Box(
                Math.max(0, left),
                Math.max(0, top),
                Math.min(width, left + boxWidth),
                Math.min(height, top + boxHeight));
        int[] partner = Draws.permutation(batchSize, random);
        if (box.isEmpty()) {
            return new Mix(1, partner, Box.NONE);
        }
        double area = (double) (box.right() - box.left()) * (box.bottom() - box.top());
        return new Mix(1 - area / ((double) width * height), partner, box);
    }
}
