package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict.Word;

/** Measures backends whose speed is known, and the real ones on a small network. */
class BenchTest {
    private static final Path MODEL = Path.of("../../models/mnist/classifier.onnx");
    private static final BenchListener NOBODY = new BenchListener() {
        @Override
        public void say(String line) {
            // nobody listens
        }

        @Override
        public void step(int done, int total, String what) {
            assertTrue(done <= total, done + " of " + total);
        }
    };

    @TempDir
    private Path folder;

    private static Subjects subjects;

    @BeforeAll
    static void prepare() throws IOException {
        subjects = Subjects.prepare(MODEL, "mnist", Optional.empty());
    }

    @AfterAll
    static void clean() throws IOException {
        subjects.close();
    }

    private static BenchOptions options(int processes, int seconds, List<Integer> batches) {
        BenchOptions quick = BenchOptions.quick();
        return new BenchOptions(
                "quick",
                List.of("ort"),
                List.of(1),
                batches,
                Duration.ofSeconds(seconds),
                processes,
                6,
                0.5,
                quick.images(),
                quick.place(),
                1);
    }

    private static BenchReport measure(BenchOptions options, Variant... variants) throws IOException {
        return Bench.run(subjects, Variant.numbered(List.of(variants)), options, "test", NOBODY);
    }

    /** Where other programs take much of this machine, the right verdict is another: see the test with a load. */
    private static void assumeQuiet(BenchReport report) {
        assumeTrue(
                report.entries().stream()
                        .flatMap(entry -> entry.figures().stream())
                        .noneMatch(Figures::isDisturbed),
                "other programs keep this machine busy");
    }

    private static Word word(BenchReport report, int entry) {
        return report.entries().get(entry).verdict().orElseThrow().word();
    }

    private static Figures figures(BenchReport report, int entry) {
        Entry found = report.entries().get(entry);
        return found.figures().orElseThrow(() -> new AssertionError(found.reason()));
    }

    @Test
    void identicalBackendsDoNotDifferAndFivePerCentMoreAreFound() throws IOException {
        BenchReport report = measure(
                options(2, 2, List.of()),
                DrawnBackend.variant("first", "micros=400"),
                DrawnBackend.variant("same", "micros=400"),
                DrawnBackend.variant("slower", "micros=420"));
        assertTrue(report.entries().get(0).verdict().isEmpty(), "the baseline has no verdict");
        assumeQuiet(report);
        assertEquals(Word.NO_DIFFERENCE, word(report, 1));
        assertEquals(Word.SLOWER, word(report, 2));
        double ratio = report.entries().get(2).verdict().orElseThrow().ratio().value();
        assertEquals(1.05, ratio, 0.01);
        assertEquals(0.4, figures(report, 0).latency().p50().value(), 0.02);
        assertEquals(2, figures(report, 0).latency().perRound().size());
        assertEquals(6, figures(report, 0).latency().perRound().get(1).size());
    }

