package terzi.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Method;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;

/**
 * Measures one model with many backends. All of them are processes that are there at the same time, of which one works; in
 * every round each has its turn, in another order. {@code docs/bench.md} says why.
 */
public final class Bench {
    /** Warming up ends here, also where times are still falling; the report says so. */
    private static final double LONGEST_WARM_UP_SECONDS = 10;
    /** Enough for the windows that tell whether times are stable. */
    private static final double SHORTEST_WARM_UP_SECONDS = 1;

    private static final double SHORTEST_SLICE_SECONDS = 0.05;
    private static final int FEWEST_ARRIVALS = 5;
    /** A backend that would be busy for more than this share of the time only builds up a queue. */
    private static final double HIGHEST_USE = 0.9;

    private final BenchOptions options;
    private final BenchListener listener;
    private final Subjects subjects;
    private final List<Measured> all;
    private final List<String> warnings = new ArrayList<>();
    private final Surroundings surroundings = Surroundings.watch();
    private final long begin = System.nanoTime();
    private final Set<String> leftOut = new HashSet<>();
    private final Map<Subject, Double> rates = new LinkedHashMap<>();
    /** How long a call took after the first warm-up: what is measured is decided once, from these. */
    private final Map<Measured, Double> expected = new LinkedHashMap<>();

    private int done;

    private Bench(Subjects subjects, List<Variant> variants, BenchOptions options, BenchListener listener) {
        this.subjects = subjects;
        this.options = options;
        this.listener = listener;
        this.all = variants.stream()
                .map(variant -> new Measured(variant, subjects.job(variant), options.place()))
                .toList();
    }

    /**
     * @param model a classifier file, or an ONNX network with one float32 input {@code [N, C, H, W]} and logits first
     * @param name of the model in the report
     * @param command what was typed, for the report
     * @throws IOException if the model or the images cannot be read; a backend that fails is an entry of the report
     */
    public static BenchReport run(Path model, String name, BenchOptions options, String command, BenchListener listener)
            throws IOException {
        try (Subjects subjects = Subjects.prepare(model, name, options.images())) {
            return run(subjects, options.variants(), options, command, listener);
        }
    }

    static BenchReport run(
            Subjects subjects, List<Variant> variants, BenchOptions options, String command, BenchListener listener)
            throws IOException {
        Bench bench = new Bench(subjects, variants, options, listener);
        try {
            bench.measure();
        } finally {
            bench.all.forEach(Measured::end);
        }
        return bench.report(command);
    }

    private void measure() throws IOException {
        for (int process = 1; process <= options.processes(); process++) {
            Map<Measured, Double> seconds = new LinkedHashMap<>();
            for (Measured one : shuffled(process)) {
                if (one.runs()) {
                    listener.step(done, total(), "starting " + one.variant().id());
                    one.start(options.place(), subjects.images());
                    seconds.put(one, one.warmUp(warmUpSeconds()));
                    done++;
                }
            }
            if (process == 1) {
                all.stream()
                        .filter(one -> !one.runs())
                        .forEach(one -> listener.say(one.variant().id() + ": cannot be measured: " + one.reason()));
                expected.putAll(seconds);
                setRates();
            }
            rounds(process, plan());
            all.forEach(Measured::end);
        }
    }

    /** A quarter of a small budget: what is measured in seconds is not to be warmed up for ten. */
    private double warmUpSeconds() {
        double quarter = options.budget().toMillis() / 4e3;
        return Math.max(SHORTEST_WARM_UP_SECONDS, Math.min(LONGEST_WARM_UP_SECONDS, quarter));
    }

    private int total() {
        int running = (int) all.stream().filter(Measured::runs).count();
        // one that broke in the middle is not counted any more, what it did is
        return Math.max(done, running * options.processes() * (1 + options.rounds()));
    }

    private List<Measured> shuffled(long salt) {
        List<Measured> order = new ArrayList<>(all);
        Collections.shuffle(order, new Random(options.seed() * 1_000_003 + salt));
        return order;
    }

    /** The same arrivals for all that do the same: a share of what the first of them can do. */
    private void setRates() {
        for (Measured one : all) {
            if (one.runs() && !rates.containsKey(one.subject())) {
                rates.put(one.subject(), options.load() / Math.max(expectedSeconds(one), 1e-9));
            }
        }
    }

    private double expectedSeconds(Measured one) {
        return expected.getOrDefault(one, 1.0);
    }

    /**
     * How long each kind of measuring takes in a round, for one backend.
     *
     * @param longestCallSeconds a batch that takes longer is left out for this backend
     */
    private record Plan(double latencySeconds, double batchSeconds, double loadSeconds, double longestCallSeconds) {}

