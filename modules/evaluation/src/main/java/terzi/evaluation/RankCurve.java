package terzi.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well one class's probability puts its own images before all others, whatever threshold one takes.
 *
 * @param rocArea area under the ROC curve, 0..1: the chance that an image of the class has a higher probability than one of
 *     another class, ties counting half. T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006)
 * @param averagePrecision {@code Σ (R_n − R_{n−1}) · P_n} over the thresholds, as scikit-learn computes it: the area under the
 *     precision-recall curve without interpolation
 * @param points from the highest threshold to the lowest, beginning with nothing found
 */
public record RankCurve(double rocArea, double averagePrecision, List<Point> points) {
    public RankCurve {
        points = List.copyOf(points);
    }

    /**
     * What one threshold gives.
     *
     * @param recall share of the class's images at or above it (true positive rate)
     * @param falsePositives share of the other images at or above it
     * @param precision share of the class among the images at or above it; 1 where there is none
     */
    public record Point(double recall, double falsePositives, double precision) {}

    /** Empty for a class without an image, or with all of them. */
    public static Optional<RankCurve> of(Predictions predictions, int classIndex) {
        int size = predictions.size();
        long positives = 0;
        for (int i = 0; i < size; i++) {
            positives += predictions.truth(i) == classIndex ? 1 : 0;
        }
        long negatives = size - positives;
        if (positives == 0 || negatives == 0) {
            return Optional.empty();
        }
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -predictions.probability(i, classIndex)))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Point> points = new ArrayList<>();
        points.add(new Point(0, 0, 1));
        long found = 0;
        long mistaken = 0;
        double area = 0;
        double average = 0;
        for (int from = 0; from < size; ) {
            // images of one probability pass a threshold together
            long foundBefore = found;
            long mistakenBefore = mistaken;
            float probability = predictions.probability(order[from], classIndex);
            while (from < size && predictions.probability(order[from], classIndex) == probability) {
                if (predictions.truth(order[from]) == classIndex) {
                    found++;
                } else {
                    mistaken++;
                }
                from++;
            }
            double precision = (double) found / (found + mistaken);
            average += precision * (found - foundBefore) / positives;
            area += (double) (mistaken - mistakenBefore) / negatives * (found + foundBefore) / (2.0 * positives);
            points.add(new Point((double) found / positives, (double) mistaken / negatives, precision));
        }
        return Optional.of(new RankCurve(area, average, points));
    }
}
