package terzi.evaluation.report;

import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import terzi.evaluation.Interval;

/** What {@code sets.jte} shows: how often the prediction sets contain the true class, the worst class first. */
record SetsSection(Report.Sets sets) {
    /** More would not be read. */
    private static final int MOST = 200;

    /** A class with its coverage. */
    record Row(Report.ClassCoverage coverage, double promised) {
        double share() {
            return (double) coverage.covered() / coverage.images();
        }

        Interval interval() {
            return Interval.wilson(coverage.covered(), coverage.images());
        }

        /** Whether the interval ends below the promise. */
        boolean isBelow() {
            return interval().high() < promised;
        }
    }

    private List<Row> measured() {
        return sets.classes().stream()
                .filter(one -> one.images() > 0)
                .map(one -> new Row(one, sets.promised()))
                .sorted(Comparator.comparingDouble(Row::share))
                .toList();
    }

    List<Row> rows() {
        return measured().stream().limit(MOST).toList();
    }

    /** All classes as one row; its label is not shown. */
    Row total() {
        int images =
                sets.classes().stream().mapToInt(Report.ClassCoverage::images).sum();
        double sizes = sets.classes().stream()
                .mapToDouble(one -> one.meanSize() * one.images())
                .sum();
        int covered =
                sets.classes().stream().mapToInt(Report.ClassCoverage::covered).sum();
        return new Row(
                new Report.ClassCoverage("all", images, covered, images == 0 ? 0 : sizes / images), sets.promised());
    }

    /** Where bars begin. */
    double origin() {
        double lowest = measured().stream()
                .mapToDouble(row -> row.interval().low())
                .min()
                .orElse(0);
        return DoubleStream.of(0.8, 0.5).filter(at -> lowest >= at).findFirst().orElse(0);
    }

    String promised() {
        return Numbers.fixed(sets.promised() * 100, 0) + "\u00a0%";
    }

    String verdict() {
        long below = measured().stream().filter(Row::isBelow).count();
        return below == 0
                ? "No class is clearly below the promise."
                : Counted.of(below, "class is", "classes are") + " clearly below the promise.";
    }
}
