package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Intervals are SciPy's: {@code binomtest(k, n).proportion_ci(method='wilson')}. */
class SetsAndStrangenessTest {
    private static final int IMAGES = 40;

    private final Evaluation bare = Evaluation.of(Predictions.of(
            List.of("cat", "dog"),
            IntStream.range(0, IMAGES).mapToObj(i -> i + ".png").toList(),
            IntStream.range(0, IMAGES).map(i -> i % 2).toArray(),
            Collections.nCopies(IMAGES, new float[] {0.75f, 0.25f}).toArray(new float[0][])));
    private final Evaluation checked = bare.withSets(new SetCoverage(
                    0.9,
                    List.of(
                            new SetCoverage.ClassCoverage("cat", 20, 18, 1.25),
                            new SetCoverage.ClassCoverage("dog", 20, 17, 1.75))))
            .withStrangeness(new Strangeness(IntStream.range(0, IMAGES)
                    .mapToObj(i -> i == 0 ? 0.995 : i == 7 ? (double) 0.95f : i / 100.0)
                    .toList()));

    @Test
    void theTextNamesCoverageAndRejectedImagesBesideWhatIsPromised() {
        assertTrue(
                checked.text()
                        .contains(
                                """
                        prediction sets     0.8750  (95 % interval 0.7389 to 0.9454, promised 0.9000), mean size 1.5000
                        strangeness >= 0.99 0.0250  (95 % interval 0.0044 to 0.1288, promised 0.0100)
                        strangeness >= 0.95 0.0500  (95 % interval 0.0138 to 0.1650, promised 0.0500)
                        """),
                checked.text());
        assertFalse(bare.text().contains("promised"), bare.text());
    }

    @Test
    void theJsonHasThemOverallAndByClass() {
        JsonNode json = JsonMapper.shared().readTree(checked.json());
        JsonNode sets = json.get("prediction_sets");
        assertEquals(
                List.of("promised", "images", "covered", "coverage", "coverage_interval", "mean_size", "classes"),
                List.copyOf(sets.propertyNames()));
        assertEquals(35, sets.get("covered").asInt());
        JsonNode cat = sets.get("classes").get(0);
        assertEquals("cat", cat.get("label").asString());
        assertEquals(0.9, cat.get("coverage").asDouble());
        assertEquals(0.6989663547715128, cat.get("coverage_interval").get("low").asDouble(), 1e-12);
        assertEquals(
                0.9721335187862319, cat.get("coverage_interval").get("high").asDouble(), 1e-12);
        JsonNode strangeness = json.get("strangeness");
        assertEquals(2, strangeness.size());
        assertEquals(0.99, strangeness.get(0).get("threshold").asDouble());
        assertEquals(1, strangeness.get(0).get("rejected").asInt());
        assertEquals(2, strangeness.get(1).get("rejected").asInt());
        assertEquals(0.05, strangeness.get(1).get("share").asDouble());
        assertEquals(
                0.16503877369140962,
                strangeness.get(1).get("share_interval").get("high").asDouble(),
                1e-12);
    }

    @Test
    void aClassWithoutImagesHasNoShare() {
        Evaluation none = bare.withSets(new SetCoverage(0.9, List.of(new SetCoverage.ClassCoverage("cat", 0, 0, 0))));
        JsonNode sets = JsonMapper.shared().readTree(none.json()).get("prediction_sets");
        assertFalse(sets.has("coverage"), sets.toString());
        assertFalse(sets.get("classes").get(0).has("coverage"), sets.toString());
        assertFalse(none.text().contains("prediction sets"), none.text());
    }

    @Test
    void aStrangenessOfOtherImagesIsRefused() {
        assertEquals(
                "strangeness: expected a value for each of 40 predictions, found 1",
                assertThrows(IllegalArgumentException.class, () -> bare.withStrangeness(new Strangeness(List.of(0.5))))
                        .getMessage());
    }
}
