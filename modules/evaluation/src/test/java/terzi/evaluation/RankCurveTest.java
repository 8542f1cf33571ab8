package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

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
    void aClassWithoutImagesHasNoCurve() {
        assertTrue(RankCurve.of(predictions(new int[12]), 1).isEmpty());
        assertTrue(RankCurve.of(predictions(new int[12]), 0).isEmpty());
    }

    static Stream<JsonNode> curves() {
        return Golden.stream(Golden.read().get("ranks"));
    }

    /** roc_curve (no point dropped), precision_recall_curve, roc_auc_score and average_precision_score of scores with many ties. */
    @ParameterizedTest
    @MethodSource("curves")
    void curvesThroughTiesAreScikitLearns(JsonNode golden) {
        int[] truth = Golden.ints(golden.get("truth"));
        float[][] rows = new float[truth.length][];
        for (int i = 0; i < rows.length; i++) {
            float score = golden.get("scores").get(i).floatValue();
            rows[i] = new float[] {1 - score, score};
        }
        RankCurve curve = RankCurve.of(Predictions.of(List.of("other", "wanted"), truth, rows), 1)
                .orElseThrow();
        Golden.assertClose(golden.get("area"), curve.rocArea(), "area");
        Golden.assertClose(golden.get("average_precision"), curve.averagePrecision(), "average precision");
        assertEquals(golden.get("recall").size(), curve.points().size());
        for (int i = 0; i < curve.points().size(); i++) {
            RankCurve.Point point = curve.points().get(i);
            Golden.assertClose(golden.get("recall").get(i), point.recall(), "recall " + i);
            Golden.assertClose(golden.get("false_positives").get(i), point.falsePositives(), "false positives " + i);
            Golden.assertClose(golden.get("precision").get(i), point.precision(), "precision " + i);
        }
    }
}
