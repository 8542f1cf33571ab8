package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    /** Four of a answered as b, two of b as b, one of c as a: nothing is symmetric. */
    private static ConfusionMatrix matrix() {
        return ConfusionMatrix.of(ABC, new int[] {0, 0, 0, 0, 1, 1, 2}, new int[] {1, 1, 1, 1, 1, 1, 0});
    }

    @Test
    void rowsAreTrueClassesAndColumnsPredictedOnes() {
        ConfusionMatrix matrix = matrix();
        assertEquals(4, matrix.count(0, 1));
        assertEquals(0, matrix.count(1, 0));
        assertEquals(1, matrix.count(2, 0));
        assertEquals(2, matrix.count(1, 1));
        assertEquals(2 / 7.0, matrix.accuracy());
        ClassMetrics b = matrix.perClass().get(1);
        assertEquals(2 / 6.0, b.precision(), 1e-15);
        assertEquals(1, b.recall());
        assertEquals(Interval.wilson(2, 2), b.recallInterval());
        assertEquals(2, b.support());
        assertEquals(6, b.predicted());
    }

    /** 4 of 7 draws are the cell (a, b), 2 of 7 (b, b), 1 of 7 (c, a); the six empty cells are never drawn. */
    @Test
    void aResampleDrawsCellsByTheirCounts() {
        SplittableRandom random = new SplittableRandom(5);
        long[][] sum = new long[3][3];
        int rounds = 3000;
        for (int round = 0; round < rounds; round++) {
            ConfusionMatrix drawn = matrix().resample(random);
            assertEquals(7, drawn.total());
            assertEquals(ABC, drawn.labels());
            for (int cell = 0; cell < 9; cell++) {
                sum[cell / 3][cell % 3] += drawn.count(cell / 3, cell % 3);
            }
        }
        // a binomial count of 21,000 draws has a standard deviation of at most √(21,000 / 4) = 72
        long[][] expected = {{0, 4L * rounds, 0}, {0, 2L * rounds, 0}, {rounds, 0, 0}};
        for (int cell = 0; cell < 9; cell++) {
            double times = expected[cell / 3][cell % 3];
            assertEquals(times, (double) sum[cell / 3][cell % 3], times == 0 ? 0 : 360, "cell " + cell);
        }
    }

    @Property(tries = 300, seed = "20261130")
    void theFirstValueAboveAKeyIsTheOneThatALookThroughAllFinds(
            @ForAll @Size(min = 1, max = 30) List<@LongRange(min = 0, max = 3) Long> steps,
            @ForAll @LongRange(min = 0, max = 1000) long drawn) {
        long[] upTo = steps.stream().mapToLong(Long::longValue).toArray();
        for (int i = 1; i < upTo.length; i++) {
            upTo[i] += upTo[i - 1];
        }
        long all = upTo[upTo.length - 1];
        if (all == 0) {
            return;
        }
        long key = drawn % all;
        int found = ConfusionMatrix.firstAbove(upTo, key);
        assertEquals(LongStream.of(upTo).filter(value -> value <= key).count(), found);
    }

    @Test
    void matricesAreEqualByNamesAndCounts() {
        assertEquals(matrix(), matrix());
        assertEquals(matrix().hashCode(), matrix().hashCode());
        ConfusionMatrix turned =
                ConfusionMatrix.of(ABC, new int[] {1, 1, 1, 1, 1, 1, 0}, new int[] {0, 0, 0, 0, 1, 1, 2});
        assertNotEquals(matrix(), turned);
        assertNotEquals(
                matrix(),
                ConfusionMatrix.of(
                        List.of("a", "b", "d"), new int[] {0, 0, 0, 0, 1, 1, 2}, new int[] {1, 1, 1, 1, 1, 1, 0}));
        assertNotEquals(matrix(), (Object) "a matrix");
        assertEquals("ConfusionMatrix[3 classes, 2 of 7 right]", matrix().toString());
    }

    @Test
    void theCountsHandedOutAreACopy() {
        ConfusionMatrix matrix = matrix();
        matrix.counts()[0][1] = 99;
        assertEquals(4, matrix.count(0, 1));
    }

    @Test
    void answersThatDoNotFitAreRefusedByName() {
        assertTrue(refused(new int[] {0}, new int[] {0, 1}).startsWith("predicted: expected one row per true class"));
        assertEquals(
                "predicted, row 1: expected a class from 0 to 2, found 3", refused(new int[] {0, 0}, new int[] {2, 3}));
        assertEquals("truth, row 0: expected a class from 0 to 2, found 3", refused(new int[] {3}, new int[] {0}));
    }

    private static String refused(int[] truth, int[] predicted) {
        return assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(ABC, truth, predicted))
                .getMessage();
    }

    /** NumPy's order, written out for 19 values: eight partial sums, their pairs, then the rest one by one. */
    @Test
    void sumsAreAddedInTheOrderOfNumpy() {
        double[] v = new double[19];
        for (int i = 0; i < v.length; i++) {
            v[i] = Math.pow(3, i - 9) / 7;
        }
        double lanes = (((v[0] + v[8]) + (v[1] + v[9])) + ((v[2] + v[10]) + (v[3] + v[11])))
                + (((v[4] + v[12]) + (v[5] + v[13])) + ((v[6] + v[14]) + (v[7] + v[15])));
        assertEquals(((lanes + v[16]) + v[17]) + v[18], PairwiseSum.of(v));
        assertEquals(0, PairwiseSum.of(new double[0]));
    }
}
