package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where the line search looks, by algorithms 3.5 and 3.6 of Nocedal and Wright worked on paper. The function is a list of answers;
 * it begins at 0 with the value 0 and a gradient of 1, so the search goes to the left along a slope of -1, and a length is the
 * distance from 0.
 */
class LineSearchTest {
    private static final double HIGH = 5;

    /** Answers what it is told, in turn; the last one for ever. */
    private static final class Script implements Lbfgs.Function {
        private final double[][] answers;
        private final List<Double> lengths = new ArrayList<>();

        /** @param answers value and slope along the direction at each point that is asked for, after the first */
        Script(double[]... answers) {
            this.answers = answers;
        }

        @Override
        public double at(double[] point, double[] gradient) {
            lengths.add(-point[0]);
            double[] answer = lengths.size() == 1
                    ? new double[] {0, -1}
                    : answers[Math.min(lengths.size() - 2, answers.length - 1)];
            gradient[0] = -answer[1];
            return answer[0];
        }

        Lbfgs.Minimum oneStep() {
            return Lbfgs.minimise(this, new double[1], 1, 1e-9);
        }

        void assertLengths(double... expected) {
            assertArrayEquals(
                    expected,
                    lengths.stream().skip(1).mapToDouble(length -> length).toArray(),
                    1e-12);
        }
    }

    private static double[] answer(double value, double slope) {
        return new double[] {value, slope};
    }

    @Test
    void aPointIsTakenWhereItIsLowEnoughAndFlatEnough() {
        // 1e-4 of the slope below and 0.9 of the slope are just enough
        Script enough = new Script(answer(-1e-4, -0.9));
        assertEquals(-1, enough.oneStep().point()[0]);
        enough.assertLengths(1);
        Script tooSteep = new Script(answer(-1e-4, -0.91), answer(-2, 0));
        assertEquals(-2, tooSteep.oneStep().value());
        tooSteep.assertLengths(1, 2);
        // a parabola through 0 with slope -1 and -0.9e-4 at 1 has its minimum at 1 / (2 (1 - 0.9e-4))
        Script tooHigh = new Script(answer(-0.9e-4, 0), answer(-2, 0));
        assertEquals(-2, tooHigh.oneStep().value());
        tooHigh.assertLengths(1, 1 / (2 * (1 - 0.9e-4)));
    }

    @Test
    void betweenTwoPointsTheMinimumOfTheParabolaIsTriedUnlessItIsNearAnEnd() {
        // 1 / (2 (5 + 1)) is within a tenth of the beginning, so the middle; then 0.25 / (2 (1 + 0.5)) of a half
        Script script = new Script(answer(HIGH, 0), answer(1, 0), answer(-1, 0));
        assertEquals(-1, script.oneStep().value());
        script.assertLengths(1, 0.5, 0.25 / 3);
        // 1 / (2 (1 - 0.48)) is within a tenth of the end
        Script nearTheEnd = new Script(answer(-0.48, 1), answer(-1, 0));
        nearTheEnd.oneStep();
        nearTheEnd.assertLengths(1, 0.5);
    }

    @Test
    void whereItRisesAgainTheSearchGoesBack() {
        Script script = new Script(
                answer(-1, 1), // behind the valley: back from 1 towards 0, of equal values the middle
                answer(-2, -1), // before the valley: from 0.5 to 1 again
                answer(-1.5, 0), // higher than at 0.5: 0.5 + 0.0625 / (2 (0.5 + 0.25))
                answer(-3, 0.9));
        Lbfgs.Minimum found = script.oneStep();
        script.assertLengths(1, 0.5, 0.75, 0.5 + 0.0625 / 1.5);
        assertEquals(-3, found.value());
        assertEquals(1, found.iterations());
        assertFalse(found.converged());
    }

    @Test
    void aLongerStepThatIsHigherThanTheOneBeforeItIsTooLong() {
        // from 1 with value -5 and slope -1 to 2 with value -4: 1 + 1 / (2 (1 + 1))
        Script script = new Script(answer(-5, -1), answer(-4, -1), answer(-6, 0));
        assertEquals(-6, script.oneStep().value());
        script.assertLengths(1, 2, 1.25);
        Script longer = new Script(answer(-5, -1), answer(-6, -1), answer(-7, 0));
        longer.oneStep();
        longer.assertLengths(1, 2, 4);
    }

