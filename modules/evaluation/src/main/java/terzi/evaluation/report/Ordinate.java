package terzi.evaluation.report;

import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;

/**
 * Where the values of a curve lie on its y axis. Curves of a run that diverged span hundreds of decades, and those that stand
 * still span nothing: the plotting library adds up steps until it has passed the range, and where a step is smaller than the
 * distance between two doubles it never does. Such values are drawn by their logarithm, and every range is given some width.
 *
 * @param kind how values become places
 * @param low the smallest place
 * @param high the largest place, above {@code low}
 */
record Ordinate(Kind kind, double low, double high) {
    /** How values become places. */
    enum Kind {
        /** The value itself; the library finds its own bounds. */
        USUAL,
        /** The value itself, in a range wider than that of the values. */
        WIDENED,
        /** The decimal logarithm of the value. */
        LOGARITHMIC
    }

    /** Losses, shares and rates of a healthy run lie below. */
    private static final double LARGE = 1e4;

    /** So small values would all be written as 0. */
    private static final double SMALL = 1e-6;

    /** A range narrower than this share of its values is widened: still millions of doubles. */
    private static final double NARROW = 1e-6;

    /** Of the values of curves; those that are not finite are left out. */
    static Ordinate of(DoubleStream values) {
        double[] finite = values.filter(Double::isFinite).sorted().toArray();
        if (finite.length == 0) {
            return new Ordinate(Kind.WIDENED, 0, 1);
        }
        double lowest = finite[0];
        double highest = finite[finite.length - 1];
        boolean usual = lowest >= -LARGE && highest <= LARGE && (highest == 0 || Math.abs(highest) >= SMALL);
        if (usual) {
            return linear(lowest, highest);
        }
        double least = DoubleStream.of(finite).filter(value -> value > 0).min().orElse(1);
        double low = Math.log10(least);
        double high = Math.log10(Math.max(least, highest));
        double room = high - low < 1 ? 0.5 : 0;
        return new Ordinate(Kind.LOGARITHMIC, low - room, high + room);
    }

    private static Ordinate linear(double low, double high) {
        double scale = Math.max(Math.abs(low), Math.abs(high));
        if (high - low > NARROW * scale) {
            return new Ordinate(Kind.USUAL, low, high);
        }
        double room = scale == 0 ? 1 : scale / 10;
        return new Ordinate(Kind.WIDENED, low - room, high + room);
    }

    boolean isLogarithmic() {
        return kind == Kind.LOGARITHMIC;
    }

    /** The place of a value; not a number where it has none. */
    double place(double value) {
        if (!Double.isFinite(value)) {
            return Double.NaN;
        }
        // a loss of exactly 0 has no logarithm: it is drawn at the edge
        return isLogarithmic() ? (value > 0 ? Math.max(low, Math.log10(value)) : low) : value;
    }

    /**
     * Bounds the axis, and writes values rather than logarithms at its ticks.
     *
     * @param room more of it below and above, as a share of the range; 0 leaves the usual bounds to the library
     */
    void applyTo(XYChart chart, double room) {
        if (kind != Kind.USUAL || room > 0) {
            chart.getStyler().setYAxisMin(low - room * (high - low));
            chart.getStyler().setYAxisMax(high + room * (high - low));
        }
        if (isLogarithmic()) {
            chart.getStyler().setYAxisTickLabelsFormattingFunction(Ordinate::label);
        }
    }

    /** {@code 1e16} for 16, {@code 100} for 2. */
    private static String label(double exponent) {
        long whole = Math.round(exponent);
        if (Math.abs(exponent - whole) > 1e-9) {
            return String.format(Locale.ROOT, "%.1e", Math.pow(10, exponent));
        }
        return Math.abs(whole) <= 3
                ? String.format(Locale.ROOT, "%." + Math.max(0, -whole) + "f", Math.pow(10, (double) whole))
                : "1e" + whole;
    }

    /** A figure with as many digits as it deserves. */
    static String figure(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < LARGE ? "%.4f" : "%.4g", value);
    }
}
