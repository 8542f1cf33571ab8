package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A small line chart, one of several with the same axes. Each emphasizes one subject and shows the others in the
 * background, which stays readable where a dozen lines in a dozen colours do not. The page has its title.
 *
 * @param description description in words, for screen readers
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines lines in drawing order
 */
public record LinePanel(String description, Axis x, Axis y, List<Line> lines) {
    /**
     * Creates a chart from a copy of the lines.
     *
     * @param description description in words, for screen readers
     * @param x horizontal axis
     * @param y vertical axis
     * @param lines lines in drawing order
     */
    public LinePanel {
        lines = List.copyOf(lines);
    }

    /** The role of a line in a chart. */
    public enum Role {
        /** The subject of the chart, emphasized. */
        SUBJECT,
        /** The reference to compare the subject with: dashed, in another colour. */
        AGAINST,
        /** Everything else, faint. */
        BACKGROUND
    }

    /**
     * A line through points.
     *
     * @param role role of the line
     * @param points points from left to right
     */
    public record Line(Role role, List<Point> points) {
        /**
         * Creates a line from a copy of the points.
         *
         * @param role role of the line
         * @param points points from left to right
         */
        public Line {
            points = List.copyOf(points);
        }
    }

    /**
     * A point with an interval of its y value.
     *
     * @param x value on the horizontal axis
     * @param y value on the vertical axis
     * @param low lower end of the interval; {@code y} if there is none
     * @param high upper end of the interval; {@code y} if there is none
     */
    public record Point(double x, double y, double low, double high) {
        /**
         * {@return a point without an interval}
         *
         * @param x value on the horizontal axis
         * @param y value on the vertical axis
         */
        public static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }

        boolean hasInterval() {
            return low < y || y < high;
        }
    }

    /**
     * A labelled position on an axis.
     *
     * @param at value at the position
     * @param label text beside it
     */
    public record Tick(double at, String label) {}

    /** The scale of an axis. */
    public enum Scale {
        /** Positions are proportional to values. */
        LINEAR,
        /** Positions are proportional to the logarithms of values. */
        LOGARITHMIC
    }

    /**
     * An axis. Values outside of it are drawn at its ends.
     *
     * @param title title with the unit
     * @param scale scale of the axis
     * @param low lower end, finite; above 0 on a logarithmic scale
     * @param high upper end, finite and above {@code low}
     * @param ticks labelled positions
     */
    public record Axis(String title, Scale scale, double low, double high, List<Tick> ticks) {
        private static final int FEWEST = 3;
        private static final int MOST = 7;
        private static final int ENOUGH = 20;

        /** What lies outside is drawn at the edge. */
        private static final double LEAST = 1e-100;

        private static final double MOST_VALUE = 1e100;

        /**
         * Creates an axis from a copy of the ticks.
         *
         * @param title title with the unit
         * @param scale scale of the axis
         * @param low lower end, finite
         * @param high upper end, finite and above {@code low}
         * @param ticks labelled positions
         * @throws IllegalArgumentException if the ends are not finite and ascending, or {@code low} is not above 0 on a
         *     logarithmic scale
         */
        public Axis {
            ticks = List.copyOf(ticks);
            if (!(low < high) || !Double.isFinite(high - low) || (scale == Scale.LOGARITHMIC && low <= 0)) {
                throw new IllegalArgumentException("axis " + title + ": expected finite low < high"
                        + (scale == Scale.LOGARITHMIC ? " and both above 0" : "") + ", found " + low + " to " + high);
            }
        }

        /**
         * {@return a linear axis from 0 to the next round number}
         *
         * @param title title with the unit
         * @param highest highest value of the chart
         */
        public static Axis fromZero(String title, double highest) {
            double most = highest >= LEAST ? Math.min(highest, MOST_VALUE) : 1;
            double step = round(most / 4);
            double high = Math.ceil(most / step - 1e-9) * step;
            return new Axis(title, Scale.LINEAR, 0, high, even(0, high, step));
        }

        /**
         * {@return a logarithmic axis with some margin around the values}
         *
         * @param title title with the unit
         * @param lowest lowest value of the chart, above 0
         * @param highest highest value of the chart
         */
        public static Axis logarithmic(String title, double lowest, double highest) {
            double from = lowest >= LEAST ? Math.min(lowest, MOST_VALUE) : LEAST;
            double low = from / 1.08;
            double high = Math.max(Math.min(highest, MOST_VALUE), from * 1.2) * 1.08;
            List<Tick> ticks = decades(low, high, 1, 2, 5);
            if (ticks.size() > MOST) {
                ticks = decades(low, high, 1);
            }
            if (ticks.size() > ENOUGH) {
                int every = ticks.size() / MOST;
                List<Tick> all = ticks;
                ticks = IntStream.range(0, all.size())
                        .filter(i -> i % every == 0)
                        .mapToObj(all::get)
                        .toList();
            }
            if (ticks.size() < FEWEST) {
                double step = round((high - low) / 5);
                ticks = even(Math.ceil(low / step) * step, high, step);
            }
            return new Axis(title, Scale.LOGARITHMIC, low, high, ticks);
        }

        private static List<Tick> decades(double low, double high, int... digits) {
            List<Tick> ticks = new ArrayList<>();
            for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
                for (int digit : digits) {
                    double value = digit * Math.pow(10, power);
                    if (low <= value && value <= high) {
                        ticks.add(new Tick(value, number(value, Math.max(0, -power))));
                    }
                }
            }
            return ticks;
        }

        private static List<Tick> even(double first, double high, double step) {
            int decimals = Math.max(0, -(int) Math.floor(Math.log10(step) + 1e-9));
            List<Tick> ticks = new ArrayList<>();
            for (int i = 0; i <= ENOUGH && first + i * step <= high * (1 + 1e-9); i++) {
                ticks.add(new Tick(first + i * step, number(first + i * step, decimals)));
            }
            return ticks;
        }

        private static String number(double value, int decimals) {
            return String.format(Locale.ROOT, "%,." + decimals + "f", value);
        }

        /** The next of 1, 2, 5, 10, 20 and so on. */
        private static double round(double step) {
            double power = Math.pow(10, Math.floor(Math.log10(step)));
            double digit = step / power;
            return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
        }

        /** Where a value lies, 0 for {@code low} and 1 for {@code high}; what lies outside is put at the edge. */
        double place(double value) {
            double inside = Math.max(low, Math.min(high, value));
            return scale == Scale.LINEAR
                    ? (inside - low) / (high - low)
                    : Math.log(inside / low) / Math.log(high / low);
        }
    }
}