    private Plan plan() {
        double turns = options.processes()
                * options.rounds()
                * (double) all.stream().filter(Measured::runs).count();
        double each = options.budget().toMillis() / 1e3 * 0.8 / Math.max(1, turns);
        int batches = Math.max(1, options.batches().size());
        return new Plan(
                Math.max(SHORTEST_SLICE_SECONDS, 0.35 * each),
                Math.max(SHORTEST_SLICE_SECONDS, 0.35 * each / batches),
                Math.max(SHORTEST_SLICE_SECONDS, 0.3 * each),
                Math.max(SHORTEST_SLICE_SECONDS, each));
    }

    private boolean hasTimeFor(Measured one, int batch, Plan plan) {
        double seconds = expectedSeconds(one) * batch;
        boolean hasTime = batch == 1 || seconds <= plan.longestCallSeconds();
        if (!hasTime && leftOut.add(one.variant().id() + " " + batch)) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%s: batches of %d were left out, one would have taken about %.1f s; --budget allows more",
                    one.variant().id(),
                    batch,
                    seconds));
        }
        return hasTime;
    }

    private void rounds(int process, Plan plan) throws IOException {
        for (int round = 1; round <= options.rounds(); round++) {
            surroundings.probe();
            Map<Subject, Path> arrivals = arrivals(process, round, plan.loadSeconds());
            for (Measured one : shuffled(1000L * process + round)) {
                if (!one.runs()) {
                    continue;
                }
                one.latency(plan.latencySeconds());
                if (one.subject() == Subject.NETWORK) {
                    for (int batch : options.batches()) {
                        if (hasTimeFor(one, batch, plan)) {
                            one.throughput(batch, plan.batchSeconds());
                        }
                    }
                }
                double rate = rates.getOrDefault(one.subject(), 0.0);
                Path loaded = arrivals.get(one.subject());
                if (loaded != null && expectedSeconds(one) * rate <= HIGHEST_USE) {
                    one.load(loaded);
                }
                done++;
                listener.step(
                        done,
                        total(),
                        "process %d of %d, round %d of %d"
                                .formatted(process, options.processes(), round, options.rounds()));
            }
        }
    }

    /** Times between arrivals are exponential, so that arrivals know nothing of each other. */
    private Map<Subject, Path> arrivals(int process, int round, double seconds) throws IOException {
        Map<Subject, Path> files = new LinkedHashMap<>();
        for (Map.Entry<Subject, Double> rate : rates.entrySet()) {
            SplittableRandom random = new SplittableRandom(options.seed() + 7919L * process + round);
            List<Double> moments = new ArrayList<>();
            double now = 0;
            while (now < seconds || moments.size() < FEWEST_ARRIVALS) {
                now += -Math.log(1 - random.nextDouble()) / rate.getValue();
                moments.add(now);
            }
            ByteBuffer bytes =
                    ByteBuffer.allocate(moments.size() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            moments.forEach(bytes::putDouble);
            files.put(
                    rate.getKey(), Files.write(subjects.folder().resolve("arrivals-" + rate.getKey()), bytes.array()));
        }
        return files;
    }

    /** A bare network does not say how many classes it has: its answers do. */
    private Network described() {
        Network network = subjects.described();
        int classes = all.stream().mapToInt(Measured::classes).max().orElse(0);
        return new Network(
                network.name(), network.sha256(), network.bytes(), network.input(), classes, network.parameters());
    }

    private BenchReport report(String command) {
        List<Entry> entries = new ArrayList<>();
        for (Measured one : all) {
            Measured baseline = all.stream()
                    .filter(other -> other.runs() && other.subject() == one.subject())
                    .findFirst()
                    .orElse(one);
            entries.add(one.entry(baseline, rates.getOrDefault(one.subject(), 0.0), options.margin(), options.seed()));
        }
        double own = all.stream().mapToDouble(Measured::cpuSeconds).sum()
                + ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toMillis()
                        / 1e3;
        Host host = surroundings.describe(Duration.ofMillis((long) (own * 1e3)));
        warnings.addAll(Doubts.about(host, entries, options));
        return new BenchReport(
                BenchReport.SCHEMA,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                command,
                described(),
                host,
                new Method(
                        options.mode(),
                        (System.nanoTime() - begin) / 1e9,
                        options.processes(),
                        options.rounds(),
                        options.batches(),
                        subjects.images(),
                        options.seed(),
                        options.margin()),
                entries,
                warnings);
    }
}