    @Test
    void aMachineThatOthersKeepBusyIsMarkedInEveryRow() throws IOException {
        assumeTrue(CpuTime.read().total() > 0, "this system does not tell what its processors do");
        List<Process> spinning = new ArrayList<>();
        BenchReport report;
        try {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                spinning.add(new ProcessBuilder("/bin/sh", "-c", "while :; do :; done").start());
            }
            report = measure(
                    options(1, 2, List.of(2)),
                    DrawnBackend.variant("first", "micros=200"),
                    DrawnBackend.variant("same", "micros=200"),
                    DrawnBackend.variant("slower", "micros=600"));
        } finally {
            spinning.forEach(Process::destroyForcibly);
        }
        for (Entry entry : report.entries()) {
            Figures figures = entry.figures().orElseThrow();
            assertTrue(figures.isDisturbed(), entry.id() + ": " + figures.othersShare());
            entry.verdict().ifPresent(verdict -> {
                assertEquals(Word.BUSY, verdict.word());
                double medians = figures.latency().p50().value()
                        / figures(report, 0).latency().p50().value();
                assertEquals(medians, verdict.ratio().value(), 1e-9 * medians);
            });
        }
        assertTrue(report.text().contains("Nothing to choose, network alone"), report.text());
        assertTrue(report.warnings().stream().anyMatch(warning -> warning.contains("other programs took")));
    }

    @Test
    void aStallShowsInTheOpenLoadAndHidesFromTheClosedLoop() throws IOException {
        BenchReport report = measure(
                options(1, 12, List.of()),
                DrawnBackend.variant("steady", "micros=500"),
                DrawnBackend.variant("stalls", "micros=500", "stall=60/250"));
        assumeQuiet(report);
        Figures steady = figures(report, 0);
        Figures stalls = figures(report, 1);
        assertEquals(Word.NO_DIFFERENCE, word(report, 1), "the median does not see it");
        assertTrue(
                stalls.latency().p99().value() < 2 * steady.latency().p99().value() + 5,
                "one call in 250 is beyond p99 of a closed loop");
        double waiting = stalls.load().orElseThrow().response().p95().value();
        assertTrue(waiting > 10, "what waited behind a stall of 60 ms, p95: " + waiting);
        assertTrue(stalls.load().orElseThrow().service().p95().value() < 5, "which the calls themselves do not show");
    }

    @Test
    void throughputCountsImagesAndTooSlowABackendIsNotLoaded() throws IOException {
        BenchReport report = measure(
                options(1, 2, List.of(1, 4)),
                DrawnBackend.variant("fast", "micros=200"),
                DrawnBackend.variant("slow", "micros=1000"));
        Figures fast = figures(report, 0);
        assertEquals(
                List.of(1, 4), fast.throughput().stream().map(t -> t.batch()).toList());
        double perSecond = fast.throughput().get(1).perSecond().value();
        assertTrue(perSecond < 5050, "an image takes 200 µs: " + perSecond);
        assumeQuiet(report);
        assertTrue(perSecond > 1500, "5,000 less what a busy machine takes: " + perSecond);
        double use = fast.load().orElseThrow().use();
        assertTrue(use > 0.3 && use < 2, "half of its time, or more where others take some of it: " + use);
        assertTrue(figures(report, 1).load().isEmpty(), "5,000 images a second cannot be had of it");
        assertEquals(Word.SLOWER, word(report, 1));
    }

    @Test
    void whatCannotRunIsListedWithTheReasonAndTakesNobodyAlong() throws IOException {
        BenchReport report = measure(
                options(1, 2, List.of()),
                DrawnBackend.variant("lacking", "lacks=no drawing pen; buy one"),
                DrawnBackend.variant("runs", "micros=100"),
                DrawnBackend.variant("dies", "dies=700"),
                DrawnBackend.variant("liar", "micros=50", "wrong=yes"));
        Entry lacking = report.entries().get(0);
        assertEquals("no drawing pen; buy one", lacking.reason());
        assertFalse(lacking.isMeasured());
        assertTrue(report.entries().get(1).isMeasured());
        assertTrue(
                report.entries().get(2).reason().contains("the drawn engine broke"),
                report.entries().get(2).reason());
        var agreement = figures(report, 3).agreement().orElseThrow();
        assertFalse(agreement.agrees());
        assertEquals(0.0, agreement.sameLabel());
        assertTrue(report.warnings().stream()
                .anyMatch(warning -> warning.contains("liar") && warning.contains("means nothing")));
    }

    @Test
    void theEnginesOfTheJvmAgreeOnARealNetwork() throws IOException {
        BenchOptions options = options(1, 1, List.of(2));
        Variant[] variants = List.of("ort", "djl-pytorch:layout=channels-first", "terzi-files").stream()
                .map(text -> Variant.parse(text, List.of(1)).get(0))
                .toArray(Variant[]::new);
        BenchReport report = measure(options, variants);
        for (int i = 0; i < 2; i++) {
            var agreement = figures(report, i).agreement().orElseThrow();
            assertTrue(agreement.agrees(), report.entries().get(i).id() + ": " + agreement);
            assertTrue(
                    agreement.largestDifference() < 1e-4,
                    report.entries().get(i).id() + ": " + agreement);
            assertTrue(figures(report, i).firstAnswerMillis().get(0)
                    > figures(report, i).loadMillis().get(0));
        }
        assertEquals(Subject.FILES, report.entries().get(2).subject());
        assertTrue(report.entries().get(2).verdict().isEmpty(), "files are not compared with networks");
        assertEquals(34_826, report.network().parameters());
        assertEquals(List.of(1, 28, 28), report.network().input());
        assertEquals(10, report.network().classes());
    }

    @Test
    void aModelThatIsNoneIsAClearError() throws IOException {
        Path text = Files.writeString(folder.resolve("model.onnx"), "no graph");
        assertThrows(IOException.class, () -> Subjects.prepare(text, "model", Optional.empty()));
    }

    @Test
    void aFolderWithoutImagesIsAClearError() {
        IOException e = assertThrows(IOException.class, () -> Subjects.prepare(MODEL, "mnist", Optional.of(folder)));
        assertTrue(e.getMessage().contains("expected JPEG or PNG"), e.getMessage());
    }

    @Test
    void warmingUpEndsWhenNeitherTrendNorSpreadIsLeft() {
        assertFalse(Measured.isSettled(List.of(1.0, 1.0, 1.0)), "too few");
        assertTrue(Measured.isSettled(List.of(9.0, 5.0, 1.01, 1.0, 1.02, 1.0, 1.01, 1.0)));
        assertFalse(Measured.isSettled(List.of(1.6, 1.5, 1.4, 1.3, 1.2, 1.1)), "still falling");
        assertFalse(Measured.isSettled(List.of(1.0, 1.5, 1.0, 1.0, 1.5, 1.0)), "jumping");
    }
}
