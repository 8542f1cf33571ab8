package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Latency;
import terzi.evaluation.Interval;

/** Times of calls, by process and round. */
final class Latencies {
    /** Two levels of chance, processes and rounds, and a histogram to add for each: more would only take longer. */
    private static final int RESAMPLES = 300;

    private static final List<Integer> TAIL = List.of(90, 95, 99);
    private static final int DIGITS = 3;
    private static final double NANOS = 1e6;
    /** Calls that each round counts as; far more than there are, so that whole numbers are exact enough. */
    private static final long EVEN_CALLS = 1_000_000_000;

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
        List<List<Histogram>> even = rounds.stream()
                .map(process -> process.stream().map(Latencies::even).toList())
                .toList();
        Histogram all = pooled(rounds.stream().flatMap(List::stream).toList());
        List<Histogram> processes = even.stream()
                .filter(process -> !process.isEmpty())
                .map(Latencies::pooled)
                .toList();
        List<Estimate> tail = tail(even, processes, seed);
        return new Latency(
                all.getTotalCount(),
                RoundsBootstrap.median(medians(), seed),
                tail.get(0),
                tail.get(1),
                tail.get(2),
                all.getMaxValue() / NANOS,
                medians(),
                Latency.SHARES.stream()
                        .map(share -> percentile(processes, 100 * share))
                        .toList());
    }

    /** The same distribution with as many calls as every other round's. */
    private static Histogram even(Histogram round) {
        Histogram even = new Histogram(DIGITS);
        long each = EVEN_CALLS / Math.max(1, round.getTotalCount());
        for (HistogramIterationValue value : round.recordedValues()) {
            even.recordValueWithCount(value.getValueIteratedTo(), value.getCountAtValueIteratedTo() * each);
        }
        return even;
    }

    private static double percentile(List<Histogram> processes, double percentile) {
        return processes.stream()
                .mapToDouble(process -> process.getValueAtPercentile(percentile) / NANOS)
                .average()
                .orElseThrow();
    }

    /** The 90th, 95th and 99th percentile. */
    private static List<Estimate> tail(List<List<Histogram>> rounds, List<Histogram> processes, long seed) {
        List<List<Histogram>> filled =
                rounds.stream().filter(process -> !process.isEmpty()).toList();
        List<Interval> intervals = Interval.bootstrap(
                random -> {
                    List<Histogram> drawn = new ArrayList<>();
                    for (int p = 0; p < filled.size(); p++) {
                        List<Histogram> process = filled.get(random.nextInt(filled.size()));
                        drawn.add(pooled(process.stream()
                                .map(round -> process.get(random.nextInt(process.size())))
                                .toList()));
                    }
                    return TAIL.stream()
                            .mapToDouble(percentile -> percentile(drawn, percentile))
                            .toArray();
                },
                RESAMPLES,
                seed);
        return IntStream.range(0, TAIL.size())
                .mapToObj(t -> {
                    double value = percentile(processes, TAIL.get(t));
                    Interval interval = intervals.get(t);
                    return new Estimate(
                            value, new Interval(Math.min(value, interval.low()), Math.max(value, interval.high())));
                })
                .toList();
    }

    private static Histogram pooled(List<Histogram> histograms) {
        Histogram sum = new Histogram(DIGITS);
        histograms.forEach(sum::add);
        return sum;
    }
}
