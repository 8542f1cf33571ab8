package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import terzi.bench.BenchReport.Latency;
import terzi.bench.BenchReport.Load;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.Findings.Ranked;
import terzi.evaluation.report.LinePanel;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Line;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Role;
import terzi.evaluation.report.LinePanel.Scale;

/**
 * The charts of one subject: a small panel for each backend, on the same axes, with the other backends as a faint background.
 */
final class BenchPanels {
    /** Where the slowest call stands; 99.9 % stands at 1,000. */
    private static final double SLOWEST = 4_000;

    /** The shares that are written at the axis. */
    private static final List<Double> SHOWN = List.of(0.0, 0.5, 0.9, 0.99, 0.999, 1.0);

    /** From this ratio of the fastest to the slowest, a linear axis would show the slow ones as nothing. */
    private static final double WIDE = 12;

    private final List<Ranked> measured;
    private final String baseline;

    /** @param baseline id of the baseline, or nothing */
    BenchPanels(List<Ranked> measured, String baseline) {
        this.measured = List.copyOf(measured);
        this.baseline = baseline;
    }

    /** A panel, whose it is, and its figures. */
    record Titled(Ranked one, String caption, LinePanel panel) {}

    /** Times over the share of calls that were at least as quick. */
    List<Titled> latency() {
        Function<Ranked, List<Point>> points = one -> points(one.figures().latency());
        Axis y = times(measured.stream().map(points).toList());
        return measured.stream()
                .map(one -> new Titled(
                        one,
                        "p50 " + Digits.three(one.figures().latency().p50().value()) + " ms, p99 "
                                + Digits.three(one.figures().latency().p99().value()) + " ms, slowest "
                                + Digits.three(one.figures().latency().max()) + " ms",
                        new LinePanel(
                                "Times of single calls of " + one.id() + ": half of them within "
                                        + Digits.three(
                                                one.figures().latency().p50().value())
                                        + " ms, 99 of 100 within "
                                        + Digits.three(
                                                one.figures().latency().p99().value())
                                        + " ms.",
                                shares("per cent of the calls"),
                                y,
                                againstBaseline(measured, one, points))))
                .toList();
    }

    /** Images in a second over the batch size. */
    List<Titled> throughput() {
        List<Ranked> with = measured.stream()
                .filter(one -> !one.figures().throughput().isEmpty())
                .toList();
        List<Integer> batches = batches(with);
        if (batches.isEmpty()) {
            return List.of();
        }
        double[] speeds = with.stream()
                .flatMap(one -> one.figures().throughput().stream())
                .flatMapToDouble(t -> DoubleStream.of(
                        t.perSecond().interval().low(), t.perSecond().interval().high()))
                .filter(value -> value > 0)
                .toArray();
        double lowest = DoubleStream.of(speeds).min().orElse(1);
        double highest = DoubleStream.of(speeds).max().orElse(1);
        String title = "images a second";
        Axis y = highest > WIDE * lowest ? Axis.logarithmic(title, lowest, highest) : Axis.fromZero(title, highest);
        double first = place(batches.get(0));
        double last = place(batches.get(batches.size() - 1));
        double room = Math.max(0.3, 0.06 * (last - first));
        Axis x = new Axis("batch size", Scale.LINEAR, first - room, last + room, BenchPanels::batch);
        List<Titled> panels = new ArrayList<>();
        for (Ranked one : with) {
            List<Line> lines =
                    againstBaseline(with, one, other -> points(other.figures().throughput()));
            panels.add(new Titled(
                    one,
                    one.best()
                            .map(best ->
                                    "most with batch " + best.batch() + ": " + Digits.withInterval(best.perSecond()))
                            .orElse(""),
                    new LinePanel("Images a second over the batch size of " + one.id() + ".", x, y, lines)));
        }
        return panels;
    }

