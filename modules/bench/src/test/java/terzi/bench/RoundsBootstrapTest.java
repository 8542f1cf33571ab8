package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.bench.BenchReport.Estimate;
import terzi.evaluation.Interval;

class RoundsBootstrapTest {
    private static List<List<Double>> rounds(SplittableRandom random, int processes, double between, double within) {
        return IntStream.range(0, processes)
                .mapToObj(p -> {
                    double centre = 10 * (1 + between * random.nextGaussian());
                    return IntStream.range(0, 9)
                            .mapToObj(r -> centre * (1 + within * random.nextGaussian()))
                            .toList();
                })
                .toList();
    }

    @Test
    void theStatisticIsTheMeanOfTheProcessesMedians() {
        Estimate estimate = RoundsBootstrap.median(List.of(List.of(1.0, 100.0, 2.0), List.of(), List.of(4.0, 6.0)), 1);
        assertEquals((2 + 5) / 2.0, estimate.value());
        assertTrue(estimate.interval().contains(3.5));
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        List<List<Double>> rounds = rounds(new SplittableRandom(1), 5, 0.01, 0.01);
        assertEquals(RoundsBootstrap.median(rounds, 3), RoundsBootstrap.median(rounds, 3));
    }

    @Test
    void roundsThatDoNotVaryHaveAnIntervalOfNoWidth() {
        List<List<Double>> still = List.of(List.of(2.0, 2.0), List.of(2.0));
        assertEquals(new Interval(2, 2), RoundsBootstrap.median(still, 1).interval());
        assertEquals(new Interval(1, 1), RoundsBootstrap.ratio(still, still, 1).interval());
    }

    /** Many rounds in few processes must not look like many independent ones. */
    @Test
    void processesThatDifferWidenTheInterval() {
        Interval alike = RoundsBootstrap.median(rounds(new SplittableRandom(1), 6, 0, 0.01), 1)
                .interval();
        Interval different = RoundsBootstrap.median(rounds(new SplittableRandom(1), 6, 0.05, 0.01), 1)
                .interval();
        assertTrue(different.margin() > 3 * alike.margin(), alike + " and " + different);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 6})
    void aRatioIsFoundWithinItsIntervalHoweverFewTheProcesses(int processes) {
        SplittableRandom random = new SplittableRandom(7);
        int covered = 0;
        for (int trial = 0; trial < 100; trial++) {
            List<List<Double>> before = rounds(random, processes, 0.03, 0.01);
            List<List<Double>> now = rounds(random, processes, 0.03, 0.01).stream()
                    .map(process -> process.stream().map(value -> value * 1.1).toList())
                    .toList();
            covered += RoundsBootstrap.ratio(now, before, trial).interval().contains(1.1) ? 1 : 0;
        }
        assertTrue(covered >= 90, covered + " of 100 intervals cover the true ratio");
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> RoundsBootstrap.median(List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> RoundsBootstrap.median(List.of(List.of()), 1));
        assertThrows(IllegalArgumentException.class, () -> RoundsBootstrap.median(List.of(List.of(Double.NaN)), 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> RoundsBootstrap.ratio(List.of(List.of(1.0)), List.of(List.of(0.0)), 1));
    }
}
