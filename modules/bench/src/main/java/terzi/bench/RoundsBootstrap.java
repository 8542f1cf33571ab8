package terzi.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import terzi.bench.BenchReport.Estimate;
import terzi.evaluation.Interval;

/**
 * The bootstrap of what was measured in rounds of several processes. Rounds of one process share its memory layout and its
 * warm-up, so they are not independent observations: processes are drawn with replacement first, and within each of them its
 * rounds (A. C. Davison and D. V. Hinkley, "Bootstrap methods and their application", 1997, section 3.8).
 *
 * <p>The statistic is the mean over processes of the median of their rounds. Intervals are the 95 % percentile intervals; the same
 * seed gives the same ones. With a single process they only say how rounds vary within it.
 *
 * <p>Percentile intervals of few observations are too narrow, and a gate that compares reports would see changes where there are
 * none. So the interval of a ratio is made wider around its value, by what separates n from n - 1 processes and the t from the
 * normal distribution (T. C. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69, 2015).
 */
final class RoundsBootstrap {
    private static final int RESAMPLES = 2_000;
    /** 97.5 % quantile of the standard normal distribution. */
    private static final double NORMAL = 1.959963984540054;

    private final double[][] processes;
    /** Room for the rounds of one process. */
    private final double[] drawn;

    private RoundsBootstrap(List<List<Double>> perRound) {
        processes = perRound.stream()
                .filter(rounds -> !rounds.isEmpty())
                .map(rounds -> rounds.stream().mapToDouble(Double::doubleValue).toArray())
                .toArray(double[][]::new);
        if (processes.length == 0) {
            throw new IllegalArgumentException("rounds: expected at least one, found none");
        }
        int most = 0;
        for (double[] rounds : processes) {
            most = Math.max(most, rounds.length);
            for (double value : rounds) {
                if (!Double.isFinite(value) || value <= 0) {
                    throw new IllegalArgumentException("rounds: expected finite values above 0, found " + value);
                }
            }
        }
        drawn = new double[most];
    }

    /** The statistic and its interval. */
    static Estimate median(List<List<Double>> perRound, long seed) {
        RoundsBootstrap rounds = new RoundsBootstrap(perRound);
        return new Estimate(rounds.value(), bootstrap(rounds::resampled, seed));
    }

    private static Interval bootstrap(ToDoubleFunction<SplittableRandom> resampled, long seed) {
        return Interval.bootstrap(random -> new double[] {resampled.applyAsDouble(random)}, RESAMPLES, seed)
                .get(0);
    }

    /** The statistic alone. */
    static double value(List<List<Double>> perRound) {
        return new RoundsBootstrap(perRound).value();
    }

    /**
     * The statistic of the one over that of the other, which took turns: what slows the machine down in a round slows both, so
     * the same processes and rounds are drawn of both. The value is the ratio of the two statistics.
     */
    static Estimate pairedRatio(List<List<Double>> one, List<List<Double>> other, long seed) {
        RoundsBootstrap above = new RoundsBootstrap(one);
        RoundsBootstrap below = new RoundsBootstrap(other);
        if (!above.isPairedWith(below)) {
            return ratio(one, other, seed);
        }
        double value = above.value() / below.value();
        SplittableRandom second = new SplittableRandom(seed);
        Interval interval = bootstrap(first -> above.resampled(first) / below.resampled(second), seed);
        return new Estimate(value, new Interval(Math.min(value, interval.low()), Math.max(value, interval.high())));
    }

    private boolean isPairedWith(RoundsBootstrap other) {
        return Arrays.equals(
                Arrays.stream(processes).mapToInt(rounds -> rounds.length).toArray(),
                Arrays.stream(other.processes).mapToInt(rounds -> rounds.length).toArray());
    }

    /** The statistic of the one over that of the other, which were not measured together. */
    static Estimate ratio(List<List<Double>> now, List<List<Double>> before, long seed) {
        RoundsBootstrap above = new RoundsBootstrap(now);
        RoundsBootstrap below = new RoundsBootstrap(before);
        double value = above.value() / below.value();
        Interval narrow = bootstrap(random -> Math.log(above.resampled(random) / below.resampled(random)), seed);
        double wider = widening(above.processes.length, below.processes.length);
        double middle = Math.log(value);
        return new Estimate(
                value,
                new Interval(
                        Math.exp(middle + wider * Math.min(0, narrow.low() - middle)),
                        Math.exp(middle + wider * Math.max(0, narrow.high() - middle))));
    }

    /** 1 where a single process says nothing about others. */
    private static double widening(int one, int other) {
        int fewer = Math.min(one, other);
        return fewer == 1 ? 1 : Math.sqrt(fewer / (fewer - 1.0)) * student(one + other - 2) / NORMAL;
    }

    /** The 97.5 % quantile of the t distribution: Abramowitz and Stegun, 26.7.5, to 3 % from two degrees of freedom on. */
    private static double student(int freedom) {
        double z2 = NORMAL * NORMAL;
        double first = (z2 + 1) / 4;
        double second = ((5 * z2 + 16) * z2 + 3) / 96;
        double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        return NORMAL * (1 + (first + (second + third / freedom) / freedom) / freedom);
    }

    private double value() {
        double sum = 0;
        for (double[] rounds : processes) {
            sum += median(rounds.clone(), rounds.length);
        }
        return sum / processes.length;
    }

    private double resampled(SplittableRandom random) {
        double sum = 0;
        for (int p = 0; p < processes.length; p++) {
            double[] rounds = processes[random.nextInt(processes.length)];
            for (int i = 0; i < rounds.length; i++) {
                drawn[i] = rounds[random.nextInt(rounds.length)];
            }
            sum += median(drawn, rounds.length);
        }
        return sum / processes.length;
    }

    /** Sorts the values up to a length, and takes the middle of them. */
    private static double median(double[] values, int length) {
        Arrays.sort(values, 0, length);
        int middle = length / 2;
        return length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
