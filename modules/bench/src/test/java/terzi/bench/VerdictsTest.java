package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Latency;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict.Word;
import terzi.evaluation.Interval;

/** Verdicts on made-up times, where the right one is known. */
class VerdictsTest {
    private static final double MARGIN = 0.02;

    /** Rounds of calls, each round lasting as long: the slower its calls, the fewer. */
    private static final class Times {
        private final Latencies latencies = new Latencies();

        Times process(double... roundMillis) {
            latencies.newProcess();
            for (double millis : roundMillis) {
                double[] calls = new double[Math.max(1, (int) (100 / millis))];
                Arrays.fill(calls, millis * 1e6);
                latencies.add(calls);
            }
            return this;
        }

        Latency latency() {
            return latencies.summary(1);
        }

        List<List<Double>> perRound() {
            return latencies.medians();
        }
    }

    private static Estimate ratio(Latency one, Latency other) {
        return Verdicts.ratio(one.perRound(), other.perRound(), 1);
    }

    private static void assertAgrees(Latency one, Latency other) {
        Estimate ratio = ratio(one, other);
        assertEquals(one.p50().value() / other.p50().value(), ratio.value(), 1e-9 * ratio.value());
        assertTrue(ratio.interval().contains(ratio.value()), ratio.toString());
        double difference = one.p50().value() - other.p50().value();
        switch (Verdicts.of(ratio, MARGIN).word()) {
            case SLOWER -> assertTrue(difference > 0, one + " " + other);
            case FASTER -> assertTrue(difference < 0, one + " " + other);
            case NO_DIFFERENCE ->
                assertTrue(Math.abs(difference) < 0.02 * one.p50().value(), one + " " + other);
            default ->
                assertTrue(ratio.interval().low() <= 1 || ratio.interval().high() >= 1, ratio.toString());
        }
    }

    /** Found on a loaded machine: one of two processes waited for a processor in most of its rounds. */
    @Test
    void aProcessThatHardlyRanMakesNoVerdictThatTheMediansContradict() {
        Latency baseline = new Times()
                .process(0.057, 0.057, 0.058, 0.056, 0.057, 0.057)
                .process(0.057, 0.057, 0.057, 0.056, 0.058, 0.057)
                .latency();
        Latency stalled = new Times()
                .process(0.058, 0.058, 0.058, 0.057, 0.059, 0.058)
                .process(80, 0.184, 0.185, 274, 290, 250)
                .latency();
        assertAgrees(stalled, baseline);
        assertEquals(Word.UNCLEAR, Verdicts.of(ratio(stalled, baseline), MARGIN).word());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverTheTimesTheVerdictIsThatOfTheMediansShown(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int trial = 0; trial < 3; trial++) {
            int processes = 1 + random.nextInt(5);
            double wildness = random.nextInt(4);
            Times one = new Times();
            Times other = new Times();
            for (int p = 0; p < processes; p++) {
                one.process(random.doubles(6, 0, 1)
                        .map(u -> 0.2 * Math.exp(wildness * u))
                        .toArray());
                other.process(random.doubles(6, 0, 1)
                        .map(u -> 0.2 * Math.exp(wildness * u))
                        .toArray());
            }
            Latency latency = one.latency();
            assertAgrees(latency, other.latency());
            List<Double> ascending = List.of(
                    latency.p50().value(),
                    latency.p90().value() * 1.001, // three digits
                    latency.p95().value() * 1.002,
                    latency.p99().value() * 1.003,
                    latency.max() * 1.004);
            assertEquals(ascending.stream().sorted().toList(), ascending, "seed " + seed + ": " + latency);
        }
    }

    @Test
    void roundsCountTheSameHoweverManyCallsFitIntoThem() {
        Latency latency = new Times().process(0.1, 0.1, 10, 10, 10, 10, 10).latency();
        assertEquals(2 * 1000 + 5 * 10, latency.calls());
        assertEquals(10, latency.p50().value(), 0.01, "though 2,000 of 2,050 calls took 0.1 ms");
        assertEquals(10, latency.p90().value(), 0.01);
    }

