package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TemperatureScalingTest {

    static Stream<Arguments> cases() {
        return Golden.named("temperature");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theTemperatureIsTheOneThatScipyFinds(JsonNode golden) {
        float[][] logits = Golden.rows(golden.get("logits"));
        int[] truth = Golden.ints(golden.get("truth"));
        float temperature = TemperatureScaling.fit(logits, truth);
        assertEquals(golden.get("temperature").asDouble(), temperature, 1e-5 * temperature);

        TemperatureScaling.Effect effect = TemperatureScaling.effect(logits, truth, temperature);
        assertEquals(golden.get("log_loss_before").asDouble(), effect.logLossBefore(), 1e-12);
        assertEquals(golden.get("log_loss_after").asDouble(), effect.logLossAfter(), 1e-10);
        assertTrue(
                effect.after().expectedError() < effect.before().expectedError(),
                "ECE " + effect.before().expectedError() + " -> "
                        + effect.after().expectedError());
    }

    @RepeatedTest(30)
    void noNeighbouringTemperatureIsBetter(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        SplittableRandom random = new SplittableRandom(seed);
        int classes = 2 + random.nextInt(5);
        float scale = (float) Math.exp(random.nextDouble(-6, 6));
        float[][] logits = new float[50 + random.nextInt(200)][classes];
        int[] truth = new int[logits.length];
        for (int i = 0; i < logits.length; i++) {
            truth[i] = random.nextInt(classes);
            for (int c = 0; c < classes; c++) {
                logits[i][c] = scale * (float) (random.nextDouble() + (c == truth[i] ? 0.2 : 0)) + 100;
            }
        }
        float best = TemperatureScaling.fit(logits, truth);
        double loss = TemperatureScaling.effect(logits, truth, best).logLossAfter();
        for (double factor : new double[] {0.9, 0.99, 1.01, 1.1}) {
            float other = (float) Math.min(20, Math.max(0.05, best * factor));
            assertTrue(
                    loss <= TemperatureScaling.effect(logits, truth, other).logLossAfter() + 1e-9,
                    "seed " + seed + ": " + other + " is better than " + best);
        }
    }

    @Test
    void aSetWithoutAMistakeGivesTheSmallestTemperature() {
        assertEquals(
                TemperatureScaling.MIN_TEMPERATURE,
                TemperatureScaling.fit(new float[][] {{30, 0}, {0, 30}}, new int[] {0, 1}));
    }

    @Test
    void logitsThatAreAlwaysWrongGiveTheLargest() {
        assertEquals(
                TemperatureScaling.MAX_TEMPERATURE,
                TemperatureScaling.fit(new float[][] {{3, 0}, {0, 3}}, new int[] {1, 0}));
    }

    @Test
    void equalLogitsNeedNoTemperature() {
        assertEquals(1, TemperatureScaling.fit(new float[][] {{5, 5}, {5, 5}}, new int[] {1, 1}));
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        float[][] logits = {{1e30f, -1e30f}, {-1e30f, 1e30f}, {1e30f, -1e30f}};
        float temperature = TemperatureScaling.fit(logits, new int[] {0, 1, 1});
        assertEquals(TemperatureScaling.MAX_TEMPERATURE, temperature);
        assertArrayEquals(new float[] {1, 0}, TemperatureScaling.softmax(logits, temperature)[0]);
    }

    @Test
    void badInputIsNamed() {
        assertMessage("logits: expected [N, K] with N >= 1 and K >= 2, found no row", new float[0][], new int[0]);
        assertMessage(
                "logits, row 1, class 1: expected a finite number, found Infinity",
                new float[][] {{0, 1}, {0, Float.POSITIVE_INFINITY}},
                new int[] {0, 1});
        assertMessage("truth, row 0: expected a class from 0 to 1, found 2", new float[][] {{0, 1}}, new int[] {2});
        assertThrows(
                IllegalArgumentException.class, () -> TemperatureScaling.softmax(new float[][] {{0, 1}}, Float.NaN));
    }

    private static void assertMessage(String message, float[][] logits, int[] truth) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.fit(logits, truth))
                        .getMessage());
    }

    /** Probabilities of a temperature are logits of it again, but for a constant of each row. */
    @Test
    void aTemperatureThatIsUndoneGivesTheFiguresBefore() {
        float[][] logits = {{2, 0, -1}, {0, 3, 1}, {1, 1.5f, 1}, {4, -2, 0}};
        int[] truth = {0, 1, 2, 1};
        Predictions after = Predictions.of(List.of("a", "b", "c"), truth, TemperatureScaling.softmax(logits, 2));
        TemperatureScaling.Effect undone = TemperatureScaling.effectOf(after, 2);
        TemperatureScaling.Effect direct = TemperatureScaling.effect(logits, truth, 2);
        assertEquals(direct.logLossBefore(), undone.logLossBefore(), 1e-5);
        assertEquals(direct.logLossAfter(), undone.logLossAfter(), 1e-5);
        assertEquals(direct.before().expectedError(), undone.before().expectedError(), 1e-5);
        assertEquals(2, undone.temperature());
    }

    /** softmax(ln 1, ln 2, ln 5) is (1, 2, 5) / 8; at temperature 1/2 the weights are squared. */
    @Test
    void softmaxIsThatOfPaper() {
        float[][] logits = {{0, (float) Math.log(2), (float) Math.log(5)}};
        assertArrayEquals(new float[] {1 / 8f, 2 / 8f, 5 / 8f}, TemperatureScaling.softmax(logits, 1)[0], 1e-7f);
        assertArrayEquals(new float[] {1 / 30f, 4 / 30f, 25 / 30f}, TemperatureScaling.softmax(logits, 0.5f)[0], 1e-7f);
        // −ln(5/8) and −ln(25/30)
        TemperatureScaling.Effect effect = TemperatureScaling.effect(logits, new int[] {2}, 0.5f);
        assertEquals(-Math.log(5 / 8.0), effect.logLossBefore(), 1e-7);
        assertEquals(-Math.log(25 / 30.0), effect.logLossAfter(), 1e-7);
        assertEquals(1 - 5 / 8.0, effect.before().expectedError(), 1e-6);
        assertEquals(1 - 25 / 30.0, effect.after().expectedError(), 1e-6);
    }

    @Test
    void temperaturesAndLogitsThatAreNoneAreRefused() {
        float[][] logits = {{0, 1}};
        assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.softmax(logits, 0));
        assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.softmax(logits, -1));
        assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.softmax(logits, Float.POSITIVE_INFINITY));
        assertThrows(
                IllegalArgumentException.class, () -> TemperatureScaling.softmax(new float[][] {{Float.NaN, 1}}, 1));
        assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.effect(logits, new int[] {0, 1}, 1));
        assertThrows(IllegalArgumentException.class, () -> TemperatureScaling.effect(logits, new int[] {2}, 1));
        assertMessage(
                "logits: expected [N, K] with N >= 1 and K >= 2, found 1 classes", new float[][] {{1}}, new int[] {0});
        assertMessage(
                "logits, row 1: expected 2 values, one per class, found 1", new float[][] {{1, 2}, {1}}, new int[] {0, 0
                });
    }
}
