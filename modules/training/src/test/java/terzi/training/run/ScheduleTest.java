package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import terzi.training.recipe.Monitor;
import terzi.training.recipe.Schedule;
import tools.jackson.databind.JsonNode;

/** What holds for every schedule; and every rate against {@code benchmarks/peers/schedules_golden.py}. */
class ScheduleTest {
    private static final double TOLERANCE = 1e-12;

    private static Schedule schedule(String kind, double[] settings) {
        return switch (kind) {
            case "cosine" -> new Schedule.Cosine(settings[0], settings[1]);
            case "oneCycle" -> new Schedule.OneCycle(settings[0], settings[1], settings[2]);
            case "step" -> new Schedule.Step((int) settings[0], settings[1]);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @Test
    void everyStepHasTheRateThatPyTorchGivesIt() throws IOException {
        JsonNode golden = Golden.read("schedules_golden.json");
        int compared = 0;
        for (JsonNode one : golden.path("rates")) {
            double[] expected = Golden.doubles(one.path(4));
            Schedule schedule = schedule(one.path(0).asString(), Golden.doubles(one.path(3)));
            LearningRate rate = new LearningRate(
                    golden.path("base").asDouble(),
                    schedule,
                    one.path(1).asInt(),
                    one.path(2).asInt());
            assertArrayEquals(
                    expected,
                    IntStream.range(0, expected.length).mapToDouble(rate::at).toArray(),
                    TOLERANCE,
                    schedule + ", " + one.path(1) + " steps an epoch");
            compared++;
        }
        assertEquals(54, compared);
    }

    @Test
    void plateausReduceTheRateWherePyTorchReducesIt() throws IOException {
        JsonNode golden = Golden.read("schedules_golden.json");
        int compared = 0;
        for (JsonNode one : golden.path("plateaus")) {
            boolean loss = one.path(0).asString().equals("min");
            Schedule plateau = new Schedule.ReduceOnPlateau(
                    loss ? Monitor.LOSS : Monitor.ACCURACY,
                    one.path(2).asDouble(),
                    one.path(1).asInt(),
                    one.path(3).asDouble(),
                    one.path(4).asDouble());
            double[] values = Golden.doubles(one.path(5));
            double[] expected = Golden.doubles(one.path(6));
            LearningRate rate = new LearningRate(golden.path("base").asDouble(), plateau, 3, values.length);
            List<Epoch> epochs = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                double before = rate.at(3L * i);
                epochs.add(epoch(i + 1, loss ? values[i] : 9, loss ? 9 : values[i]));
                boolean reduced = rate.epochEnded(epochs.get(i));
                assertEquals(expected[i], rate.at(3L * i + 3), TOLERANCE, plateau + " after " + epochs);
                assertEquals(expected[i] < before, reduced);
            }
            LearningRate resumed = new LearningRate(golden.path("base").asDouble(), plateau, 3, values.length);
            resumed.replay(epochs);
            assertEquals(expected[values.length - 1], resumed.at(99), TOLERANCE);
            compared++;
        }
        assertEquals(51, compared);
    }

    private static Epoch epoch(int number, double loss, double accuracy) {
        return new Epoch(number, 1, 0.5, loss, accuracy, 0.1, 1);
    }

    @Provide
    Arbitrary<Schedule> schedules() {
        Arbitrary<Double> fraction = Arbitraries.doubles().between(0, 1);
        return Arbitraries.oneOf(
                Arbitraries.just(new Schedule.Constant()),
                Combinators.combine(Arbitraries.integers().between(1, 9), fraction)
                        .as(Schedule.Step::new),
                Combinators.combine(Arbitraries.doubles().between(0, 3), fraction)
                        .as(Schedule.Cosine::new),
                Combinators.combine(
                                fraction,
                                Arbitraries.doubles().between(1, 100),
                                Arbitraries.doubles().between(1, 1000))
                        .as(Schedule.OneCycle::new));
    }

    @Property(tries = 300, seed = "20261130")
    void aRateIsNeverNegativeNorAboveTheBaseAndRisesOnceAtMost(
            @ForAll("schedules") Schedule schedule,
            @ForAll @IntRange(min = 1, max = 9) int stepsPerEpoch,
            @ForAll @IntRange(min = 3, max = 12) int epochs,
            @ForAll @DoubleRange(min = 0.01, max = 10) double base) {
        LearningRate rate = new LearningRate(base, schedule, stepsPerEpoch, epochs);
        boolean falls = false;
        for (int step = 0; step < stepsPerEpoch * epochs; step++) {
            double now = rate.at(step);
            assertTrue(now >= 0 && now <= base * (1 + 1e-12), schedule + ", step " + step + ": " + now);
            if (step > 0) {
                double change = now - rate.at(step - 1);
                assertTrue(!falls || change <= base * 1e-12, schedule + " rises again at step " + step);
                falls |= change < -base * 1e-9;
            }
        }
    }

    @Property(tries = 200, seed = "20261130")
    void aWarmUpBeginsAtOneShareAndReachesTheBaseAtItsLastStep(
            @ForAll @IntRange(min = 1, max = 20) int stepsPerEpoch, @ForAll @IntRange(min = 1, max = 5) int warmup) {
        LearningRate rate = new LearningRate(2, new Schedule.Cosine(warmup, 0.25), stepsPerEpoch, 8);
        int steps = warmup * stepsPerEpoch;
        assertEquals(2.0 / steps, rate.at(0), TOLERANCE);
        assertEquals(2, rate.at(steps - 1), TOLERANCE);
        assertEquals(2, rate.at(steps), TOLERANCE, "the cosine begins at its top");
        assertTrue(rate.at(steps + 1) < 2);
        assertEquals(0.5, rate.at(8L * stepsPerEpoch), TOLERANCE, "and ends where it says, after the last step");
        for (int step = 1; step < steps; step++) {
            assertEquals(2.0 / steps, rate.at(step) - rate.at(step - 1), TOLERANCE, "in equal steps");
        }
    }

    @Property(tries = 200, seed = "20261130")
    void aPlateauEndsNoLowerThanItsMinimumAndARunThatGoesOnHasTheSameRates(
            @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = 0.01, max = 3) Double> losses,
            @ForAll @IntRange(min = 0, max = 3) int patience,
            @ForAll @DoubleRange(min = 0.01, max = 0.9) double factor,
            @ForAll @IntRange(min = 1, max = 11) int cut) {
        Schedule plateau = new Schedule.ReduceOnPlateau(Monitor.LOSS, factor, patience, 1e-4, 0.05);
        LearningRate whole = new LearningRate(1, plateau, 2, losses.size());
        LearningRate resumed = new LearningRate(1, plateau, 2, losses.size());
        List<Epoch> before = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            Epoch epoch = epoch(i + 1, losses.get(i), 0.5);
            if (i < cut) {
                before.add(epoch);
            }
        }
        before.forEach(whole::epochEnded);
        resumed.replay(before);
        for (int i = before.size(); i < losses.size(); i++) {
            assertEquals(whole.at(2L * i), resumed.at(2L * i));
            whole.epochEnded(epoch(i + 1, losses.get(i), 0.5));
            resumed.epochEnded(epoch(i + 1, losses.get(i), 0.5));
        }
        double rate = whole.at(2L * losses.size());
        assertEquals(rate, resumed.at(2L * losses.size()));
        assertTrue(rate >= 0.05 && rate <= 1, "rate " + rate);
    }

    @Test
    void aReductionByNoMoreThanPyTorchsEpsilonIsNotMade() {
        // PyTorch: if old_lr - new_lr > self.eps, which is 1e-8
        for (double base : new double[] {2e-8, 2.0001e-8}) {
            LearningRate rate = new LearningRate(base, plateau(0.5, 0, 0, 0), 1, 9);
            assertEquals(false, rate.epochEnded(epoch(1, 1, 0)));
            assertEquals(base > 2e-8, rate.epochEnded(epoch(2, 1, 0)));
            assertEquals(base > 2e-8 ? base / 2 : base, rate.at(2));
        }
    }

    @Test
    void onlyPlateausLookAtEpochs() {
        LearningRate rate = new LearningRate(1, Schedule.Cosine.defaults(), 1, 10);
        for (int i = 1; i <= 20; i++) {
            assertEquals(false, rate.epochEnded(epoch(i, 5, 0)));
        }
        assertEquals(1, rate.at(0));
        assertEquals(1, new LearningRate(1, new Schedule.Constant(), 1, 10).at(9));
    }

    @Test
    void aCycleWhoseWarmUpIsItsFirstStepBeginsAtTheTop() {
        LearningRate rate = new LearningRate(1, new Schedule.OneCycle(0.25, 10, 10), 4, 1);
        assertEquals(1, rate.at(0), TOLERANCE);
        assertEquals(0.01, rate.at(3), TOLERANCE);
    }

    @Test
    void aWarmUpOfTheWholeRunEndsAtTheBase() {
        LearningRate rate = new LearningRate(1, new Schedule.Cosine(2, 0.5), 3, 2);
        assertEquals(1, rate.at(5), TOLERANCE);
        assertEquals(0.5, rate.at(6), TOLERANCE, "after the last step");
    }

    @Test
    void settingsOutOfRangeAreRefusedAndTheirBordersAreNot() {
        new Schedule.Step(1, 1);
        new Schedule.Cosine(0, 1);
        new Schedule.OneCycle(1, 1e-9, 1e-9);
        new Schedule.ReduceOnPlateau(Monitor.LOSS, 0, 0, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Step(0, 0.5));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Step(1, 1.01));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Cosine(-1e-9, 0));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Cosine(0, 1.01));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.OneCycle(1.01, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.OneCycle(0.5, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.OneCycle(0.5, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> plateau(1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> plateau(0.5, -1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> plateau(0.5, 0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> plateau(0.5, 0, 0, -1));
    }

    private static Schedule plateau(double factor, int patience, double threshold, double minimum) {
        return new Schedule.ReduceOnPlateau(Monitor.LOSS, factor, patience, threshold, minimum);
    }
}
