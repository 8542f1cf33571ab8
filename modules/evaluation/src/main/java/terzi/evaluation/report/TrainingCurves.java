package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import terzi.evaluation.report.Report.Step;

/** Loss, accuracy and learning rate over the epochs, the one that was kept marked. */
final class TrainingCurves {
    /** So many epochs have circles, which need some room: a share of the panel. */
    private static final int FEW = 12;

    private static final double ROOM = 0.03;
    /** A rate that fell by less is readable as it is; one that fell to nothing, as a cosine does, would be all axis. */
    private static final double STEPS = 20;

    private static final double NOTHING = 10_000;

    private final Report.Training training;
    private final List<Step> steps;
    private final int kept;

    private TrainingCurves(Report.Training training) {
        this.training = training;
        steps = training.steps();
        kept = training.keptEpoch();
    }

    /** The panels; none without an epoch. */
    static List<Figure> of(Report.Training training) {
        if (training.steps().isEmpty()) {
            return List.of();
        }
        TrainingCurves curves = new TrainingCurves(training);
        List<Figure> panels = new ArrayList<>();
        panels.add(curves.pair("Loss", Step::trainLoss, Step::validationLoss, 1));
        panels.add(curves.pair("Accuracy", Step::trainAccuracy, Step::validationAccuracy, 100));
        panels.add(curves.learningRate());
        return panels;
    }

    private Figure pair(String title, ToDoubleFunction<Step> train, ToDoubleFunction<Step> validation, double scale) {
        Step last = steps.get(steps.size() - 1);
        String description = String.format(
                Locale.ROOT,
                "%s over %d epochs%s; at the last %s on training and %s on validation images; %s.",
                title,
                steps.size(),
                training.turnsPlain() ? ", without augmentation from " + training.plainFrom() + " on" : "",
                Ordinate.figure(train.applyAsDouble(last)),
                Ordinate.figure(validation.applyAsDouble(last)),
                kept == 0 ? "no epoch was kept" : "epoch " + kept + " was kept");
        Ordinate ordinate = Ordinate.of(steps.stream()
                .flatMapToDouble(step -> DoubleStream.of(train.applyAsDouble(step), validation.applyAsDouble(step)))
                .map(value -> value * scale));
        return Chart.panel(description, palette -> {
            XYChart chart = Chart.lines(
                    palette,
                    title,
                    "epoch",
                    (scale == 100 ? "accuracy, %" : "mean per image")
                            + (ordinate.isLogarithmic() ? ", logarithmic" : ""));
            // a step within one line would look like learning
            boolean turns = training.turnsPlain();
            series(chart, "training", placed(ordinate, only(train, step -> !turns || !training.isPlain(step)), scale));
            series(chart, "validation", placed(ordinate, validation, scale));
            if (turns) {
                series(chart, "plain", placed(ordinate, only(train, training::isPlain), scale));
            }
            // above and below circles, which the frame would cut
            ordinate.applyTo(chart, steps.size() <= FEW ? ROOM : 0);
            markKept(chart, palette);
            return chart;
        });
    }

    private static ToDoubleFunction<Step> placed(Ordinate ordinate, ToDoubleFunction<Step> value, double scale) {
        return step -> ordinate.place(value.applyAsDouble(step) * scale);
    }

    private Figure learningRate() {
        String description = String.format(
                Locale.ROOT,
                "Learning rate over the epochs, from %s to %s.",
                steps.get(0).learningRate(),
                steps.get(steps.size() - 1).learningRate());
        Ordinate ordinate = Ordinate.of(finiteRates());
        return Chart.panel(description, palette -> {
            XYChart chart = Chart.lines(
                    palette,
                    "Learning rate",
                    "epoch",
                    "at the end of the epoch" + (ordinate.isLogarithmic() ? ", logarithmic" : ""));
            series(chart, "learning rate", placed(ordinate, Step::learningRate, 1));
            double highest = finiteRates().max().orElse(1);
            double lowest = finiteRates().min().orElse(0);
            if (ordinate.isLogarithmic()) {
                ordinate.applyTo(chart, ROOM);
                markKept(chart, palette);
                return chart;
            } else if (lowest > 0 && highest / lowest > STEPS && highest / lowest < NOTHING) {
                chart.getStyler().setYAxisLogarithmic(true);
            } else {
                chart.getStyler().setYAxisMin(0.0);
                chart.getStyler().setYAxisMax(highest > 0 ? highest * 1.05 : 1);
            }
            chart.getStyler().setYAxisDecimalPattern(highest < 0.001 ? "0.#E0" : "0.#####");
            markKept(chart, palette);
            return chart;
        });
    }

    private DoubleStream finiteRates() {
        return steps.stream().mapToDouble(Step::learningRate).filter(Double::isFinite);
    }

    private static ToDoubleFunction<Step> only(ToDoubleFunction<Step> value, Predicate<Step> there) {
        return step -> there.test(step) ? value.applyAsDouble(step) : Double.NaN;
    }

    private void series(XYChart chart, String name, ToDoubleFunction<Step> value) {
        // an epoch that diverged has no finite loss: the line has a gap there, as where it belongs to another line
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (Step step : steps) {
            xs.add((double) step.epoch());
            ys.add(value.applyAsDouble(step));
        }
        if (ys.stream().allMatch(y -> y.isNaN())) {
            return;
        }
        XYSeries series = chart.addSeries(name, xs, ys);
        long shown = ys.stream().filter(Double::isFinite).count();
        series.setMarker(steps.size() <= FEW || shown == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        int first = steps.get(0).epoch();
        int last = steps.get(steps.size() - 1).epoch();
        double room = first == last ? 1 : steps.size() <= FEW ? ROOM * (last - first) : 0;
        chart.getStyler().setXAxisMin(first - room);
        chart.getStyler().setXAxisMax(last + room);
        chart.getStyler().setXAxisDecimalPattern("0");
    }

    private void markKept(XYChart chart, Palette palette) {
        if (steps.stream().noneMatch(step -> step.epoch() == kept)) {
            return;
        }
        chart.addAnnotation(new AnnotationLine(kept, true, false));
        // The line has no name of its own in the legend. A value that is not there, between two epochs: where all
        // values stand at equal distances, the library writes as many of them as touch each other, else round
        // numbers with room.
        double between = steps.get(0).epoch() + 0.37;
        XYSeries name = chart.addSeries("kept: epoch " + kept, new double[] {between}, new double[] {Double.NaN});
        name.setMarker(SeriesMarkers.NONE);
        name.setLineColor(palette.ink());
        name.setLineStyle(Chart.broken());
    }
}
