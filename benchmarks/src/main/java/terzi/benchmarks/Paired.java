package terzi.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import terzi.bench.CpuTime;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs two programs in turn for several rounds, in the order A B, B A, A B …, so that a machine that slows down or speeds
 * up meanwhile favours neither.
 */
final class Paired {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final int rounds;
    private final Duration limit;
    private final Consumer<String> progress;

    /**
     * @param rounds at least 1; each runs both sides once
     * @param limit for one run of one side
     * @param progress hears one line a run
     */
    Paired(int rounds, Duration limit, Consumer<String> progress) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: expected at least 1, found " + rounds);
        }
        this.rounds = rounds;
        this.limit = limit;
        this.progress = progress;
    }

    /**
     * @throws IOException if a side cannot be started, fails, takes longer than the limit or prints no metric
     * @throws InterruptedException if this thread is interrupted; no process is left behind
     */
    Comparison compare(Side first, Side second) throws IOException, InterruptedException {
        List<SideRun> runs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            boolean firstLeads = round % 2 == 1;
            for (Side side : firstLeads ? List.of(first, second) : List.of(second, first)) {
                SideRun run = run(side, round);
                runs.add(run);
                progress.accept("round %d of %d, %s: %s".formatted(round, rounds, side.name(), summary(run)));
            }
        }
        return new Comparison(first.name(), second.name(), runs);
    }

    private static String summary(SideRun run) {
        StringBuilder text = new StringBuilder();
        for (String metric : run.metrics().keySet()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(String.format(Locale.ROOT, "%s %.4g", metric, run.median(metric)));
        }
        if (run.othersShare() > 0.1) {
            text.append(String.format(
                    Locale.ROOT, " (busy machine: other processes took %.0f %% of it)", 100 * run.othersShare()));
        }
        return text.toString();
    }

    private SideRun run(Side side, int round) throws IOException, InterruptedException {
        double load = Host.loadAverage();
        CpuTime before = CpuTime.read();
        Path errors = Files.createTempFile("terzi-benchmark", ".log");
        long started = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(side.command()).redirectError(errors.toFile());
        builder.environment().putAll(side.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IOException(
                    side.name() + ": cannot start " + side.command().get(0) + ": " + e.getMessage(), e);
        }
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    process.destroyForcibly();
                },
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        Map<String, Object> info = new LinkedHashMap<>();
        SortedMap<String, List<Double>> metrics = new TreeMap<>();
        Duration own = Duration.ZERO;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                double seconds = (System.nanoTime() - started) / 1e9;
                own = process.toHandle().info().totalCpuDuration().orElse(own);
                note(line, seconds, info, metrics);
            }
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException("%s: exit status %d%s; its last words:%n%s"
                        .formatted(side.name(), exit, late.get() ? ", killed after " + limit : "", tail(errors)));
            }
            if (metrics.isEmpty()) {
                throw new IOException(side.name() + ": printed no metric; its last words:\n" + tail(errors));
            }
        } finally {
            process.destroyForcibly();
            watchdog.cancel(false);
            Files.deleteIfExists(errors);
        }
        CpuTime after = CpuTime.read();
        return new SideRun(
                round,
                side.name(),
                info,
                metrics,
                load,
                after.othersShareSince(before, own) + after.stolenShareSince(before));
    }

    /** Takes in one line of a side's output; what is not a JSON object is chatter. */
    static void note(String line, double seconds, Map<String, Object> info, Map<String, List<Double>> metrics) {
        if (!line.startsWith("{")) {
            return;
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(line);
        } catch (JacksonException chatter) {
            return;
        }
        if (node.hasNonNull("info")) {
            node.get("info")
                    .properties()
                    .forEach(p -> info.put(p.getKey(), MAPPER.convertValue(p.getValue(), Object.class)));
        } else if (node.hasNonNull("mark")) {
            metrics.computeIfAbsent(node.get("mark").asString() + "_seconds", k -> new ArrayList<>())
                    .add(seconds);
        } else if (node.hasNonNull("metric")) {
            metrics.computeIfAbsent(node.get("metric").asString(), k -> new ArrayList<>())
                    .add(node.get("value").asDouble());
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
