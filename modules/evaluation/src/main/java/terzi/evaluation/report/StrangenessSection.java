package terzi.evaluation.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import terzi.evaluation.Strangeness;

/** What {@code strangeness.jte} shows: how many images a threshold rejects, and the strangest of them. */
record StrangenessSection(Strangeness strangeness, String part, List<ImageCard> cards) {
    static final int STRANGEST = 14;

    /** A threshold below would reject more than anyone wants to. */
    private static final double LOWEST = 0.8;

    private static final int STEPS = 200;

    /** Rows of the strangest images, the strangest first. */
    static List<Integer> strangest(Strangeness strangeness) {
        return IntStream.range(0, strangeness.values().size())
                .boxed()
                .sorted(Comparator.comparingDouble(row -> -strangeness.values().get(row)))
                .limit(STRANGEST)
                .toList();
    }

    /** Whether the promise is outside of the interval, and in which direction. */
    static String verdict(Strangeness.Rejected rejected) {
        return rejected.interval().contains(rejected.promised())
                ? "as promised"
                : rejected.share() > rejected.promised() ? "more than promised" : "fewer than promised";
    }

    String value(ImageCard card) {
        return Numbers.fixed(strangeness.values().get(card.row()), 3);
    }

    Figure figure() {
        String description = String.format(
                Locale.ROOT,
                "Share of images rejected by a threshold of the strangeness from %.1f to 1; at 0.95 it is %.1f %%, promised are 5 %%.",
                LOWEST,
                strangeness.rejected(0.05).share() * 100);
        return Chart.panel(description, palette -> {
            XYChart chart = Chart.lines(palette, "Rejected images", "threshold of the strangeness", "rejected, %");
            Chart.guide(chart, palette, "promised", new double[] {LOWEST, 1}, new double[] {100 * (1 - LOWEST), 0});
            double[] thresholds = IntStream.rangeClosed(0, STEPS)
                    .mapToDouble(step -> LOWEST + (1 - LOWEST) * step / STEPS)
                    .toArray();
            double[] shares = IntStream.range(0, thresholds.length)
                    .mapToDouble(
                            i -> 100 * strangeness.rejected(1 - thresholds[i]).share())
                    .toArray();
            XYSeries series = chart.addSeries("these images", thresholds, shares);
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(palette.first());
            chart.getStyler().setXAxisMin(LOWEST);
            chart.getStyler().setXAxisMax(1.0);
            chart.getStyler().setXAxisTickMarkSpacingHint(70);
            chart.getStyler().setYAxisMin(0.0);
            return chart;
        });
    }
}
