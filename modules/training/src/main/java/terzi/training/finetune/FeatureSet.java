package terzi.training.finetune;

/**
 * Features that a head may take.
 *
 * @param width how many: the first columns of each row of all features
 * @param name said after the form of a head, such as {@code " on the last stage"}; empty where there is no choice
 * @param withFew whether it is tried with few images, too
 */
record FeatureSet(int width, String name, boolean withFew) {
    /** All features, without a choice. */
    static FeatureSet all(int width) {
        return new FeatureSet(width, "", true);
    }
}
