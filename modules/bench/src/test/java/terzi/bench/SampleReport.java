package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import terzi.bench.BenchReport.Agreement;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Latency;
import terzi.bench.BenchReport.Load;
import terzi.bench.BenchReport.Method;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.BenchReport.Verdict;
import terzi.bench.BenchReport.Verdict.Word;
import terzi.evaluation.Interval;

/** Reports of imaginary backends with times drawn at random around a given one. */
final class SampleReport {
    static final List<Integer> BATCHES = List.of(1, 8, 32, 64);
    private static final int PROCESSES = 5;
    private static final int ROUNDS = 12;
    private static final Agreement AGREES = new Agreement(3.1e-6, 14.2, 1, true);
    private static final Agreement COARSER = new Agreement(0.62, 14.2, 1, false);
    private static final Agreement WRONG = new Agreement(9.7, 14.2, 0.31, false);

    /** Two backends. */
    static final BenchReport SMALL = new SampleReport(1)
            .with("onnxruntime-java threads=2", Subject.NETWORK, 11.3)
            .with("djl-pytorch threads=2", Subject.NETWORK, 15.1)
            .report();

    /** Nine backends, two of them unavailable and one with wrong answers, and both subjects. */
    static final BenchReport LARGE = new SampleReport(2)
            .with("onnxruntime-java threads=2", Subject.NETWORK, 11.3)
            .with("onnxruntime-java optimisation=basic threads=2", Subject.NETWORK, 11.4)
            .with("onnxruntime-java threads=1", Subject.NETWORK, 20.7)
            .with("djl-pytorch layout=channels-first threads=2", Subject.NETWORK, 15.1)
            .with("djl-pytorch layout=channels-last threads=2", Subject.NETWORK, 13.2)
            .with("djl-pytorch layout=channels-last precision=bf16 threads=2", Subject.NETWORK, 71.5)
            .wrong("peer-openvino precision=int8 threads=2", 6.4)
            .unavailable("onnxruntime-cuda device=0", "no CUDA device: the driver's library libcuda.so.1 is missing")
            .unavailable(
                    "peer-tensorflow threads=2",
                    "python has no module 'tensorflow'; make it with 'pip install tensorflow==2.19.0'")
            .with("onnxruntime-java threads=2", Subject.FILES, 16.9)
            .with("djl-onnxruntime threads=2", Subject.FILES, 18.8)
            .warning("Other programs took 12.5 % of the processors' time; measure again on a quiet machine.")
            .warning("The processor's frequency drifted: the same work took up to 7.1 % longer.")
            .report();

    private final SplittableRandom random;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private double baseline;
    private Optional<Double> othersShare = Optional.of(0.01);
    private String name = "resnet50-products";
    private String cpu = "Imaginary Processor 9000 @ 2.60GHz";
    private String digest = "3f".repeat(32);

    /** @param seed of the noise */
    SampleReport(long seed) {
        random = new SplittableRandom(seed);
    }

    SampleReport named(String model) {
        name = model;
        return this;
    }

    SampleReport on(String processor) {
        cpu = processor;
        return this;
    }

    SampleReport ofFile(String sha256) {
        digest = sha256;
        return this;
    }

    SampleReport warning(String sentence) {
        warnings.add(sentence);
        return this;
    }

    /** A backend whose calls take about so long; the first of a subject is the baseline. */
    SampleReport with(String id, Subject subject, double millis) {
        return add(id, subject, millis, Optional.of(AGREES));
    }

    SampleReport wrong(String id, double millis) {
        return add(id, Subject.NETWORK, millis, Optional.of(WRONG));
    }

    SampleReport coarser(String id, double millis) {
        return add(id, Subject.NETWORK, millis, Optional.of(COARSER));
    }

    /** One that others took a share of the processors from. */
    SampleReport disturbed(String id, double millis, double share) {
        othersShare = Optional.of(share);
        add(id, Subject.NETWORK, millis, Optional.of(AGREES));
        othersShare = Optional.of(0.01);
        return this;
    }

    SampleReport unavailable(String id, String reason) {
        entries.add(new Entry(
                id, backend(id), Subject.NETWORK, Map.of(), reason, Map.of(), Optional.empty(), Optional.empty()));
        return this;
    }

    private SampleReport add(String id, Subject subject, double millis, Optional<Agreement> answers) {
        boolean first = entries.stream().noneMatch(entry -> entry.subject() == subject && entry.isMeasured());
        baseline = first ? millis : baseline;
        List<Throughput> throughput = BATCHES.stream()
                .map(batch -> {
                    double speed = 1000 / millis * (2.2 - 1.2 / Math.sqrt(batch)) * (batch == 64 ? 0.93 : 1);
                    List<List<Double>> rounds = rounds(speed);
                    return new Throughput(batch, RoundsBootstrap.median(rounds, 7), rounds);
                })
                .toList();
        Figures figures = new Figures(
                around(millis * 9 + 60),
                around(millis * 12 + 600),
                Optional.of(220 + 6 * millis),
                2.4,
                true,
                latency(millis, 0.35),
                throughput,
                millis > 50 ? Optional.empty() : Optional.of(load(millis)),
                subject == Subject.FILES || first ? Optional.empty() : answers,
                othersShare);
        entries.add(new Entry(
                id,
                backend(id),
                subject,
                Map.of("threads", "2", "arena", "on"),
                "",
                Map.of("java", "17.0.16", backend(id), "1.28.0"),
                Optional.of(figures),
                first ? Optional.empty() : Optional.of(verdict(millis / baseline, figures.isDisturbed()))));
        return this;
    }

