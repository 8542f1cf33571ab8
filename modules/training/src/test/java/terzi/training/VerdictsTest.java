package terzi.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictsTest {

    private static Epoch epoch(int number, double loss, double accuracy) {
        return new Epoch(number, 1, 0.5, loss, accuracy, 0.001, 1);
    }

    @Test
    void ofEquallyAccurateEpochsTheOneWithTheLowerLossIsTheBest() {
        Verdicts verdicts = new Verdicts(Keep.BEST, null, 3);
        assertTrue(verdicts.epochEnded(epoch(1, 0.05, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(2, 0.06, 0.99)), "as accurate, but less sure");
        assertTrue(verdicts.epochEnded(epoch(3, 0.04, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(4, 0.03, 0.98)), "less accurate");
        assertEquals(3, verdicts.keptEpoch());
    }

    @Test
    void aRunThatGoesOnAgreesWithTheOneThatWasInterrupted() {
        List<Epoch> epochs = List.of(epoch(1, 0.05, 0.99), epoch(2, 0.04, 0.99), epoch(3, 0.05, 0.99));
        Verdicts resumed = new Verdicts(Keep.BEST, null, 3);
        resumed.replay(epochs.subList(0, 2));
        resumed.epochEnded(epochs.get(2));
        assertEquals(2, resumed.keptEpoch());
    }

    @Test
    void theLastEpochIsKeptWhereAskedForThoughAnEarlierOneWasBetter() {
        Verdicts verdicts = new Verdicts(Keep.LAST, null, 3);
        assertTrue(verdicts.epochEnded(epoch(1, 0.04, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(2, 0.05, 0.98)), "not the best");
        assertEquals(2, verdicts.keptEpoch());
        verdicts.epochEnded(epoch(3, Double.NaN, 0.1));
        assertEquals(2, verdicts.keptEpoch(), "a network that answers with no number is of no use");
    }

    @Test
    void anEpochWithoutANumberIsNeverTheBest() {
        Verdicts verdicts = new Verdicts(Keep.BEST, null, 3);
        assertFalse(verdicts.epochEnded(epoch(1, Double.NaN, Double.NaN)));
        assertEquals(0, verdicts.keptEpoch());
    }

    @Test
    void aLossFarAboveThatOfGuessingIsNeverTheBestHoweverAccurate() {
        // guessing among 3 classes has ln 3 = 1.0986, a hundred times that is 109.86
        Verdicts verdicts = new Verdicts(Keep.LAST, null, 3);
        assertEquals(1.0986, verdicts.guessing(), 1e-4);
        verdicts.epochEnded(epoch(1, 109, 0.4));
        assertFalse(verdicts.hasDiverged());
        assertFalse(verdicts.epochEnded(epoch(2, 111, 0.99)));
        assertTrue(verdicts.hasDiverged());
        assertEquals(1, verdicts.keptEpoch());
    }

    @Test
    void threeEpochsFarAboveWithoutALowerLossAreHopelessAndFallingOnesAreNot() {
        Verdicts rising = new Verdicts(Keep.BEST, null, 3);
        for (double loss : new double[] {1e3, 1e6, 1e6}) {
            assertFalse(rising.isHopeless());
            rising.epochEnded(epoch(1, loss, 0.3));
        }
        assertTrue(rising.isHopeless());

        Verdicts falling = new Verdicts(Keep.BEST, null, 3);
        for (double loss : new double[] {9e3, 8e3, 7e3, 6e3, 5e3, 2}) {
            falling.epochEnded(epoch(1, loss, 0.3));
            assertFalse(falling.isHopeless());
        }
        assertFalse(falling.hasDiverged(), "it came back");
    }
}
