package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
}
