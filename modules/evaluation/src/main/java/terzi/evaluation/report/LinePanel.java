package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A small chart of lines, one of many with the same axes: each shows one thing strongly and the others as a background, which
 * stays readable where a dozen lines of a dozen colours do not. Its title stands beside it, in the page.
 *
 * @param description what it shows, in words, for those who do not see it
 * @param lines drawn in this order
 */
public record LinePanel(String description, Axis x, Axis y, List<Line> lines) {
    public LinePanel {
        lines = List.copyOf(lines);
    }

    /** What a line is for. */
    public enum Role {
        /** What the panel is about. */
        SUBJECT,
        /** What the subject is held against: broken, in another colour. */
        AGAINST,
        /** Everything else, faint. */
        BACKGROUND
    }

    /** A line through points, from left to right. */
    public record Line(Role role, List<Point> points) {
        public Line {
            points = List.copyOf(points);
        }
    }

    /**
     * A point with an interval.
     *
     * @param low lower end of the interval of {@code y}; {@code y} itself if there is none
     */
    public record Point(double x, double y, double low, double high) {
        public static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }

        boolean hasInterval() {
            return low < y || y < high;
        }
    }

    /** A place on an axis. */
    public record Tick(double at, String label) {}

    /** How values become places. */
    public enum Scale {
        LINEAR,
        LOGARITHMIC
    }

    /**
     * An axis.
     *
     * @param high above {@code low}
     */
    public record Axis(String title, Scale scale, double low, double high, List<Tick> ticks) {
        private static final int FEWEST = 3;
        private static final int MOST = 7;
        private static final int ENOUGH = 20;

        /** What lies outside is drawn at the edge. */
        private static final double LEAST = 1e-100;

        private static final double MOST_VALUE = 1e100;

        public Axis {
            ticks = List.copyOf(ticks);
            if (!(low < high) || !Double.isFinite(high - low) || (scale == Scale.LOGARITHMIC && low <= 0)) {
                throw new IllegalArgumentException("axis " + title + ": expected finite low < high"
                        + (scale == Scale.LOGARITHMIC ? " and both above 0" : "") + ", found " + low + " to " + high);
            }
        }

        /** From nothing to a round number not below the highest value. */
        public static Axis fromZero(String title, double highest) {
            double most = highest >= LEAST ? Math.min(highest, MOST_VALUE) : 1;
            double step = round(most / 4);
            double high = Math.ceil(most / step - 1e-9) * step;
            return new Axis(title, Scale.LINEAR, 0, high, even(0, high, step));
        }

        /** Logarithmic, with some room around the values. */
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
