package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import terzi.evaluation.Interval;

class FileComparisonTest {
    /** Newcombe (1998), table II, contrasts (a) and (c), method 10; the Wilson intervals are those of method 3 of his first paper. */
    @Test
    void theIntervalOfADifferenceIsNewcombes() {
        Interval a = FileComparison.difference(48 / 80.0, wilson(48, 80), 56 / 70.0, wilson(56, 70));
        assertEquals(0.0524, a.low(), 5e-5);
        assertEquals(0.3339, a.high(), 5e-5);
        Interval c = FileComparison.difference(2 / 7.0, wilson(2, 7), 6 / 7.0, wilson(6, 7));
        assertEquals(0.0582, c.low(), 5e-5);
        assertEquals(0.8062, c.high(), 5e-5);
    }

    private static Interval wilson(int right, int count) {
        double z = 1.959963984540054;
        double p = (double) right / count;
        double middle = (p + z * z / 2 / count) / (1 + z * z / count);
        double half = z / (1 + z * z / count) * Math.sqrt(p * (1 - p) / count + z * z / 4 / count / count);
        return new Interval(middle - half, middle + half);
    }
}
