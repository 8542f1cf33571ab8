package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The text of scikit-learn's classification_report, character for character. */
class ClassificationReportTest {

    static Stream<JsonNode> reports() {
        return Golden.stream(Golden.read().get("reports"));
    }

    private static Evaluation evaluation(List<String> labels, int[] truth, int[] predicted) {
        float[][] rows = new float[truth.length][labels.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i][predicted[i]] = 1;
        }
        return Evaluation.of(labels, truth, rows);
    }

    /** In the first ones, adding the classes one after the other prints another last digit. */
    @ParameterizedTest
    @MethodSource("reports")
    void theLastDigitOfTheAveragesIsScikitLearnsToo(JsonNode golden) {
        Evaluation e = evaluation(
                Golden.stream(golden.get("labels")).map(JsonNode::asString).toList(),
                Golden.ints(golden.get("truth")),
                Golden.ints(golden.get("predicted")));
        assertEquals(golden.get("report").asString(), e.classificationReport());
        assertEquals(average(golden.get("macro")), e.macro(), "to the last bit");
        assertEquals(average(golden.get("weighted")), e.weighted(), "to the last bit");
    }

    private static Average average(JsonNode golden) {
        return new Average(
                golden.get(0).asDouble(),
                golden.get(1).asDouble(),
                golden.get(2).asDouble());
    }

    /** The columns of scikit-learn's layout, with names padded to what a terminal shows: 猫 takes two columns. */
    @Test
    void wideNamesStandInTheSameColumnsAsNarrowOnes() {
        Evaluation e = evaluation(List.of("猫猫猫猫猫猫猫", "b"), new int[] {0, 1}, new int[] {0, 1});
        List<String> lines = e.classificationReport().lines().toList();
        assertEquals("猫猫猫猫猫猫猫     1.0000    1.0000    1.0000         1", lines.get(2));
        assertEquals("             b     1.0000    1.0000    1.0000         1", lines.get(3));
        assertEquals(14 + 1 + 4 * 10, TextColumns.width(lines.get(2)));
    }

    @Test
    void theSummaryHasEachFigureInItsLine() {
        // three of four right; ECE: |0.75 − 1| = 0.25; kappa: (0.75 − 0.5) / (1 − 0.5); recalls 1 and 0.5
        Evaluation e = evaluation(List.of("a", "b"), new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 0});
        String text = EvaluationText.summary(e);
        assertTrue(
                text.startsWith(
                        "images              4\naccuracy            0.7500  (95 % interval 0.3006 to 0.9544, 3 right)\n"),
                text);
        assertTrue(text.contains("\nbalanced accuracy   0.7500\n"), text);
        assertTrue(text.contains("\nCohen's kappa       0.5000\n"), text);
        // (3·4 − (2·3 + 2·1)) / √((16 − 8)(16 − 10)) = 4 / √48
        assertTrue(text.contains("\nMatthews corr.      0.5774\n"), text);
        // one of four costs 52 · ln 2
        assertTrue(text.contains("\nlog-loss            9.0109\n"), text);
        assertTrue(text.endsWith("\ncalibration (ECE)   0.2500\n"), text);
        assertTrue(!text.contains("top-"), "of two classes top-k says nothing");
    }
}
