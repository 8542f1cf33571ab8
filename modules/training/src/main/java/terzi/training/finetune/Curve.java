package terzi.training.finetune;

import java.util.Arrays;

/**
 * How surprising a value is: -log of the share of reference values above it, linear between points and beyond the last. At a
 * value of rank r of n it is -log(1 - r / (n + 1)), and 0 below the first point; the slope beyond the last point is that of an
 * exponential tail fitted to the largest tenth.
 *
 * @param points ascending, {@code [Q]}
 * @param slopes from each point to the next, and beyond the last one, {@code [Q]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Curve(float[] points, float[] slopes) {
    private static final int MOST_POINTS = 128;
    private static final double TAIL = 0.1;

    /** @param reference at least one finite value */
    static Curve of(double[] reference) {
        double[] sorted = reference.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int count = Math.min(n, MOST_POINTS);
        float[] points = new float[count];
        double[] heights = new double[count];
        int kept = 0;
        for (int q = 0; q < count; q++) {
            // of many values dense where they are large, since thresholds lie there
            double left = 1 - q / Math.max(1.0, count - 1);
            int rank = count == n ? q : (int) Math.round((n - 1) * (1 - left * left));
            float at = (float) sorted[rank];
            while (rank + 1 < n && (float) sorted[rank + 1] == at) {
                rank++; // ties have the rank of the last
            }
            if (kept == 0 || at > points[kept - 1]) {
                points[kept] = at;
                heights[kept++] = -Math.log(1 - (rank + 1.0) / (n + 1));
            }
        }
        float[] slopes = new float[kept];
        heights[0] = kept > 1 ? 0 : heights[0];
        for (int q = 0; q + 1 < kept; q++) {
            slopes[q] = (float) ((heights[q + 1] - heights[q]) / ((double) points[q + 1] - points[q]));
        }
        slopes[kept - 1] = (float) tail(sorted);
        return new Curve(Arrays.copyOf(points, kept), slopes);
    }

    /** One over the mean excess of the largest values. */
    private static double tail(double[] sorted) {
        int from = (int) Math.floor((sorted.length - 1) * (1 - TAIL));
        double excess = 0;
        for (int i = from; i < sorted.length; i++) {
            excess += sorted[i] - sorted[from];
        }
        double mean = excess / (sorted.length - from);
        double scale = Math.max(1e-6, Math.abs(sorted[sorted.length - 1]) * 1e-6);
        return 1 / Math.max(mean, scale);
    }

    double at(double value) {
        double sum = 0;
        for (int q = 0; q < points.length; q++) {
            double width = q + 1 < points.length ? (double) points[q + 1] - points[q] : Double.POSITIVE_INFINITY;
            sum += slopes[q] * Math.min(Math.max(value - points[q], 0), width);
        }
        return sum;
    }
}
