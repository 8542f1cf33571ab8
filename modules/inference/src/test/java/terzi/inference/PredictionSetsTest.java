package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PredictionSetsTest {

    /** An image of a class: its logits are noise, plus a signal for the class that grows with its index. */
    private static float[] drawn(Random random, int truth, int classes) {
        double[] exponentials = new double[classes];
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            exponentials[k] = Math.exp(random.nextGaussian() + (k == truth ? 0.5 + truth : 0));
            sum += exponentials[k];
        }
        float[] probabilities = new float[classes];
        for (int k = 0; k < classes; k++) {
            probabilities[k] = (float) (exponentials[k] / sum);
        }
        return probabilities;
    }

    private static PredictionSets calibrated(Random random, int classes, int each) {
        float[][] probabilities = new float[classes * each][];
        int[] truth = new int[classes * each];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i % classes;
            probabilities[i] = drawn(random, truth[i], classes);
        }
        return PredictionSets.of(probabilities, truth, classes);
    }

    /** Hits of the right label among the new images of each round. */
    private static final class Hits {
        private int rounds;
        private double sum;
        private double squares;

        void add(double share) {
            rounds++;
            sum += share;
            squares += share * share;
        }

        double mean() {
            return sum / rounds;
        }

        double standardError() {
            return Math.sqrt((squares / rounds - mean() * mean()) / rounds);
        }
    }

    /**
     * The promise (Vovk 2012): over calibration and new images, the right label of every class is in the set with a
     * probability of c or more. Where it is not the most probable one, which is always in, that is exactly
     * {@code 1 - k / (n + 1)}, the rank of the new image among n + 1 exchangeable ones being uniform.
     */
    @Test
    void everyClassIsCoveredAsPromised() {
        int classes = 3;
        for (int each : new int[] {9, 25, 40}) {
            for (double coverage : new double[] {0.5, 0.8, 0.9}) {
                Random random = new Random(each * 31L + (long) (coverage * 10));
                Hits[] hits = {new Hits(), new Hits(), new Hits()};
                Hits[] byThreshold = {new Hits(), new Hits(), new Hits()};
                for (int round = 0; round < 2000; round++) {
                    PredictionSets sets = calibrated(random, classes, each);
                    for (int truth = 0; truth < classes; truth++) {
                        int found = 0;
                        int foundByThreshold = 0;
                        for (int i = 0; i < 5; i++) {
                            float[] image = drawn(random, truth, classes);
                            found += sets.labels(image, coverage).contains(truth) ? 1 : 0;
                            image[(truth + 1) % classes] = 2; // now another label is the most probable
                            foundByThreshold += sets.labels(image, coverage).contains(truth) ? 1 : 0;
                        }
                        hits[truth].add(found / 5.0);
                        byThreshold[truth].add(foundByThreshold / 5.0);
                    }
                }
                double exact = 1 - Math.floor((1 - coverage) * (each + 1) + 1e-9) / (each + 1);
                for (int truth = 0; truth < classes; truth++) {
                    String where = "class " + truth + " of " + each + " images, coverage " + coverage + ": ";
                    double covered = hits[truth].mean();
                    assertTrue(covered >= coverage - 3 * hits[truth].standardError(), where + covered);
                    assertEquals(exact, byThreshold[truth].mean(), 3.5 * byThreshold[truth].standardError(), where);
                }
            }
        }
    }

    /**
     * As numpy has it, with values of {@code p = np.float32([.9, .2, .55, .7, .31, .64, .05, .88, .47, .73, .6])}: for c in
     * .95, .9, .8, .75, .5, .1: {@code k = int((1 - c) * (len(p) + 1) + 1e-9); np.sort(p)[k - 1] if k else 0} is 0, 0.05,
     * 0.2, 0.31, 0.6, 0.88. (At c = 0.75, (1 - c) * 12 is 3 exactly; at 0.9 it is 1.2.)
     */
    @Test
    void thresholdsAreThoseOfNumpy() {
        float[] values = {.9f, .2f, .55f, .7f, .31f, .64f, .05f, .88f, .47f, .73f, .6f};
        float[][] probabilities = new float[values.length][];
        for (int i = 0; i < values.length; i++) {
            probabilities[i] = new float[] {1 - values[i], values[i]};
        }
        int[] truth = new int[values.length];
        Arrays.fill(truth, 1);
        PredictionSets sets = PredictionSets.of(probabilities, truth, 2);
        double[] coverages = {.95, .9, .8, .75, .5, .1};
        float[] thresholds = {0, .05f, .2f, .31f, .6f, .88f};
        for (int i = 0; i < coverages.length; i++) {
            // the first label is the most probable, so that the second is in by its threshold only
            assertEquals(
                    List.of(0, 1), sets.labels(new float[] {1, thresholds[i]}, coverages[i]), "at " + coverages[i]);
            if (thresholds[i] > 0) {
                assertEquals(
                        List.of(0),
                        sets.labels(new float[] {1, Math.nextDown(thresholds[i])}, coverages[i]),
                        "at " + coverages[i]);
            }
        }
    }

    /** {@code (1 - 0.9) * 10} is 0.9999999999999998 in floating point. */
    @Test
    void aTenthOfTenIsOne() {
        float[][] nine = new float[9][];
        for (int i = 0; i < 9; i++) {
            nine[i] = new float[] {(i + 1) / 10f, 0};
        }
        PredictionSets sets = PredictionSets.of(nine, new int[9], 2);
        assertEquals(List.of(1), sets.labels(new float[] {0.09f, 0.91f}, 0.9));
        assertEquals(List.of(1, 0), sets.labels(new float[] {0.1f, 0.9f}, 0.9));
    }

    /** Thinned out, no threshold is above that of all values, and none is further below than two of a thousandth. */
    @Property(tries = 30, seed = "20261201")
    void thinnedSetsAreConservative(@ForAll @IntRange(min = 1001, max = 20_000) int n, @ForAll long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        float[][] probabilities = new float[n][];
        for (int i = 0; i < n; i++) {
            values[i] = (i + 1f) / n;
        }
        for (int i = 0; i < n; i++) {
            probabilities[i] = new float[] {values[i], 0};
        }
        PredictionSets sets = PredictionSets.of(probabilities, new int[n], 2);
        String json = sets.json();
        assertTrue(json.chars().filter(c -> c == ',').count() <= 1002, "a thousand values, " + n + " were given");
        for (int i = 0; i < 200; i++) {
            double coverage = i < 100 ? (i + 1) / 101.0 : random.nextDouble();
            int k = (int) ((1 - coverage) * (n + 1) + 1e-9);
            float threshold = k == 0 ? 0 : values[k - 1];
            assertEquals(2, sets.labels(new float[] {threshold, 2}, coverage).size(), n + " values, " + coverage);
            float below = threshold - 0.0021f;
            assertEquals(
                    k <= n * 0.0021 ? 2 : 1,
                    sets.labels(new float[] {k <= n * 0.0021 ? threshold : below, 2}, coverage)
                            .size(),
                    n + " values, " + coverage);
        }
    }

    @Property(tries = 100, seed = "20261201")
    void whatIsWrittenIsReadBack(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 1 + random.nextInt(4);
        int n = random.nextInt(30);
        float[][] probabilities = new float[n][classes];
        int[] truth = new int[n];
        for (int i = 0; i < n; i++) {
            truth[i] = random.nextInt(classes);
            // also the smallest numbers, which Java writes as 1.4E-45
            probabilities[i][truth[i]] = Float.intBitsToFloat(random.nextInt(Float.floatToIntBits(1) + 1));
        }
        PredictionSets sets = PredictionSets.of(probabilities, truth, classes);
        PredictionSets read = PredictionSets.parse(sets.json());
        assertEquals(sets, read);
        assertEquals(sets.hashCode(), read.hashCode());
        assertEquals(read, read.requireClasses(classes));
        assertEquals(sets.json(), read.json());
    }

    @Test
    void theJsonHasTheProbabilitiesOfEachClassAscending() {
        PredictionSets sets = PredictionSets.of(
                new float[][] {{0.75f, 0.25f}, {0.1f, 0.9f}, {0.5f, 0.5f}, {1, 0}}, new int[] {0, 1, 0, 0}, 3);
        assertEquals("{\"version\":1,\"probabilities\":[[0.5,0.75,1.0],[0.9],[]]}", sets.json());
        assertEquals("prediction sets of 3 classes from 4 probabilities", sets.toString());
        assertNotEquals(sets, PredictionSets.parse("{\"version\":1,\"probabilities\":[[0.5,0.75,1.0],[0.9]]}"));
    }

    @Test
    void whatIsDamagedIsNamed() {
        List<String[]> wrong = new ArrayList<>(List.of(
                new String[] {"{}", "expected version 1, found null"},
                new String[] {"{\"version\":2,\"probabilities\":[]}", "expected version 1, found 2.0; use a terzi"},
                new String[] {"{\"version\":1}", "expected an array 'probabilities'"},
                new String[] {"{\"version\":1,\"probabilities\":[1]}", "an array of numbers for each class, found 1.0"},
                new String[] {"{\"version\":1,\"probabilities\":[[\"1\"]]}", "an array of numbers for each class"},
                new String[] {"{\"version\":1,\"probabilities\":[[0.5,0.25]]}", "ascending, found 0.25 after 0.5"},
                new String[] {"{\"version\":1,\"probabilities\":[[0.5,1.5]]}", "must be 0..1 and ascending, found 1.5"},
                new String[] {"{\"version\":1,\"probabilities\":[[-1]]}", "found -1.0 after 0.0"},
                new String[] {"[", "JSON: expected"}));
        for (String[] json : wrong) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> PredictionSets.parse(json[0]));
            assertTrue(e.getMessage().contains(json[1]), e.getMessage());
        }
        float[][] one = {{0.5f, 0.5f}};
        assertThrows(IllegalArgumentException.class, () -> PredictionSets.of(one, new int[2], 2));
        assertThrows(
                IllegalArgumentException.class, () -> PredictionSets.of(new float[][] {{Float.NaN, 1}}, new int[1], 2));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> PredictionSets.of(one, new int[1], 2)
                        .labels(new float[3], 0.9));
        assertTrue(e.getMessage().contains("of 2 classes for 3 labels"), e.getMessage());
    }
}
