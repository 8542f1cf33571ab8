package terzi.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A 95 % confidence interval.
 *
 * @param low lower end, not above {@code high}
 * @param high upper end, in the same unit
 */
public record Interval(double low, double high) {

    /** The confidence level: the share of repeated experiments whose interval covers the true value. */
    public static final double LEVEL = 0.95;

    /** 97.5 % quantile of the standard normal distribution. */
    private static final double Z = 1.959963984540054;

    /**
     * Creates an interval.
     *
     * @param low lower end, not above {@code high}
     * @param high upper end, in the same unit
     * @throws IllegalArgumentException if {@code low} is above {@code high} or one of them is NaN
     */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("interval: low " + low + " is above high " + high + " or not a number");
        }
    }

    /**
     * Computes the Wilson score interval of a proportion. Unlike the normal approximation it stays within 0..1 and
     * keeps its level for small samples and for proportions near 0 and 1.
     *
     * <p>{@code (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)}: E. B. Wilson, "Probable inference, the law of
     * succession, and statistical inference", JASA 22 (1927).
     *
     * @param successes number of successes, 0..trials
     * @param trials number of trials
     * @return the interval of the proportion, within 0..1; the whole of 0..1 without trials
     * @throws IllegalArgumentException if {@code successes} is not within 0..trials
     */
    public static Interval wilson(long successes, long trials) {
        if (trials < 0 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException(
                    "wilson interval: expected 0 <= successes <= trials, found " + successes + " of " + trials);
        }
        if (trials == 0) {
            return new Interval(0, 1);
        }
        double n = trials;
        double p = successes / n;
        double z2 = Z * Z;
        double centre = p + z2 / (2 * n);
        double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        double scale = 1 + z2 / n;
        double low = successes == 0 ? 0 : Math.max(0, (centre - half) / scale);
        double high = successes == trials ? 1 : Math.min(1, (centre + half) / scale);
        return new Interval(low, high);
    }

    /**
     * Computes the percentile bootstrap interval of a statistic of independent observations (B. Efron, "Bootstrap
     * methods", Annals of Statistics 7, 1979).
     *
     * @param observations finite numbers {@code [N]}, at least one
     * @param statistic function of a resample {@code [N]}; it must not keep or change its argument
     * @param resamples number of resamples, at least 100; 2,000 suffice for two digits
     * @param seed random seed; equal seeds give equal intervals
     * @return the interval of the statistic
     * @throws IllegalArgumentException if there is no observation, or {@code resamples} is below 100
     */
    public static Interval bootstrap(
            double[] observations, ToDoubleFunction<double[]> statistic, int resamples, long seed) {
        Objects.requireNonNull(statistic, "statistic");
        if (observations.length == 0) {
            throw new IllegalArgumentException("bootstrap: expected at least one observation, found none");
        }
        double[] sample = new double[observations.length];
        return bootstrap(
                        random -> {
                            for (int i = 0; i < sample.length; i++) {
                                sample[i] = observations[random.nextInt(observations.length)];
                            }
                            return new double[] {statistic.applyAsDouble(sample)};
                        },
                        resamples,
                        seed)
                .get(0);
    }

    /**
     * Computes the percentile bootstrap intervals of statistics whose resamples the caller draws: of pairs, of groups,
     * or of counts instead of single observations.
     *
     * @param resample draws a resample with the given random numbers and returns the values {@code [S]} of the
     *     statistics on it, without NaN
     * @param resamples number of resamples, at least 100; 2,000 suffice for two digits
     * @param seed random seed; equal seeds give equal intervals
     * @return the intervals {@code [S]} of the statistics
     * @throws IllegalArgumentException if {@code resamples} is below 100
     */
    public static List<Interval> bootstrap(Function<SplittableRandom, double[]> resample, int resamples, long seed) {
        if (resamples < 100) {
            throw new IllegalArgumentException(
                    "bootstrap: expected at least 100 resamples for a 95 % interval, found " + resamples);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[][] values =
                Stream.generate(() -> resample.apply(random)).limit(resamples).toArray(double[][]::new);
        return IntStream.range(0, values[0].length)
                .mapToObj(s -> percentiles(
                        Arrays.stream(values).mapToDouble(row -> row[s]).toArray()))
                .toList();
    }

    /** {@return half the width of the interval} */
    public double margin() {
        return (high - low) / 2;
    }

    /**
     * {@return whether a value is in the interval, both ends included}
     *
     * @param value the value
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /**
     * Computes the interval from the 2.5 % to the 97.5 % quantile.
     *
     * @param values at least one value, without NaN; this method sorts the array
     */
    static Interval percentiles(double[] values) {
        Arrays.sort(values);
        return new Interval(quantile(values, (1 - LEVEL) / 2), quantile(values, (1 + LEVEL) / 2));
    }

    /** Linear interpolation between the two neighbouring order statistics. */
    private static double quantile(double[] sorted, double q) {
        double position = q * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
