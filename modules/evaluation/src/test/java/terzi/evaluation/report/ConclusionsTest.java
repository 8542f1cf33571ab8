package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.evaluation.Evaluation;

class ConclusionsTest {
    private static final List<String> LABELS = List.of("cat", "dog");

    /** {@code right} of {@code each} pictures of both classes are answered rightly. */
    private static Evaluation evaluation(int each, int cats, int dogs) {
        int[] truth = new int[2 * each];
        float[][] probabilities = new float[2 * each][];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i < each ? 0 : 1;
            boolean right = i < each ? i < cats : i - each < dogs;
            int answer = right ? truth[i] : 1 - truth[i];
            probabilities[i] = answer == 0 ? new float[] {0.98f, 0.02f} : new float[] {0.02f, 0.98f};
        }
        return Evaluation.of(LABELS, truth, probabilities);
    }

    private static Conclusions conclusions(Evaluation evaluation, double train) {
        return new Conclusions(
                Optional.of(evaluation),
                Conclusions.TEST,
                Optional.empty(),
                Optional.of(new Conclusions.Fit(train, 500, evaluation.accuracy(), evaluation.count())),
                Optional.of(new Conclusions.Calibrated(1.5f, 200, true)));
    }

    private static String next(Conclusions conclusions, int epochs, int best) {
        List<Report.Step> steps = Synthetic.training(epochs).steps();
        return String.join("\n", conclusions.next(new Report.Training(steps, best, 0)));
    }

    @Test
    void eachSentenceHasTheFigureItRestsOn() {
        Map<String, String> words = conclusions(evaluation(500, 480, 460), 0.95).sentences();
        assertEquals(
                List.of("how good", "how sure", "weakest class", "over-fitting", "calibration"),
                List.copyOf(words.keySet()));
        assertTrue(words.get("how good").startsWith("94.0 % of 1,000 test pictures right"), words.toString());
        assertTrue(words.get("how good").contains("Always saying \"cat\" would be right on 50.0 %."), words.toString());
        assertTrue(
                words.get("how sure").startsWith("Fairly: on other pictures of this kind expect 92."),
                words.toString());
        assertTrue(words.get("weakest class").startsWith("dog: 460 of 500 recognised (92 %"), words.toString());
        assertTrue(words.get("weakest class").contains("most often taken for cat (40)"), words.toString());
        assertTrue(
                words.get("over-fitting").startsWith("No sign of it: right on 95.0 % of 500 pictures"),
                words.toString());
        assertTrue(words.get("calibration").startsWith("Certainty lowered by a temperature of 1.50"), words.toString());
    }

    @Test
    void fewPicturesAreSaidToSayLittleAndAFailingClassIsCalledSo() {
        Map<String, String> words = conclusions(evaluation(10, 10, 3), 1).sentences();
        assertTrue(words.get("how sure").startsWith("Not very: 20 pictures are few"), words.toString());
        assertTrue(words.get("weakest class").startsWith("It FAILS on dog: 3 of 10"), words.toString());
        assertTrue(words.get("over-fitting").startsWith("Yes, clearly"), words.toString());
        assertTrue(next(conclusions(evaluation(10, 10, 3), 1), 5, 2).contains("the interval is wide"));
    }

    @Test
    void whatToTryFollowsFromWhatIsWrong() {
        Evaluation good = evaluation(500, 495, 490);
        assertEquals("", next(conclusions(good, 0.99), 10, 8));
        assertTrue(next(conclusions(good, 0.99), 10, 10).startsWith("More epochs"));
        List<Report.Step> level = new ArrayList<>(Synthetic.training(10).steps());
        level.set(9, new Report.Step(10, 0.1, 0.99, 0.1, level.get(8).validationAccuracy(), 0.001));
        assertEquals(List.of(), conclusions(good, 0.99).next(new Report.Training(level, 10, 0)), "kept, but no better");
        Evaluation poor = evaluation(500, 350, 350);
        assertTrue(next(conclusions(poor, 0.95), 10, 8).startsWith("More pictures or stronger augmentation"));
        assertTrue(next(conclusions(poor, 0.7), 10, 8).startsWith("A larger network or longer training"));
        assertFalse(next(conclusions(poor, 0.7), 0, 0).contains("epochs"));
    }

    @Test
    void nothingMeasuredIsSaidSo() {
        Conclusions nothing =
                new Conclusions(Optional.empty(), "validation", Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(
                "Nothing was measured: no picture was held out.",
                nothing.sentences().get("how good"));
        assertEquals("Not measured.", nothing.sentences().get("calibration"));
    }

    @Test
    void everySentenceBeginsWithACapitalOrAFigureOrAName() {
        conclusions(evaluation(50, 50, 50), 1).sentences().forEach((title, words) -> {
            assertFalse(Character.isLowerCase(words.charAt(0)), title + ": " + words);
            assertTrue(words.endsWith("."), title + ": " + words);
        });
    }

    @Test
    void theAccuracyOfAFoldIsThatOfItsPictures() {
        Evaluation all = evaluation(4, 4, 2);
        assertEquals(List.of(1.0, 0.5), Conclusions.accuracies(all, new int[] {1, 1, 1, 1, 2, 2, 2, 2}));
    }
}
