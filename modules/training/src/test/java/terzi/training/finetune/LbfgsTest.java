package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.Seeds;

/** SciPy's counts are those of {@code benchmarks/peers/lbfgs_golden.py}. */
class LbfgsTest {
    @Test
    void findsTheMinimumOfAnIllConditionedParabolaInFewSteps() {
        double[] scale = {1, 10, 100, 1000, 1e4};
        Lbfgs.Function parabola = (x, g) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double d = x[i] - i;
                g[i] = scale[i] * d;
                sum += scale[i] * d * d / 2;
            }
            return sum;
        };
        Lbfgs.Minimum minimum = Lbfgs.minimise(parabola, new double[5], 100, 1e-9);
        assertTrue(minimum.converged());
        assertTrue(minimum.iterations() < 60, "needed " + minimum.iterations());
        assertArrayEquals(new double[] {0, 1, 2, 3, 4}, minimum.point(), 1e-8);
    }

    @Test
    void walksAlongTheBananaOfRosenbrock() {
        Lbfgs.Function rosenbrock = (x, g) -> {
            double sum = 0;
            g[x.length - 1] = 0;
            g[0] = 0;
            for (int i = 0; i + 1 < x.length; i++) {
                double a = x[i + 1] - x[i] * x[i];
                double b = 1 - x[i];
                sum += 100 * a * a + b * b;
                g[i] += -400 * a * x[i] - 2 * b;
                g[i + 1] = 200 * a;
            }
            return sum;
        };
        double[] start = {-1.2, 1, -1.2, 1, -1.2, 1};
        Lbfgs.Minimum minimum = Lbfgs.minimise(rosenbrock, start, 500, 1e-8);
        assertTrue(minimum.converged());
        assertEquals(0, minimum.value(), 1e-12);
        assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, minimum.point(), 1e-6);
    }

    @Test
    void saysWhenItsStepsDidNotSuffice() {
        Lbfgs.Function slow = (x, g) -> {
            g[0] = 4 * Math.pow(x[0], 3);
            return Math.pow(x[0], 4);
        };
        Lbfgs.Minimum minimum = Lbfgs.minimise(slow, new double[] {100}, 2, 1e-12);
        assertFalse(minimum.converged());
        assertEquals(2, minimum.iterations());
    }

    @Test
    void staysWhereItIsWhenThatIsTheMinimum() {
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                (x, g) -> {
                    g[0] = x[0];
                    return x[0] * x[0] / 2;
                },
                new double[] {0},
                10,
                1e-9);
        assertTrue(minimum.converged());
        assertEquals(0, minimum.iterations());
    }

    /** Counts how often a function is evaluated. */
    private static final class Counted implements Lbfgs.Function {
        private final Lbfgs.Function function;
        private int evaluations;

        Counted(Lbfgs.Function function) {
            this.function = function;
        }

        @Override
        public double at(double[] point, double[] gradient) {
            evaluations++;
            return function.at(point, gradient);
        }
    }

    /** A sum of functions of one coordinate each, and their derivatives. */
    private static Lbfgs.Function sum(DoubleBinaryOperator function, DoubleBinaryOperator slope, double... scale) {
        return (x, g) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += function.applyAsDouble(x[i], scale[i]);
                g[i] = slope.applyAsDouble(x[i], scale[i]);
            }
            return sum;
        };
    }

    private static double[] fill(int size, double value) {
        double[] all = new double[size];
        Arrays.fill(all, value);
        return all;
    }

    static Stream<Arguments> functions() {
        double[] wide = IntStream.range(0, 40)
                .mapToDouble(i -> Math.pow(10, 3 * i / 39.0))
                .toArray();
        return Stream.of(
                Arguments.of(
                        "wide",
                        sum((x, s) -> s * (Math.cosh(x - 1) - 1), (x, s) -> s * Math.sinh(x - 1), wide),
                        new double[40],
                        fill(40, 1),
                        222),
                Arguments.of(
                        "steep",
                        sum((x, s) -> Math.exp(x) - 3 * x, (x, s) -> Math.exp(x) - 3, new double[3]),
                        new double[] {-8, 4, 0.5},
                        fill(3, Math.log(3)),
                        16),
                Arguments.of(
                        "flat",
                        sum((x, s) -> Math.sqrt(1 + x * x), (x, s) -> x / Math.sqrt(1 + x * x), new double[2]),
                        new double[] {100, -50},
                        new double[2],
                        24),
                Arguments.of(
                        "parabola",
                        sum((x, s) -> s * (x - 2) * (x - 2) / 2, (x, s) -> s * (x - 2), 1, 10, 100, 1000, 1e4),
                        new double[5],
                        fill(5, 2),
                        37));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void needsAboutAsManyEvaluationsAsSciPy(
            String name, Lbfgs.Function function, double[] start, double[] minimum, int ofSciPy) {
        Counted counted = new Counted(function);
        Lbfgs.Minimum found = Lbfgs.minimise(counted, start, 500, 1e-5);
        assertTrue(found.converged());
        assertArrayEquals(minimum, found.point(), 2e-5);
        assertTrue(counted.evaluations <= 1.4 * ofSciPy, counted.evaluations + " evaluations, SciPy needs " + ofSciPy);
        double[] gradient = new double[start.length];
        assertEquals(function.at(found.point(), gradient), found.value());
    }

    @Property(tries = 60, seed = "20261130")
    void findsWhatTheNormalEquationsSay(@ForAll @IntRange(min = 1, max = 6) int size, @ForAll long seed) {
        RandomGenerator random = Seeds.of(seed, 0, 0);
        double[][] a = new double[size + 2][size];
        double[] b = new double[size + 2];
        for (int i = 0; i < a.length; i++) {
            b[i] = random.nextGaussian();
            for (int j = 0; j < size; j++) {
                a[i][j] = random.nextGaussian();
            }
        }
        // |A x - b|^2 / 2 + |x|^2 / 20 has its minimum at (A'A + I / 10)^-1 A'b
        Lbfgs.Function squares = (x, g) -> {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                g[j] = x[j] / 10;
                sum += x[j] * x[j] / 20;
            }
            for (int i = 0; i < a.length; i++) {
                double error = -b[i];
                for (int j = 0; j < size; j++) {
                    error += a[i][j] * x[j];
                }
                sum += error * error / 2;
                for (int j = 0; j < size; j++) {
                    g[j] += error * a[i][j];
                }
            }
            return sum;
        };
        double[] start = random.doubles(size).toArray();
        double[] before = start.clone();
        Lbfgs.Minimum found = Lbfgs.minimise(squares, start, 200, 1e-7);
        assertTrue(found.converged());
        assertArrayEquals(before, start, "the start stays the caller's");
        double[] x = found.point();
        for (int j = 0; j < size; j++) {
            double row = x[j] / 10;
            for (int i = 0; i < a.length; i++) {
                double error = -b[i];
                for (int k = 0; k < size; k++) {
                    error += a[i][k] * x[k];
                }
                row += a[i][j] * error;
            }
            assertEquals(0, row, 1e-6);
        }
    }

    @Test
    void aFunctionWithoutEndIsFollowedAsFarAsTheStepsGo() {
        // exp(-x) falls for ever: it ends where the slope is below the tolerance
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                (x, g) -> {
                    g[0] = -Math.exp(-x[0]);
                    return Math.exp(-x[0]);
                },
                new double[] {0},
                100,
                1e-4);
        assertTrue(minimum.converged());
        assertTrue(minimum.point()[0] >= -Math.log(1e-4), "at " + minimum.point()[0]);
        assertTrue(minimum.iterations() < 30);
    }

    @Test
    void aGradientThatPointsTheWrongWayEndsTheSearchWhereItBegan() {
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                (x, g) -> {
                    g[0] = -2 * x[0];
                    return x[0] * x[0];
                },
                new double[] {3},
                100,
                1e-9);
        assertFalse(minimum.converged());
        assertArrayEquals(new double[] {3}, minimum.point(), 1e-3);
    }
}
