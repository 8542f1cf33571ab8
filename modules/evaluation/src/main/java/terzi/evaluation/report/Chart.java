package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.Locale;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of the plotting library in the report's dress.
 *
 * @param description in words
 * @param content makes the chart in a palette's colours
 */
record Chart(int width, int height, String description, Function<Palette, AxesChart<?, ?>> content) implements Figure {
    /** Wide enough for half a screen, and still readable on a telephone. */
    static final int PANEL_WIDTH = 400;

    static final int PANEL_HEIGHT = 300;

    private static final Color NOTHING = new Color(0, 0, 0, 0);

    static Chart panel(String description, Function<Palette, AxesChart<?, ?>> content) {
        return new Chart(PANEL_WIDTH, PANEL_HEIGHT, description, content);
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        content.apply(palette).paint(graphics, width, height);
    }

    /** Lines over numbers. */
    static XYChart lines(Palette palette, String title, String x, String y) {
        XYChart chart = new XYChart(PANEL_WIDTH, PANEL_HEIGHT);
        chart.setTitle(title);
        chart.setXAxisTitle(x);
        chart.setYAxisTitle(y);
        dress(chart.getStyler(), palette);
        chart.getStyler().setMarkerSize(5);
        return chart;
    }

    /** A thin broken line that is not data, such as what would be perfect. */
    static void guide(XYChart chart, Palette palette, String name, double[] xs, double[] ys) {
        XYSeries series = chart.addSeries(name, xs, ys);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(palette.faint());
        series.setLineStyle(broken());
    }

    static BasicStroke broken() {
        return new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {5, 4}, 0);
    }

    static void dress(AxesChartStyler styler, Palette palette) {
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(NOTHING);
        styler.setPlotBackgroundColor(NOTHING);
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(palette.ink());
        styler.setChartTitleFont(Drawing.font(Font.BOLD, 14));
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitlePadding(4);
        styler.setChartPadding(14);
        styler.setAxisTitleFont(Drawing.font(Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(Drawing.font(Font.PLAIN, 13));
        styler.setAxisTickLabelsColor(palette.faint());
        styler.setYAxisLabelAlignment(TextAlignment.Right);
        styler.setXAxisTickLabelsColor(palette.faint());
        styler.setYAxisTickLabelsColor(palette.faint());
        styler.setAxisTickMarksColor(palette.grid());
        styler.setAxisTicksLineVisible(false);
        styler.setPlotGridLinesColor(palette.grid());
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotContentSize(0.98);
        styler.setPlotMargin(2);
        styler.setSeriesColors(palette.series());
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBackgroundColor(NOTHING);
        styler.setLegendBorderColor(NOTHING);
        styler.setLegendFont(Drawing.font(Font.PLAIN, 13));
        styler.setLegendPadding(7);
        styler.setLegendSeriesLineLength(16);
        styler.setXAxisTickMarkSpacingHint(44);
        styler.setYAxisTickMarkSpacingHint(36);
        styler.setAnnotationLineColor(palette.ink());
        styler.setAnnotationLineStroke(broken());
        styler.setErrorBarsColor(palette.ink());
        styler.setDecimalPattern("#,##0.###");
    }
}
