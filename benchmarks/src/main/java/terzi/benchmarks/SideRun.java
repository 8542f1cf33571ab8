package terzi.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What one run of one side measured.
 *
 * @param round 1 for the first
 * @param info what the side said about itself
 * @param metrics by name, in the order of measuring; at least one value each
 * @param loadBefore the machine's load average (1 minute) just before
 * @param othersShare the share 0..1 of the machine's processor time that went to other processes meanwhile; above a few
 *     per cent the absolute figures are not worth much
 */
record SideRun(
        int round,
        String side,
        Map<String, Object> info,
        SortedMap<String, List<Double>> metrics,
        double loadBefore,
        double othersShare) {

    /** The median of a metric in this run. */
    double median(String metric) {
        List<Double> values = metrics.get(metric);
        if (values == null) {
            throw new IllegalStateException(
                    "round " + round + ", " + side + ": no metric " + metric + " among " + metrics.keySet());
        }
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
