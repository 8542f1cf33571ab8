package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import terzi.evaluation.Interval;

/** What {@code comparison.jte} shows: runs side by side. */
record ComparisonPage(Comparison comparison, HtmlPage page) {
    private static final int MOST_CLASSES = 100;
    private static final int FIGURE_WIDTH = 640;

    ComparisonPage(Comparison comparison) {
        this(comparison, new HtmlPage());
    }

    String html() throws IOException {
        return HtmlPage.of("Comparison of " + what(), JtecomparisonGenerated::render, this);
    }

    /** Where times are known, it is networks that are compared. */
    String what() {
        return comparison.runs().size() + (comparison.costs().isEmpty() ? " runs" : " networks");
    }

    boolean hasCosts() {
        return !comparison.costs().isEmpty();
    }

    /** Accuracy over time, each with its interval. */
    Figure figure() {
        StringBuilder description = new StringBuilder("Accuracy over time for one image.");
        for (int i = 0; i < comparison.runs().size(); i++) {
            description.append(String.format(
                    Locale.ROOT,
                    " %s: %.1f %%, %.1f ms.",
                    comparison.runs().get(i).name(),
                    comparison.runs().get(i).evaluation().accuracy() * 100,
                    comparison.costs().get(i).millis()));
        }
        return new Chart(FIGURE_WIDTH, Chart.PANEL_HEIGHT, description.toString(), this::chart);
    }

    private XYChart chart(Palette palette) {
        XYChart chart = Chart.lines(palette, "Accuracy over time", "time for one image, ms", "accuracy, %");
        double lowest = 100;
        double highest = 0;
        double slowest = 0;
        for (int i = 0; i < comparison.runs().size(); i++) {
            Comparison.Run run = comparison.runs().get(i);
            Comparison.Cost cost = comparison.costs().get(i);
            Interval accuracy = run.evaluation().accuracyInterval();
            double value = run.evaluation().accuracy() * 100;
            Color color = palette.series()[i % palette.series().length];
            XYSeries point = chart.addSeries(run.name(), new double[] {cost.millis()}, new double[] {value});
            point.setMarker(SeriesMarkers.CIRCLE);
            point.setMarkerColor(color);
            point.setLineColor(color);
            whisker(
                    chart,
                    "accuracy of " + run.name(),
                    color,
                    new double[] {cost.millis(), cost.millis()},
                    new double[] {accuracy.low() * 100, accuracy.high() * 100});
            whisker(
                    chart,
                    "time of " + run.name(),
                    color,
                    new double[] {cost.interval().low(), cost.interval().high()},
                    new double[] {value, value});
            lowest = Math.min(lowest, accuracy.low() * 100);
            highest = Math.max(highest, accuracy.high() * 100);
            slowest = Math.max(slowest, cost.interval().high());
        }
        if (comparison.limit().isPresent()) {
            double limit = comparison.limit().getAsDouble();
            Chart.guide(chart, palette, "limit", new double[] {limit, limit}, new double[] {
                Math.floor(lowest - 1), Math.min(100, Math.ceil(highest + 1))
            });
            slowest = Math.max(slowest, limit);
        }
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(slowest * 1.1);
        chart.getStyler().setYAxisMin(Math.max(0, Math.floor(lowest - 1)));
        chart.getStyler().setYAxisMax(Math.min(100, Math.ceil(highest + 1)));
        chart.getStyler().setMarkerSize(9);
        return chart;
    }

    private static void whisker(XYChart chart, String name, Color color, double[] xs, double[] ys) {
        XYSeries line = chart.addSeries(name, xs, ys);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(new BasicStroke(1.5f));
        line.setShowInLegend(false);
    }

    /** A title with the value of each run. */
    record Row(String title, List<String> values) {}

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("accuracy", run -> Numbers.percent(run.evaluation().accuracy())));
        rows.add(row("95 % interval", run -> interval(run.evaluation().accuracyInterval())));
        rows.add(row("macro-F1", run -> Numbers.percent(run.evaluation().macro().f1())));
        rows.add(row("log-loss", run -> Numbers.fixed(run.evaluation().logLoss(), 4)));
        rows.add(row("ECE", run -> Numbers.fixed(run.evaluation().ece(), 4)));
        rows.add(row("measured on", run -> Counted.images(run.evaluation().count(), run.part())));
        if (hasCosts()) {
            List<Comparison.Run> runs = comparison.runs();
            rows.add(row(
                    "ms for one image",
                    run -> Numbers.fixed(
                            comparison.costs().get(runs.indexOf(run)).millis(), 2)));
            rows.add(row(
                    "its 95 % interval",
                    run -> time(comparison.costs().get(runs.indexOf(run)).interval())));
            rows.add(row(
                    "file, MB",
                    run -> Numbers.fixed(
                            comparison.costs().get(runs.indexOf(run)).bytes() / 1e6, 1)));
        }
        Set<String> facts = new LinkedHashSet<>();
        comparison.runs().forEach(run -> facts.addAll(run.facts().keySet()));
        facts.forEach(fact -> rows.add(row(fact, run -> run.facts().getOrDefault(fact, "–"))));
        return rows;
    }

    private Row row(String title, Function<Comparison.Run, String> value) {
        return new Row(title, comparison.runs().stream().map(value).toList());
    }

    private static String time(Interval interval) {
        return Numbers.fixed(interval.low(), 2) + "–" + Numbers.fixed(interval.high(), 2);
    }

    private static String interval(Interval interval) {
        return Numbers.fixed(interval.low() * 100, 2) + "–" + Numbers.fixed(interval.high() * 100, 2);
    }

    /** Whether all runs know the same classes, and not too many of them. */
    boolean hasRecalls() {
        List<String> labels = comparison.runs().get(0).evaluation().labels();
        return labels.size() <= MOST_CLASSES
                && comparison.runs().stream()
                        .allMatch(run -> run.evaluation().labels().equals(labels));
    }

    /** Where the bars begin. */
    double origin() {
        return ClassTable.origin(comparison.runs().stream()
                .flatMap(run -> run.evaluation().perClass().stream())
                .toList());
    }
}
