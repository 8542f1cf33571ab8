package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** Heat, its colours and its drawing, by the formulas they follow. */
class HeatValuesTest {

    private static final Preprocessing PLAIN = Preprocessing.plain(96, 96, Preprocessing.Channels.GRAY);

    /** Standard deviation of a cell's spot, in cells. */
    private static final double SPOT = 0.55;

    private static Image of(int width, int height, int value) {
        byte[] pixels = new byte[width * height];
        Arrays.fill(pixels, (byte) value);
        return new Image(width, height, 1, pixels);
    }

    /** Stops in OKLCh, between them in proportion, as coloraide 8.13.1 converts them to sRGB: benchmarks/peers/heat_golden.py. */
    @ParameterizedTest
    @CsvSource({
        "0, 402584",
        "0.125, 712694",
        "0.25, a52392",
        "0.375, d22e75",
        "0.5, f54748",
        "0.6, ff6f26",
        "0.75, ffa714",
        "0.9, ffd75b",
        "1, fbf488",
        "-1, 402584",
        "2, fbf488"
    })
    void coloursAreThoseOfOklab(double heat, String expected) {
        int colour = HeatColours.opaque(heat);
        int golden = Integer.parseInt(expected, 16);
        assertEquals(0xff, colour >>> 24);
        for (int shift = 0; shift < 24; shift += 8) {
            assertEquals((golden >> shift) & 0xff, (colour >> shift) & 0xff, 1.01, expected);
        }
    }

    /** Covered by 0.78 s(t), s(t) = 3 t^2 - 2 t^3, t from 0 at a heat of 0.15 to 1 at 0.8. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.15, 0", "0.3125, 31", "0.475, 99", "0.6375, 168", "0.8, 199", "1, 199"})
    void coverageRisesSmoothly(double heat, int alpha) {
        assertEquals(alpha, HeatMap.colour(heat) >>> 24);
        assertEquals(HeatColours.opaque(heat) & 0xffffff, HeatMap.colour(heat) & 0xffffff);
    }

    /** The sum of all cells' spots, those not more than two cells away, of the most that is at a cell's middle. */
    private static double heat(double[][] cells, double column, double row) {
        double sum = 0;
        for (int r = 0; r < cells.length; r++) {
            for (int c = 0; c < cells[r].length; c++) {
                double across = column - c;
                double down = row - r;
                if (Math.abs(across) <= 2 && Math.abs(down) <= 2) {
                    sum += Math.max(0, cells[r][c]) * Math.exp(-(across * across + down * down) / (2 * SPOT * SPOT));
                }
            }
        }
        return sum;
    }

