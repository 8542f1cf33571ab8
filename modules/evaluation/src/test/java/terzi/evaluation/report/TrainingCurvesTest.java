package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import terzi.evaluation.report.Report.Step;

class TrainingCurvesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Step step(int epoch, double loss) {
        return new Step(epoch, loss, 0.5, loss, 0.5, 0.001);
    }

    private static Report.Training losses(double... losses) {
        List<Step> steps = new ArrayList<>();
        for (double loss : losses) {
            steps.add(step(steps.size() + 1, loss));
        }
        return new Report.Training(steps, 1, 0);
    }

    private static void paint(Report.Training training) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (Figure figure : TrainingCurves.of(training)) {
                BufferedImage image = new BufferedImage(figure.width(), figure.height(), BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                figure.paint(graphics, Palette.LIGHT);
                graphics.dispose();
                assertTrue(figure.description().length() < 400, figure.description());
            }
        });
    }

    private static XYChart loss(Report.Training training) {
        return (XYChart) ((Chart) TrainingCurves.of(training).get(0)).content().apply(Palette.LIGHT);
    }

    private static XYSeries training(XYChart chart) {
        return chart.getSeriesCollection().stream()
                .filter(series -> series.getName().equals("training"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 3e13",
                "1.1 1e16",
                "1.1 3e17 2e38",
                "1e-300 1e300",
                "1e300 1e-300 1",
                "1e16 10000000000000002",
                "1e300 1e300 1e300",
                "1e-300 1e-300",
                "4.9e-324 1.7976931348623157e308",
                "0 0 0",
                "0 1e308",
                "0.5",
                "1e200",
                "NaN",
                "NaN Infinity -Infinity",
                "1 NaN 1e30 Infinity",
                "-1e300 1e300",
                "-5 -5",
                "0.1 0.10000000000000002",
                "2.3 0.4 0.2"
            })
    void everyLossIsDrawnInTheEnd(String losses) {
        double[] values = DoubleStream.of(Arrays.stream(losses.split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray();
        paint(losses(values));
        List<Step> wild = new ArrayList<>();
        for (double value : values) {
            wild.add(new Step(wild.size() + 1, value, value, value, value, value));
        }
        paint(new Report.Training(wild, 0, 0));
    }

    @Test
    void anyFiguresAreDrawnInTheEnd() {
        long seed = 5;
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<Step> steps = new ArrayList<>();
            int epochs = 1 + random.nextInt(20);
            for (int epoch = 1; epoch <= epochs; epoch++) {
                double[] any =
                        random.longs(5).mapToDouble(Double::longBitsToDouble).toArray();
                steps.add(new Step(epoch, any[0], any[1], any[2], any[3], any[4]));
            }
            try {
                paint(new Report.Training(steps, random.nextInt(epochs + 1), 0));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + steps, e);
            }
        }
    }

    @Test
    void aLossThatDivergedIsDrawnByItsLogarithmAndSaysSo() {
        XYChart chart = loss(losses(1, 10, 1e16));
        assertEquals("mean per image, logarithmic", chart.getYAxisTitle());
        XYSeries training = training(chart);
        assertEquals(
                List.of(0.0, 1.0, 16.0),
                DoubleStream.of(training.getYData()).boxed().toList());
        assertEquals(
                "1e16", chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(16.0));
        assertEquals(
                "0.01", chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(-2.0));
    }

    @Test
    void usualLossesAreDrawnAsTheyAre() {
        XYChart chart = loss(losses(2.3, 0.4, 0));
        assertEquals("mean per image", chart.getYAxisTitle());
        assertEquals(2.3, training(chart).getYData()[0]);
        assertFalse(TrainingCurves.of(losses(2.3, 0.4)).get(0).description().contains("e+"));
    }
}
