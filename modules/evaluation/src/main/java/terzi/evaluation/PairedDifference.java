package terzi.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The paired difference of two classifiers on the same images: second minus first, with its significance.
 *
 * <p>The intervals are percentile bootstrap intervals of the paired difference: images are resampled with replacement,
 * each with both predictions (B. Efron and R. Tibshirani, "An introduction to the bootstrap", 1993, chapter 13). Two
 * classifiers that are wrong on the same images therefore have a narrow interval even if that of each one's accuracy is
 * wide.
 *
 * @param accuracy difference of the accuracies, -1..1
 * @param accuracyInterval 95 % interval of that difference
 * @param macroF1 difference of the macro F1, -1..1
 * @param macroF1Interval 95 % interval of that difference
 * @param logLoss difference of the log-losses in nats; below 0 the second classifier is better. It detects smaller
 *     differences than accuracy, since every image contributes to it
 * @param logLossInterval 95 % interval of that difference
 * @param test exact McNemar test of the accuracies
 */
public record PairedDifference(
        double accuracy,
        Interval accuracyInterval,
        double macroF1,
        Interval macroF1Interval,
        double logLoss,
        Interval logLossInterval,
        McNemar test) {

    /**
     * Compares two classifiers.
     *
     * @param first predictions of the first classifier
     * @param second predictions of the second classifier for the same images, in any order
     * @param resamples number of resamples, at least 100; 2,000 suffice
     * @param seed random seed; equal seeds give equal intervals
     * @return the difference
     * @throws IllegalArgumentException if the images, their true classes or the labels differ, with one of them in the
     *     message, or if {@code resamples} is below 100
     */
    public static PairedDifference of(Predictions first, Predictions second, int resamples, long seed) {
        Predictions other = aligned(first, second);
        Joint joint = Joint.of(first, other);
        List<Interval> intervals = Interval.bootstrap(
                random -> {
                    long[] drawn = joint.draw(random);
                    return new double[] {joint.accuracyDifference(drawn), joint.macroF1Difference(drawn)};
                },
                resamples,
                seed);
        double[] losses = IntStream.range(0, first.size())
                .mapToDouble(i -> other.logLoss(i) - first.logLoss(i))
                .toArray();
        return new PairedDifference(
                joint.accuracyDifference(joint.counts()),
                intervals.get(0),
                joint.macroF1Difference(joint.counts()),
                intervals.get(1),
                mean(losses),
                Interval.bootstrap(losses, PairedDifference::mean, resamples, seed),
                McNemar.compare(first, other));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** The second's answers in the order of the first's. */
    private static Predictions aligned(Predictions first, Predictions second) {
        if (!first.labels().equals(second.labels())) {
            throw new IllegalArgumentException("the classifiers know different classes, or the same in another order: "
                    + first.labels() + " and " + second.labels());
        }
        Checks.sameRows("second classifier", second.size(), first.size());
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < second.size(); i++) {
            places.put(second.id(i), i);
        }
        int[] order = new int[first.size()];
        for (int i = 0; i < order.length; i++) {
            Integer place = places.get(first.id(i));
            if (place == null || second.truth(place) != first.truth(i)) {
                throw new IllegalArgumentException("the classifiers answered different images: " + first.id(i)
                        + " of class " + first.labels().get(first.truth(i)) + " is missing in the second's list");
            }
            order[i] = place;
        }
        return second.reordered(order);
    }

    /** How often each combination of true class and two answers occurs; only those that do. */
    private static final class Joint {
        private final int classes;
        private final int[] truth;
        private final int[] one;
        private final int[] two;
        private final long[] counts;
        private final long[] upTo;

        private Joint(int classes, int[] truth, int[] one, int[] two, long[] counts) {
            this.classes = classes;
            this.truth = truth;
            this.one = one;
            this.two = two;
            this.counts = counts;
            this.upTo = counts.clone();
            Arrays.parallelPrefix(upTo, Long::sum);
        }

        static Joint of(Predictions first, Predictions second) {
            int classes = first.labels().size();
            Map<List<Integer>, Integer> places = new HashMap<>();
            int[] truth = new int[first.size()];
            int[] one = new int[first.size()];
            int[] two = new int[first.size()];
            long[] counts = new long[first.size()];
            for (int i = 0; i < first.size(); i++) {
                int place = places.computeIfAbsent(
                        List.of(first.truth(i), first.predicted(i), second.predicted(i)), key -> places.size());
                truth[place] = first.truth(i);
                one[place] = first.predicted(i);
                two[place] = second.predicted(i);
                counts[place]++;
            }
            int used = places.size();
            return new Joint(
                    classes,
                    Arrays.copyOf(truth, used),
                    Arrays.copyOf(one, used),
                    Arrays.copyOf(two, used),
                    Arrays.copyOf(counts, used));
        }

        long[] counts() {
            return counts;
        }

        private long all() {
            return upTo[upTo.length - 1];
        }

        long[] draw(SplittableRandom random) {
            long[] drawn = new long[counts.length];
            for (long i = 0; i < all(); i++) {
                // the first whose images end above the number; the ends are all different
                int at = Arrays.binarySearch(upTo, random.nextLong(all()) + 1);
                drawn[at < 0 ? -at - 1 : at]++;
            }
            return drawn;
        }

        double accuracyDifference(long[] drawn) {
            long difference = 0;
            for (int k = 0; k < drawn.length; k++) {
                difference += (two[k] == truth[k] ? drawn[k] : 0) - (one[k] == truth[k] ? drawn[k] : 0);
            }
            return (double) difference / all();
        }

        double macroF1Difference(long[] drawn) {
            return macroF1(drawn, two) - macroF1(drawn, one);
        }

        private double macroF1(long[] drawn, int[] answer) {
            long[] hit = new long[classes];
            long[] seen = new long[classes];
            for (int k = 0; k < drawn.length; k++) {
                seen[truth[k]] += drawn[k];
                seen[answer[k]] += drawn[k];
                if (truth[k] == answer[k]) {
                    hit[truth[k]] += drawn[k];
                }
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += seen[c] == 0 ? 0 : 2.0 * hit[c] / seen[c];
            }
            return sum / classes;
        }
    }
}
