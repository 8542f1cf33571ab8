package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.data.Splits;
import terzi.training.run.TrainingException;

/** Choices worked out by hand. */
class HeadChoiceTest {
    private static HeadFitter.Data data(int[] labels, double... weights) {
        return new HeadFitter.Data((image, view) -> new float[1], labels, weights, 2, 1, 1);
    }

    /** A candidate with these losses, whatever its logits are. */
    private static HeadCandidate losing(String name, int simplicity, double... losses) {
        return new HeadCandidate(
                name,
                simplicity,
                new float[losses.length][2],
                1,
                losses,
                Arrays.stream(losses).average().orElseThrow(),
                () -> new LinearHead(new float[2], new float[2]),
                folds -> new float[losses.length][2]);
    }

    private static String best(double[] weights, HeadCandidate... candidates) {
        return new HeadChoice(List.of(candidates), data(new int[weights.length], weights))
                .best()
                .setting();
    }

    private static final double[] EQUAL = {1, 1, 1, 1};

    /** Differences 0.4, -0.2, 0.4, -0.2: their mean is 0.1 and its standard error sqrt(4 * 0.3²) / 4 = 0.15. */
    @Test
    void aSimplerOneWithinOneStandardErrorOfTheBestIsTaken() {
        assertEquals(
                "simple", best(EQUAL, losing("simple", 0, 0.9, 0.3, 0.9, 0.3), losing("best", 2, 0.5, 0.5, 0.5, 0.5)));
    }

    /** Differences 0.2, 0, 0.2, 0: their mean is 0.1 and its standard error sqrt(4 * 0.1²) / 4 = 0.05. */
    @Test
    void aSimplerOneThatIsWorseByMoreThanOneStandardErrorIsNot() {
        assertEquals(
                "best", best(EQUAL, losing("simple", 0, 0.7, 0.5, 0.7, 0.5), losing("best", 2, 0.5, 0.5, 0.5, 0.5)));
    }

    @Test
    void theSimplestLevelThatIsNoWorseWinsWithItsBestSetting() {
        assertEquals(
                "middle, better",
                best(
                        EQUAL,
                        losing("simple", 0, 0.7, 0.5, 0.7, 0.5),
                        losing("middle, worse", 1, 1, 0.4, 1, 0.4),
                        losing("middle, better", 1, 0.9, 0.3, 0.9, 0.3),
                        losing("best", 2, 0.5, 0.5, 0.5, 0.5)));
        assertEquals(
                "b", best(EQUAL, losing("a", 0, 0.9, 0.3, 0.9, 0.3), losing("b", 0, 0.5, 0.5, 0.5, 0.5)), "one level");
    }

    /**
     * Weights 3, 1, 3, 1 make the differences 0.2, -0.2, 0.2, -0.2 a mean of 0.1 with a standard error of
     * sqrt(2 * 9 * 0.1² + 2 * 0.3²) / 8 = 0.075; with equal weights it is 0.
     */
    @Test
    void imagesCountByTheirWeights() {
        HeadCandidate simple = losing("simple", 0, 0.7, 0.3, 0.7, 0.3);
        HeadCandidate best = losing("best", 1, 0.5, 0.5, 0.5, 0.5);
        assertEquals("simple", best(EQUAL, simple, best));
        assertEquals("best", best(new double[] {3, 1, 3, 1}, simple, best));
        assertEquals("simple", best(new double[] {0, 1, 0, 1}, simple, best));
    }

    @Test
    void aCandidateWhoseLossIsNotFiniteIsNeverChosen() {
        double infinite = Double.POSITIVE_INFINITY;
        for (double bad : new double[] {infinite, Double.NaN}) {
            assertEquals("finite", best(EQUAL, losing("bad", 0, 0.1, bad, 0.1, 0.1), losing("finite", 3, 9, 9, 9, 9)));
            TrainingException refused = assertThrows(
                    TrainingException.class,
                    () -> best(EQUAL, losing("one", 0, 1, 1, bad, 1), losing("two", 1, bad, 1, 1, 1)));
            assertEquals(
                    "the head's loss is not a finite number at any of the settings [one, two]; look at the range of the"
                            + " features",
                    refused.getMessage());
        }
    }

    /**
     * One candidate is right on three of the four images of the first fold and wrong on the second fold, the other one the
     * reverse. On its own images each fold would choose the one that is right there; on the others' it must choose the one
     * that is wrong there. With logits 1 and 0, right for three of four, the best factor is log 3.
     */
    @Test
    void theImagesOfAFoldNeitherChooseTheirCandidateNorItsTemperature() {
        int[] labels = {0, 0, 1, 1, 0, 0, 1, 1};
        double[] weights = new double[8];
        Arrays.fill(weights, 1);
        HeadFitter.Data data = data(labels, weights);
        boolean[] first = {true, true, true, false, false, false, false, false};
        boolean[] second = {false, false, false, false, true, true, true, false};
        List<HeadCandidate> candidates =
                List.of(answering("first", labels, first), answering("second", labels, second));
        List<Splits.Split> folds = List.of(
                new Splits.Split(new int[] {4, 5, 6, 7}, new int[] {0, 1, 2, 3}),
                new Splits.Split(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7}));
        float[][] honest = new HeadChoice(candidates, data).honest(folds);
        float log3 = (float) Math.log(3);
        for (int i = 0; i < labels.length; i++) {
            float[] expected = new float[2];
            expected[1 - labels[i]] = log3;
            assertArrayEquals(expected, honest[i], 1e-3f, "image " + i);
        }
        assertTrue(new LogitMetrics(candidates.get(0).outOfFold(), labels).accuracy() > 0.3, "each has its fold");
    }

    private static HeadCandidate answering(String name, int[] labels, boolean[] right) {
        double[] weights = new double[labels.length];
        Arrays.fill(weights, 1);
        float[][] logits = new float[labels.length][2];
        for (int i = 0; i < labels.length; i++) {
            logits[i][right[i] ? labels[i] : 1 - labels[i]] = 1;
        }
        return HeadCandidate.of(
                name,
                0,
                logits,
                data(labels, weights),
                factor -> new LinearHead(new float[2], new float[2]),
                folds -> logits);
    }
}
