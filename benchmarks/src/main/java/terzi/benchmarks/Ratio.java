package terzi.benchmarks;

import java.util.Arrays;
import java.util.List;
import terzi.evaluation.Interval;

/**
 * How the first side did in one metric, relative to the second: below 1, the first is better.
 *
 * @param first median over the rounds, in the metric's unit
 * @param second the same of the second side
 * @param perRound first / second of each round
 * @param median of {@code perRound}
 * @param interval 95 % bootstrap interval of the median over the rounds; says little with fewer than five
 */
record Ratio(
        String metric,
        double first,
        double second,
        List<Double> perRound,
        double median,
        double min,
        double max,
        Interval interval) {

    private static final int RESAMPLES = 5000;

    /** @param first and second one value a round */
    static Ratio of(String metric, double[] first, double[] second) {
        double[] ratios = new double[first.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = first[i] / second[i];
        }
        return new Ratio(
                metric,
                SideRun.median(first),
                SideRun.median(second),
                Arrays.stream(ratios).boxed().toList(),
                SideRun.median(ratios),
                Arrays.stream(ratios).min().orElseThrow(),
                Arrays.stream(ratios).max().orElseThrow(),
                Interval.bootstrap(ratios, SideRun::median, RESAMPLES, 1));
    }
}
