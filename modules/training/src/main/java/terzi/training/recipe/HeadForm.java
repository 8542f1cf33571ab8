package terzi.training.recipe;

/** What kind of head the first stage fits. */
public enum HeadForm {
    /** The form with the smallest out-of-fold log-loss; among forms that do not differ by more than noise, the simplest. */
    AUTO,
    /** Regularised linear discriminant analysis: the nearest class mean, where features that vary within classes count less. */
    DISCRIMINANT,
    /** Multinomial logistic regression: one weighted sum of the features for each class. */
    LINEAR,
    /**
     * Ridge regression with a Gaussian kernel: an image is compared with every training image, and the logits are a
     * weighted sum of the similarities; where there are too many, with some of them, the landmarks.
     */
    KERNEL
}
