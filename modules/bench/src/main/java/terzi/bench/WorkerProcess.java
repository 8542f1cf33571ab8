package terzi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A started worker, seen from outside; its protocol is {@link Worker}'s. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(5);
    private static final int LAST_WORDS = 12;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String name;
    private final Process process;
    private final Path errors;
    private final BufferedReader out;
    private final Writer in;
    private final long started;
    private double loadMillis;
    private Map<String, String> versions = Map.of();

    private WorkerProcess(String name, List<String> command, Path errors) throws IOException {
        this.name = name;
        this.errors = errors;
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.environment().put("OPT_OUT_TRACKING", "true");
        builder.environment().put("OPENVINO_TELEMETRY_DISABLE", "1");
        this.started = System.nanoTime();
        this.process = builder.start();
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a worker and waits until its model is loaded.
     *
     * @throws UnavailableException if it says that it cannot run here
     * @throws IOException if it fails otherwise; the message has its last words
     */
    static WorkerProcess start(Variant variant, Job job, Place place) throws IOException, UnavailableException {
        List<String> command = new ArrayList<>(variant.backend().command(place));
        command.addAll(job.arguments());
        Path errors = Files.createTempFile("terzi-bench", ".log");
        errors.toFile().deleteOnExit(); // where Ctrl-C ends it
        WorkerProcess worker;
        try {
            worker = new WorkerProcess(variant.id(), command, errors);
        } catch (IOException e) {
            Files.deleteIfExists(errors);
            throw new IOException(variant.id() + ": cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
        try {
            JsonNode first = worker.reply("its start", START);
            JsonNode ready = first.get("ready");
            if (ready == null) {
                throw new IOException(variant.id() + ": expected 'ready' from the worker, found " + first);
            }
            worker.loadMillis = ready.get("load_ms").asDouble();
            Map<String, String> versions = new TreeMap<>();
            ready.get("versions")
                    .properties()
                    .forEach(entry ->
                            versions.put(entry.getKey(), entry.getValue().asString()));
            worker.versions = versions;
            return worker;
        } catch (IOException | UnavailableException | RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    double loadMillis() {
        return loadMillis;
    }

    Map<String, String> versions() {
        return versions;
    }

    /** Milliseconds since the process was started. */
    double ageMillis() {
        return (System.nanoTime() - started) / 1e6;
    }

    /** Answers to the first images, one row each. */
    double[][] answers(int images) throws IOException, UnavailableException {
        JsonNode reply = ask("answer " + images, START);
        JsonNode rows = reply.has("logits") ? reply.get("logits") : reply.path("probabilities");
        double[][] answers = new double[rows.size()][];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = numbers(rows.get(i));
        }
        return answers;
    }

    /** Nanoseconds of calls, one after the other. */
    double[] latency(int batch, double seconds) throws IOException, UnavailableException {
        JsonNode reply = ask("latency " + batch + " " + seconds, START.plusMillis((long) (seconds * 1000)));
        return numbers(reply.path("nanos"));
    }

    /**
     * What an open load found.
     *
     * @param response nanoseconds from arrival to answer
     * @param service nanoseconds from the start of a call to its answer
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record OpenLoad(double[] response, double[] service) {}

    /** @param arrivals file with float64 seconds, little-endian */
    OpenLoad open(Path arrivals) throws IOException, UnavailableException {
        JsonNode reply = ask("open " + arrivals, START);
        return new OpenLoad(numbers(reply.path("response_nanos")), numbers(reply.path("service_nanos")));
    }

    /** Processor time of the process so far; nothing where the system does not tell. */
    Duration cpuTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Largest resident memory so far, MiB; as the kernel keeps it. */
    Optional<Double> peakMib() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst();
        } catch (IOException | UncheckedIOException notLinux) {
            return Optional.empty();
        }
    }

    private static double[] numbers(JsonNode array) throws IOException {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        if (numbers.length == 0) {
            throw new IOException("a worker answered without numbers");
        }
        return numbers;
    }

    private JsonNode ask(String command, Duration limit) throws IOException, UnavailableException {
        try {
            in.write(command + "\n");
            in.flush();
        } catch (IOException e) {
            throw new IOException(name + ": the worker ended before '" + command + "'" + lastWords(), e);
        }
        return reply("'" + command + "'", limit);
    }

    private JsonNode reply(String to, Duration limit) throws IOException, UnavailableException {
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    process.destroyForcibly();
                },
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Optional<JsonNode> reply = json(line);
                if (reply.isPresent()) {
                    return checked(reply.get(), to);
                }
            }
        } catch (IOException e) {
            throw new IOException(name + ": cannot read the answer to " + to + ": " + e.getMessage() + lastWords(), e);
        } finally {
            watchdog.cancel(false);
        }
        throw new IOException(name + ": "
                + (late.get() ? "no answer to " + to + " within " + limit.toSeconds() + " s" : "ended at " + to)
                + lastWords());
    }

    private JsonNode checked(JsonNode reply, String to) throws IOException, UnavailableException {
        if (reply.has("unavailable")) {
            throw new UnavailableException(reply.get("unavailable").asString());
        }
        if (reply.has("error")) {
            throw new IOException(
                    name + ": error at " + to + ": " + reply.get("error").asString() + lastWords());
        }
        return reply;
    }

    /** What is not a JSON object is a library's chatter. */
    private static Optional<JsonNode> json(String line) {
        try {
            return line.startsWith("{") ? Optional.of(MAPPER.readTree(line)) : Optional.empty();
        } catch (JacksonException chatter) {
            return Optional.empty();
        }
    }

    private String lastWords() {
        try {
            process.waitFor(1, TimeUnit.SECONDS);
            List<String> lines = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.isEmpty()
                    ? ""
                    : "; its last words:\n"
                            + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Ends the process, gently first, so that it can remove what it unpacked. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException alreadyGone) {
            // it is to end anyway
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            out.close();
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            // it is deleted at the end
        }
    }
}