    /** Times from arrival to answer, against those that a closed loop would have counted. */
    List<Titled> load() {
        List<Ranked> with = measured.stream()
                .filter(one -> one.figures().load().isPresent())
                .toList();
        Function<Ranked, List<Point>> response =
                one -> points(one.figures().load().orElseThrow().response());
        Function<Ranked, List<Point>> service =
                one -> points(one.figures().load().orElseThrow().service());
        if (with.isEmpty()) {
            return List.of();
        }
        Axis y = times(with.stream()
                .flatMap(one -> List.of(response.apply(one), service.apply(one)).stream())
                .toList());
        List<Titled> panels = new ArrayList<>();
        for (Ranked one : with) {
            Load load = one.figures().load().orElseThrow();
            List<Line> lines = new ArrayList<>(others(with, one, response));
            lines.add(new Line(Role.AGAINST, service.apply(one)));
            lines.add(new Line(Role.SUBJECT, response.apply(one)));
            panels.add(new Titled(
                    one,
                    Digits.three(load.arrivalsPerSecond()) + " arrivals/s, busy " + Digits.percent(load.use())
                            + "; p99 "
                            + Digits.three(load.response().p99().value()) + " ms against "
                            + Digits.three(load.service().p99().value()) + " ms",
                    new LinePanel(
                            "Times from arrival to answer of " + one.id() + ": 99 of 100 within "
                                    + Digits.three(load.response().p99().value()) + " ms; of the calls alone "
                                    + Digits.three(load.service().p99().value()) + " ms.",
                            shares("per cent of the images"),
                            y,
                            lines)));
        }
        return panels;
    }

    /** All batch sizes, ascending. */
    static List<Integer> batches(List<Ranked> measured) {
        return measured.stream()
                .flatMap(one -> one.figures().throughput().stream())
                .map(Throughput::batch)
                .distinct()
                .sorted()
                .toList();
    }

    private static double place(int batch) {
        return Math.log(batch) / Math.log(2);
    }

    /** The batch size at a place, if it is a power of 2. */
    private static String batch(double place) {
        return place >= 0 && place == Math.rint(place) ? Long.toString(1L << (int) place) : " ";
    }

    /** The one's line before all others, of which the baseline's is another kind. */
    private List<Line> againstBaseline(List<Ranked> with, Ranked one, Function<Ranked, List<Point>> points) {
        List<Ranked> plain =
                with.stream().filter(other -> !other.id().equals(baseline)).toList();
        List<Line> lines = new ArrayList<>(others(plain, one, points));
        with.stream()
                .filter(other -> !other.is(one) && other.id().equals(baseline))
                .forEach(other -> lines.add(new Line(Role.AGAINST, points.apply(other))));
        lines.add(new Line(Role.SUBJECT, points.apply(one)));
        return lines;
    }

    private static List<Line> others(List<Ranked> with, Ranked one, Function<Ranked, List<Point>> points) {
        return with.stream()
                .filter(other -> !other.is(one))
                .map(other -> new Line(Role.BACKGROUND, points.apply(other)))
                .toList();
    }

    private static List<Point> points(Latency latency) {
        return IntStream.range(
                        0, Math.min(Latency.SHARES.size(), latency.curve().size()))
                .mapToObj(i ->
                        Point.of(oneIn(Latency.SHARES.get(i)), latency.curve().get(i)))
                .filter(point -> point.y() > 0)
                .toList();
    }

    private static List<Point> points(List<Throughput> throughput) {
        return throughput.stream()
                .map(one -> new Point(
                        place(one.batch()),
                        one.perSecond().value(),
                        one.perSecond().interval().low(),
                        one.perSecond().interval().high()))
                .toList();
    }

    private static Axis times(List<List<Point>> lines) {
        double[] values =
                lines.stream().flatMap(List::stream).mapToDouble(Point::y).toArray();
        double lowest = DoubleStream.of(values).min().orElse(1);
        return Axis.logarithmic("ms", lowest, DoubleStream.of(values).max().orElse(lowest));
    }

    /**
     * The axis of shares by how many images there are for each that takes longer: each further nine takes as much room as the
     * one before, so that the rare slow calls can be seen.
     */
    private static Axis shares(String title) {
        return new Axis(title, Scale.LOGARITHMIC, 1, 1.05 * SLOWEST, one -> SHOWN.stream()
                .filter(share -> Math.abs(oneIn(share) - one) < 1e-6 * one)
                .findFirst()
                .map(share -> share == 1 ? "all" : Digits.plain(share * 100))
                .orElse(" "));
    }

    /** One of so many calls takes longer. */
    private static double oneIn(double share) {
        return share >= 1 ? SLOWEST : 1 / (1 - share);
    }
}
