package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class McNemarTest {

    private static final List<String> AB = List.of("a", "b");

    @Test
    void pValuesAreScipys() {
        Golden.stream(Golden.read().get("mcnemar")).forEach(golden -> {
            McNemar test = McNemar.of(
                    golden.get("only_first").asLong(), golden.get("only_second").asLong());
            double p = golden.get("p").asDouble();
            assertEquals(p, test.pValue(), 1e-10 * p, golden.toString());
        });
    }

    @Test
    void classifiersThatNeverDifferAreNotTellable() {
        assertEquals(1, McNemar.of(0, 0).pValue());
    }

    @Test
    void onlyImagesThatOneOfThemGotRightCount() {
        int[] truth = {0, 0, 1, 1};
        Predictions first = Predictions.of(AB, truth, new float[][] {{1, 0}, {1, 0}, {0, 1}, {1, 0}});
        Predictions second = Predictions.of(AB, truth, new float[][] {{1, 0}, {0, 1}, {0, 1}, {1, 0}});
        assertEquals(new McNemar(1, 0, 1), McNemar.compare(first, second));
    }

    @Test
    void otherImagesAreRefused() {
        Predictions first = Predictions.of(AB, new int[] {0}, new float[][] {{1, 0}});
        Predictions second = Predictions.of(AB, new int[] {1}, new float[][] {{1, 0}});
        assertThrows(IllegalArgumentException.class, () -> McNemar.compare(first, second));
        Predictions two = Predictions.of(AB, new int[] {0, 1}, new float[][] {{1, 0}, {1, 0}});
        assertThrows(IllegalArgumentException.class, () -> McNemar.compare(first, two));
    }
}
