package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

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
}
