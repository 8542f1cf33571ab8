package terzi.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The ROC curve and the precision–recall curve of one class against all others, over all thresholds of its probability.
 *
 * @param rocArea area under the ROC curve, 0..1: the chance that an image of the class has a higher probability than
 *     one of another class, ties counting half. T. Fawcett, "An introduction to ROC analysis", Pattern Recognition
 *     Letters 27 (2006)
 * @param averagePrecision average precision, 0..1: {@code Σ (R_n − R_{n−1}) · P_n} over the thresholds as in
 *     scikit-learn, which is the area under the precision–recall curve without interpolation
 * @param points points of both curves from the highest threshold to the lowest; the first one has recall 0
 */
public record RankCurve(double rocArea, double averagePrecision, List<Point> points) {
    /**
     * Creates curves from a copy of the points; see {@link #of}.
     *
     * @param rocArea area under the ROC curve, 0..1
     * @param averagePrecision average precision, 0..1
     * @param points points of both curves from the highest threshold to the lowest
     */
    public RankCurve {
        points = List.copyOf(points);
    }

    /**
     * The rates at one threshold.
     *
     * @param recall share of the images of the class at or above the threshold (true positive rate), 0..1
     * @param falsePositives share of the other images at or above the threshold (false positive rate), 0..1
     * @param precision share of the class among all images at or above the threshold, 0..1; 1 if there is none
     */
    public record Point(double recall, double falsePositives, double precision) {}

    /**
     * {@return the curves of a class; empty if no image or every image is of this class}
     *
     * @param predictions predictions for images of known class
     * @param classIndex index of the class, 0..K-1
     */
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