    @Property(tries = 60, seed = "20261130")
    void heatIsTheSumOfRoundSpots(
            @ForAll @IntRange(min = 1, max = 5) int columns,
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll long seed) {
        java.util.Random random = new java.util.Random(seed);
        double[][] cells = new double[rows][columns];
        float[] values = new float[rows * columns];
        double most = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(7) - 3;
            cells[i / columns][i % columns] = values[i];
        }
        int hottestColumn = -1;
        int hottestRow = -1;
        for (int i = 0; i < values.length; i++) {
            double at = heat(cells, i % columns, Math.floorDiv(i, columns));
            if (at > most + 1e-12) {
                most = at;
                hottestColumn = i % columns;
                hottestRow = i / columns;
            }
        }
        // the image is twice as wide as what the network sees, and three times as high
        HeatMap map = HeatMap.of(new ActivationMap(columns, rows, values), of(192, 288, 0), PLAIN, Optional.empty());
        assertEquals(most == 0, map.isEmpty());
        double cellWidth = 192.0 / columns;
        double cellHeight = 288.0 / rows;
        for (int i = 0; i < 20; i++) {
            double x = random.nextDouble() * 192;
            double y = random.nextDouble() * 288;
            double expected = heat(cells, x / cellWidth - 0.5, y / cellHeight - 0.5) / (most == 0 ? 1 : most);
            assertEquals(expected, map.at(x, y), 1e-9);
        }
        HeatMap.Place peak = map.peak();
        if (most == 0) {
            assertEquals(new HeatMap.Place(96, 144), peak);
        } else {
            assertEquals((hottestColumn + 0.5) * cellWidth, peak.x(), 1e-9);
            assertEquals((hottestRow + 0.5) * cellHeight, peak.y(), 1e-9);
        }
        assertEquals(0, map.at(-0.001, 5));
        assertEquals(0, map.at(192, 5));
        assertEquals(0, map.at(5, -0.001));
        assertEquals(0, map.at(5, 288));
    }

    /** What speaks for a label is its map less the mean of all maps: 4 - (4 + 1 + 1) / 3 and so on. */
    @Test
    void aContrastIsAMapLessTheMeanOfAll() {
        List<ActivationMap> maps = List.of(
                new ActivationMap(2, 1, new float[] {4, 0}),
                new ActivationMap(2, 1, new float[] {1, 3}),
                new ActivationMap(2, 1, new float[] {1, 6}));
        Outputs outputs = new Outputs(new float[1][3], new float[1][3], new float[1][0], new float[0], List.of(maps));
        assertArrayEquals(
                new float[] {2, -3}, outputs.contrastMap(0, 0).orElseThrow().values(), 1e-6f);
        assertArrayEquals(
                new float[] {-1, 0}, outputs.contrastMap(0, 1).orElseThrow().values(), 1e-6f);
        assertArrayEquals(
                new float[] {-1, 3}, outputs.contrastMap(0, 2).orElseThrow().values(), 1e-6f);
        assertArrayEquals(
                new float[] {4, 0}, outputs.activationMap(0, 0).orElseThrow().values());
        Outputs none = new Outputs(new float[1][3], new float[1][3], new float[1][0], new float[0], List.of(List.of()));
        assertTrue(none.contrastMap(0, 0).isEmpty());
        assertTrue(none.activationMap(0, 0).isEmpty());
    }

    @Test
    void aMapHasAValueForEachPlace() {
        ActivationMap map = new ActivationMap(3, 2, new float[] {1, 2, 3, 4, 5, 6});
        assertEquals(3, map.at(2, 0));
        assertEquals(4, map.at(0, 1));
        for (int[] outside : new int[][] {{-1, 0}, {3, 0}, {0, -1}, {0, 2}}) {
            assertThrows(IllegalArgumentException.class, () -> map.at(outside[0], outside[1]));
        }
        assertThrows(IllegalArgumentException.class, () -> new ActivationMap(3, 2, new float[5]));
        assertThrows(IllegalArgumentException.class, () -> new ActivationMap(0, 0, new float[0]));
        assertThrows(IllegalArgumentException.class, () -> new ActivationMap(-1, -1, new float[1]));
    }

    /** Tiny ones by a whole factor, small ones to 480 pixels, large ones to 1200. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 480, 480",
        "40, 24, 480, 288",
        "33, 10, 495, 150",
        "64, 64, 512, 512",
        "65, 13, 480, 96",
        "479, 100, 480, 100",
        "480, 100, 480, 100",
        "1000, 300, 1000, 300",
        "1200, 600, 1200, 600",
        "1201, 1, 1200, 1",
        "300, 2400, 150, 1200"
    })
    void drawingsFitAScreen(int width, int height, int drawnWidth, int drawnHeight) {
        HeatMap map =
                HeatMap.of(new ActivationMap(1, 1, new float[] {-1}), of(width, height, 255), PLAIN, Optional.empty());
        BufferedImage drawn = map.draw(of(width, height, 255));
        assertEquals(drawnWidth, drawn.getWidth());
        assertEquals(drawnHeight, drawn.getHeight());
        assertEquals(0xffffffff, drawn.getRGB(drawnWidth / 2, drawnHeight / 2), "cold is as it was");
    }

    private static int luma(int rgb) {
        return (int) (0.299 * ((rgb >> 16) & 0xff) + 0.587 * ((rgb >> 8) & 0xff) + 0.114 * (rgb & 0xff));
    }

    /** A line where the heat is half of the most: for one spot a circle of 0.55 sqrt(2 ln 2) cells. */
    @Test
    void theHottestPartIsCoveredAndHasALineAroundIt() {
        float[] values = new float[9];
        values[4] = 5;
        Image black = of(96, 96, 0);
        HeatMap map = HeatMap.of(new ActivationMap(3, 3, values), black, PLAIN, Optional.empty());
        BufferedImage drawn = map.draw(black); // five times as large, cells of 160 pixels
        double radius = SPOT * Math.sqrt(2 * Math.log(2)) * 160;
        for (int degrees = 0; degrees < 360; degrees += 15) {
            double x = Math.cos(Math.toRadians(degrees));
            double y = Math.sin(Math.toRadians(degrees));
            int line = 0;
            for (double r = radius - 2; r <= radius + 2; r += 0.5) {
                line = Math.max(line, luma(drawn.getRGB((int) (240 + r * x), (int) (240 + r * y))));
            }
            assertTrue(line > 225, "no line at " + degrees + " degrees: " + line);
            assertTrue(luma(drawn.getRGB((int) (240 + (radius + 8) * x), (int) (240 + (radius + 8) * y))) < 150);
            assertTrue(luma(drawn.getRGB((int) (240 + (radius - 8) * x), (int) (240 + (radius - 8) * y))) < 150);
        }
        int golden = HeatColours.opaque(1);
        for (int shift = 0; shift < 24; shift += 8) {
            assertEquals(((golden >> shift) & 0xff) * 199 / 255.0, (drawn.getRGB(240, 240) >> shift) & 0xff, 2);
        }
        assertEquals(0xff000000, drawn.getRGB(2, 2));
        assertFalse(map.isEmpty());
    }

    /** Of a white image four tenths are left where the network saw nothing. */
    @Test
    void whatTheNetworkDidNotSeeIsDark() {
        Preprocessing crop = Preprocessing.imagenet(100, 80);
        Image white = of(400, 200, 255);
        HeatMap map = HeatMap.of(new ActivationMap(1, 1, new float[] {-1}), white, crop, Optional.empty());
        BufferedImage drawn = map.draw(white); // 480 wide: seen are x 144 to 336, y 24 to 216
        for (int[] place : new int[][] {{140, 100}, {339, 100}, {240, 20}, {240, 219}, {0, 0}}) {
            assertEquals(102, drawn.getRGB(place[0], place[1]) & 0xff, 1);
        }
        for (int[] place : new int[][] {{148, 100}, {331, 100}, {240, 28}, {240, 211}}) {
            assertEquals(255, drawn.getRGB(place[0], place[1]) & 0xff);
        }
    }
}
