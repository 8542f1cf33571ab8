package terzi.evaluation.report;

import java.awt.Font;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.HorizontalBarChart;
import terzi.evaluation.report.Report.Split;

/** How many images of each class each part of the data has. */
final class ClassDistribution {
    /** With more classes their names do not fit beside their bars. */
    static final int NAMED = 40;

    private static final int LONGEST_NAME = 48;

    private ClassDistribution() {}

    static Figure of(List<String> labels, List<Split> splits) {
        Split first = splits.get(0);
        int least = Collections.min(first.counts());
        int most = Collections.max(first.counts());
        String description = String.format(
                Locale.ROOT,
                "%d classes; images per class in the %s set: %,d to %,d.",
                labels.size(),
                first.name(),
                least,
                most);
        return labels.size() <= NAMED ? named(labels, splits, description) : bySize(labels, splits, description);
    }

    private static Figure named(List<String> labels, List<Split> splits, String description) {
        int height = 110 + labels.size() * (8 + 12 * splits.size());
        int width = Chart.PANEL_WIDTH * 8 / 5;
        List<String> names = Labels.distinct(labels, LONGEST_NAME);
        return new Chart(width, height, description, palette -> {
            HorizontalBarChart chart = new HorizontalBarChart(width, height);
            chart.setTitle("Images per class");
            Chart.dress(chart.getStyler(), palette);
            chart.getStyler().setPlotGridHorizontalLinesVisible(false);
            chart.getStyler().setYAxisTickMarkSpacingHint(8);
            chart.getStyler().setXAxisDecimalPattern("#,##0");
            chart.getStyler().setXAxisMin(0.0);
            for (Split split : splits) {
                chart.addSeries(split.name(), split.counts(), names);
            }
            return chart;
        });
    }

    private static Figure bySize(List<String> labels, List<Split> splits, String description) {
        int width = Chart.PANEL_WIDTH * 8 / 5;
        int[] order = IntStream.range(0, labels.size())
                .boxed()
                .sorted(Comparator.comparing(
                        (Integer c) -> -splits.get(0).counts().get(c)))
                .mapToInt(Integer::intValue)
                .toArray();
        return new Chart(width, Chart.PANEL_HEIGHT, description, palette -> {
            CategoryChart chart = new CategoryChart(width, Chart.PANEL_HEIGHT);
            chart.setTitle("Images per class, " + labels.size() + " classes");
            chart.setXAxisTitle("classes, the largest first");
            Chart.dress(chart.getStyler(), palette);
            chart.getStyler().setYAxisMin(0.0);
            chart.getStyler().setYAxisDecimalPattern("#,##0");
            chart.getStyler().setAxisTickLabelsFont(Drawing.font(Font.PLAIN, 12));
            chart.getStyler().setXAxisMaxLabelCount(10);
            chart.getStyler().setXAxisDecimalPattern("0");
            chart.getStyler().setAvailableSpaceFill(0.95);
            chart.getStyler().setOverlapped(true);
            double[] places =
                    IntStream.rangeClosed(1, labels.size()).asDoubleStream().toArray();
            for (Split split : splits) {
                chart.addSeries(
                        split.name(),
                        places,
                        Arrays.stream(order)
                                .mapToDouble(c -> split.counts().get(c))
                                .toArray());
            }
            return chart;
        });
    }
}
