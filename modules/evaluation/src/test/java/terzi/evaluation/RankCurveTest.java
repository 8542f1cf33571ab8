package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankCurveTest {
    private static final float[] OF_SECOND = {.9f, .8f, .8f, .7f, .7f, .6f, .5f, .4f, .3f, .3f, .2f, .1f};
    private static final int[] TRUTH = {1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0};

    private static Predictions predictions(int[] truth) {
        float[][] probabilities = new float[truth.length][];
        for (int i = 0; i < truth.length; i++) {
            probabilities[i] = new float[] {1 - OF_SECOND[i], OF_SECOND[i]};
        }
        return Predictions.of(List.of("other", "wanted"), truth, probabilities);
    }

    /** scikit-learn 1.x: roc_auc_score and average_precision_score of these numbers. */
    @Test
    void areaAndAveragePrecisionAreThoseOfScikitLearn() {
        RankCurve curve = RankCurve.of(predictions(TRUTH), 1).orElseThrow();
        assertEquals(0.7571428571428571, curve.rocArea(), 1e-12);
        assertEquals(0.6866666666666666, curve.averagePrecision(), 1e-12);
    }

    @Test
    void tiesPassAThresholdTogetherAndTheCurveEndsWithEverythingFound() {
        RankCurve curve = RankCurve.of(predictions(TRUTH), 1).orElseThrow();
        assertEquals(10, curve.points().size(), "one point before all, and one for each of nine thresholds");
        assertEquals(new RankCurve.Point(0, 0, 1), curve.points().get(0));
        assertEquals(new RankCurve.Point(1, 1, 5 / 12.0), curve.points().get(9));
    }

    @Test
    void aClassWithoutPicturesHasNoCurve() {
        assertTrue(RankCurve.of(predictions(new int[12]), 1).isEmpty());
        assertTrue(RankCurve.of(predictions(new int[12]), 0).isEmpty());
    }
}
