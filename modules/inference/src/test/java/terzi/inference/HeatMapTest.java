package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;
import terzi.images.Preprocessing;

class HeatMapTest {

    private static Image gray(int width, int height) {
        return new Image(width, height, 1, new byte[width * height]);
    }

    @Test
    void aCroppedImageHasItsHeatWhereTheCropWas() {
        Preprocessing crop = Preprocessing.imagenet(100, 80);
        // 400 x 200 becomes 200 x 100, of which x 60..140 and y 10..90 are seen: 120..280 and 20..180 of the image
        ActivationMap map = new ActivationMap(2, 2, new float[] {0, 0, 3, 0});
        HeatMap heat = HeatMap.of(map, gray(400, 200), crop, Optional.empty());
        assertEquals(new HeatMap.View(120, 20, 160, 160), heat.view());
        assertEquals(new HeatMap.Place(160, 140), heat.peak());
        assertEquals(1, heat.at(160, 140), 1e-9);
        assertTrue(heat.at(200, 140) > 0.5 && heat.at(200, 140) < 0.8, "half a cell away");
        assertTrue(heat.at(240, 140) < 0.2, "a cell away");
        assertEquals(0, heat.at(119, 140), "outside of the crop");
        BufferedImage drawn = heat.draw(gray(400, 200));
        double scale = drawn.getWidth() / 400.0;
        assertTrue((drawn.getRGB((int) (160 * scale), (int) (140 * scale)) & 0xffffff) > 0, "hot");
        assertEquals(0xff000000, drawn.getRGB(2, 2), "cold and outside");
    }

    @Test
    void cellsLieWhereTheirReceptiveFieldsAre() {
        Preprocessing plain = Preprocessing.plain(28, 28, Preprocessing.Channels.GRAY);
        float[] corner = new float[64];
        corner[0] = 1;
        HeatMap heat = HeatMap.of(
                new ActivationMap(8, 8, corner), gray(56, 280), plain, Optional.of(new HeatMap.Cells(6.5, 2, 6.5, 2)));
        // the middle of pixel 6.5 of 28 is 7 from the border: a quarter of the way
        assertEquals(new HeatMap.Place(14, 70), heat.peak());
    }

    @Test
    void nothingIsHotWhereNothingSpeaksForTheLabel() {
        Preprocessing plain = Preprocessing.plain(4, 4, Preprocessing.Channels.GRAY);
        HeatMap heat = HeatMap.of(new ActivationMap(1, 1, new float[] {-1}), gray(4, 4), plain, Optional.empty());
        assertTrue(heat.isEmpty());
        assertEquals(0, heat.at(2, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.75, 0.9})
    void coloursGetLighterWithHeat(double heat) {
        assertTrue(luma(HeatColours.opaque(heat)) < luma(HeatColours.opaque(heat + 0.1)));
        assertTrue((HeatMap.colour(heat) >>> 24) <= (HeatMap.colour(heat + 0.1) >>> 24));
        assertEquals(0, HeatMap.colour(0) >>> 24);
    }

    @Test
    void aClassifierGivesTheHeatOfALabelAgainstTheOthers() throws Exception {
        Image image = FormatOne.noise(40, 24, 3, 5);
        try (ImageClassifier classifier = FormatOne.load()) {
            Outputs outputs = classifier.run(List.of(image));
            float[] sum = new float[64];
            for (int label = 0; label < 3; label++) {
                float[] map = outputs.contrastMap(0, label).orElseThrow().values();
                for (int i = 0; i < map.length; i++) {
                    sum[i] += map[i];
                }
            }
            for (float value : sum) {
                assertEquals(0, value, 1e-5, "what speaks for one speaks against the others");
            }
            HeatMap heat = classifier.heatMap(image, 1).orElseThrow();
            assertTrue(heat.peak().x() < 40 && heat.peak().y() < 24, heat.peak().toString());
            assertEquals(480, heat.draw(image).getWidth());
            assertThrows(IndexOutOfBoundsException.class, () -> classifier.heatMap(image, 3));
        }
    }

    private static double luma(int rgb) {
        return 0.299 * ((rgb >> 16) & 0xff) + 0.587 * ((rgb >> 8) & 0xff) + 0.114 * (rgb & 0xff);
    }
}