    /** A machine that becomes slower halfway slows both: what took turns is still told apart. */
    @Test
    void roundsThatSlowBothDownLeaveTheRatioAsItIs() {
        double[] drift = {1, 1, 1, 1.6, 2.4, 2.4, 3, 3};
        Latency baseline = new Times()
                .process(Arrays.stream(drift).toArray())
                .process(Arrays.stream(drift).map(d -> 1.01 * d).toArray())
                .latency();
        Latency slower = new Times()
                .process(Arrays.stream(drift).map(d -> 1.2 * d).toArray())
                .process(Arrays.stream(drift).map(d -> 1.01 * 1.2 * d).toArray())
                .latency();
        Estimate ratio = ratio(slower, baseline);
        assertEquals(1.2, ratio.value(), 0.005);
        assertEquals(Word.SLOWER, Verdicts.of(ratio, MARGIN).word());
        assertTrue(ratio.interval().margin() < 0.01, ratio.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1.30, 1.20, 1.40, SLOWER",
        "0.70, 0.60, 0.80, FASTER",
        "1.00, 0.98, 1.02, NO_DIFFERENCE",
        "1.01, 1.005, 1.015, NO_DIFFERENCE", // sure, but too small to matter
        "1.08, 0.97, 1.19, UNCLEAR",
        "1.00, 0.50, 2.00, UNCLEAR",
        "3.23, 0.90, 5000, UNCLEAR",
        "0.50, 0.10, 1.10, UNCLEAR",
        "1400, 1.02, 4800, UNCLEAR",
        "1400, 1200, 1600, SLOWER"
    })
    void aWideIntervalIsNeitherADifferenceNorNone(double value, double low, double high, Word word) {
        assertEquals(
                word,
                Verdicts.of(new Estimate(value, new Interval(low, high)), MARGIN)
                        .word());
    }

    @Test
    void theTurnsOfABackendTellWhatOthersTookOfTheProcessors() {
        Neighbours neighbours = new Neighbours();
        assertEquals(Optional.empty(), neighbours.share());
        // 1 s on two processors, busy for 1.6 s: 1 s of it were its own, 0.1 s the host's
        neighbours.add(new CpuTime(1000, 0, 5000), new CpuTime(1160, 10, 5200), Duration.ofSeconds(1));
        assertEquals((0.6 + 0.1) / 2, neighbours.share().orElseThrow(), 1e-9);
        // as long again, alone; its own time is counted a tick late
        neighbours.add(new CpuTime(1160, 10, 5200), new CpuTime(1260, 10, 5400), Duration.ofMillis(1010));
        assertEquals(0.69 / 4, neighbours.share().orElseThrow(), 1e-9);
    }

    @Test
    void everyRowThatABusyMachineTouchesIsMarkedAndNothingIsRecommended() {
        BenchReport report = new SampleReport(3)
                .with("ort threads=2", Subject.NETWORK, 1)
                .disturbed("djl-pytorch threads=2", 2, 0.45)
                .report();
        String text = report.text();
        assertTrue(text.contains("machine too busy"), text);
        assertTrue(
                text.replaceAll("\\s+", " ").contains("Nothing to choose, network alone: the machine was too busy"),
                text);
        assertTrue(text.contains("45.0 %"), text);
        assertTrue(report.markdown().contains("| machine too busy |"), report.markdown());
        BenchComparison comparison = BenchComparison.of(
                new SampleReport(3).with("ort threads=2", Subject.NETWORK, 1).report(),
                new SampleReport(4).disturbed("ort threads=2", 2, 0.45).report());
        assertTrue(!comparison.isRegression(), comparison.text());
        assertTrue(comparison.text().contains("Cannot be told: "), comparison.text());
        assertTrue(new SampleReport(4)
                .disturbed("ort threads=2", 2, 0.45)
                .report()
                .text()
                .contains("baseline, machine too busy"));
    }

    @Test
    void comparedReportsShowTheMediansThatTheirRatioIsOf() {
        BenchReport before = new SampleReport(1).with("a", Subject.NETWORK, 10).report();
        BenchReport now = new SampleReport(2).with("a", Subject.NETWORK, 13).report();
        for (BenchComparison.Change change : BenchComparison.of(before, now).changes()) {
            assertEquals(change.now() / change.before(), change.ratio(), 1e-9, change.toString());
        }
    }

    @Test
    void identicalTimesAreNoDifferenceWithWhateverNoise() {
        SplittableRandom random = new SplittableRandom(5);
        List<Word> words = IntStream.range(0, 40)
                .mapToObj(trial -> {
                    Times one = new Times();
                    Times other = new Times();
                    for (int p = 0; p < 2; p++) {
                        one.process(random.doubles(8, 0.995, 1.005).toArray());
                        other.process(random.doubles(8, 0.995, 1.005).toArray());
                    }
                    return Verdicts.of(Verdicts.ratio(one.perRound(), other.perRound(), 1), MARGIN)
                            .word();
                })
                .toList();
        assertEquals(40, Collections.frequency(words, Word.NO_DIFFERENCE), words.toString());
    }
}
