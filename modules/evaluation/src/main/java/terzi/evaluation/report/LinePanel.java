package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A small line chart, one of several with the same axes. Each emphasizes one subject and shows the others in the
 * background, which stays readable where a dozen lines in a dozen colours do not. The page has its title.
 *
 * @param description description in words, for screen readers
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines lines in drawing order
 */
public record LinePanel(String description, Axis x, Axis y, List<Line> lines) {
    private static final int WIDTH = 330;
    private static final int HEIGHT = 210;
    private static final double BACKGROUND = 0.4;

    /** Half of the width of a mark at the end of an interval. */
    private static final int WHISKER = 4;

    /**
     * Creates a chart from a copy of the lines.
     *
     * @param description description in words, for screen readers
     * @param x horizontal axis
     * @param y vertical axis
     * @param lines lines in drawing order
     */
    public LinePanel {
        lines = List.copyOf(lines);
    }

    /** The role of a line in a chart. */
    public enum Role {
        /** The subject of the chart, emphasized. */
        SUBJECT,
        /** The reference to compare the subject with: dashed, in another colour. */
        AGAINST,
        /** Everything else, faint. */
        BACKGROUND
    }

    /**
     * A line through points.
     *
     * @param role role of the line
     * @param points points from left to right
     */
    public record Line(Role role, List<Point> points) {
        /**
         * Creates a line from a copy of the points.
         *
         * @param role role of the line
         * @param points points from left to right
         */
        public Line {
            points = List.copyOf(points);
        }

        /** Whether the points are marked: where there is no line to see, or where they have intervals. */
        private boolean isMarked() {
            return role == Role.SUBJECT
                    && (points.size() == 1 || points.stream().anyMatch(Point::hasInterval));
        }
    }

    /**
     * A point with an interval of its y value.
     *
     * @param x value on the horizontal axis
     * @param y value on the vertical axis
     * @param low lower end of the interval; {@code y} if there is none
     * @param high upper end of the interval; {@code y} if there is none
     */
    public record Point(double x, double y, double low, double high) {
        /**
         * {@return a point without an interval}
         *
         * @param x value on the horizontal axis
         * @param y value on the vertical axis
         */
        public static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }

