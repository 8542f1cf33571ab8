package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static double share(Curve curve, double value) {
        return 1 - Math.exp(-curve.at(value));
    }

    /** Of nine values, the value of rank r is above the share r / 10 of what is to be expected. */
    @Test
    void aReferenceValueHasTheShareOfItsRank() {
        Curve curve = Curve.of(new double[] {50, 20, 30, 40, 10, 60, 90, 80, 70});
        for (int rank = 2; rank <= 9; rank++) {
            assertEquals(rank / 10.0, share(curve, 10 * rank), 1e-6, "rank " + rank);
        }
        assertEquals((-Math.log(0.7) - Math.log(0.6)) / 2, curve.at(35), 1e-6, "linear between two values");
    }

    @Test
    void whatIsNotAboveTheSmallestReferenceValueIsNoSurprise() {
        Curve curve = Curve.of(new double[] {10, 20, 30});
        assertEquals(0, curve.at(10));
        assertEquals(0, curve.at(-1e9));
        assertEquals(0, Curve.of(new double[] {5}).at(5));
    }

    /** The largest tenth of 1..101 begins at 91; above it are 0 to 10, on average 5, so the tail falls by 1/5 for each 1. */
    @Test
    void beyondTheLargestValueTheTailIsThatOfTheLargestTenth() {
        Curve curve = Curve.of(IntStream.rangeClosed(1, 101).asDoubleStream().toArray());
        assertEquals(-Math.log(1 - 101 / 102.0), curve.at(101), 1e-5);
        assertEquals(7 / 5.0, curve.at(108) - curve.at(101), 1e-5);
    }

    /** For values with an exponential distribution the tail is known: -log of the share above x is x. */
    @Test
    void theTailOfExponentialValuesIsFound() {
        Random random = new Random(4);
        double[] drawn = random.doubles(20_000).map(u -> -Math.log(1 - u)).toArray();
        Curve curve = Curve.of(drawn);
        for (double x = 0.5; x < 20; x += 0.5) {
            assertEquals(x, curve.at(x), 0.12 * Math.max(1, x), "at " + x);
        }
    }

    @Test
    void equalValuesHaveTheRankOfTheLast() {
        Curve curve = Curve.of(new double[] {1, 2, 2, 2, 3, 3, 4, 5, 6});
        assertEquals(0.4, share(curve, 2), 1e-6);
        assertEquals(0.6, share(curve, 3), 1e-6);
        Curve all = Curve.of(new double[] {3, 3, 3, 3});
        assertEquals(0, all.at(3));
        assertTrue(share(all, 3.001) > 0.999, "whatever differs is a surprise: " + share(all, 3.001));
    }

    @Test
    void manyValuesAreSummarisedAndGrowOnly() {
        Random random = new Random(1);
        double[] drawn = random.doubles(5000).map(u -> u * u).toArray();
        Curve curve = Curve.of(drawn);
        assertTrue(curve.points().length <= 128, curve.points().length + " points");
        double before = -1;
        for (double x = 0; x <= 1.2; x += 0.01) {
            assertTrue(curve.at(x) >= before, "at " + x);
            before = curve.at(x);
            // the distribution function of u² is the root; of 5000 values its standard error is at most 0.007
            assertEquals(Math.min(1, Math.sqrt(x)), share(curve, x), 0.03, "at " + x);
        }
    }
}
