package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    /** Guo et al. 2017: the bins are ((b−1)/15, b/15], closed above. */
    @Test
    void aConfidenceOnTheBorderOfTwoBinsBelongsToTheLowerOne() {
        for (int border = 1; border <= Calibration.BINS; border++) {
            double confidence = border / 15.0;
            assertEquals(border - 1, Calibration.bin(confidence), "at " + border + "/15");
            assertEquals(
                    Math.min(14, border), Calibration.bin(Math.min(1, confidence + 1e-9)), "above " + border + "/15");
        }
        assertEquals(0, Calibration.bin(0), "nothing lies below 0");
    }

    /** Two answers of 0.75 in the 12th bin (11/15, 12/15], one of 1 in the last, one of 0.5 in the 8th (7/15, 8/15]. */
    @Test
    void theBinsOfFourAnswersAreThoseOfPaper() {
        Calibration calibration =
                Calibration.of(Predictions.of(List.of("a", "b"), new int[] {0, 1, 0, 1}, new float[][] {
                    {0.75f, 0.25f}, {0.75f, 0.25f}, {1, 0}, {0.5f, 0.5f}
                }));
        for (int b = 0; b < Calibration.BINS; b++) {
            Calibration.Bin bin = calibration.bins().get(b);
            assertEquals(b / 15.0, bin.low());
            assertEquals((b + 1) / 15.0, bin.high());
            assertEquals(b == 11 ? 2 : b == 14 || b == 7 ? 1 : 0, bin.count(), "bin " + b);
            assertEquals(b == 11 ? 0.5 : b == 14 ? 1 : 0, bin.accuracy(), "accuracy of bin " + b);
            assertEquals(b == 11 ? 0.75 : b == 14 ? 1 : b == 7 ? 0.5 : 0, bin.confidence(), "confidence of bin " + b);
        }
        // 2/4 · |0.5 − 0.75| + 1/4 · |1 − 1| + 1/4 · |0 − 0.5|
        assertEquals(0.25, calibration.expectedError(), 1e-15);
        assertEquals(0.5, calibration.maximumError());
        assertThrows(
                UnsupportedOperationException.class, () -> calibration.bins().clear());
    }

    /** A softmax may add up to a little more than 1: such an answer is certain, and the last bin ends at 1. */
    @Test
    void aConfidenceOfALittleMoreThanOneIsOne() {
        Calibration calibration =
                Calibration.of(Predictions.of(List.of("a", "b"), new int[] {0}, new float[][] {{1.0005f, 0}}));
        assertEquals(1, calibration.bins().get(14).confidence());
        assertEquals(0, calibration.expectedError());
    }

    /** Each answer is looked for in every bin by its ends, and the error is added up from the definition. */
    @Property(tries = 200, seed = "20261130")
    void theErrorIsThatOfItsDefinition(@ForAll long seed) {
        Predictions predictions = Drawn.predictions(seed);
        Calibration calibration = Calibration.of(predictions);
        double expected = 0;
        double worst = 0;
        for (Calibration.Bin bin : calibration.bins()) {
            double right = 0;
            double sure = 0;
            int inside = 0;
            for (int i = 0; i < predictions.size(); i++) {
                double confidence = predictions.confidence(i);
                if (confidence > bin.low() && confidence <= bin.high()) {
                    inside++;
                    sure += confidence;
                    right += predictions.predicted(i) == predictions.truth(i) ? 1 : 0;
                }
            }
            assertEquals(inside, bin.count());
            if (inside > 0) {
                double gap = Math.abs(right / inside - sure / inside);
                expected += gap * inside / predictions.size();
                worst = Math.max(worst, gap);
            }
        }
        assertEquals(expected, calibration.expectedError(), 1e-12);
        assertEquals(worst, calibration.maximumError(), 1e-12);
    }
}
