package terzi.vision;

/** Weights against unequal class sizes. */
public final class ClassWeights {
    private ClassWeights() {}

    /**
     * {@code n / (k * n_c)} for n pictures in k classes, n_c of them in class c: the weighted sum over all pictures stays
     * n. A class without pictures weighs 0.
     *
     * @throws IllegalArgumentException if there is no picture at all
     */
    public static float[] balanced(int[] counts) {
        long all = 0;
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] < 0) {
                throw new IllegalArgumentException("class " + c + ": expected a count from 0, found " + counts[c]);
            }
            all += counts[c];
        }
        if (all == 0) {
            throw new IllegalArgumentException("class weights need at least one picture, found none");
        }
        float[] weights = new float[counts.length];
        for (int c = 0; c < counts.length; c++) {
            weights[c] = counts[c] == 0 ? 0 : (float) (all / ((double) counts.length * counts[c]));
        }
        return weights;
    }
}
