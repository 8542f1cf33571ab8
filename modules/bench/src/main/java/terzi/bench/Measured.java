package terzi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import terzi.bench.BenchReport.Agreement;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Load;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.BenchReport.Verdict;

/** What is being measured of one variant; it fails on its own, without taking the others along. */
final class Measured {
    private static final double WINDOW_SECONDS = 0.15;
    /** Windows whose medians are looked at for a trend. */
    private static final int WINDOWS = 6;

    private static final double TREND = 0.02;
    private static final double SPREAD = 0.15;

    private final Variant variant;
    private final Optional<Job> job;
    private final Latencies latency = new Latencies();
    private final Latencies response = new Latencies();
    private final Latencies service = new Latencies();
    private final Map<Integer, List<List<Double>>> throughput = new TreeMap<>();
    private final List<Double> loadMillis = new ArrayList<>();
    private final List<Double> firstAnswerMillis = new ArrayList<>();
    private double peakMib;
    private double warmUpSeconds;
    private boolean stable = true;
    private String reason = "";
    private Map<String, String> versions = Map.of();
    private double[][] answers = {};
    private double busyNanos;
    private long loadCalls;
    private double cpuSeconds;
    private final Neighbours neighbours = new Neighbours();
    private @Nullable WorkerProcess worker;

    Measured(Variant variant, Optional<Job> job, Place place) {
        this.variant = variant;
        this.job = job;
        this.reason = job.isEmpty()
                ? "a bare network has no way from an image's file to a label; give a classifier file"
                : variant.backend().obstacle(place).orElse("");
    }

    boolean runs() {
        return reason.isEmpty();
    }

    /** Why it does not run; empty if it does. */
    String reason() {
        return reason;
    }

    /** How many classes its answers have, 0 if there are none. */
    int classes() {
        return answers.length == 0 ? 0 : answers[0].length;
    }

    Variant variant() {
        return variant;
    }

    Subject subject() {
        return variant.backend().subject();
    }

    /** A step of measuring; what goes wrong in it is the reason why this variant has no figures. */
    private interface Step {
        void take(WorkerProcess worker) throws IOException, UnavailableException;
    }

    private void attempt(Step step) {
        if (!runs() || worker == null) {
            return;
        }
        try {
            step.take(worker);
        } catch (IOException | UnavailableException e) {
            reason = String.valueOf(e.getMessage());
            end();
        }
    }

    /** A step whose times count, with an eye on what else runs. */
    private void measure(Step step) {
        attempt(started -> {
            Neighbours.Turn turn = neighbours.watch(() -> started.cpuTime().plus(ownCpuTime()));
            step.take(started);
            turn.end();
        });
    }

    private static Duration ownCpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Starts a process and has it answer once. */
    void start(Place place, int images) {
        if (!runs()) {
            return;
        }
        try {
            worker = WorkerProcess.start(variant, job.orElseThrow(), place);
        } catch (IOException | UnavailableException e) {
            reason = String.valueOf(e.getMessage());
            return;
        }
        attempt(started -> {
            started.answers(1);
            firstAnswerMillis.add(started.ageMillis());
            loadMillis.add(started.loadMillis());
            versions = started.versions();
            answers = started.answers(images);
            latency.newProcess();
            response.newProcess();
            service.newProcess();
            throughput.values().forEach(rounds -> rounds.add(new ArrayList<>()));
        });
    }

    /**
     * Calls until neither a trend nor much spread is left in the medians of the last windows, or the time is over.
     *
     * @return the last median, in seconds
     */
    double warmUp(double limitSeconds) {
        List<Double> medians = new ArrayList<>();
        attempt(started -> {
            long begin = System.nanoTime();
            boolean settled = false;
            while (!settled && (System.nanoTime() - begin) / 1e9 < limitSeconds) {
                medians.add(median(started.latency(1, WINDOW_SECONDS)));
                settled = isSettled(medians);
            }
            warmUpSeconds = Math.max(warmUpSeconds, (System.nanoTime() - begin) / 1e9);
            stable &= settled;
        });
        return medians.isEmpty() ? 0 : medians.get(medians.size() - 1) / 1e9;
    }