    private static Verdict verdict(double ratio, boolean busy) {
        Word word = busy ? Word.BUSY : ratio > 1.02 ? Word.SLOWER : ratio < 0.98 ? Word.FASTER : Word.NO_DIFFERENCE;
        return new Verdict(new Estimate(ratio, new Interval(ratio * 0.99, ratio * 1.01)), word);
    }

    private static String backend(String id) {
        return id.split(" ", 2)[0];
    }

    private static Load load(double millis) {
        return new Load(38, millis * 0.038, still(millis, 1.5), still(millis, 0.35));
    }

    /** Rounds of processes that differ by half a per cent, and rounds by one. */
    private List<List<Double>> rounds(double centre) {
        return IntStream.range(0, PROCESSES)
                .mapToObj(p -> {
                    double process = centre * (1 + 0.005 * random.nextGaussian());
                    return IntStream.range(0, ROUNDS)
                            .mapToObj(r -> process * (1 + 0.01 * random.nextGaussian()))
                            .toList();
                })
                .toList();
    }

    private List<Double> around(double centre) {
        return IntStream.range(0, PROCESSES)
                .mapToObj(p -> centre * (1 + 0.05 * random.nextGaussian()))
                .toList();
    }

    private Latency latency(double millis, double tail) {
        List<List<Double>> rounds = rounds(millis);
        Latency still = still(millis, tail);
        return new Latency(
                still.calls(),
                RoundsBootstrap.median(rounds, 7),
                still.p90(),
                still.p95(),
                still.p99(),
                still.max(),
                rounds,
                still.curve());
    }

    private static Latency still(double millis, double tail) {
        List<Double> curve =
                Latency.SHARES.stream().map(share -> at(millis, tail, share)).toList();
        return new Latency(
                9_000,
                estimate(millis),
                estimate(at(millis, tail, 0.9)),
                estimate(at(millis, tail, 0.95)),
                estimate(at(millis, tail, 0.99)),
                at(millis, tail, 1),
                List.of(List.of(millis)),
                curve);
    }

    private static double at(double millis, double tail, double share) {
        double nines = share >= 1 ? 4 : -Math.log10(1 - share);
        return millis * (0.97 + 0.03 * share / 0.5 + tail * Math.pow(Math.max(0, nines - 0.4), 1.6) / 4);
    }

    private static Estimate estimate(double value) {
        return new Estimate(value, new Interval(value * 0.985, value * 1.02));
    }

    /** The very same rounds, all of them slower: there is no noise between the two. */
    static BenchReport slowed(BenchReport report, double factor) {
        List<Entry> slower = report.entries().stream()
                .map(entry -> new Entry(
                        entry.id(),
                        entry.backend(),
                        entry.subject(),
                        entry.settings(),
                        entry.reason(),
                        entry.versions(),
                        entry.figures().map(figures -> slowed(figures, factor)),
                        entry.verdict()))
                .toList();
        return new BenchReport(
                report.schema(),
                report.date(),
                report.command(),
                report.network(),
                report.host(),
                report.method(),
                slower,
                report.warnings());
    }

    private static Figures slowed(Figures figures, double factor) {
        Latency old = figures.latency();
        List<List<Double>> rounds = old.perRound().stream()
                .map(process -> process.stream().map(value -> value * factor).toList())
                .toList();
        Latency latency = new Latency(
                old.calls(),
                RoundsBootstrap.median(rounds, 7),
                old.p90(),
                old.p95(),
                old.p99(),
                old.max(),
                rounds,
                old.curve());
        return new Figures(
                figures.loadMillis(),
                figures.firstAnswerMillis(),
                figures.peakMib(),
                figures.warmUpSeconds(),
                figures.stable(),
                latency,
                figures.throughput(),
                figures.load(),
                figures.agreement(),
                figures.othersShare());
    }

    BenchReport report() {
        return new BenchReport(
                BenchReport.SCHEMA,
                "2026-03-01T12:00:00Z",
                "terzi bench products.onnx --full",
                new Network(name, digest, 94_300_211L, List.of(3, 224, 224), 23, 23_555_159L),
                new Host(
                        cpu,
                        List.of("avx2", "fma", "avx512f", "avx512_vnni"),
                        2,
                        Optional.of(2.0),
                        Optional.empty(),
                        7_950,
                        "Linux 6.1 amd64",
                        "17.0.16",
                        0.21,
                        0.004,
                        0,
                        0.013,
                        Optional.of(61.0)),
                new Method("full", 512.3, PROCESSES, ROUNDS, BATCHES, 64, 4711, 0.02),
                entries,
                warnings);
    }
}
