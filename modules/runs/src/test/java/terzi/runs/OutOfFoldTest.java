package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;
import terzi.evaluation.report.Conclusions;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningResult;

class OutOfFoldTest {
    private static final List<String> LABELS = List.of("a", "b");

    /** An evaluation of images of class a, of which these are right. */
    private static Evaluation evaluation(boolean... right) {
        float[][] probabilities = new float[right.length][];
        for (int i = 0; i < right.length; i++) {
            probabilities[i] = right[i] ? new float[] {0.8f, 0.2f} : new float[] {0.2f, 0.8f};
        }
        return Evaluation.of(Predictions.of(
                LABELS,
                IntStream.range(0, right.length).mapToObj(i -> "image " + i).toList(),
                new int[right.length],
                probabilities));
    }

    /** Of 40 images, these are right with groups in one fold alone, and these with divided groups alone. */
    private static OutOfFold differing(int groupedAlone, int dividedAlone) {
        boolean[] grouped = new boolean[40];
        boolean[] divided = new boolean[40];
        for (int i = 0; i < 40; i++) {
            grouped[i] = i < groupedAlone || i >= groupedAlone + dividedAlone;
            divided[i] = i >= groupedAlone;
        }
        Evaluation all = evaluation(grouped);
        return new OutOfFold(
                new Conclusions.Folds(all, List.of()),
                Optional.of(evaluation(divided)),
                Optional.of(all),
                Optional.empty());
    }

    /** The exact test of McNemar: 2 (1 + 10) / 2^10 = 0.021 for 1 against 9, 2 (1 + 10 + 45) / 2^10 = 0.109 for 2 against 8. */
    @Test
    void groupedFoldsAreLowerOnlyWhereTheDifferenceIsMoreThanChance() {
        assertTrue(differing(1, 9).isGroupedLower());
        assertFalse(differing(2, 8).isGroupedLower());
        assertFalse(differing(9, 1).isGroupedLower(), "higher");
        assertFalse(new OutOfFold(
                        new Conclusions.Folds(evaluation(true), List.of()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .isGroupedLower());
    }

    private static void add(List<CrossValidation.Prediction> all, int count, int fold, int truth, double ofA) {
        for (int i = 0; i < count; i++) {
            all.add(new CrossValidation.Prediction(
                    "image " + all.size(),
                    fold,
                    truth,
                    List.of((float) Math.log(ofA), (float) Math.log(1 - ofA)),
                    Optional.empty()));
        }
    }

    /**
     * Ten images of class a in each fold, at 0.9 in the first and at 0.6 in the second. By those of the first fold, 0.6 is
     * below all ten, a share of 1 / 11 < 0.1, so the likeliest label is in the set, and a with it only because a set is never
     * empty; by those of all images it would have been usual.
     */
    @Test
    void coverageIsByTheImagesOfTheOtherFolds() {
        List<CrossValidation.Prediction> predictions = new ArrayList<>();
        add(predictions, 10, 1, 0, 0.9);
        add(predictions, 10, 2, 0, 0.4); // b is likelier, and 0.6 is below what images of b have
        add(predictions, 10, 1, 1, 0.05);
        add(predictions, 10, 2, 1, 0.05);
        SetCoverage sets = checked(predictions).sets().orElseThrow();
        assertEquals(0.9, sets.promised());
        assertEquals(
                List.of(new SetCoverage.ClassCoverage("a", 20, 10, 1), new SetCoverage.ClassCoverage("b", 20, 20, 1)),
                sets.classes());
    }

    private static Evaluation checked(List<CrossValidation.Prediction> predictions) {
        return OutOfFold.checked(evaluation(new boolean[predictions.size()]), predictions, inner(predictions));
    }

    private static FineTuningResult.OutOfFold inner(List<CrossValidation.Prediction> predictions) {
        return new FineTuningResult.OutOfFold(
                predictions,
                IntStream.range(0, predictions.size())
                        .mapToObj(i -> (float) i / 64)
                        .toList(),
                Collections.nCopies(predictions.size(), 1.0),
                List.of());
    }

    /** A cross-validation has the images in the order of its folds, and may have others than the head's own folds. */
    @Test
    void strangenessIsThatOfTheSameImagesInTheirOrder() {
        List<CrossValidation.Prediction> predictions = new ArrayList<>();
        add(predictions, 12, 1, 0, 0.9);
        add(predictions, 12, 2, 1, 0.2);
        List<Double> values =
                IntStream.range(0, 24).mapToObj(i -> i / 64.0).collect(Collectors.toCollection(ArrayList::new));
        assertEquals(Optional.of(new Strangeness(values)), checked(predictions).strangeness());
        List<CrossValidation.Prediction> backwards = new ArrayList<>(predictions);
        Collections.reverse(backwards);
        Collections.reverse(values);
        Evaluation shown = evaluation(new boolean[24]);
        assertEquals(
                Optional.of(new Strangeness(values)),
                OutOfFold.checked(shown, backwards, inner(predictions)).strangeness());
        FineTuningResult.OutOfFold fewer = inner(predictions.subList(1, 24));
        Evaluation without = OutOfFold.checked(shown, backwards, fewer);
        assertEquals(Optional.empty(), without.strangeness());
        assertTrue(without.sets().isPresent(), "sets are of the predictions that are shown");
    }
}