    @Test
    void aSlopeWithoutEndIsFollowedForTwentyFiveTrials() {
        Lbfgs.Minimum found = Lbfgs.minimise(
                (x, gradient) -> {
                    gradient[0] = 1;
                    return x[0];
                },
                new double[1],
                1,
                1e-9);
        // 1, 2, 4, … 2²⁴
        assertEquals(-Math.pow(2, 24), found.point()[0]);
        assertEquals(-Math.pow(2, 24), found.value());
        assertEquals(1, found.iterations());
    }

    @Test
    void whatWasGoodIsTakenWhereNothingBetterIsFoundInTwentyFiveTrials() {
        double[][] answers = new double[27][];
        for (int i = 0; i < 27; i++) {
            answers[i] = i == 0 || i == 26 ? answer(-1, 1) : answer(HIGH, 0);
        }
        Script script = new Script(answers);
        Lbfgs.Minimum found = script.oneStep();
        assertEquals(28, script.lengths.size(), "the beginning, the first length, twenty-five, and the best again");
        assertEquals(-1, found.point()[0]);
        assertEquals(-1, found.value());
        // with halves of halves the last is 2⁻²⁵ away
        assertEquals(1 - Math.pow(2, -25), script.lengths.get(26), 1e-15);
    }

    /** The first length is a tenth of a millionth at a gradient of 10⁸; after twenty halves it is below 10⁻¹⁴. */
    @Test
    void theSearchEndsWhereLengthsCannotBeToldApart() {
        int[] asked = {0};
        Lbfgs.Minimum found = Lbfgs.minimise(
                (x, gradient) -> {
                    gradient[0] = 1e8;
                    return asked[0]++ == 0 ? 0 : 1e12;
                },
                new double[1],
                9,
                1e-9);
        assertEquals(1 + 1 + 20, asked[0]);
        assertFalse(found.converged());
        assertEquals(0, found.iterations());
        assertEquals(0, found.point()[0]);
    }

    /** A step from 4 to 3 is good and leaves a curvature behind; then every point is worse than the last. */
    @Test
    void whatIsKnownOfTheCurvatureIsForgottenBeforeTheSearchGivesUp() {
        int[] asked = {0};
        Lbfgs.Minimum found = Lbfgs.minimise(
                (x, gradient) -> {
                    gradient[0] = x[0];
                    return ++asked[0] <= 2 ? x[0] * x[0] / 2 : 1000;
                },
                new double[] {4},
                9,
                1e-9);
        assertEquals(3, found.point()[0], 1e-12);
        assertEquals(4.5, found.value(), 1e-12);
        assertEquals(2, found.iterations());
        assertFalse(found.converged());
        assertEquals(2 + 26 + 26, asked[0]);
    }

    /** Differences below half a millionth of the value may be rounding: the slope alone decides. */
    @ParameterizedTest
    @CsvSource({"0.49, 1", "0.51, 2"})
    void rounding(double higher, int trials) {
        List<Double> points = new ArrayList<>();
        Lbfgs.minimise(
                (x, gradient) -> {
                    points.add(x[0]);
                    gradient[0] = points.size() == 1 ? 1 : 0;
                    return points.size() == 2 ? 1e6 + higher : 1e6;
                },
                new double[1],
                1,
                1e-9);
        assertEquals(1 + trials, points.size());
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "1, 1", "4, 0.25"})
    void theFirstLengthMovesByOneAtMost(double gradient, double length) {
        List<Double> points = new ArrayList<>();
        Lbfgs.minimise(
                (x, g) -> {
                    points.add(x[0]);
                    g[0] = points.size() == 1 ? gradient : 0;
                    return -points.size();
                },
                new double[1],
                1,
                1e-9);
        assertEquals(-length * gradient, points.get(1));
    }

    @Test
    void aGradientOfTheToleranceIsSmallEnough() {
        Lbfgs.Function parabola = (x, gradient) -> {
            gradient[0] = x[0];
            return x[0] * x[0] / 2;
        };
        assertTrue(Lbfgs.minimise(parabola, new double[] {1e-3}, 5, 1e-3).converged());
        assertEquals(0, Lbfgs.minimise(parabola, new double[] {1e-3}, 5, 1e-3).iterations());
        Lbfgs.Minimum none = Lbfgs.minimise(parabola, new double[] {1}, 0, 1e-3);
        assertFalse(none.converged());
        assertEquals(1, none.point()[0]);
        // the first step goes to 0 and ends all
        assertTrue(Lbfgs.minimise(parabola, new double[] {1}, 1, 1e-3).converged());
    }
}
