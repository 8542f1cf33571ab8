package terzi.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Latency;
import terzi.evaluation.Interval;

/** Times of calls, by process and round. */
final class Latencies {
    /** Two levels of chance, processes and rounds, and a histogram to add for each: more would only take longer. */
    private static final int RESAMPLES = 300;

    private static final int DIGITS = 3;
    private static final double NANOS = 1e6;

    private final List<List<Histogram>> rounds = new ArrayList<>();

    /** What follows belongs to a new process. */
    void newProcess() {
        rounds.add(new ArrayList<>());
    }

    /** Takes in one round. */
    void add(double[] nanos) {
        Histogram histogram = new Histogram(DIGITS);
        for (double value : nanos) {
            histogram.recordValue(Math.max(1, (long) value));
        }
        rounds.get(rounds.size() - 1).add(histogram);
    }

    /** The median of each round, milliseconds. */
    List<List<Double>> medians() {
        return rounds.stream()
                .map(process -> process.stream()
                        .map(round -> round.getValueAtPercentile(50) / NANOS)
                        .toList())
                .toList();
    }

    Latency summary(long seed) {
        Histogram all = pooled(rounds.stream().flatMap(List::stream).toList());
        List<Histogram> resamples = resamples(seed);
        return new Latency(
                all.getTotalCount(),
                estimate(all, resamples, 50),
                estimate(all, resamples, 90),
                estimate(all, resamples, 95),
                estimate(all, resamples, 99),
                all.getMaxValue() / NANOS,
                medians(),
                Latency.SHARES.stream()
                        .map(share -> all.getValueAtPercentile(100 * share) / NANOS)
                        .toList());
    }

    private static Estimate estimate(Histogram all, List<Histogram> resamples, double percentile) {
        ToDoubleFunction<Histogram> statistic = histogram -> histogram.getValueAtPercentile(percentile) / NANOS;
        double[] values = resamples.stream().mapToDouble(statistic).sorted().toArray();
        int tail = (int) Math.floor(values.length * (1 - Interval.LEVEL) / 2);
        double value = statistic.applyAsDouble(all);
        return new Estimate(
                value, new Interval(Math.min(value, values[tail]), Math.max(value, values[values.length - 1 - tail])));
    }

    private List<Histogram> resamples(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Histogram[] resamples = new Histogram[RESAMPLES];
        Arrays.setAll(resamples, i -> {
            List<Histogram> drawn = new ArrayList<>();
            for (int p = 0; p < rounds.size(); p++) {
                List<Histogram> process = rounds.get(random.nextInt(rounds.size()));
                for (int r = 0; r < process.size(); r++) {
                    drawn.add(process.get(random.nextInt(process.size())));
                }
            }
            return pooled(drawn);
        });
        return List.of(resamples);
    }

    private static Histogram pooled(List<Histogram> histograms) {
        Histogram sum = new Histogram(DIGITS);
        histograms.forEach(sum::add);
        return sum;
    }
}
