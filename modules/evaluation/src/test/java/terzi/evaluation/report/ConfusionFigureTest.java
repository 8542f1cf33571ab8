package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.evaluation.ConfusionMatrix;

class ConfusionFigureTest {
    /** Around the figure, in its own pixels. */
    private static final int MARGIN = 100;

    /** Letters have other widths at another scale, which is how names were cut once. */
    private static final double[] SCALES = {1, 1.5};

    @BeforeAll
    static void fonts() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
    }

    static Stream<List<String>> labels() {
        return Stream.of(
                List.of("no", "yes"),
                List.of("All_Beauty", "Digital_Music", "Health_and_Personal_Care"),
                List.of(
                        "T-shirt/top",
                        "Trouser",
                        "Pullover",
                        "Dress",
                        "Coat",
                        "Sandal",
                        "Shirt",
                        "Sneaker",
                        "Bag",
                        "Ankle boot"),
                Synthetic.labels(26),
                Synthetic.labels(100));
    }

    private static ConfusionFigure figure(List<String> labels, boolean normalized) {
        int[] truth = IntStream.range(0, labels.size()).toArray();
        return new ConfusionFigure(ConfusionMatrix.of(labels, truth, truth), normalized);
    }

    @ParameterizedTest
    @MethodSource("labels")
    void nothingIsDrawnOutsideOfTheFigure(List<String> labels) {
        for (double scale : SCALES) {
            assertTrue(isInside(figure(labels, false), scale), labels.size() + " classes at scale " + scale);
            assertTrue(isInside(figure(labels, true), scale), labels.size() + " classes in per cent at scale " + scale);
        }
    }

    private static boolean isInside(ConfusionFigure figure, double scale) {
        int left = (int) (MARGIN * scale);
        int right = (int) Math.ceil((MARGIN + figure.width()) * scale);
        int bottom = (int) Math.ceil((MARGIN + figure.height()) * scale);
        BufferedImage image = new BufferedImage(right + left, bottom + left, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        try {
            Drawing.smooth(graphics);
            graphics.scale(scale, scale);
            graphics.translate(MARGIN, MARGIN);
            figure.paint(graphics, Palette.LIGHT);
        } finally {
            graphics.dispose();
        }
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        for (int at = 0; at < pixels.length; at++) {
            int x = at % image.getWidth();
            int y = at / image.getWidth();
            boolean inside = x >= left && x < right && y >= left && y < bottom;
            if (!inside && pixels[at] >>> 24 != 0) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("labels")
    void everyNameThatHasRoomIsWhole(List<String> labels) {
        String svg = SvgGraphics.draw(figure(labels, false), "f");
        for (String label : labels) {
            assertEquals(3, svg.split(">" + label + "<", -1).length, label + ": once at its row, once at its column");
        }
    }

    private static List<Svg.Element> named(Figure figure, String name) {
        return Svg.texts(figure).stream()
                .filter(text -> text.text().equals(name))
                .toList();
    }

    private static Svg.Outline firstCell(Figure figure) {
        return Svg.paths(figure).get(0).outlines().get(0);
    }

    private static FontMetrics metrics(int size) {
        return new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                .createGraphics()
                .getFontMetrics(Drawing.font(Font.PLAIN, size));
    }

    /** {@code a b c d e f} of the matrix that an element is drawn with. */
    private static double[] matrix(Svg.Element element) {
        String numbers = element.get("transform").replaceAll("[^-0-9. ]", "");
        return Stream.of(numbers.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    @Test
    void theAxesAreNamedAboveTheColumnsAndUpwardsBesideTheRows() {
        ConfusionFigure figure = figure(List.of("no", "yes"), false);
        Svg.Element columns = named(figure, "predicted class").get(0);
        Svg.Element rows = named(figure, "true class").get(0);
        for (Svg.Element axis : List.of(columns, rows)) {
            assertEquals("var(--faint)", axis.get("fill"));
            assertEquals(12, axis.number("font-size"));
        }
        assertEquals(firstCell(figure).left(), columns.number("x"));
        assertTrue(columns.number("y") < named(figure, "no").get(1).number("y") - 13, "above the names");
        double[] turned = matrix(rows);
        // a quarter turn against the clock: (1, 0) becomes (0, -1)
        assertArrayEquals(new double[] {0, -1, 1, 0}, Arrays.copyOf(turned, 4), 1e-3);
        assertEquals(firstCell(figure).top(), turned[5] - rows.number("textLength"), 1, "ends at the first row");
        // the longest name begins right of it, below its base line there is nothing but the letters' tails
        assertEquals(turned[4] + 6, named(figure, "yes").get(0).number("x"), 2, "room for names and no more");
    }

    @ParameterizedTest
    @CsvSource({"10, 13", "40, 13", "46, 12", "100, 12"})
    void namesAreNotHigherThanTheirRow(int classes, int size) {
        assertEquals(
                size,
                named(figure(Synthetic.labels(classes), false), "class 1")
                        .get(0)
                        .number("font-size"));
    }

    /** A word that is exactly so many pixels wide. */
    private static String wide(int pixels) {
        FontMetrics metrics = metrics(13);
        for (String word = ""; metrics.stringWidth(word) <= pixels; word += "m") {
            for (String letters : List.of("i", "n", "t", "r", "c")) {
                for (String end = letters; metrics.stringWidth(word + end) <= pixels; end += letters) {
                    if (metrics.stringWidth(word + end) == pixels) {
                        return word + end;
                    }
                }
            }
        }
        throw new AssertionError("no word of " + pixels + " pixels");
    }

    /** A column of two classes is 64 wide, three of them free on each side of a name. */
    @ParameterizedTest
    @CsvSource({"50, false", "58, false", "59, true", "68, true", "80, true"})
    void aNameThatIsWiderThanItsColumnIsSlanted(int pixels, boolean slanted) {
        String name = wide(pixels);
        Svg.Element column = named(figure(List.of(name, "o"), false), name).get(1);
        assertEquals(slanted, !column.get("transform").isEmpty());
        if (slanted) {
            double half = Math.sqrt(0.5);
            assertArrayEquals(new double[] {half, -half, half, half}, Arrays.copyOf(matrix(column), 4), 0.005);
        }
    }

    /** 640 px for 26 classes are 24 for each, which still holds numbers. */
    @ParameterizedTest
    @CsvSource({"26, 1, 0.71", "27, 0.5, 0"})
    void whereCellsHoldNoNumbersNamesStandUprightAndLinesAreThin(int classes, double stroke, double cosine) {
        ConfusionFigure figure = figure(Synthetic.labels(classes), false);
        assertEquals(cosine, matrix(named(figure, "class 1").get(1))[0], 1e-3);
        Svg.Element grid = Svg.paths(figure).stream()
                .filter(path -> path.get("stroke").equals("var(--grid)"))
                .findFirst()
                .orElseThrow();
        assertEquals(stroke, grid.number("stroke-width"));
        int cell = 640 / classes;
        int step = classes == 26 ? 1 : 10;
        double left = firstCell(figure).left();
        double top = firstCell(figure).top();
        for (int line = 0; line < grid.outlines().size() / 2; line++) {
            int at = Math.min(line * step, classes) * cell;
            assertEquals(left + at, grid.outlines().get(2 * line).left(), 0.011);
            assertEquals(top + at, grid.outlines().get(2 * line + 1).top(), 0.011);
        }
    }

    /** In a cell of 24 px a number has 20. */
    @ParameterizedTest
    @ValueSource(ints = {1, 88, 444, 888, 1111, 8888, 88_888})
    void numbersGetSmallerUntilTheyFit(int count) {
        int[] truth = new int[count + 25];
        for (int other = 1; other < 26; other++) {
            truth[count + other - 1] = other;
        }
        ConfusionFigure figure =
                new ConfusionFigure(ConfusionMatrix.of(Synthetic.labels(26), truth, truth.clone()), false);
        Svg.Element number = named(figure, Integer.toString(count)).get(0);
        int size = 13;
        while (size > 9 && metrics(size).stringWidth(number.text()) > 20) {
            size--;
        }
        assertEquals(size, number.number("font-size"));
        assertEquals(13, named(figure, "1").get(count == 1 ? 1 : 0).number("font-size"), "the others stay");
    }

    @Test
    void numbersAreBrightOnlyAboveFourFifthsOfTheColour() {
        // 16 of 25: √0.64 = 0.8
        int[] truth = new int[26];
        int[] answer = new int[26];
        truth[25] = 1;
        answer[25] = 1;
        Arrays.fill(answer, 16, 25, 1);
        ConfusionFigure figure = new ConfusionFigure(ConfusionMatrix.of(List.of("no", "yes"), truth, answer), false);
        assertEquals("var(--ink)", named(figure, "16").get(0).get("fill"));
        assertEquals("var(--on-strong)", named(figure, "1").get(0).get("fill"));
    }
}