        boolean hasInterval() {
            return low < y || y < high;
        }
    }

    /** The scale of an axis. */
    public enum Scale {
        /** Positions are proportional to values. */
        LINEAR,
        /** Positions are proportional to the logarithms of values. */
        LOGARITHMIC
    }

    /**
     * An axis. Values outside of it are drawn at its ends.
     *
     * @param title title with the unit
     * @param scale scale of the axis
     * @param low lower end, finite; above 0 on a logarithmic scale
     * @param high upper end, finite and above {@code low}
     * @param label text beside a value; blank for none
     */
    public record Axis(String title, Scale scale, double low, double high, DoubleFunction<String> label) {
        /** What lies outside is drawn at the edge. */
        private static final double LEAST = 1e-6;

        private static final double MOST = 1e12;

        /** Below this ratio of its ends, a logarithmic axis might have less than two of the numbers 1, 2, 5, 10 and so on. */
        private static final double NARROW = 5;

        /** Up to this ratio, there is room for three numbers in each decade. */
        private static final double FEW_DECADES = 500;

        /**
         * Creates an axis.
         *
         * @param title title with the unit
         * @param scale scale of the axis
         * @param low lower end, finite
         * @param high upper end, finite and above {@code low}
         * @param label text beside a value, blank for none
         * @throws IllegalArgumentException if the ends are not finite and ascending, or {@code low} is not above 0 on a
         *     logarithmic scale
         */
        public Axis {
            if (!(low < high) || !Double.isFinite(high - low) || (scale == Scale.LOGARITHMIC && low <= 0)) {
                throw new IllegalArgumentException("axis " + title + ": expected finite low < high"
                        + (scale == Scale.LOGARITHMIC ? " and both above 0" : "") + ", found " + low + " to " + high);
            }
        }

        /**
         * {@return a linear axis from 0 to the highest value with some margin}
         *
         * @param title title with the unit
         * @param highest highest value of the chart
         */
        public static Axis fromZero(String title, double highest) {
            double high = highest > 0 ? inside(highest) : 1;
            return new Axis(title, Scale.LINEAR, 0, 1.08 * high, Axis::number);
        }

        /**
         * {@return an axis with some margin around positive values: logarithmic, unless the values are close together}
         *
         * @param title title with the unit
         * @param lowest lowest value of the chart
         * @param highest highest value of the chart
         */
        public static Axis logarithmic(String title, double lowest, double highest) {
            double low = inside(lowest) / 1.08;
            double high = Math.max(inside(highest), inside(lowest) * 1.2) * 1.08;
            if (high < NARROW * low) {
                return new Axis(title, Scale.LINEAR, low, high, Axis::number);
            }
            List<Integer> digits = high / low > FEW_DECADES ? List.of(1) : List.of(1, 2, 5);
            return new Axis(title, Scale.LOGARITHMIC, low, high, value -> {
                double power = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
                return digits.contains((int) Math.rint(value / power)) ? number(value) : " ";
            });
        }

        private static double inside(double value) {
            return Math.max(LEAST, Math.min(MOST, value));
        }

        /** With as many decimals as it has, up to six. */
        private static String number(double value) {
            String text = String.format(Locale.ROOT, "%,.6f", value);
            return text.replaceAll("\\.?0+$", "");
        }

        /** The label; where those of both ends are the same the plotting library would write none at all. */
        private String text(double value) {
            String text = label.apply(value);
            return text.isBlank() ? value > low ? " " : "  " : text;
        }

        private double clamp(double value) {
            return Math.max(low, Math.min(high, value));
        }
    }

    Figure figure() {
        return new Chart(WIDTH, HEIGHT, description, this::chart);
    }

    private XYChart chart(Palette palette) {
        XYChart chart = Chart.lines(palette, "", x.title(), y.title());
        var styler = chart.getStyler();
        styler.setChartTitleVisible(false);
        styler.setLegendVisible(false);
        styler.setChartFontColor(palette.faint());
        styler.setChartPadding(4);
        styler.setMarkerSize(6);
        styler.setXAxisTickMarkSpacingHint(30);
        styler.setXAxisLogarithmic(x.scale() == Scale.LOGARITHMIC);
        styler.setXAxisLogarithmicDecadeOnly(false);
        styler.setXAxisMin(x.low());
        styler.setXAxisMax(x.high());
        styler.setXAxisTickLabelsFormattingFunction(x::text);
        styler.setPlotGridVerticalLinesVisible(x.scale() == Scale.LINEAR);
        styler.setYAxisLogarithmic(y.scale() == Scale.LOGARITHMIC);
        styler.setYAxisLogarithmicDecadeOnly(false);
        styler.setYAxisMin(y.low());
        styler.setYAxisMax(y.high());
        styler.setYAxisTickLabelsFormattingFunction(y::text);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.points().isEmpty()) {
                continue;
            }
            if (line.isMarked()) {
                whiskers(chart, palette, line);
            }
            XYSeries series = series(chart, "line " + i, line.points());
            series.setMarker(line.isMarked() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
            series.setMarkerColor(palette.first());
            series.setLineColor(
                    switch (line.role()) {
                        case SUBJECT -> palette.first();
                        case AGAINST -> palette.second();
                        case BACKGROUND -> Palette.withAlpha(palette.faint(), BACKGROUND);
                    });
            series.setLineStyle(
                    switch (line.role()) {
                        case SUBJECT -> new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
                        case AGAINST -> Chart.broken();
                        case BACKGROUND -> new BasicStroke(1, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
                    });
        }
        return chart;
    }

    private XYSeries series(XYChart chart, String name, List<Point> points) {
        return chart.addSeries(
                name,
                points.stream().mapToDouble(point -> x.clamp(point.x())).toArray(),
                points.stream().mapToDouble(point -> y.clamp(point.y())).toArray());
    }

    /** The interval of each point: a line with a mark at each end, and a gap before the next. */
    private void whiskers(XYChart chart, Palette palette, Line line) {
        List<Point> ends = line.points().stream()
                .flatMap(point -> Stream.of(
                        Point.of(point.x(), point.low()),
                        Point.of(point.x(), point.high()),
                        Point.of(point.x(), Double.NaN)))
                .toList();
        XYSeries series = series(chart, "intervals", ends);
        series.setLineColor(palette.first());
        series.setLineStyle(new BasicStroke(1.4f));
        series.setMarkerColor(palette.first());
        series.setMarker(new Marker() {
            @Override
            public void paint(Graphics2D graphics, double x, double y, int size) {
                graphics.setStroke(new BasicStroke(1.4f));
                graphics.draw(new Line2D.Double(x - WHISKER, y, x + WHISKER, y));
            }
        });
    }
}
