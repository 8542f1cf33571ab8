package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * Cross-entropy over the logits.
 *
 * @param labelSmoothing share of the target spread evenly over all classes (Szegedy et al., 2016), 0 = off
 * @param classWeights how much each class counts
 */
public record Loss(double labelSmoothing, ClassWeighting classWeights) {
    /**
     * Creates the loss.
     *
     * @param labelSmoothing share of the target spread over all classes, 0..1 without 1
     * @param classWeights how much each class counts
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Loss {
        Require.within("label_smoothing", 0, 1, labelSmoothing);
    }

    /**
     * Returns balanced classes without smoothing; on a balanced set that is the plain cross-entropy.
     *
     * @return the default loss
     */
    @Defaults
    public static Loss defaults() {
        return new Loss(0, new ClassWeighting.Balanced());
    }
}
