package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;

/** Precision against recall, and the ROC curve: of the classes where they are worst, since many lines show nothing. */
final class RankFigures {
    static final int LINES = 4;
    /** The legend has a line for each class. */
    private static final int HEIGHT = Chart.PANEL_HEIGHT + 60;

    /** The average precision from which a curve is a corner, and shows nothing. */
    static final double CORNER = 0.995;

    private static final int MOST_POINTS = 150;
    private static final int LONGEST_NAME = 38;

    private final List<Curve> curves;

    /** A class and its curve. */
    private record Curve(String label, RankCurve rank) {}

    private RankFigures(List<Curve> curves) {
        this.curves = curves;
    }

    /** Both figures; none where no class has images of its own and others, or where all curves are corners. */
    static List<Figure> of(Predictions predictions, List<Optional<RankCurve>> ranks) {
        List<String> names = Labels.distinct(predictions.labels(), LONGEST_NAME);
        List<Curve> all = new ArrayList<>();
        for (int c = 0; c < names.size(); c++) {
            int index = c;
            ranks.get(c).ifPresent(rank -> all.add(new Curve(names.get(index), rank)));
        }
        if (all.isEmpty()) {
            return List.of();
        }
        all.sort(Comparator.comparingDouble(curve -> curve.rank().averagePrecision()));
        if (all.get(0).rank().averagePrecision() >= CORNER) {
            return List.of();
        }
        RankFigures figures = new RankFigures(
                names.size() == 2 ? all.subList(0, 1) : List.copyOf(all.subList(0, Math.min(LINES, all.size()))));
        return List.of(figures.precisionRecall(), figures.roc());
    }

    private String classes() {
        return curves.size() == 1 ? curves.get(0).label() : "the " + curves.size() + " weakest classes";
    }

    private Figure precisionRecall() {
        String description = "Precision–recall curve of " + classes() + "; lowest average precision "
                + String.format(
                        Locale.ROOT,
                        "%.4f (%s).",
                        curves.get(0).rank().averagePrecision(),
                        curves.get(0).label());
        return new Chart(Chart.PANEL_WIDTH, HEIGHT, description, palette -> {
            XYChart chart = Chart.lines(palette, "Precision and recall", "recall, %", "precision, %");
            lines(chart, "AP", RankCurve::averagePrecision, RankCurve.Point::recall, RankCurve.Point::precision);
            return chart;
        });
    }

    private Figure roc() {
        String description = "ROC curve of " + classes() + ".";
        return new Chart(Chart.PANEL_WIDTH, HEIGHT, description, palette -> {
            XYChart chart = Chart.lines(palette, "ROC", "false positive rate, %", "recall, %");
            lines(chart, "area", RankCurve::rocArea, RankCurve.Point::falsePositives, RankCurve.Point::recall);
            return chart;
        });
    }

    private void lines(
            XYChart chart,
            String figure,
            ToDoubleFunction<RankCurve> area,
            ToDoubleFunction<RankCurve.Point> x,
            ToDoubleFunction<RankCurve.Point> y) {
        for (Curve curve : curves) {
            List<RankCurve.Point> points = thinned(curve.rank().points(), x, y);
            XYSeries series = chart.addSeries(
                    String.format(Locale.ROOT, "%s %.3f, %s", figure, area.applyAsDouble(curve.rank()), curve.label()),
                    points.stream().mapToDouble(x).map(v -> v * 100).toArray(),
                    points.stream().mapToDouble(y).map(v -> v * 100).toArray());
            series.setMarker(SeriesMarkers.NONE);
        }
        // values at equal distances would become the ticks: one off their grid brings back round numbers
        XYSeries off = chart.addSeries(" ", new double[] {33.71}, new double[] {41.37});
        off.setMarker(SeriesMarkers.NONE);
        off.setShowInLegend(false);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(100.5);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax(100.0);
        chart.getStyler().setLegendLayout(LegendLayout.Vertical);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    }

    /** As few points as a panel can show. */
    private static List<RankCurve.Point> thinned(
            List<RankCurve.Point> points, ToDoubleFunction<RankCurve.Point> x, ToDoubleFunction<RankCurve.Point> y) {
        List<RankCurve.Point> kept = new ArrayList<>();
        double far = 1.0 / MOST_POINTS;
        for (int i = 0; i < points.size(); i++) {
            RankCurve.Point point = points.get(i);
            RankCurve.Point last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            if (last == null
                    || i == points.size() - 1
                    || Math.abs(x.applyAsDouble(point) - x.applyAsDouble(last)) >= far
                    || Math.abs(y.applyAsDouble(point) - y.applyAsDouble(last)) >= far) {
                kept.add(point);
            }
        }
        return kept;
    }
}
