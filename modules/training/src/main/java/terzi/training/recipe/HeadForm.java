package terzi.training.recipe;

/** What kind of head the first stage fits. */
public enum HeadForm {
    /** Multinomial logistic regression: one weighted sum of the features for each class. */
    LINEAR,
    /**
     * Ridge regression with a Gaussian kernel: an image is compared with every one that taught, and the answer is a
     * weighted sum of how alike they are.
     */
    KERNEL
}
