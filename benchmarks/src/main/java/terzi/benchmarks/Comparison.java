package terzi.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * All runs of two sides.
 *
 * @param first the side whose ratio to {@code second} is of interest
 */
record Comparison(String first, String second, List<SideRun> runs) {
    Comparison {
        runs = List.copyOf(runs);
    }

    /** One ratio for each metric that every run of both sides has, in alphabetical order. */
    List<Ratio> ratios() {
        TreeSet<String> shared = new TreeSet<>(runs.get(0).metrics().keySet());
        runs.forEach(run -> shared.retainAll(run.metrics().keySet()));
        return shared.stream()
                .map(metric -> Ratio.of(metric, medians(first, metric), medians(second, metric)))
                .toList();
    }

    /** What a side said about itself in its first run. */
    Map<String, Object> info(String side) {
        return runs.stream()
                .filter(run -> run.side().equals(side))
                .findFirst()
                .orElseThrow()
                .info();
    }

    private double[] medians(String side, String metric) {
        return runs.stream()
                .filter(run -> run.side().equals(side))
                .sorted((a, b) -> Integer.compare(a.round(), b.round()))
                .mapToDouble(run -> run.median(metric))
                .toArray();
    }
}
