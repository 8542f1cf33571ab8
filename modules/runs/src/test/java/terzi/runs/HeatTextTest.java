package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.inference.ActivationMap;
import terzi.inference.HeatMap;

class HeatTextTest {
    private static final int SIDE = 240;
    private static final int CELLS = 12;

    /** Heat in these cells of a map of 12 by 12 over a square image that is seen whole. */
    private static HeatText heat(int... cells) {
        float[] values = new float[CELLS * CELLS];
        for (int cell : cells) {
            values[cell] = 1;
        }
        Image image = new Image(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]);
        ActivationMap map = new ActivationMap(CELLS, CELLS, values);
        return HeatText.of(
                HeatMap.of(map, image, Preprocessing.plain(SIDE, SIDE, Preprocessing.Channels.RGB), Optional.empty()),
                image);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0.94 | 0.51 | middle right | near the right edge, halfway down (94 % of the width from the left, 51 % of the height from the top)
                    0.03 | 0.9  | lower left   | near the left edge, in the lower third (3 % of the width from the left, 90 % of
                    0.5  | 0.02 | upper centre | near the top edge, in the middle (50 % of
                    0.2  | 0.97 | lower left   | near the bottom edge, in the left third (20 %
                    0.5  | 0.5  | centre       | in the centre (50 % of the width from the left, 50 %
                    0.2  | 0.2  | upper left   | in the upper left (20 %
                    0.7  | 0.4  | middle right | in the middle right (70 %
                    """)
    void aPeakIsARegionInWords(double across, double down, String region, String words) {
        HeatText text = new HeatText(across, down, 0.4);
        assertEquals(region, text.region());
        assertTrue(text.sentence().startsWith("strongest " + words), text.sentence());
        assertTrue(text.sentence().endsWith("; 40 % of the heat lies in this ninth of the image"), text.sentence());
    }

    @Test
    void theShareIsThatOfTheHeatAndNotOfTheImage() {
        // all heat within one ninth, and far enough from its borders
        HeatText one = heat(10 * CELLS + 10);
        assertEquals("lower right", one.region());
        assertEquals(10.5 / 12, one.across(), 1e-6);
        assertTrue(one.share() > 0.98, one.toString());
        // of three equal spots in three ninths, the hottest ninth has a third
        HeatText three = heat(CELLS + 1, CELLS + 10, 10 * CELLS + 1);
        assertEquals(1 / 3.0, three.share(), 0.03);
        int[] all = new int[CELLS * CELLS];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        HeatText even = heat(all);
        assertEquals(1 / 9.0, even.share(), 0.03);
        assertTrue(
                even.sentence().endsWith("of the heat lies in this ninth of the image, the rest is spread"),
                even.sentence());
    }
}
