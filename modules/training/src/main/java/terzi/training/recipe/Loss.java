package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * Cross-entropy over the logits.
 *
 * @param labelSmoothing share of the target spread evenly over all classes (Szegedy et al., 2016), 0 = off
 * @param classWeights how much each class counts
 */
public record Loss(double labelSmoothing, ClassWeighting classWeights) {
    public Loss {
        Require.within("label_smoothing", 0, 1, labelSmoothing);
    }

    /** No smoothing, balanced classes; on a balanced set that is the plain cross-entropy. */
    @Defaults
    public static Loss defaults() {
        return new Loss(0, new ClassWeighting.Balanced());
    }
}
