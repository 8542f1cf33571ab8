package terzi.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import terzi.evaluation.Interval;

/**
 * A share of images.
 *
 * @param interval its 95 % interval (Wilson)
 */
record Proportion(double value, long count, long images, Interval interval) {
    static Proportion of(long count, long images) {
        return new Proportion((double) count / images, count, images, Interval.wilson(count, images));
    }

    static <T> Proportion of(List<T> images, Predicate<? super T> counted) {
        return of(images.stream().filter(counted).count(), images.size());
    }

    /** For example {@code 91.5 (89.0 to 93.5)}. */
    String percent() {
        return String.format(
                Locale.ROOT, "%.1f (%.1f to %.1f)", 100 * value, 100 * interval.low(), 100 * interval.high());
    }
}
