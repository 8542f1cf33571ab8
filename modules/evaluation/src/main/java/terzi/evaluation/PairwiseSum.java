package terzi.evaluation;

/**
 * Adds doubles in the order in which NumPy does, so that means have the same last bit, and with it the same last printed digit,
 * as scikit-learn's: eight partial sums side by side, and halves of what is longer than 128 values. It also rounds less than
 * adding one value after the other. N. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993).
 */
final class PairwiseSum {
    private static final int LANES = 8;
    private static final int BLOCK = 128;

    private PairwiseSum() {}

    static double of(double[] values) {
        return of(values, 0, values.length);
    }

    private static double of(double[] values, int from, int count) {
        if (count > BLOCK) {
            int half = count / 2 - count / 2 % LANES;
            return of(values, from, half) + of(values, from + half, count - half);
        }
        int whole = count < LANES ? 0 : count - count % LANES;
        double sum = whole == 0 ? 0 : lanes(values, from, whole);
        for (int i = from + whole; i < from + count; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** @param count a multiple of {@link #LANES} */
    private static double lanes(double[] values, int from, int count) {
        double[] sums = new double[LANES];
        for (int i = 0; i < count; i++) {
            sums[i % LANES] += values[from + i];
        }
        return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    }
}
