package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import terzi.data.Seeds;

class LogitMetricsTest {
    @Test
    void theLossOfAnAnswerIsMinusTheLogarithmOfItsProbability() {
        // the softmax of ln 1, ln 2, ln 5 is 1/8, 2/8, 5/8
        float[] logits = {0, (float) Math.log(2), (float) Math.log(5)};
        assertEquals(Math.log(8), LogitMetrics.logLoss(logits, 0), 1e-6);
        assertEquals(Math.log(4), LogitMetrics.logLoss(logits, 1), 1e-6);
        assertEquals(Math.log(1.6), LogitMetrics.logLoss(logits, 2), 1e-6);
        // exp(1000) is beyond all numbers
        assertEquals(Math.log(2), LogitMetrics.logLoss(new float[] {1000, 1000}, 0), 1e-9);
        assertEquals(2000, LogitMetrics.logLoss(new float[] {-1000, 1000}, 0), 1e-9);
    }

    @Test
    void theAnswerIsTheFirstOfTheLargestLogits() {
        assertEquals(0, LogitMetrics.answer(new float[] {1, 1, 0}));
        assertEquals(2, LogitMetrics.answer(new float[] {1, 2, 3}));
        assertEquals(1, LogitMetrics.answer(new float[] {-3, -1, -2}));
    }

    @Test
    void accuracyIsTheShareOfRightAnswers() {
        float[][] logits = {{1, 0}, {0, 1}, {1, 0}, {0, 1}};
        assertEquals(0.75, new LogitMetrics(logits, new int[] {0, 1, 0, 0}).accuracy());
    }

    @Test
    void theBestFactorMakesTheMeanProbabilityTheShareThatIsRight() {
        // logits +1 and -1 for all, three of four right: p = 3/4 has the least loss, so that 2 f = ln 3
        float[][] logits = {{1, -1}, {1, -1}, {1, -1}, {1, -1}};
        LogitMetrics answers = new LogitMetrics(logits, new int[] {0, 0, 0, 1});
        assertEquals(Math.log(3) / 2, answers.bestFactor(new double[] {1, 1, 1, 1}), 1e-4);
        double entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
        assertEquals(entropy, answers.logLoss(), 1e-7);
        // the wrong one counts twice: 3/5
        assertEquals(Math.log(1.5) / 2, answers.bestFactor(new double[] {1, 1, 1, 2}), 1e-4);
        assertEquals(-0.6 * Math.log(0.6) - 0.4 * Math.log(0.4), answers.logLoss(new double[] {1, 1, 1, 2}), 1e-7);
    }

    @Test
    void theTemperatureHasBounds() {
        float[][] logits = {{0.1f, -0.1f}};
        assertEquals(20, new LogitMetrics(logits, new int[] {0}).bestFactor(new double[] {1}), 2e-3, "never wrong");
        assertEquals(
                1 / 20.0, new LogitMetrics(logits, new int[] {1}).bestFactor(new double[] {1}), 1e-5, "never right");
    }

    @Test
    void logitsStayAsTheyAre() {
        float[][] logits = {{1, -1}, {3, 4}};
        new LogitMetrics(logits, new int[] {0, 0}).logLoss();
        assertArrayEquals(new float[][] {{1, -1}, {3, 4}}, logits);
    }

    @Property(tries = 25, seed = "20261130")
    void noFactorOfAFineGridHasASmallerLoss(
            @ForAll @IntRange(min = 1, max = 6) int images,
            @ForAll @IntRange(min = 2, max = 4) int classes,
            @ForAll long seed) {
        RandomGenerator random = Seeds.of(seed, 0, 0);
        float[][] logits = new float[images][classes];
        int[] labels = new int[images];
        double[] weights = new double[images];
        for (int i = 0; i < images; i++) {
            labels[i] = random.nextInt(classes);
            weights[i] = 0.1 + random.nextDouble();
            for (int c = 0; c < classes; c++) {
                logits[i][c] = (float) (4 * random.nextGaussian());
            }
        }
        double found = new LogitMetrics(logits, labels).logLoss(weights);
        double least = Double.POSITIVE_INFINITY;
        for (double log = -Math.log(20); log <= Math.log(20); log += 0.01) {
            least = Math.min(least, loss(logits, labels, weights, Math.exp(log)));
        }
        assertTrue(found <= least + 5e-5, found + " against " + least);
        assertTrue(found >= least - 1e-3 * Math.max(1, least), found + " against " + least);
    }

    /** Softmax as it stands in the textbook. */
    private static double loss(float[][] logits, int[] labels, double[] weights, double factor) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < labels.length; i++) {
            double all = 0;
            for (float logit : logits[i]) {
                all += Math.exp(factor * logit);
            }
            sum -= weights[i] * Math.log(Math.exp(factor * logits[i][labels[i]]) / all);
            total += weights[i];
        }
        return sum / total;
    }
}
