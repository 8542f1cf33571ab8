package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class PairedDifferenceTest {
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final int SIZE = 600;

    /** Wrong where the function says so; the wrong answer is the next class. */
    private static Predictions answers(java.util.function.IntPredicate wrong, boolean backwards) {
        int[] order =
                IntStream.range(0, SIZE).map(i -> backwards ? SIZE - 1 - i : i).toArray();
        int[] truth = IntStream.of(order).map(i -> i % 3).toArray();
        float[][] probabilities = new float[SIZE][3];
        for (int row = 0; row < SIZE; row++) {
            int answer = wrong.test(order[row]) ? (truth[row] + 1) % 3 : truth[row];
            probabilities[row][answer] = 0.8f;
            probabilities[row][(answer + 1) % 3] = 0.1f;
            probabilities[row][(answer + 2) % 3] = 0.1f;
        }
        return Predictions.of(LABELS, IntStream.of(order).mapToObj(i -> "p" + i).toList(), truth, probabilities);
    }

    @Test
    void theDifferenceIsThatOfTheFiguresAndItsIntervalHoldsIt() {
        Predictions first = answers(i -> i % 10 == 0, false);
        Predictions second = answers(i -> i % 20 == 0, false);
        PairedDifference difference = PairedDifference.of(first, second, 1000, 1);
        assertEquals(0.05, difference.accuracy(), 1e-12);
        assertEquals(
                Evaluation.of(second).macro().f1()
                        - Evaluation.of(first).macro().f1(),
                difference.macroF1(),
                1e-12);
        assertTrue(difference.accuracyInterval().contains(0.05));
        assertTrue(difference.accuracyInterval().low() > 0, difference.toString());
        assertTrue(difference.test().pValue() < 1e-6);
        // b = 0, c = 30: the standard error of the difference is √(c/n² · (1 − c/n)) = 0.0089
        assertEquals(
                2 * 1.96 * Math.sqrt(30.0 * (1 - 0.05)) / SIZE,
                2 * difference.accuracyInterval().margin(),
                0.004);
    }

    @Test
    void theLogLossOfEveryImageCounts() {
        Predictions first = answers(i -> i % 10 == 0, false);
        Predictions second = answers(i -> i % 20 == 0, true);
        PairedDifference difference = PairedDifference.of(first, second, 1000, 1);
        // 30 images have 0.8 instead of 0.1 for what is true; the standard error is that of a share of 0.05, 0.0089,
        // times ln 8
        assertEquals(-0.05 * Math.log(8), difference.logLoss(), 1e-6);
        assertEquals(Evaluation.of(second).logLoss() - Evaluation.of(first).logLoss(), difference.logLoss(), 1e-12);
        assertTrue(difference.logLossInterval().contains(difference.logLoss()));
        assertEquals(1.96 * 0.0089 * Math.log(8), difference.logLossInterval().margin(), 0.004);
    }

    @Test
    void theOrderOfTheImagesDoesNotMatter() {
        Predictions first = answers(i -> i % 10 == 0, false);
        assertEquals(
                PairedDifference.of(first, answers(i -> i % 7 == 0, false), 200, 1),
                PairedDifference.of(first, answers(i -> i % 7 == 0, true), 200, 1));
    }

    @Test
    void twoOfTheSameDoNotDiffer() {
        SplittableRandom random = new SplittableRandom(3);
        boolean[] wrong = new boolean[SIZE];
        for (int i = 0; i < SIZE; i++) {
            wrong[i] = random.nextInt(5) == 0;
        }
        PairedDifference difference =
                PairedDifference.of(answers(i -> wrong[i], false), answers(i -> wrong[i], true), 200, 1);
        assertEquals(new Interval(0, 0), difference.accuracyInterval());
        assertEquals(new Interval(0, 0), difference.logLossInterval());
        assertEquals(1, difference.test().pValue());
    }

    @Test
    void otherImagesOrClassesAreRefused() {
        Predictions first = answers(i -> false, false);
        float[][] rows = {{0.8f, 0.1f, 0.1f}};
        Predictions other = Predictions.of(LABELS, List.of("elsewhere"), new int[] {0}, rows);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PairedDifference.of(first, other, 100, 1))
                .getMessage()
                .contains("600"));
        Predictions one = Predictions.of(LABELS, List.of("p0"), new int[] {0}, rows);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PairedDifference.of(one, other, 100, 1))
                .getMessage()
                .contains("p0 of class a is missing"));
        Predictions names = Predictions.of(List.of("a", "c", "b"), List.of("p0"), new int[] {0}, rows);
        assertThrows(IllegalArgumentException.class, () -> PairedDifference.of(one, names, 100, 1));
    }

    static Stream<JsonNode> goldens() {
        return Golden.stream(Golden.read().get("paired"));
    }

    /** accuracy_score, f1_score(labels=all, average="macro"), log_loss and statsmodels' mcnemar(exact=True); two classes are absent. */
    @ParameterizedTest
    @MethodSource("goldens")
    void theDifferencesAreThoseOfScikitLearnAlsoWithAbsentClasses(JsonNode golden) {
        List<String> labels = List.of("a", "b", "c", "absent", "only answered");
        int[] truth = Golden.ints(golden.get("truth"));
        PairedDifference difference = PairedDifference.of(
                Predictions.of(labels, truth, Golden.rows(golden.get("first"))),
                Predictions.of(labels, truth, Golden.rows(golden.get("second"))),
                200,
                1);
        Golden.assertClose(golden.get("accuracy"), difference.accuracy(), "accuracy");
        Golden.assertClose(golden.get("macro_f1"), difference.macroF1(), "macro-F1");
        Golden.assertClose(golden.get("log_loss"), difference.logLoss(), "log-loss");
        assertEquals(golden.get("only_first").asLong(), difference.test().onlyFirst());
        assertEquals(golden.get("only_second").asLong(), difference.test().onlySecond());
        assertEquals(golden.get("p").asDouble(), difference.test().pValue(), 1e-10);
    }

    /**
     * Of two images, of which only the second classifier has the second one right, a resample has the image twice, once or not:
     * with chances of 1/4, 1/2 and 1/4 its accuracy is 1, 1/2 or 0 higher, so all of it lies within the interval.
     */
    @Test
    void theIntervalIsThatOfDrawingImagesAgain() {
        int[] truth = {0, 0};
        Predictions first = Predictions.of(LABELS, truth, new float[][] {{1, 0, 0}, {0, 1, 0}});
        Predictions second = Predictions.of(LABELS, truth, new float[][] {{1, 0, 0}, {1, 0, 0}});
        PairedDifference difference = PairedDifference.of(first, second, 400, 3);
        assertEquals(0.5, difference.accuracy());
        assertEquals(new Interval(0, 1), difference.accuracyInterval());
        // of class a F1 is 2/3 with one of two right, and 1 or 0 with both the same; two of three classes are absent
        assertEquals((1 - 2 / 3.0) / 3, difference.macroF1(), 1e-12);
        assertEquals(0, difference.macroF1Interval().low(), 1e-12);
        assertEquals(1 / 3.0, difference.macroF1Interval().high(), 1e-12);
        // ln(2⁻⁵²) for the one that is wrong
        assertEquals(-52 * Math.log(2) / 2, difference.logLoss(), 1e-9);
        assertEquals(-52 * Math.log(2), difference.logLossInterval().low(), 1e-9);
        assertEquals(0, difference.logLossInterval().high(), 1e-9);
    }

    @Test
    void anImageWhoseClassIsAnotherInTheSecondListIsRefused() {
        Predictions first = Predictions.of(LABELS, List.of("p0"), new int[] {0}, new float[][] {{1, 0, 0}});
        Predictions second = Predictions.of(LABELS, List.of("p0"), new int[] {1}, new float[][] {{1, 0, 0}});
        assertThrows(IllegalArgumentException.class, () -> PairedDifference.of(first, second, 100, 1));
        assertThrows(IllegalArgumentException.class, () -> PairedDifference.of(first, first, 99, 1));
    }
}
