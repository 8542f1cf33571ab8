package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.training.recipe.EarlyStopping;
import terzi.training.recipe.Keep;
import terzi.training.recipe.Monitor;

class EpochSelectionTest {

    private static Epoch epoch(int number, double loss, double accuracy) {
        return new Epoch(number, 1, 0.5, loss, accuracy, 0.001, 1);
    }

    @Test
    void ofEquallyAccurateEpochsTheOneWithTheLowerLossIsTheBest() {
        EpochSelection verdicts = new EpochSelection(Keep.BEST, null, 3);
        assertTrue(verdicts.epochEnded(epoch(1, 0.05, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(2, 0.06, 0.99)), "as accurate, but less sure");
        assertTrue(verdicts.epochEnded(epoch(3, 0.04, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(4, 0.03, 0.98)), "less accurate");
        assertEquals(3, verdicts.keptEpoch());
    }

    @Test
    void aRunThatGoesOnAgreesWithTheOneThatWasInterrupted() {
        List<Epoch> epochs = List.of(epoch(1, 0.05, 0.99), epoch(2, 0.04, 0.99), epoch(3, 0.05, 0.99));
        EpochSelection resumed = new EpochSelection(Keep.BEST, null, 3);
        resumed.replay(epochs.subList(0, 2));
        resumed.epochEnded(epochs.get(2));
        assertEquals(2, resumed.keptEpoch());
    }

    @Test
    void theLastEpochIsKeptWhereAskedForThoughAnEarlierOneWasBetter() {
        EpochSelection verdicts = new EpochSelection(Keep.LAST, null, 3);
        assertTrue(verdicts.epochEnded(epoch(1, 0.04, 0.99)));
        assertFalse(verdicts.epochEnded(epoch(2, 0.05, 0.98)), "not the best");
        assertEquals(2, verdicts.keptEpoch());
        verdicts.epochEnded(epoch(3, Double.NaN, 0.1));
        assertEquals(2, verdicts.keptEpoch(), "a network that answers with no number is of no use");
    }

    @Test
    void anEpochWithoutANumberIsNeverTheBest() {
        EpochSelection verdicts = new EpochSelection(Keep.BEST, null, 3);
        assertFalse(verdicts.epochEnded(epoch(1, Double.NaN, Double.NaN)));
        assertEquals(0, verdicts.keptEpoch());
    }

    @Test
    void aLossFarAboveThatOfGuessingIsNeverTheBestHoweverAccurate() {
        // guessing among 3 classes has ln 3 = 1.0986, a hundred times that is 109.86
        EpochSelection verdicts = new EpochSelection(Keep.LAST, null, 3);
        assertEquals(1.0986, verdicts.guessing(), 1e-4);
        verdicts.epochEnded(epoch(1, 109, 0.4));
        assertFalse(verdicts.hasDiverged());
        assertFalse(verdicts.epochEnded(epoch(2, 111, 0.99)));
        assertTrue(verdicts.hasDiverged());
        assertEquals(1, verdicts.keptEpoch());
    }

    @Test
    void threeEpochsFarAboveWithoutALowerLossAreHopelessAndFallingOnesAreNot() {
        EpochSelection rising = new EpochSelection(Keep.BEST, null, 3);
        for (double loss : new double[] {1e3, 1e6, 1e6}) {
            assertFalse(rising.isHopeless());
            rising.epochEnded(epoch(1, loss, 0.3));
        }
        assertTrue(rising.isHopeless());

        EpochSelection falling = new EpochSelection(Keep.BEST, null, 3);
        for (double loss : new double[] {9e3, 8e3, 7e3, 6e3, 5e3, 2}) {
            falling.epochEnded(epoch(1, loss, 0.3));
            assertFalse(falling.isHopeless());
        }
        assertFalse(falling.hasDiverged(), "it came back");
    }

    @ParameterizedTest(name = "{0}, patience {1}, minimum change {2}: after epoch {4}")
    @CsvSource({
        // worked on paper: 0.9 is the first improvement, so a patience of n ends the run n epochs after the last one
        "LOSS, 1, 0, '1 0.9 0.9 0.8', 3",
        "LOSS, 2, 0, '1 0.9 0.9 0.8 0.8 0.8', 6",
        "LOSS, 3, 0, '1 2 3 4 5', 4",
        "LOSS, 2, 0, '5 4 3 2 1', 0",
        "LOSS, 1, 0.1, '1 0.95 0.8', 2",
        // the reference stays at 1, so that the next 0.8 is an improvement by 0.2
        "LOSS, 2, 0.1, '1 0.95 0.8 0.75 0.72', 5",
        "LOSS, 1, 0.25, '1 0.75', 2",
        "ACCURACY, 1, 0, '0.5 0.6 0.6 0.7', 3",
        "ACCURACY, 2, 0, '0.5 0.4 0.6 0.6 0.5', 5",
        "ACCURACY, 1, 0.25, '0.5 0.75', 2",
        "ACCURACY, 1, 0.25, '0.5 0.76 0.9', 3"
    })
    void aRunEndsAfterAsManyEpochsWithoutImprovementAsItHasPatience(
            Monitor monitor, int patience, double minimumChange, String values, int end) {
        EpochSelection verdicts = new EpochSelection(Keep.BEST, new EarlyStopping(monitor, patience, minimumChange), 3);
        String[] each = values.split(" ", -1);
        int ended = 0;
        for (int i = 0; i < each.length && ended == 0; i++) {
            double value = Double.parseDouble(each[i]);
            assertFalse(verdicts.shouldStop());
            verdicts.epochEnded(monitor == Monitor.LOSS ? epoch(i + 1, value, 0.5) : epoch(i + 1, 0.5, value));
            ended = verdicts.shouldStop() ? i + 1 : 0;
        }
        assertEquals(end, ended);
    }

    @Property(tries = 200, seed = "20261130")
    void theRunEndsWhereABruteForceLookBackEndsIt(
            @ForAll @Size(min = 1, max = 15) List<@IntRange(min = 1, max = 8) Integer> losses,
            @ForAll @IntRange(min = 1, max = 4) int patience,
            @ForAll boolean counted) {
        EarlyStopping stopping = new EarlyStopping(Monitor.LOSS, patience, 0);
        EpochSelection verdicts = new EpochSelection(Keep.BEST, counted ? stopping : null, 3);
        for (int i = 0; i < losses.size(); i++) {
            verdicts.epochEnded(epoch(i + 1, losses.get(i), 0.5));
            // the first epoch that reached the smallest loss so far is the last improvement
            int smallest = Collections.min(losses.subList(0, i + 1));
            int without = i - losses.indexOf(smallest);
            if (counted) {
                assertEquals(without, verdicts.epochsWithoutImprovement());
                assertEquals(losses.indexOf(smallest) + 1, verdicts.keptEpoch());
            } else {
                assertEquals(i, verdicts.epochsWithoutImprovement(), "accuracy stays as it is");
            }
            assertEquals(counted && without >= patience, verdicts.shouldStop());
        }
    }

    @Test
    void theBordersOfDivergenceAreAHundredTimesTheLossOfGuessing() {
        EpochSelection verdicts = new EpochSelection(Keep.LAST, null, 3);
        double border = 100 * Math.log(3);
        assertTrue(verdicts.epochEnded(epoch(1, border, 0.4)));
        assertFalse(verdicts.hasDiverged());
        verdicts.epochEnded(epoch(2, Math.nextUp(border), 0.4));
        assertTrue(verdicts.hasDiverged());
    }

    @Test
    void divergedEpochsAreCountedAnewAfterALowerLossAndAfterAGoodEpoch() {
        EpochSelection verdicts = new EpochSelection(Keep.BEST, null, 3);
        // 1, 2, then a lower loss counts 1, 2, then a good epoch 0, then 1, 2, 3
        double[] losses = {1e4, 1e4, 1e3, 1e3, 1, 1e5, 1e5, 1e6};
        for (int i = 0; i < losses.length; i++) {
            assertFalse(verdicts.isHopeless(), "before epoch " + (i + 1));
            verdicts.epochEnded(epoch(i + 1, losses[i], 0.3));
        }
        assertTrue(verdicts.isHopeless());
        assertEquals(5, verdicts.keptEpoch());
    }

    @Test
    void theMonitorOfEarlyStoppingDecidesWhichEpochIsTheBest() {
        assertEquals(Monitor.ACCURACY, EpochSelection.monitor(null));
        EpochSelection verdicts = new EpochSelection(Keep.BEST, EarlyStopping.defaults(), 3);
        assertTrue(verdicts.epochEnded(epoch(1, 0.5, 0.9)));
        assertTrue(verdicts.epochEnded(epoch(2, 0.4, 0.8)));
        assertEquals(2, verdicts.keptEpoch());
    }

    @Test
    void anEarlyStoppingWithoutPatienceOrWithANegativeChangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(Monitor.LOSS, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(Monitor.LOSS, 1, -1e-9));
    }

    @Test
    void aMonitorKnowsWhatIsBetter() {
        Epoch epoch = new Epoch(1, 5, 6, 0.25, 0.75, 7, 8);
        assertEquals(0.25, EpochSelection.figure(Monitor.LOSS, epoch));
        assertEquals(0.75, EpochSelection.figure(Monitor.ACCURACY, epoch));
        assertTrue(EpochSelection.isBetter(Monitor.LOSS, 1, 2));
        assertFalse(EpochSelection.isBetter(Monitor.LOSS, 2, 2));
        assertFalse(EpochSelection.isBetter(Monitor.LOSS, 3, 2));
        assertTrue(EpochSelection.isBetter(Monitor.ACCURACY, 2, 1));
        assertFalse(EpochSelection.isBetter(Monitor.ACCURACY, 2, 2));
        assertFalse(EpochSelection.isBetter(Monitor.ACCURACY, 1, 2));
        assertTrue(EpochSelection.isBetter(Monitor.LOSS, 1e300, EpochSelection.worst(Monitor.LOSS)));
        assertTrue(EpochSelection.isBetter(Monitor.ACCURACY, -1e300, EpochSelection.worst(Monitor.ACCURACY)));
    }
}
