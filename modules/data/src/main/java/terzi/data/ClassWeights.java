package terzi.data;

/** Weights against unequal class sizes. */
public final class ClassWeights {
    private ClassWeights() {}

    /**
     * Computes {@code n / (k * n_c)} for n images in k classes that have any, n_c of them in class c, as scikit-learn's
     * {@code class_weight="balanced"}: the weighted sum over all images stays n.
     *
     * @param counts number of images of each class
     * @return weight of each class {@code [counts.length]}; 0 for a class without images
     * @throws IllegalArgumentException if there is no image at all or a count is negative
     */
    public static float[] balanced(int[] counts) {
        long all = 0;
        int classes = 0;
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] < 0) {
                throw new IllegalArgumentException("class " + c + ": expected a count from 0, found " + counts[c]);
            }
            all += counts[c];
            classes += counts[c] == 0 ? 0 : 1;
        }
        if (all == 0) {
            throw new IllegalArgumentException("class weights need at least one image, found none");
        }
        float[] weights = new float[counts.length];
        for (int c = 0; c < counts.length; c++) {
            weights[c] = counts[c] == 0 ? 0 : (float) (all / ((double) classes * counts[c]));
        }
        return weights;
    }
}
