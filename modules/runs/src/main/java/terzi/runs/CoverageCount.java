package terzi.runs;

import java.util.List;
import java.util.stream.IntStream;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.inference.PredictionSets;

/** Counts how often prediction sets contain the class of an image. */
final class CoverageCount {
    /** The coverage that is measured for the page and the files. */
    private static final double PROMISED = 0.9;

    private final int[] images;
    private final int[] covered;
    private final int[] sizes;

    CoverageCount(int classes) {
        images = new int[classes];
        covered = new int[classes];
        sizes = new int[classes];
    }

    /** The coverage of all predictions. */
    static SetCoverage of(PredictionSets sets, Predictions predictions) {
        int classes = predictions.labels().size();
        CoverageCount count = new CoverageCount(classes);
        float[] probabilities = new float[classes];
        for (int i = 0; i < predictions.size(); i++) {
            for (int k = 0; k < classes; k++) {
                probabilities[k] = predictions.probability(i, k);
            }
            count.add(sets, probabilities, predictions.truth(i));
        }
        return count.coverage(predictions.labels());
    }

    /** @param probabilities {@code [K]} of an image */
    void add(PredictionSets sets, float[] probabilities, int truth) {
        List<Integer> set = sets.labels(probabilities, PROMISED);
        images[truth]++;
        covered[truth] += set.contains(truth) ? 1 : 0;
        sizes[truth] += set.size();
    }

    /** @param labels of the K classes */
    SetCoverage coverage(List<String> labels) {
        return new SetCoverage(
                PROMISED,
                IntStream.range(0, images.length)
                        .mapToObj(k -> new SetCoverage.ClassCoverage(
                                labels.get(k),
                                images[k],
                                covered[k],
                                images[k] == 0 ? 0 : (double) sizes[k] / images[k]))
                        .toList());
    }
}
