package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import terzi.bench.BenchComparison.Change;
import terzi.bench.BenchComparison.Metric;
import terzi.bench.BenchComparison.Presence;
import terzi.bench.BenchComparison.State;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict.Word;

class BenchComparisonTest {
    private static final String ONE = "onnxruntime-java threads=2";
    private static final String TWO = "djl-pytorch threads=2";

    private static SampleReport sample(long seed, double one, double two) {
        return new SampleReport(seed).with(ONE, Subject.NETWORK, one).with(TWO, Subject.NETWORK, two);
    }

    private static List<State> states(BenchComparison comparison) {
        return comparison.presences().stream().map(Presence::state).toList();
    }

    @Test
    void aReportIsNoRegressionOfItself() {
        BenchComparison same = BenchComparison.of(SampleReport.LARGE, SampleReport.LARGE);
        assertFalse(same.isRegression());
        // p50, p99 and the batches of each measured backend
        assertEquals(9 * (2 + SampleReport.BATCHES.size()), same.changes().size());
        assertTrue(same.changes().stream().noneMatch(change -> change.is(Word.FASTER)));
        assertEquals(List.of(), same.presences());
        assertTrue(same.text().contains("No regression: 0 of 45 figures slower and 0 faster"), same.text());
    }

    @Test
    void noiseIsNoRegression() {
        long regressions = LongStream.range(0, 10)
                .filter(seed -> BenchComparison.of(
                                sample(100 + seed, 10, 20).report(),
                                sample(200 + seed, 10, 20).report())
                        .isRegression())
                .count();
        assertTrue(regressions <= 1, regressions + " of 10 comparisons of the same thing are regressions");
    }

    @Test
    void tenPerCentSlowerIsARegressionAndTenPerCentFasterIsNone() {
        BenchReport before = sample(1, 10, 20).report();
        BenchReport slower = sample(2, 10, 22).report();
        BenchComparison worse = BenchComparison.of(before, slower);
        assertTrue(worse.isRegression());
        for (Change change : worse.changes()) {
            if (change.metric() == Metric.P99) {
                assertTrue(change.word().isEmpty(), "p99 is for information");
            } else {
                assertEquals(change.id().equals(TWO), change.is(Word.SLOWER), change.toString());
            }
        }
        assertTrue(worse.text().contains("REGRESSION: 5 of 10 figures slower"), worse.text());
        BenchComparison better = BenchComparison.of(slower, before);
        assertFalse(better.isRegression());
        assertEquals(
                5,
                better.changes().stream()
                        .filter(change -> change.is(Word.FASTER))
                        .count());
    }

    @Test
    void aSureDifferenceBelowTheMarginIsNone() {
        BenchReport before = sample(1, 10, 20).report();
        BenchReport now = SampleReport.slowed(before, 1.015);
        BenchComparison comparison = BenchComparison.of(before, now);
        assertFalse(comparison.isRegression(), comparison.text());
        assertTrue(BenchComparison.of(before, SampleReport.slowed(before, 1.12)).isRegression());
    }

    @Test
    void aBackendThatNoLongerRunsIsARegressionAndOneThatWasNotAskedForIsNone() {
        BenchReport before = sample(1, 10, 20).report();
        BenchComparison broken = BenchComparison.of(
                before,
                new SampleReport(1)
                        .with(ONE, Subject.NETWORK, 10)
                        .unavailable(TWO, "libtorch is missing")
                        .report());
        assertTrue(broken.isRegression());
        assertEquals(List.of(State.NO_LONGER_RUNS), states(broken));
        assertTrue(broken.text().contains(TWO + " no longer runs: libtorch is missing"), broken.text());
        BenchComparison fewer = BenchComparison.of(
                before, new SampleReport(1).with(ONE, Subject.NETWORK, 10).report());
        assertFalse(fewer.isRegression());
        assertEquals(List.of(State.GONE), states(fewer));
        assertTrue(fewer.text().contains(TWO + " not in the new report"), fewer.text());
    }

    @Test
    void aBackendThatIsNewOrRunsNowIsNone() {
        BenchReport before = new SampleReport(1)
                .with(ONE, Subject.NETWORK, 10)
                .unavailable(TWO, "libtorch is missing")
                .report();
        BenchReport now = sample(1, 10, 20).with(ONE, Subject.FILES, 15).report();
        BenchComparison comparison = BenchComparison.of(before, now);
        assertFalse(comparison.isRegression());
        assertEquals(List.of(State.RUNS_NOW, State.NEW), states(comparison));
        assertEquals(List.of(), comparison.versions());
    }

    @Test
    void answersThatBecameWrongAreARegression() {
        BenchReport before = sample(1, 10, 20).report();
        BenchReport now = new SampleReport(1)
                .with(ONE, Subject.NETWORK, 10)
                .wrong(TWO, 20)
                .report();
        BenchComparison comparison = BenchComparison.of(before, now);
        assertEquals(List.of(State.WRONG_NOW), states(comparison));
        assertTrue(comparison.isRegression());
        assertFalse(BenchComparison.of(now, before).isRegression());
    }

    @Test
    void anotherMachineOrModelIsAWarning() {
        BenchReport before = sample(1, 10, 20).report();
        assertEquals(List.of(), BenchComparison.of(before, before).warnings());
        String machine = BenchComparison.of(
                        before, sample(1, 10, 20).on("Another Processor").report())
                .text();
        assertTrue(
                machine.contains("another machine: another processor, Imaginary Processor 9000 @ 2.60GHz before"),
                machine);
        String file = BenchComparison.of(before, sample(1, 10, 20).ofFile("00").report())
                .text();
        assertTrue(file.contains("another model: the file resnet50-products has changed"), file);
        String model = BenchComparison.of(
                        before, sample(1, 10, 20).named("mnist").report())
                .text();
        assertTrue(model.contains("another model: resnet50-products before, mnist now"), model);
    }

    @Test
    void linesFitIntoATerminal() {
        BenchComparison.of(SampleReport.LARGE, SampleReport.SMALL)
                .text()
                .lines()
                .forEach(line -> assertTrue(line.length() <= 120, line));
    }
}
