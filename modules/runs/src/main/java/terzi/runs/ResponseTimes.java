package terzi.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import terzi.images.Image;
import terzi.inference.ImageClassifier;

/**
 * How long classifiers take for one decoded image, by turns: in each round every one of them has its turn, in another
 * order, so that whatever else the machine does meets all alike.
 */
final class ResponseTimes {
    private static final int ROUNDS = 15;
    /** With 15 rounds, the 4th and the 12th value enclose the median with 96.5 % (binomial distribution). */
    private static final int LOW = 3;

    private static final int HIGH = ROUNDS - 1 - LOW;
    private static final double WARM_UP_SECONDS = 1;
    private static final double TURN_SECONDS = 0.1;
    private static final long SEED = 1;

    private ResponseTimes() {}

    /**
     * Measures classifiers; they use the threads that they were loaded with.
     *
     * @param images at least one; their sizes matter
     * @return the time of each, in the order of the classifiers
     */
    static List<ComparedBackbones.Time> measure(List<ImageClassifier> classifiers, List<Image> images, RunLog log) {
        int[] calls =
                classifiers.stream().mapToInt(one -> warmedUp(one, images)).toArray();
        double[][] medians = new double[classifiers.size()][ROUNDS];
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, classifiers.size()).boxed().toList());
        Random random = new Random(SEED);
        try (RunLog.Bar bar = log.bar("measuring times", ROUNDS, "rounds")) {
            for (int round = 0; round < ROUNDS; round++) {
                Collections.shuffle(order, random);
                for (int place : order) {
                    medians[place][round] = turn(classifiers.get(place), images, calls[place]);
                }
                bar.to(round + 1);
            }
        }
        return Arrays.stream(medians).map(ResponseTimes::time).toList();
    }

    /** {@return the median of the rounds, with its interval by order statistics} */
    static ComparedBackbones.Time time(double[] roundMillis) {
        double[] sorted = roundMillis.clone();
        Arrays.sort(sorted);
        return new ComparedBackbones.Time(sorted[ROUNDS / 2], sorted[LOW], sorted[HIGH]);
    }

    /** {@return how many calls fill a turn} */
    private static int warmedUp(ImageClassifier classifier, List<Image> images) {
        long start = System.nanoTime();
        int calls = 0;
        while (calls < 3 || System.nanoTime() - start < WARM_UP_SECONDS * 1e9) {
            classifier.classify(images.get(calls++ % images.size()));
        }
        double seconds = (System.nanoTime() - start) / 1e9 / calls;
        return (int) Math.max(1, Math.ceil(TURN_SECONDS / seconds));
    }

    /** {@return the median of some calls, in milliseconds} */
    private static double turn(ImageClassifier classifier, List<Image> images, int calls) {
        double[] millis = new double[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            classifier.classify(images.get(i % images.size()));
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return (millis[(calls - 1) / 2] + millis[calls / 2]) / 2;
    }
}
