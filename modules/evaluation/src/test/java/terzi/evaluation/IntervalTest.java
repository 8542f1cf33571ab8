package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IntervalTest {

    @Test
    void wilsonIsScipys() {
        Golden.stream(Golden.read().get("wilson"))
                .forEach(golden -> Golden.assertClose(
                        golden.get("interval"),
                        Interval.wilson(
                                golden.get("successes").asLong(),
                                golden.get("trials").asLong()),
                        golden.toString()));
    }

    @Test
    void nothingSeenMeansNothingKnown() {
        assertEquals(new Interval(0, 1), Interval.wilson(0, 0));
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(2, 1));
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Interval(Double.NaN, 1));
    }

    @Test
    void aBootstrapIntervalOfTheMeanIsAsWideAsTheNormalOne() {
        SplittableRandom random = new SplittableRandom(7);
        double[] sample = random.doubles(400).toArray();
        double mean = Arrays.stream(sample).average().orElseThrow();
        double error = 1.96 * Math.sqrt(1 / 12.0 / sample.length);
        Interval interval =
                Interval.bootstrap(sample, s -> Arrays.stream(s).average().orElseThrow(), 4000, 1);
        assertEquals(mean - error, interval.low(), 0.15 * error);
        assertEquals(mean + error, interval.high(), 0.15 * error);
    }

    @Test
    void theSameSeedGivesTheSameIntervalAndAnotherSeedAnother() {
        int[] truth = new int[300];
        int[] predicted = new int[300];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i % 3;
            predicted[i] = i % 5 == 0 ? (i + 1) % 3 : i % 3;
        }
        ConfusionMatrix confusion = ConfusionMatrix.of(List.of("a", "b", "c"), truth, predicted);
        LongFunction<Interval> ofSeed = seed -> Interval.bootstrap(
                        random -> {
                            int[] drawn =
                                    random.ints(truth.length, 0, truth.length).toArray();
                            ConfusionMatrix resample = ConfusionMatrix.of(
                                    confusion.labels(),
                                    Arrays.stream(drawn).map(i -> truth[i]).toArray(),
                                    Arrays.stream(drawn).map(i -> predicted[i]).toArray());
                            return new double[] {resample.macro().f1()};
                        },
                        500,
                        seed)
                .get(0);
        Interval interval = ofSeed.apply(42);
        assertEquals(interval, ofSeed.apply(42));
        assertNotEquals(interval, ofSeed.apply(43));
        assertTrue(interval.contains(confusion.macro().f1()), interval.toString());
        // with balanced classes and symmetric errors macro F1 varies as accuracy does
        Interval accuracy = Interval.wilson(confusion.correct(), confusion.total());
        assertEquals(accuracy.margin(), interval.margin(), 0.2 * accuracy.margin());
    }

    @Test
    void severalStatisticsAreTakenOfTheSameResamples() {
        List<Interval> both = Interval.bootstrap(
                random -> {
                    double drawn = random.nextDouble();
                    return new double[] {drawn, 2 * drawn};
                },
                2000,
                9);
        assertEquals(2, both.size());
        assertEquals(0.025, both.get(0).low(), 0.01);
        assertEquals(0.975, both.get(0).high(), 0.01);
        assertEquals(2 * both.get(0).low(), both.get(1).low());
        assertEquals(2 * both.get(0).high(), both.get(1).high());
    }

    @Test
    void tooFewResamplesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(new double[] {1}, s -> s[0], 10, 0));
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(new double[0], s -> 0, 100, 0));
    }

    /** numpy.percentile(values, [2.5, 97.5]), which interpolates linearly. */
    @Test
    void percentilesAreNumpys() {
        Golden.stream(Golden.read().get("percentiles")).forEach(golden -> {
            double[] values = Golden.stream(golden.get("values"))
                    .mapToDouble(JsonNode::asDouble)
                    .toArray();
            Golden.assertClose(golden.get("interval"), Interval.percentiles(values), values.length + " values");
        });
    }

    /** Of 0, 1, … n − 1 in any order the percentile q lies at q · (n − 1): with 1,001 values at 25 and 975. */
    @Test
    void thePercentilesOfEvenValuesAreTheirPlaces() {
        double[] values =
                IntStream.range(0, 1001).mapToDouble(i -> (i * 617) % 1001).toArray();
        Interval interval = Interval.percentiles(values);
        assertEquals(25, interval.low(), 1e-9);
        assertEquals(975, interval.high(), 1e-9);
    }

    /** The definition, for random values: between the neighbours of q · (n − 1) in the sorted list, as far as its fraction says. */
    @Property(tries = 300, seed = "20261130")
    void percentilesLieBetweenTheirNeighbours(
            @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = -9, max = 9) Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        Interval interval =
                Interval.percentiles(values.stream().mapToDouble(v -> v).toArray());
        assertEquals(at(sorted, 0.025), interval.low(), 1e-9);
        assertEquals(at(sorted, 0.975), interval.high(), 1e-9);
    }

    private static double at(List<Double> sorted, double q) {
        double place = q * (sorted.size() - 1);
        double fraction = place - Math.floor(place);
        double below = sorted.get((int) Math.floor(place));
        return (1 - fraction) * below + fraction * sorted.get((int) Math.ceil(place));
    }

    @Property(tries = 500, seed = "20261130")
    void wilsonHoldsTheShareWithin0To1AndShrinksWithTheNumber(
            @ForAll @IntRange(min = 1, max = 100_000) int trials, @ForAll @DoubleRange(min = 0, max = 1) double share) {
        long successes = Math.round(share * trials);
        Interval interval = Interval.wilson(successes, trials);
        assertTrue(interval.low() >= 0 && interval.high() <= 1, interval.toString());
        assertTrue(interval.contains((double) successes / trials), interval.toString());
        Interval more = Interval.wilson(4 * successes, 4L * trials);
        assertTrue(more.margin() < interval.margin(), "four times as many: " + more + " " + interval);
        // what is counted does not matter: the interval of the failures is the mirror image
        Interval mirrored = Interval.wilson(trials - successes, trials);
        assertEquals(1 - interval.high(), mirrored.low(), 1e-12);
        assertEquals(1 - interval.low(), mirrored.high(), 1e-12);
        // its ends are where the normal test of p rejects: (p̂ − p)² = z² p (1 − p) / n
        for (double end : new double[] {interval.low(), interval.high()}) {
            if (end > 0 && end < 1) {
                double difference = (double) successes / trials - end;
                assertEquals(
                        1.959963984540054 * 1.959963984540054 * end * (1 - end) / trials,
                        difference * difference,
                        1e-12);
            }
        }
    }

    /** Every observation is drawn, each about as often as the others, and never another number of them. */
    @Test
    void aResampleDrawsAllObservationsEvenly() {
        double[] observations = {1, 2, 4, 8, 16};
        Map<Double, Integer> drawn = new TreeMap<>();
        Interval.bootstrap(
                observations,
                sample -> {
                    assertEquals(5, sample.length);
                    for (double value : sample) {
                        drawn.merge(value, 1, Integer::sum);
                    }
                    return sample[0];
                },
                2000,
                9);
        assertEquals(Set.of(1.0, 2.0, 4.0, 8.0, 16.0), drawn.keySet());
        // 2,000 of 10,000 with a standard deviation of √(10,000 · 0.2 · 0.8) = 40: five of them
        drawn.values().forEach(times -> assertEquals(2000, times, 200, drawn.toString()));
    }

    /** Means of two of {0, 1}: 0, 1/2, 1 with chances 1/4, 1/2, 1/4. */
    @Test
    void theBootstrapOfTwoObservationsIsThatOfPaper() {
        int[] times = new int[3];
        Interval interval = Interval.bootstrap(
                new double[] {0, 1},
                sample -> {
                    times[(int) (sample[0] + sample[1])]++;
                    return (sample[0] + sample[1]) / 2;
                },
                4000,
                2);
        assertEquals(new Interval(0, 1), interval);
        assertEquals(1000, times[0], 140);
        assertEquals(2000, times[1], 160);
        assertEquals(4000, times[0] + times[1] + times[2]);
    }

    @Test
    void theFewestResamplesAreAHundred() {
        assertEquals(new Interval(1, 1), Interval.bootstrap(new double[] {1}, s -> s[0], 100, 0));
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(new double[] {1}, s -> s[0], 99, 0));
        assertThrows(IllegalArgumentException.class, () -> Interval.bootstrap(random -> new double[] {1}, 99, 0));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Interval.wilson(1, -1));
        assertTrue(refused.getMessage().contains("1 of -1"), refused.getMessage());
    }

    @Test
    void anIntervalHoldsItsEndsAndNothingBeyondThem() {
        Interval interval = new Interval(0.25, 0.75);
        assertTrue(interval.contains(0.25) && interval.contains(0.75));
        assertFalse(interval.contains(Math.nextDown(0.25)) || interval.contains(Math.nextUp(0.75)));
        assertEquals(0.25, interval.margin());
        assertEquals(0, new Interval(1, 1).margin());
        assertThrows(IllegalArgumentException.class, () -> new Interval(1, 0.5));
    }
}
