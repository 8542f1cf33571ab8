package terzi.runs;

import java.util.List;
import java.util.stream.IntStream;
import terzi.evaluation.report.Report;
import terzi.inference.PredictionSets;

/** Counts how many images have their class in their prediction set. */
final class SetCoverage {
    private static final double PROMISED = 0.9;

    private final List<String> labels;
    private final int[] images;
    private final int[] covered;
    private final int[] sizes;

    SetCoverage(List<String> labels) {
        this.labels = labels;
        images = new int[labels.size()];
        covered = new int[labels.size()];
        sizes = new int[labels.size()];
    }

    /** @param probabilities {@code [K]} */
    void add(PredictionSets sets, float[] probabilities, int truth) {
        List<Integer> set = sets.labels(probabilities, PROMISED);
        images[truth]++;
        covered[truth] += set.contains(truth) ? 1 : 0;
        sizes[truth] += set.size();
    }

    Report.Sets counted() {
        return new Report.Sets(
                PROMISED,
                IntStream.range(0, images.length)
                        .mapToObj(k -> new Report.ClassCoverage(
                                labels.get(k),
                                images[k],
                                covered[k],
                                images[k] == 0 ? 0 : (double) sizes[k] / images[k]))
                        .toList());
    }
}
