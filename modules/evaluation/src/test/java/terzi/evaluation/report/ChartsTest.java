package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarSeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import terzi.evaluation.Calibration;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;

/** The numbers that charts are made of, and what their descriptions and legends say about them. */
class ChartsTest {

    private static Chart<?, ?> chart(Figure figure) {
        return ((terzi.evaluation.report.Chart) figure).content().apply(Palette.LIGHT);
    }

    private static XYSeries series(Figure figure, String name) {
        return ((XYChart) chart(figure))
                .getSeriesCollection().stream()
                        .filter(series -> series.getName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no series " + name + " but "
                                + ((XYChart) chart(figure))
                                        .getSeriesCollection().stream()
                                                .map(XYSeries::getName)
                                                .toList()));
    }

    /** So many images answered with a confidence, so many of them rightly. */
    private static Predictions answers(int[] images, int[] right, float[] confidence) {
        List<float[]> rows = new ArrayList<>();
        List<Integer> truth = new ArrayList<>();
        for (int group = 0; group < images.length; group++) {
            for (int i = 0; i < images[group]; i++) {
                rows.add(new float[] {confidence[group], 1 - confidence[group]});
                truth.add(i < right[group] ? 0 : 1);
            }
        }
        return Predictions.of(
                List.of("a", "b"), truth.stream().mapToInt(Integer::intValue).toArray(), rows.toArray(float[][]::new));
    }

    // ---- calibration ----------------------------------------------------------------------------------------------

    /** Bins of 1/15: 0.625 lies in (9/15, 10/15], 0.75 in (11/15, 12/15], 0.875 in (13/15, 14/15]. */
    @Test
    void theReliabilityDiagramHasTheBinsWithFiveImagesOrMore() {
        Calibration after =
                Calibration.of(answers(new int[] {5, 4, 8}, new int[] {4, 4, 2}, new float[] {.625f, .75f, .875f}));
        Calibration before = Calibration.of(answers(new int[] {10}, new int[] {5}, new float[] {1}));
        Figure figure = Reliability.diagram(before, after);
        // |0.8 − 0.625|·5 + |1 − 0.75|·4 + |0.25 − 0.875|·8, of 17
        assertEquals(
                "Reliability diagram: accuracy against confidence; ECE 0.5000 before temperature scaling,"
                        + " 0.4044 after.",
                figure.description());
        XYSeries shown = series(figure, "after, ECE 0.404");
        assertArrayEquals(new double[] {62.5, 87.5}, shown.getXData(), 1e-9);
        assertArrayEquals(new double[] {80, 25}, shown.getYData(), 1e-9);
        assertEquals(Palette.LIGHT.first(), shown.getLineColor());
        XYSeries old = series(figure, "before, ECE 0.500");
        assertArrayEquals(new double[] {100}, old.getXData());
        assertArrayEquals(new double[] {50}, old.getYData());
        assertEquals(Palette.LIGHT.second(), old.getLineColor());
        assertArrayEquals(new double[] {0, 100}, series(figure, "perfect").getXData());
        assertArrayEquals(new double[] {0, 100}, series(figure, "perfect").getYData());
    }

    @Test
    void withoutATemperatureThereIsOneLineAndWithFewImagesNone() {
        Calibration same = Calibration.of(answers(new int[] {10}, new int[] {5}, new float[] {1}));
        Figure figure = Reliability.diagram(same, same);
        assertEquals(
                List.of("perfect", "ECE 0.500"),
                ((XYChart) chart(figure))
                        .getSeriesCollection().stream().map(XYSeries::getName).toList());
        Calibration few = Calibration.of(answers(new int[] {4}, new int[] {4}, new float[] {1}));
        assertEquals(
                1,
                ((XYChart) chart(Reliability.diagram(few, few)))
                        .getSeriesCollection()
                        .size());
    }

    /** Ten bars from 50, 60 … per cent; 1 belongs to the last; each colour adds up to 100 per cent of its answers. */
    @Test
    void theBarsOfConfidenceAreSharesOfRightAndOfWrongAnswers() {
        Figure figure = Reliability.confidences(
                answers(new int[] {4, 4, 8, 4}, new int[] {4, 2, 6, 4}, new float[] {.5f, .5625f, .9375f, 1}));
        // right: 4 + 2 below 60, 6 + 4 above 90; wrong: 2 and 2
        assertEquals(
                "Confidence of the predictions: 63 % of the correct and 50 % of the wrong ones have 90 % or more.",
                figure.description());
        CategoryChart chart = (CategoryChart) chart(figure);
        List<CategorySeries> bars = List.copyOf(chart.getSeriesCollection());
        assertEquals("correct (16)", bars.get(0).getName());
        assertEquals("wrong (4)", bars.get(1).getName());
        assertEquals(Palette.LIGHT.right(), bars.get(0).getFillColor());
        assertEquals(Palette.LIGHT.wrong(), bars.get(1).getFillColor());
        assertArrayEquals(
                new double[] {0, 0, 0, 0, 0, 37.5, 0, 0, 0, 62.5}, bars.get(0).getYData());
        assertArrayEquals(
                new double[] {0, 0, 0, 0, 0, 50, 0, 0, 0, 50}, bars.get(1).getYData());
        assertEquals(List.of(0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0), List.copyOf((List<?>)
                bars.get(0).getXData()));
    }

    @Test
    void withoutAWrongAnswerItsBarsAreEmpty() {
        Figure figure = Reliability.confidences(answers(new int[] {4}, new int[] {4}, new float[] {1}));
        CategoryChart chart = (CategoryChart) chart(figure);
        CategorySeries wrong = List.copyOf(chart.getSeriesCollection()).get(1);
        assertEquals("wrong (0)", wrong.getName());
        assertArrayEquals(new double[10], wrong.getYData());
        assertTrue(figure.description().contains("100 % of the correct and 0 % of the wrong"), figure.description());
    }

    // ---- curves ---------------------------------------------------------------------------------------------------

    private static List<Optional<RankCurve>> ranks(Predictions predictions) {
        return IntStream.range(0, predictions.labels().size())
                .mapToObj(c -> RankCurve.of(predictions, c))
                .toList();
    }

    @Test
    void theCurvesOfTwoClassesAreOneAndGoThroughThePointsOfPaper() {
        // of class b: 0.75 is one, 0.5 a mistake, 0.25 one, 0 a mistake
        Predictions predictions = Predictions.of(
                List.of("a", "b"), new int[] {1, 0, 1, 0}, new float[][] {{.25f, .75f}, {.5f, .5f}, {.75f, .25f}, {1, 0}
                });
        List<Figure> figures = RankFigures.of(predictions, ranks(predictions));
        assertEquals(2, figures.size());
        // both classes: AP of a 1·1/2 + 2/3·1/2, of b the same; the first is shown
        assertEquals(
                "Precision–recall curve of a; lowest average precision 0.8333 (a).",
                figures.get(0).description());
        assertEquals("ROC curve of a.", figures.get(1).description());
        XYSeries precision = series(figures.get(0), "AP 0.833, a");
        assertArrayEquals(new double[] {0, 50, 50, 100, 100}, precision.getXData(), 1e-9);
        assertArrayEquals(new double[] {100, 100, 50, 200 / 3.0, 50}, precision.getYData(), 1e-9);
        // three of four pairs are in order
        XYSeries roc = series(figures.get(1), "area 0.750, a");
        assertArrayEquals(new double[] {0, 0, 50, 50, 100}, roc.getXData(), 1e-9);
        assertArrayEquals(new double[] {0, 50, 50, 100, 100}, roc.getYData(), 1e-9);
    }

    @Test
    void ofManyClassesTheFourWorstAreShownTheWorstFirstWithFewPoints() {
        Predictions predictions = Synthetic.predictions(Synthetic.labels(8), 4000, Synthetic.Skill.USUAL, -1);
        List<Optional<RankCurve>> ranks = ranks(predictions);
        List<String> worst = IntStream.range(0, 8)
                .boxed()
                .sorted((a, b) -> Double.compare(
                        ranks.get(a).orElseThrow().averagePrecision(),
                        ranks.get(b).orElseThrow().averagePrecision()))
                .limit(4)
                .map(c -> String.format(
                        Locale.ROOT,
                        "AP %.3f, class %d",
                        ranks.get(c).orElseThrow().averagePrecision(),
                        c + 1))
                .toList();
        Figure figure = RankFigures.of(predictions, ranks).get(0);
        List<XYSeries> shown = ((XYChart) chart(figure))
                .getSeriesCollection().stream().filter(XYSeries::isShowInLegend).toList();
        assertEquals(worst, shown.stream().map(XYSeries::getName).toList());
        assertTrue(
                figure.description().contains("of the 4 weakest classes; lowest average precision "),
                figure.description());
        for (XYSeries line : shown) {
            int points = line.getXData().length;
            // each step moves by 1/150 in one direction at least: 150 along and what goes up and down
            assertTrue(points > 20 && points <= 600, points + " points");
            assertEquals(0, line.getXData()[0]);
            assertEquals(100, line.getXData()[points - 1], 1e-9);
            for (int i = 1; i < points - 1; i++) {
                double moved = Math.max(
                        Math.abs(line.getXData()[i] - line.getXData()[i - 1]),
                        Math.abs(line.getYData()[i] - line.getYData()[i - 1]));
                assertTrue(moved >= 100 / 150.0 - 1e-9, "a point that cannot be seen");
            }
        }
    }

    @Test
    void cornersAndCurvesThatAreNotThereAreNotShown() {
        Predictions perfect = Synthetic.predictions(Synthetic.labels(3), 300, Synthetic.Skill.PERFECT, -1);
        assertEquals(List.of(), RankFigures.of(perfect, ranks(perfect)));
        Predictions one = Predictions.of(List.of("a", "b"), new int[] {0, 0}, new float[][] {{1, 0}, {1, 0}});
        assertEquals(List.of(), RankFigures.of(one, ranks(one)));
    }

    // ---- training -------------------------------------------------------------------------------------------------

    @Test
    void theTrainingCurvesAreTheEpochsInPerCent() {
        Report.Training training = Synthetic.training(20);
        List<Figure> panels = TrainingCurves.of(training);
        assertEquals(3, panels.size());
        double[] epochs = IntStream.rangeClosed(1, 20).asDoubleStream().toArray();
        assertArrayEquals(epochs, series(panels.get(0), "training").getXData());
        assertArrayEquals(
                values(training, Report.Step::trainLoss, 1),
                series(panels.get(0), "training").getYData());
        assertArrayEquals(
                values(training, Report.Step::validationLoss, 1),
                series(panels.get(0), "validation").getYData());
        assertArrayEquals(
                values(training, Report.Step::trainAccuracy, 100),
                series(panels.get(1), "training").getYData(),
                1e-9);
        assertArrayEquals(
                values(training, Report.Step::validationAccuracy, 100),
                series(panels.get(1), "validation").getYData(),
                1e-9);
        assertArrayEquals(
                values(training, Report.Step::learningRate, 1),
                series(panels.get(2), "learning rate").getYData());
        Report.Step last = training.steps().get(19);
        assertEquals(
                String.format(
                        Locale.ROOT,
                        "Accuracy over 20 epochs; at the last %.4f on training and %.4f on validation images; epoch 17 was kept.",
                        last.trainAccuracy(),
                        last.validationAccuracy()),
                panels.get(1).description());
        assertEquals(
                "Learning rate over the epochs, from 0.001 to 1.25E-4.",
                panels.get(2).description());
        for (Figure panel : panels) {
            XYChart chart = (XYChart) chart(panel);
            assertEquals(1, chart.getStyler().getXAxisMin());
            assertEquals(20, chart.getStyler().getXAxisMax());
            assertTrue(chart.getSeriesCollection().stream()
                    .anyMatch(s -> s.getName().equals("kept: epoch 17")));
        }
        assertEquals(List.of(), TrainingCurves.of(Report.Training.NONE));
    }

    private static double[] values(Report.Training training, ToDoubleFunction<Report.Step> value, double scale) {
        return training.steps().stream().mapToDouble(value).map(v -> v * scale).toArray();
    }

    @Test
    void plainEpochsAreTheOtherPartOfTheTrainingLine() {
        Report.Training training = new Report.Training(Synthetic.training(6).steps(), 0, 4);
        Figure loss = TrainingCurves.of(training).get(0);
        double[] before = series(loss, "training").getYData();
        double[] plain = series(loss, "plain").getYData();
        for (int i = 0; i < 6; i++) {
            assertEquals(i < 3, Double.isFinite(before[i]), "epoch " + (i + 1));
            assertEquals(i >= 3, Double.isFinite(plain[i]), "epoch " + (i + 1));
        }
        assertTrue(loss.description().endsWith("no epoch was kept."), loss.description());
        assertTrue(((XYChart) chart(loss))
                .getSeriesCollection().stream().noneMatch(s -> s.getName().startsWith("kept")));
    }

    @Test
    void aRateThatFallsALotHasALogarithmicAxisAndOneThatFallsToNothingDoesNot() {
        assertTrue(rate(1e-2, 1e-4).getStyler().isYAxisLogarithmic());
        assertTrue(!rate(1e-2, 1e-3).getStyler().isYAxisLogarithmic(), "a tenth is readable");
        assertTrue(!rate(1e-2, 1e-7).getStyler().isYAxisLogarithmic(), "almost nothing would be all axis");
        assertTrue(!rate(1e-2, 0).getStyler().isYAxisLogarithmic(), "nothing has no logarithm");
        assertEquals(1.05e-2, rate(1e-2, 0).getStyler().getYAxisMax(), 1e-12);
        assertEquals(0, rate(1e-2, 1e-3).getStyler().getYAxisMin());
        assertEquals("0.#####", rate(1e-3, 1e-4).getStyler().getYAxisDecimalPattern());
        assertEquals("0.#E0", rate(9e-4, 1e-4).getStyler().getYAxisDecimalPattern());
        assertEquals(1, rate(0, 0).getStyler().getYAxisMax());
    }

    private static XYChart rate(double first, double last) {
        List<Report.Step> steps =
                List.of(new Report.Step(1, 1, .5, 1, .5, first), new Report.Step(2, 1, .5, 1, .5, last));
        return (XYChart)
                chart(TrainingCurves.of(new Report.Training(steps, 1, 0)).get(2));
    }

    /** Three hundredths of the range more on each side, so that circles are whole. */
    @Test
    void fewEpochsAreCirclesWithRoomAroundThem() {
        Figure few = TrainingCurves.of(Synthetic.training(11)).get(0);
        XYChart chart = (XYChart) chart(few);
        assertEquals(1 - 0.3, chart.getStyler().getXAxisMin(), 1e-9);
        assertEquals(11 + 0.3, chart.getStyler().getXAxisMax(), 1e-9);
        double[] all = DoubleStream.concat(
                        Arrays.stream(series(few, "training").getYData()),
                        Arrays.stream(series(few, "validation").getYData()))
                .sorted()
                .toArray();
        double low = all[0];
        double high = all[all.length - 1];
        assertEquals(low - 0.03 * (high - low), chart.getStyler().getYAxisMin(), 1e-9);
        assertEquals(high + 0.03 * (high - low), chart.getStyler().getYAxisMax(), 1e-9);
        assertTrue(series(few, "training").getMarker() instanceof org.knowm.xchart.style.markers.Circle);
        Figure many = TrainingCurves.of(Synthetic.training(13)).get(0);
        assertTrue(series(many, "training").getMarker() instanceof org.knowm.xchart.style.markers.None);
        assertEquals(1, ((XYChart) chart(many)).getStyler().getXAxisMin());
        XYChart one = (XYChart) chart(TrainingCurves.of(Synthetic.training(1)).get(0));
        assertEquals(0, one.getStyler().getXAxisMin());
        assertEquals(2, one.getStyler().getXAxisMax());
    }

    // ---- data -----------------------------------------------------------------------------------------------------

    @Test
    void upToFortyClassesHaveABarWithTheirNameAndMoreAreOrderedBySize() {
        List<Report.Split> three =
                List.of(new Report.Split("training", List.of(5, 1, 12)), new Report.Split("test", List.of(2, 3, 4)));
        Figure named = ClassDistribution.of(List.of("a", "b", "c"), three);
        assertEquals("3 classes; images per class in the training set: 1 to 12.", named.description());
        assertEquals(640, named.width());
        assertEquals(110 + 3 * (8 + 24), named.height());
        HorizontalBarChart bars = (HorizontalBarChart) chart(named);
        List<HorizontalBarSeries> parts = List.copyOf(bars.getSeriesCollection());
        assertEquals(
                List.of("training", "test"),
                parts.stream().map(HorizontalBarSeries::getName).toList());
        assertEquals(List.of(5, 1, 12), List.copyOf(parts.get(0).getXData()));
        assertEquals(List.of("a", "b", "c"), List.copyOf((List<?>) parts.get(0).getYData()));

        List<Integer> counts =
                IntStream.range(0, 41).mapToObj(c -> (c * 7) % 41).toList();
        List<Integer> others = IntStream.range(0, 41).boxed().toList();
        Figure many = ClassDistribution.of(
                Synthetic.labels(41), List.of(new Report.Split("training", counts), new Report.Split("test", others)));
        CategoryChart chart = (CategoryChart) chart(many);
        List<CategorySeries> series = List.copyOf(chart.getSeriesCollection());
        double[] shown = series.get(0).getYData();
        assertArrayEquals(IntStream.range(0, 41).mapToDouble(i -> 40 - i).toArray(), shown, "the largest first");
        double[] test = series.get(1).getYData();
        for (int i = 0; i < 41; i++) {
            assertEquals(counts.indexOf(40 - i), test[i], "in the same order of classes");
        }
        assertEquals(1.0, series.get(0).getXData() instanceof List<?> list ? list.get(0) : null);
        assertTrue(
                chart(ClassDistribution.of(Synthetic.labels(40), List.of(new Report.Split("t", counts.subList(0, 40)))))
                        instanceof HorizontalBarChart);
    }
}
