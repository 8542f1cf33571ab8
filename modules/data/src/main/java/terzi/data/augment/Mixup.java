package terzi.data.augment;

import java.util.random.RandomGenerator;

/**
 * Blends whole images: share ~ Beta(alpha, alpha) (Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018).
 *
 * @param alpha above 0; 0.2 is usual
 */
public record Mixup(double alpha) implements BatchMix {
    /**
     * Creates a mix.
     *
     * @param alpha above 0; 0.2 is usual
     * @throws IllegalArgumentException if {@code alpha} is not within 0.001..1000
     */
    public Mixup {
        Draws.requireRange("mixup: alpha", alpha, 0.001, 1000);
    }

    @Override
    public Mix draw(int batchSize, int width, int height, RandomGenerator random) {
        double share = Draws.beta(alpha, random);
        return new Mix(share, Draws.permutation(batchSize, random), Box.NONE);
    }
}