    static boolean isSettled(List<Double> medians) {
        if (medians.size() < WINDOWS) {
            return false;
        }
        List<Double> last = medians.subList(medians.size() - WINDOWS, medians.size());
        double before = average(last.subList(0, WINDOWS / 2));
        double after = average(last.subList(WINDOWS / 2, WINDOWS));
        double least = last.stream().min(Double::compare).orElseThrow();
        double most = last.stream().max(Double::compare).orElseThrow();
        return Math.abs(after / before - 1) <= TREND && most / least - 1 <= SPREAD;
    }

    private static double average(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    void latency(double seconds) {
        measure(started -> latency.add(started.latency(1, seconds)));
    }

    void throughput(int batch, double seconds) {
        measure(started -> {
            double[] nanos = started.latency(batch, seconds);
            double perSecond = batch * nanos.length / (Arrays.stream(nanos).sum() / 1e9);
            List<List<Double>> rounds =
                    throughput.computeIfAbsent(batch, b -> new ArrayList<>(List.of(new ArrayList<>())));
            rounds.get(rounds.size() - 1).add(perSecond);
        });
    }

    void load(Path arrivals) {
        measure(started -> {
            WorkerProcess.OpenLoad load = started.open(arrivals);
            response.add(load.response());
            service.add(load.service());
            busyNanos += Arrays.stream(load.service()).sum();
            loadCalls += load.service().length;
        });
    }

    /** Ends the process. */
    void end() {
        if (worker != null) {
            peakMib = Math.max(peakMib, worker.peakMib().orElse(0.0));
            cpuSeconds += worker.cpuTime().toMillis() / 1e3;
            worker.close();
            worker = null;
        }
    }

    /** Processor time of all its ended processes, seconds. */
    double cpuSeconds() {
        return cpuSeconds;
    }

    /** @param baseline of the same subject, itself perhaps */
    Entry entry(Measured baseline, double arrivalsPerSecond, double margin, long seed) {
        Optional<Figures> figures = runs() ? Optional.of(figures(baseline, arrivalsPerSecond, seed)) : Optional.empty();
        return new Entry(
                variant.id(),
                variant.backend().name(),
                subject(),
                variant.settings(),
                reason,
                versions,
                figures,
                figures.filter(own -> baseline != this).map(own -> verdict(own, baseline, margin, seed)));
    }

    private Figures figures(Measured baseline, double arrivalsPerSecond, long seed) {
        return new Figures(
                loadMillis,
                firstAnswerMillis,
                peakMib > 0 ? Optional.of(peakMib) : Optional.empty(),
                warmUpSeconds,
                stable,
                latency.summary(seed),
                throughput.entrySet().stream()
                        .map(batch -> new Throughput(
                                batch.getKey(), RoundsBootstrap.median(batch.getValue(), seed), batch.getValue()))
                        .toList(),
                loadCalls == 0
                        ? Optional.empty()
                        : Optional.of(new Load(
                                arrivalsPerSecond,
                                busyNanos / loadCalls / 1e9 * arrivalsPerSecond,
                                response.summary(seed),
                                service.summary(seed))),
                agreement(baseline.answers, answers),
                neighbours.share());
    }

    private Verdict verdict(Figures own, Measured baseline, double margin, long seed) {
        Verdict verdict =
                Verdicts.of(Verdicts.ratio(own.latency().perRound(), baseline.latency.medians(), seed), margin);
        boolean isBusy = own.isDisturbed() || Figures.isTooMuch(baseline.neighbours.share());
        return isBusy ? new Verdict(verdict.ratio(), Verdict.Word.BUSY) : verdict;
    }

    /** Logits may differ by rounding: a hundredth of the largest, in bfloat16 three times that. */
    private static final double ROUNDING = 0.03;

    static Optional<Agreement> agreement(double[][] expected, double[][] found) {
        if (expected.length == 0 || found.length != expected.length) {
            return Optional.empty();
        }
        double difference = 0;
        double largest = 0;
        int same = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < expected[i].length; k++) {
                double one = k < found[i].length ? Math.abs(expected[i][k] - found[i][k]) : Double.NaN;
                difference = Double.isNaN(one) ? Double.POSITIVE_INFINITY : Math.max(difference, one);
                largest = Math.max(largest, Math.abs(expected[i][k]));
            }
            same += best(expected[i]) == best(found[i]) ? 1 : 0;
        }
        double sameShare = (double) same / expected.length;
        return Optional.of(
                new Agreement(difference, largest, sameShare, difference <= ROUNDING * Math.max(largest, 1e-6)));
    }

    private static int best(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
