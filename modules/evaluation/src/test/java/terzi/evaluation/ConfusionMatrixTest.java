package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
