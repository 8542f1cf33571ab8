package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void wilsonIsScipys() {
        Golden.stream(Golden.read().get("wilson"))
                .forEach(golden -> Golden.assertClose(
                        golden.get("interval"),
                        Interval.wilson(
                                golden.get("successes").asLong(),
                                golden.get("trials").asLong()),
                        golden.toString()));
    }

    @Test
    void nothingSeenMeansNothingKnown() {
        assertEquals(new Interval(0, 1), Interval.wilson(0, 0));
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(2, 1));
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Interval(Double.NaN, 1));
    }

    @Test
    void aBootstrapIntervalOfTheMeanIsAsWideAsTheNormalOne() {
        SplittableRandom random = new SplittableRandom(7);
        double[] sample = random.doubles(400).toArray();
        double mean = Arrays.stream(sample).average().orElseThrow();
        double error = 1.96 * Math.sqrt(1 / 12.0 / sample.length);
        Interval interval =
                Interval.bootstrap(sample, s -> Arrays.stream(s).average().orElseThrow(), 4000, 1);
        assertEquals(mean - error, interval.low(), 0.15 * error);
        assertEquals(mean + error, interval.high(), 0.15 * error);
    }

    @Test
    void theSameSeedGivesTheSameIntervalAndAnotherSeedAnother() {
        int[] truth = new int[300];
        int[] predicted = new int[300];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i % 3;
            predicted[i] = i % 5 == 0 ? (i + 1) % 3 : i % 3;
        }
        ConfusionMatrix confusion = ConfusionMatrix.of(List.of("a", "b", "c"), truth, predicted);
        Interval interval = Interval.bootstrapMacroF1(confusion, 500, 42);
        assertEquals(interval, Interval.bootstrapMacroF1(confusion, 500, 42));
        assertNotEquals(interval, Interval.bootstrapMacroF1(confusion, 500, 43));
        assertTrue(interval.contains(confusion.macro().f1()), interval.toString());
        // with balanced classes and symmetric errors macro F1 varies as accuracy does
        Interval accuracy = Interval.wilson(confusion.correct(), confusion.total());
        assertEquals(accuracy.margin(), interval.margin(), 0.2 * accuracy.margin());
    }

    @Test
    void aPerfectMatrixHasNoSpread() {
        ConfusionMatrix confusion = ConfusionMatrix.of(List.of("a", "b"), new int[] {0, 1}, new int[] {0, 1});
        ConfusionMatrix drawn = confusion.resample(new SplittableRandom(3));
        assertEquals(2, drawn.total());
        assertEquals(2, drawn.correct());
    }

    @Test
    void tooFewResamplesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(new double[] {1}, s -> s[0], 10, 0));
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(new double[0], s -> 0, 100, 0));
    }
}
