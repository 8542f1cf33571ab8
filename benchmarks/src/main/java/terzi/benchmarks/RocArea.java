package terzi.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;

/**
 * The area under the ROC curve by which scores separate two samples of images.
 *
 * @param value chance that an image of the first sample has the higher score, ties counting half
 * @param interval its 95 % bootstrap interval, images of each sample drawn independently
 */
record RocArea(double value, Interval interval) {
    private static final int RESAMPLES = 1000;
    private static final List<String> SAMPLES = List.of("second", "first");

    /**
     * {@return the area of two samples}
     *
     * @param first scores {@code [N]}, 0..1, of the images that should have the higher ones
     * @param second scores {@code [M]}, 0..1, of the other images
     */
    static RocArea of(List<Double> first, List<Double> second) {
        return new RocArea(
                area(first, second),
                Interval.bootstrap(
                                random -> new double[] {area(drawn(first, random), drawn(second, random))},
                                RESAMPLES,
                                1)
                        .get(0));
    }

    private static List<Double> drawn(List<Double> sample, SplittableRandom random) {
        return random.ints(sample.size(), 0, sample.size())
                .mapToObj(sample::get)
                .toList();
    }

    private static double area(List<Double> first, List<Double> second) {
        int size = first.size() + second.size();
        int[] truth =
                IntStream.range(0, size).map(i -> i < first.size() ? 1 : 0).toArray();
        float[][] scores = new float[size][];
        for (int i = 0; i < size; i++) {
            float score = (i < first.size() ? first.get(i) : second.get(i - first.size())).floatValue();
            scores[i] = new float[] {1 - score, score};
        }
        return RankCurve.of(Predictions.of(SAMPLES, truth, scores), 1)
                .orElseThrow(() -> new IllegalArgumentException("area under the ROC curve: expected images of both"
                        + " samples, found " + first.size() + " and " + second.size()))
                .rocArea();
    }
}
