package terzi.training.finetune;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithms 7.4, 7.5, 3.5 and 3.6) for smooth
 * functions; the line search fulfils the strong Wolfe conditions.
 */
final class Lbfgs {
    private static final int MEMORY = 10;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int TRIALS = 25;

    /** Differences of the value below this share of it may be rounding: there the slope alone decides. */
    private static final double NOISE = 5e-7;

    private final Function function;
    private final int size;
    private final Deque<Pair> pairs = new ArrayDeque<>();
    private final double[] direction;
    private double[] point;
    private double[] gradient;
    private double value;

    /** What is minimised. */
    @FunctionalInterface
    interface Function {
        /** The value at {@code point}; writes the gradient there to {@code gradient}. */
        double at(double[] point, double[] gradient);
    }

    /** Where the search ended. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Minimum(double[] point, double value, int iterations, boolean converged) {}

    /** A step, the gradient's change over it, and 1 / (step . change). */
    @SuppressWarnings("ArrayRecordComponent")
    private record Pair(double[] step, double[] change, double rho) {}

    private Lbfgs(Function function, double[] start) {
        this.function = function;
        this.size = start.length;
        this.point = start.clone();
        this.gradient = new double[size];
        this.direction = new double[size];
        this.value = function.at(point, gradient);
    }

    /** @param tolerance the search ends when no component of the gradient is larger */
    static Minimum minimise(Function function, double[] start, int iterations, double tolerance) {
        return new Lbfgs(function, start).search(iterations, tolerance);
    }

    private Minimum search(int iterations, double tolerance) {
        for (int done = 0; done < iterations; done++) {
            if (largest(gradient) <= tolerance) {
                return new Minimum(point, value, done, true);
            }
            downhill();
            if (!step(pairs.isEmpty() ? Math.min(1, 1 / norm(gradient)) : 1)) {
                if (pairs.isEmpty()) {
                    // the numbers are too coarse to go further down
                    return new Minimum(point, value, done, false);
                }
                pairs.clear();
            }
        }
        return new Minimum(point, value, iterations, largest(gradient) <= tolerance);
    }

    /** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
    private void downhill() {
        for (int i = 0; i < size; i++) {
            direction[i] = -gradient[i];
        }
        double[] alphas = new double[pairs.size()];
        int k = pairs.size();
        for (var newest = pairs.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            alphas[--k] = pair.rho * dot(pair.step, direction);
            add(direction, pair.change, -alphas[k]);
        }
        if (!pairs.isEmpty()) {
            Pair last = pairs.getLast();
            double scale = 1 / (last.rho * dot(last.change, last.change));
            for (int i = 0; i < size; i++) {
                direction[i] *= scale;
            }
        }
        for (Pair pair : pairs) {
            add(direction, pair.step, alphas[k++] - pair.rho * dot(pair.change, direction));
        }
    }

    /** Goes along the direction; false when no point there is better. */
    private boolean step(double first) {
        double slope = dot(gradient, direction);
        if (!(slope < 0)) {
            return false;
        }
        Line line = new Line(slope);
        if (!line.search(first)) {
            return false;
        }
        double[] moved = new double[size];
        double[] change = new double[size];
        for (int i = 0; i < size; i++) {
            moved[i] = line.trial[i] - point[i];
            change[i] = line.trialGradient[i] - gradient[i];
        }
        double curvature = dot(moved, change);
        if (curvature > 1e-12 * dot(change, change)) {
            if (pairs.size() == MEMORY) {
                pairs.removeFirst();
            }
            pairs.addLast(new Pair(moved, change, 1 / curvature));
        }
        point = line.trial;
        gradient = line.trialGradient;
        value = line.trialValue;
        return true;
    }

    /** The function along the direction, from the point. */
    private final class Line {
        private final double slope;
        private double[] trial = new double[size];
        private double[] trialGradient = new double[size];
        private double trialValue;
        private double trialSlope;

        Line(double slope) {
            this.slope = slope;
        }

        private void evaluate(double length) {
            for (int i = 0; i < size; i++) {
                trial[i] = point[i] + length * direction[i];
            }
            trialValue = function.at(trial, trialGradient);
            trialSlope = dot(trialGradient, direction);
        }

        private boolean isTooHigh(double length) {
            return !(trialValue <= value + SUFFICIENT_DECREASE * length * slope + noise());
        }

        private double noise() {
            return NOISE * Math.abs(value);
        }

        private boolean isFlat() {
            return Math.abs(trialSlope) <= -CURVATURE * slope;
        }

        /** Leaves an acceptable point in {@code trial}. */
        boolean search(double first) {
            double low = 0;
            double lowValue = value;
            double lowSlope = slope;
            double length = first;
            for (int i = 0; i < TRIALS; i++) {
                evaluate(length);
                if (isTooHigh(length) || (i > 0 && trialValue > lowValue + noise())) {
                    return zoom(low, lowValue, lowSlope, length);
                }
                if (isFlat()) {
                    return true;
                }
                if (trialSlope >= 0) {
                    return zoom(length, trialValue, trialSlope, low);
                }
                low = length;
                lowValue = trialValue;
                lowSlope = trialSlope;
                length *= 2;
            }
            return trialValue <= value + noise();
        }

        private boolean zoom(double from, double fromValue, double fromSlope, double to) {
            double low = from;
            double lowValue = fromValue;
            double lowSlope = fromSlope;
            double high = to;
            for (int i = 0; i < TRIALS && Math.abs(high - low) > 1e-14 * Math.max(1, low); i++) {
                double length = between(low, lowValue, lowSlope, high);
                evaluate(length);
                if (isTooHigh(length) || trialValue > lowValue + noise()) {
                    high = length;
                } else {
                    if (isFlat()) {
                        return true;
                    }
                    if (trialSlope * (high - low) >= 0) {
                        high = low;
                    }
                    low = length;
                    lowValue = trialValue;
                    lowSlope = trialSlope;
                }
            }
            if (low > 0) {
                evaluate(low);
            }
            return low > 0 && trialValue <= value + noise();
        }

        /** The minimum of a parabola through what is known, kept away from both ends; else the middle. */
        private double between(double low, double lowValue, double lowSlope, double high) {
            double width = high - low;
            double parabola = low - lowSlope * width * width / (2 * (trialValue - lowValue - lowSlope * width));
            double nearest = low + 0.1 * width;
            double farthest = high - 0.1 * width;
            boolean inside =
                    width > 0 ? parabola > nearest && parabola < farthest : parabola < nearest && parabola > farthest;
            return inside ? parabola : low + width / 2;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    private static double largest(double[] a) {
        return Arrays.stream(a).map(Math::abs).max().orElse(0);
    }

    private static void add(double[] to, double[] what, double factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }
}
