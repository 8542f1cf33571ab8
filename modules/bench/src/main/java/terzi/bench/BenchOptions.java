package terzi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is measured, and for how long.
 *
 * @param mode quick, normal or full; for the report
 * @param backends as {@code NAME} or {@code NAME:key=value,...}; the first that runs is the baseline of the others
 * @param threads for backends that do not say themselves
 * @param batches batch sizes of the throughput, ascending
 * @param budget a goal, not a promise: starting and warming up take what they take
 * @param processes how often each backend is started anew; where memory happens to lie makes a difference that only another
 *     process shows
 * @param rounds in each process
 * @param load the open load's share of what the baseline can do, above 0 and below 1
 * @param images files to read; empty draws some
 * @param seed of orders, arrivals and intervals
 */
public record BenchOptions(
        String mode,
        List<String> backends,
        List<Integer> threads,
        List<Integer> batches,
        Duration budget,
        int processes,
        int rounds,
        double load,
        Optional<Path> images,
        Place place,
        long seed) {

    /** Fewer rounds have no interval worth the name. */
    static final int FEWEST_ROUNDS = 5;

    public BenchOptions {
        backends = List.copyOf(backends);
        threads = List.copyOf(threads);
        batches = batches.stream().sorted().distinct().toList();
        if (backends.isEmpty()) {
            throw new IllegalArgumentException("expected at least one backend");
        }
        if (threads.isEmpty() || threads.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException("threads: expected numbers from 1, found " + threads);
        }
        if (batches.stream().anyMatch(batch -> batch < 1 || batch > 4096)) {
            throw new IllegalArgumentException("batch sizes: expected numbers from 1 to 4096, found " + batches);
        }
        if (budget.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("budget: expected at least a second, found " + budget);
        }
        if (processes < 1 || processes > 100) {
            throw new IllegalArgumentException("processes: expected 1 to 100, found " + processes);
        }
        if (rounds < FEWEST_ROUNDS || rounds > 1000) {
            throw new IllegalArgumentException("rounds: expected " + FEWEST_ROUNDS + " to 1000, found " + rounds);
        }
        if (!(load > 0 && load < 1)) {
            throw new IllegalArgumentException("load: expected a share above 0 and below 1, found " + load);
        }
        for (String backend : backends) {
            Variant.parse(backend, threads);
        }
    }

    /** About a minute, one process for each backend. */
    public static BenchOptions quick() {
        return of("quick", DEFAULTS, List.of(8), Duration.ofMinutes(1), 1, 6);
    }

    /** About five minutes. */
    public static BenchOptions normal() {
        return of("normal", DEFAULTS, List.of(1, 8, 32), Duration.ofMinutes(5), 2, 8);
    }

    /** For a report: every setting that may matter, five processes for each backend. */
    public static BenchOptions full() {
        return of("full", EVERYTHING, List.of(1, 2, 4, 8, 16, 32, 64), Duration.ofMinutes(30), 5, 8);
    }

    private static final List<String> DEFAULTS = List.of(
            "ort",
            "ort-c",
            "ort-python",
            "ort-node",
            "djl-onnxruntime",
            "djl-pytorch",
            "djl-pytorch:precision=bf16",
            "pytorch",
            "keras",
            "openvino",
            "ort-cuda",
            "ort-tensorrt",
            "terzi-files",
            "python-files",
            "node-files");

    private static final List<String> EVERYTHING = List.of(
            "ort",
            "ort:optimization=extended",
            "ort:optimization=basic",
            "ort:optimization=none",
            "ort:arena=off",
            "ort-c",
            "ort-python",
            "ort-node",
            "djl-onnxruntime",
            "djl-pytorch",
            "djl-pytorch:layout=channels-first",
            "djl-pytorch:precision=bf16",
            "pytorch",
            "pytorch:layout=channels-first",
            "pytorch:precision=bf16",
            "keras",
            "openvino",
            "ort-cuda",
            "ort-tensorrt",
            "terzi-files",
            "python-files",
            "node-files");

    private static BenchOptions of(
            String mode, List<String> backends, List<Integer> batches, Duration budget, int processes, int rounds) {
        return new BenchOptions(
                mode,
                backends,
                List.of(Runtime.getRuntime().availableProcessors()),
                batches,
                budget,
                processes,
                rounds,
                0.5,
                Optional.empty(),
                Place.jvmOnly(),
                1);
    }

    /** All variants, in order. */
    List<Variant> variants() {
        return Variant.numbered(backends.stream()
                .flatMap(backend -> Variant.parse(backend, threads).stream())
                .toList());
    }

    /** The smallest relative difference that is called one: less can be the luck of a process's memory. */
    double margin() {
        return processes == 1 ? 0.05 : 0.02;
    }

    /**
     * The backends in texts such as {@code ort,djl-pytorch:precision=bf16,threads=1}: a comma begins a new backend, unless a
     * setting follows it.
     */
    public static List<String> separate(List<String> texts) {
        List<String> backends = new ArrayList<>();
        for (String text : texts) {
            boolean first = true;
            for (String part : text.split(",", -1)) {
                boolean isSetting = !first && part.contains("=") && !part.contains(":");
                if (isSetting) {
                    int last = backends.size() - 1;
                    backends.set(last, backends.get(last) + "," + part);
                } else {
                    backends.add(part);
                }
                first = false;
            }
        }
        return backends;
    }
}
