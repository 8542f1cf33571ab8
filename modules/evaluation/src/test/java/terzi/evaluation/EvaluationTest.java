package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvaluationTest {

    private static final List<String> AB = List.of("a", "b");

    static Stream<Arguments> cases() {
        return Golden.named("cases");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyFigureIsScikitLearns(JsonNode golden) {
        Evaluation e = Golden.evaluation(golden);

        Golden.assertClose(golden.get("accuracy"), e.accuracy(), "accuracy");
        Golden.assertClose(golden.get("accuracy_interval"), e.accuracyInterval(), "accuracy interval");
        golden.get("top_k")
                .properties()
                .forEach(k -> Golden.assertClose(k.getValue(), e.topK(Integer.parseInt(k.getKey())), "top " + k));
        for (int c = 0; c < e.labels().size(); c++) {
            ClassMetrics m = e.perClass().get(c);
            Golden.assertClose(golden.get("precision").get(c), m.precision(), "precision of " + m.label());
            Golden.assertClose(golden.get("recall").get(c), m.recall(), "recall of " + m.label());
            Golden.assertClose(golden.get("f1").get(c), m.f1(), "F1 of " + m.label());
            assertEquals(golden.get("support").get(c).asLong(), m.support());
            assertTrue(m.recallInterval().contains(m.recall()), m.toString());
        }
        assertAverage(golden.get("macro"), e.macro());
        assertAverage(golden.get("weighted"), e.weighted());
        assertArrayEquals(
                Golden.stream(golden.get("confusion"))
                        .map(row ->
                                Golden.stream(row).mapToLong(JsonNode::asLong).toArray())
                        .toArray(long[][]::new),
                e.confusion().counts());
        Golden.assertClose(golden.get("log_loss"), e.logLoss(), "log-loss");
        Golden.assertClose(golden.get("balanced_accuracy"), e.confusion().balancedAccuracy(), "balanced accuracy");
        Golden.assertClose(golden.get("cohen_kappa"), e.confusion().cohenKappa(), "kappa");
        Golden.assertClose(golden.get("matthews"), e.confusion().matthewsCorrelation(), "Matthews");
        Golden.assertClose(golden.get("ece"), e.ece(), "ECE");
        Golden.assertClose(golden.get("mce"), e.calibration().maximumError(), "MCE");
    }

    private static void assertAverage(JsonNode expected, Average found) {
        Golden.assertClose(expected.get(0), found.precision(), "precision");
        Golden.assertClose(expected.get(1), found.recall(), "recall");
        Golden.assertClose(expected.get(2), found.f1(), "F1");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theReportIsScikitLearnsCharacterForCharacter(JsonNode golden) {
        JsonNode report = golden.get("report");
        if (!report.isNull()) {
            assertEquals(report.asString(), Golden.evaluation(golden).classificationReport());
        }
    }

    @Test
    void atLeastThreeGoldenCasesHaveAReport() {
        long reports = Golden.stream(Golden.read().get("cases"))
                .filter(c -> !c.get("report").isNull())
                .count();
        assertTrue(reports >= 3, "found " + reports);
    }

    @Test
    void theTextOpensWithTheAccuracyAndItsInterval() {
        Evaluation e = Golden.evaluation(Golden.read().get("cases").get(0));
        assertTrue(
                e.text()
                        .startsWith(
                                """
                        images              160
                        accuracy            0.4813  (95 % interval 0.4052 to 0.5582, 77 right)
                        top-3               0.7875
                        """),
                e.text());
        assertTrue(e.text().endsWith("\n\n" + e.classificationReport()));
    }

    @Test
    void theJsonHasStableKeysAndTheSameFigures() {
        Evaluation e = Golden.evaluation(Golden.read().get("cases").get(0));
        JsonNode json = JsonMapper.builder().build().readTree(e.json());
        assertEquals(
                List.of(
                        "schema",
                        "count",
                        "correct",
                        "accuracy",
                        "accuracy_interval",
                        "top_k",
                        "balanced_accuracy",
                        "cohen_kappa",
                        "matthews_correlation",
                        "log_loss",
                        "ece",
                        "macro",
                        "weighted",
                        "classes",
                        "confusion_matrix",
                        "calibration"),
                List.copyOf(json.propertyNames()));
        assertEquals(1, json.get("schema").asInt());
        assertEquals(e.accuracy(), json.get("accuracy").asDouble());
        assertEquals(e.topK(5), json.get("top_k").get("5").asDouble());
        assertEquals("Çanta", json.get("classes").get(4).get("label").asString());
        assertEquals(
                e.perClass().get(0).recallInterval().low(),
                json.get("classes").get(0).get("recall_interval").get("low").asDouble());
        assertEquals(
                e.confusion().count(0, 1),
                json.get("confusion_matrix").get(0).get(1).asLong());
        assertEquals(Calibration.BINS, json.get("calibration").get("bins").size());
    }

    @Test
    void ofEquallyProbableClassesTheFirstIsTheAnswer() {
        Evaluation e = Evaluation.of(
                List.of("a", "b", "c"), new int[] {1, 0}, new float[][] {{0.4f, 0.4f, 0.2f}, {0.4f, 0.4f, 0.2f}});
        assertEquals(0.5, e.accuracy());
        assertEquals(0.5, e.topK(1));
        assertEquals(1, e.topK(2));
        assertEquals(1, e.topK(99));
    }

    @Test
    void anImpossibleAnswerCostsAFiniteLogLoss() {
        Evaluation e = Evaluation.of(AB, new int[] {1}, new float[][] {{1, 0}});
        assertEquals(-Math.log(Math.ulp(1.0)), e.logLoss(), 1e-12);
    }

    @Test
    void aConstantClassifierHasNeitherKappaNorCorrelation() {
        Evaluation e = Evaluation.of(AB, new int[] {0, 0}, new float[][] {{1, 0}, {1, 0}});
        assertEquals(0, e.confusion().cohenKappa());
        assertEquals(0, e.confusion().matthewsCorrelation());
        assertEquals(1, e.confusion().balancedAccuracy());
    }

    @Test
    void aClassOutsideTheRangeIsRefusedWithItsRow() {
        refused("truth, row 1: expected a class from 0 to 1, found 2", new int[] {0, 2}, new float[][] {{1, 0}, {1, 0}
        });
        refused("truth, row 0: expected a class from 0 to 1, found -1", new int[] {-1}, new float[][] {{1, 0}});
    }

    @Test
    void nanIsRefusedWithItsRowAndClass() {
        refused("probabilities, row 1, class 0: expected a finite number, found NaN", new int[] {0, 1}, new float[][] {
            {1, 0}, {Float.NaN, 1}
        });
    }

    @Test
    void rowsThatDoNotMatchAreRefused() {
        refused("probabilities: expected one row per true class, that is 2, found 1", new int[] {0, 1}, new float[][] {
            {1, 0}
        });
        refused("probabilities, row 0: expected 2 values, one per class, found 3", new int[] {0}, new float[][] {
            {0.5f, 0.5f, 0}
        });
        refused("truth: expected at least one row, found none", new int[0], new float[0][]);
    }

    @Test
    void logitsAreNotTakenForProbabilities() {
        refused(
                "probabilities, row 0, class 0: expected 0 to 1, found 3.5; are these logits? apply softmax first",
                new int[] {0},
                new float[][] {{3.5f, -2}});
        refused(
                "probabilities, row 0: expected a sum of 1, found 0.5; are these logits? apply softmax first",
                new int[] {0},
                new float[][] {{0.25f, 0.25f}});
    }

    private static void refused(String message, int[] truth, float[][] probabilities) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Evaluation.of(AB, truth, probabilities))
                        .getMessage());
    }

    @Test
    void labelsMustBeTwoAndDistinct() {
        assertEquals(
                "labels: \"a\" occurs twice; every class needs its own name",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Evaluation.of(List.of("a", "a"), new int[] {0}, new float[][] {{1, 0}}))
                        .getMessage());
        assertEquals(
                "labels: expected at least 2 classes, found [a]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Evaluation.of(List.of("a"), new int[] {0}, new float[][] {{1}}))
                        .getMessage());
    }
}
