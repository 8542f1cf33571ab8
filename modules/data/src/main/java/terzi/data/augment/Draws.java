package terzi.data.augment;

import java.util.random.RandomGenerator;

/** Random draws and the checks of their parameters, shared by the records. Bit-stable: StrictMath only. */
final class Draws {
    private Draws() {}

    /** Refuses values outside (0, high]. */
    static void requirePositive(String what, double value, double high) {
        if (!(value > 0 && value <= high)) {
            throw new IllegalArgumentException(
                    what + ": expected a number above 0 and at most " + high + ", found " + value);
        }
    }

    static void requireRange(String what, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(
                    what + ": expected a number from " + low + " to " + high + ", found " + value);
        }
    }

    static boolean happens(double probability, RandomGenerator random) {
        return random.nextDouble() < probability;
    }

    static double between(double low, double high, RandomGenerator random) {
        return low + random.nextDouble() * (high - low);
    }

    static int[] permutation(int size, RandomGenerator random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Beta(alpha, alpha) as a ratio of two gamma draws. */
    static double beta(double alpha, RandomGenerator random) {
        double a = logGamma(alpha, random);
        double b = logGamma(alpha, random);
        // in logarithms, because for small alpha both draws may underflow to 0
        return 1 / (1 + StrictMath.exp(b - a));
    }

    /** The logarithm of a gamma draw (Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000). */
    private static double logGamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            return logGamma(shape + 1, random) + StrictMath.log(1 - random.nextDouble()) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            if (StrictMath.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                return StrictMath.log(d * v);
            }
        }
    }
}
