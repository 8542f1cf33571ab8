package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Rejection and prediction sets of one prediction. */
class PredictionTest {

    private static final List<String> LABELS = List.of("bag", "boot", "shirt");

    /** Calibration probabilities of nine images of each class: 0.1, 0.2 ... 0.9; 0.5 nine times; and none. */
    private static final PredictionSets SETS = PredictionSets.parse("{\"version\":1,\"probabilities\":["
            + "[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9],[0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5],[]]}");

    static Prediction prediction(List<String> labels, Answer answer, UnaryOperator<ClassifierOptions> options) {
        return Prediction.of(info(labels, Optional.empty()), answer, options.apply(ClassifierOptions.defaults()));
    }

    private static ClassifierInfo info(List<String> labels, Optional<PredictionSets> sets) {
        return new ClassifierInfo(2, labels, 3, 1, false, false, true, Optional.empty(), sets, Map.of());
    }

    private static Prediction withSets(float... probabilities) {
        return Prediction.of(
                info(LABELS, Optional.of(SETS)), new Answer(probabilities, 0), ClassifierOptions.defaults());
    }

    private static List<String> labels(List<Score> set) {
        return set.stream().map(Score::label).toList();
    }

    private static Prediction ofStrangeness(float strangeness, UnaryOperator<ClassifierOptions> options) {
        return prediction(LABELS, new Answer(new float[] {0.7f, 0.2f, 0.1f}, strangeness), options);
    }

    /** A share of false alarms of 0.01 is the limit 0.99, which itself is not above. */
    @Test
    void whatIsStrangerThanTheLimitIsRejected() {
        for (double falseAlarms : new double[] {0.01, 0.05, 0.1, 0.3}) {
            float limit = Float.parseFloat(String.valueOf(Math.round((1 - falseAlarms) * 100) / 100.0));
            assertFalse(ofStrangeness(limit, options -> options.withRejection(falseAlarms))
                    .rejected());
            assertTrue(ofStrangeness(Math.nextUp(limit), options -> options.withRejection(falseAlarms))
                    .rejected());
        }
        Prediction rejected = ofStrangeness(0.998f, options -> options.withRejection(0.01));
        assertEquals("unlike anything it was trained on (strangeness 99.8 %)", rejected.toString());
        assertEquals("bag", rejected.label(), "the labels stay for those who want them");
        assertEquals(0.998f, rejected.strangeness());
    }

    @Test
    void nothingIsRejectedWithoutALimit() {
        Prediction strange = ofStrangeness(1, options -> options);
        assertFalse(strange.rejected());
        assertEquals("bag 70.0 %, boot 20.0 %, shirt 10.0 %", strange.toString());
        assertEquals(OptionalDouble.empty(), ClassifierOptions.defaults().rejection());
    }

    @Test
    void aLimitIsAShare() {
        for (double wrong : new double[] {0, 1, -0.1, 2, Double.NaN}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ClassifierOptions.defaults()
                    .withRejection(wrong));
            assertEquals("rejection must be above 0 and below 1, found " + wrong, e.getMessage());
        }
        assertEquals(
                OptionalDouble.of(0.05),
                ClassifierOptions.defaults()
                        .withRejection(0.05)
                        .withTopK(1)
                        .withThreads(1)
                        .withBatch(2)
                        .rejection());
    }

    /**
     * With nine values and a coverage of 0.9, k is 0.1 * 10 = 1: a bag needs 0.1, a boot 0.5, and a shirt nothing, having no
     * images. At 0.5, k is 5: a bag needs 0.5. At 0.95, k is 0, and every label is in.
     */
    @Test
    void aSetHasTheLabelsThatAreAsProbableAsTheirClassNeeds() {
        assertEquals(List.of("bag", "shirt"), labels(withSets(0.5f, 0.3f, 0.2f).set(0.9)));
        assertEquals(
                List.of("boot", "bag", "shirt"),
                labels(withSets(0.1f, 0.9f, 0).set(0.9)),
                "the limit itself is enough");
        assertEquals(List.of("boot", "shirt"), labels(withSets(0.09f, 0.91f, 0).set(0.9)));
        assertEquals(
                List.of("boot", "shirt"), labels(withSets(0.49f, 0.5f, 0.01f).set(0.5)));
        assertEquals(
                List.of("boot", "bag", "shirt"),
                labels(withSets(0.01f, 0.99f, 0).set(0.95)));
        assertEquals(
                List.of(new Score("bag", 0, 0.75f), new Score("shirt", 2, 0.05f)),
                withSets(0.75f, 0.2f, 0.05f).set(0.9));
    }

    @Test
    void theMostProbableLabelIsAlwaysInTheSet() {
        assertEquals(
                List.of("boot", "shirt"), labels(withSets(0.3f, 0.36f, 0.34f).set(0.2)));
        assertEquals(List.of("bag", "shirt"), labels(withSets(0.4f, 0.3f, 0.3f).set(1e-6)));
    }

    @Test
    void aPredictionWithoutSetsSaysWhatToDo() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ofStrangeness(0, options -> options)
                .set(0.9));
        assertTrue(e.getMessage().contains("fine-tune again with this version"), e.getMessage());
        Prediction byHand = new Prediction("bag", 1, List.of(new Score("bag", 0, 1)), new float[] {1});
        assertThrows(IllegalStateException.class, () -> byHand.set(0.9));
        assertFalse(byHand.rejected());
        assertEquals(0, byHand.strangeness());
        for (double wrong : new double[] {0, 1, -1, Double.NaN}) {
            IllegalArgumentException coverage = assertThrows(
                    IllegalArgumentException.class, () -> withSets(1, 0, 0).set(wrong));
            assertEquals("coverage must be above 0 and below 1, found " + wrong, coverage.getMessage());
        }
    }

    @Test
    void predictionsOfAnotherStrangenessDiffer() {
        assertNotEquals(ofStrangeness(0.5f, options -> options), ofStrangeness(0.25f, options -> options));
        assertNotEquals(
                ofStrangeness(0.5f, options -> options), ofStrangeness(0.5f, options -> options.withRejection(0.9)));
        assertEquals(ofStrangeness(0.5f, options -> options), ofStrangeness(0.5f, options -> options.withTopK(4)));
    }
}
