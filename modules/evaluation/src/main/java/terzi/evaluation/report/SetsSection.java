package terzi.evaluation.report;

import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import terzi.evaluation.Interval;
import terzi.evaluation.SetCoverage;

/** What {@code sets.jte} shows: how often the prediction sets contain the true class, the worst class first. */
record SetsSection(SetCoverage sets, String part) {
    /** More would not be read. */
    private static final int MOST = 200;

    /** A class with its coverage. */
    record Row(SetCoverage.ClassCoverage coverage, double promised) {
        double share() {
            return coverage.share();
        }

        Interval interval() {
            return coverage.interval();
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
        return new Row(sets.total(), sets.promised());
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
