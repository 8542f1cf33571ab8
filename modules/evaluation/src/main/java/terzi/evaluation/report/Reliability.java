package terzi.evaluation.report;

import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import terzi.evaluation.Calibration;
import terzi.evaluation.Predictions;

/** Whether percentages can be believed. */
final class Reliability {
    /** Bins with fewer images would only show noise. */
    private static final int LEAST = 5;

    private static final int BINS = 10;

    private Reliability() {}

    /** Accuracy against confidence, before and after the temperature. */
    static Figure diagram(Calibration before, Calibration after) {
        String description = String.format(
                Locale.ROOT,
                "Reliability diagram: accuracy against confidence; ECE %.4f before temperature scaling, %.4f after.",
                before.expectedError(),
                after.expectedError());
        return Chart.panel(description, palette -> {
            XYChart chart = Chart.lines(palette, "Reliability", "confidence, %", "accuracy, %");
            Chart.guide(chart, palette, "perfect", new double[] {0, 100}, new double[] {0, 100});
            boolean same = before.equals(after);
            if (!same) {
                bins(
                        chart,
                        String.format(Locale.ROOT, "before, ECE %.3f", before.expectedError()),
                        before,
                        palette,
                        false);
            }
            bins(
                    chart,
                    String.format(Locale.ROOT, same ? "ECE %.3f" : "after, ECE %.3f", after.expectedError()),
                    after,
                    palette,
                    true);
            chart.getStyler().setXAxisMin(0.0);
            chart.getStyler().setXAxisMax(100.5);
            chart.getStyler().setYAxisMin(0.0);
            chart.getStyler().setYAxisMax(100.0);
            return chart;
        });
    }

    private static void bins(XYChart chart, String name, Calibration calibration, Palette palette, boolean after) {
        var shown =
                calibration.bins().stream().filter(bin -> bin.count() >= LEAST).toList();
        if (shown.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(
                name,
                shown.stream().mapToDouble(bin -> bin.confidence() * 100).toArray(),
                shown.stream().mapToDouble(bin -> bin.accuracy() * 100).toArray());
        series.setMarker(after ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
        series.setLineColor(after ? palette.first() : palette.second());
        series.setMarkerColor(after ? palette.first() : palette.second());
    }

    /** Confidence of the correct and of the wrong predictions, each as shares of their number. */
    static Figure confidences(Predictions predictions) {
        double[] right = new double[BINS];
        double[] wrong = new double[BINS];
        for (int i = 0; i < predictions.size(); i++) {
            int bin = Math.min(BINS - 1, (int) (predictions.confidence(i) * BINS));
            (predictions.correct(i) ? right : wrong)[bin]++;
        }
        double rights = sum(right);
        double wrongs = sum(wrong);
        String description = String.format(
                Locale.ROOT,
                "Confidence of the predictions: %.0f %% of the correct and %.0f %% of the wrong ones have 90 %% or more.",
                rights == 0 ? 0 : 100 * right[BINS - 1] / rights,
                wrongs == 0 ? 0 : 100 * wrong[BINS - 1] / wrongs);
        return Chart.panel(description, palette -> {
            CategoryChart chart = new CategoryChart(Chart.PANEL_WIDTH, Chart.PANEL_HEIGHT);
            chart.setTitle("Confidence");
            chart.setXAxisTitle("confidence, % (start of bin)");
            chart.setYAxisTitle("share of predictions, %");
            Chart.dress(chart.getStyler(), palette);
            chart.getStyler().setAvailableSpaceFill(0.8);
            double[] from = new double[BINS];
            for (int b = 0; b < BINS; b++) {
                from[b] = 100.0 * b / BINS;
            }
            chart.getStyler().setXAxisDecimalPattern("0");
            chart.addSeries(String.format(Locale.ROOT, "correct (%,.0f)", rights), from, shares(right, rights))
                    .setFillColor(palette.right());
            chart.addSeries(String.format(Locale.ROOT, "wrong (%,.0f)", wrongs), from, shares(wrong, wrongs))
                    .setFillColor(palette.wrong());
            chart.getStyler().setYAxisMin(0.0);
            chart.getStyler().setYAxisMax(100.0);
            return chart;
        });
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double[] shares(double[] counts, double all) {
        double[] shares = new double[counts.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = all == 0 ? 0 : 100 * counts[i] / all;
        }
        return shares;
    }
}
