package terzi.bench;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process that a backend of the JVM is measured in. It does one thing at a time, as told on stdin, and sleeps in between;
 * so the workers of all backends can be there together and take turns.
 *
 * <p>Arguments are {@code backend=NAME} and those of {@link Job}. A first line on stdout says {@code ready} or {@code
 * unavailable}; then every command gets one line of JSON:
 *
 * <ul>
 *   <li>{@code answer N}: the answers to the first N images
 *   <li>{@code latency B S}: nanoseconds of calls with batch B, one after the other for S seconds, at least one
 *   <li>{@code open FILE}: one call for each arrival in the file (float64 seconds, little-endian), in their order; nanoseconds
 *       from the arrival to the answer, and from the start of the call
 *   <li>{@code quit}, or the end of stdin
 * </ul>
 */
public final class Worker {
    /** Sleeping is not exact: the rest of a wait is spun. */
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Engine engine;
    private final double handicap;
    private final Map<Integer, Engine.Call> calls = new HashMap<>();

    private Worker(Engine engine, double handicap) {
        this.engine = engine;
        this.handicap = handicap;
    }

    public static void main(String[] arguments) throws IOException {
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        List<String> job = new ArrayList<>(List.of(arguments));
        String name = job.remove(0).replaceFirst("^backend=", "");
        try (Reader in = new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8)) {
            EngineBackend backend = (EngineBackend) Backends.named(name);
            Job parsed = Job.parse(job);
            double handicap = Double.parseDouble(parsed.settings().getOrDefault(Variant.HANDICAP, "0"));
            serve(() -> backend.open(parsed), handicap, new BufferedReader(in), out);
        }
    }

    /** Opens an engine. */
    interface Opening {
        Engine open() throws Exception;
    }

    /**
     * Obeys until stdin ends.
     *
     * @param handicap share that every call is made longer by
     */
    static void serve(Opening opening, double handicap, BufferedReader in, PrintWriter out) throws IOException {
        long started = System.nanoTime();
        try (Engine engine = opening.open()) {
            double load = (System.nanoTime() - started) / 1e6;
            say(out, Map.of("ready", Map.of("load_ms", load, "versions", engine.versions())));
            Worker worker = new Worker(engine, handicap);
            for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
                say(out, worker.obey(line.split(" ", 3)));
            }
        } catch (UnavailableException e) {
            say(out, Map.of("unavailable", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            say(out, Map.of("error", String.valueOf(e)));
            throw e;
        } catch (Exception e) {
            say(out, Map.of("error", String.valueOf(e)));
            throw new IOException("the engine failed: " + e, e);
        }
    }

    private static void say(PrintWriter out, Map<String, Object> reply) {
        out.println(MAPPER.writeValueAsString(reply));
        out.flush();
    }

    private Map<String, Object> obey(String... words) throws Exception {
        return switch (words[0]) {
            case "answer" -> Map.of("logits", answers(Integer.parseInt(words[1])));
            case "latency" -> Map.of("nanos", latency(Integer.parseInt(words[1]), Double.parseDouble(words[2])));
            case "open" -> open(Path.of(words[1] + (words.length > 2 ? " " + words[2] : "")));
            default -> throw new IllegalArgumentException("worker: unknown command " + words[0]);
        };
    }

    private Engine.Call call(int batch) throws Exception {
        Engine.Call call = calls.get(batch);
        if (call == null) {
            Engine.Call own = engine.prepare(batch);
            call = handicap == 0 ? own : () -> handicapped(own);
            calls.put(batch, call);
        }
        return call;
    }

    private float[][] handicapped(Engine.Call call) throws Exception {
        long start = System.nanoTime();
        float[][] answers = call.run();
        long end = System.nanoTime();
        await(end + (long) (handicap * (end - start)));
        return answers;
    }

    /** As many runs as it takes: a call may answer fewer images than it was asked for. */
    private List<float[]> answers(int images) throws Exception {
        List<float[]> answers = new ArrayList<>();
        Engine.Call call = engine.prepare(images);
        while (answers.size() < images) {
            answers.addAll(List.of(call.run()));
        }
        return answers;
    }

    private long[] latency(int batch, double seconds) throws Exception {
        Engine.Call call = call(batch);
        long[] nanos = new long[1024];
        int count = 0;
        long before = System.nanoTime();
        long end = before + (long) (seconds * 1e9);
        do {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            call.run();
            long after = System.nanoTime();
            nanos[count++] = after - before;
            before = after;
        } while (before < end);
        return Arrays.copyOf(nanos, count);
    }

    private Map<String, Object> open(Path arrivals) throws Exception {
        double[] seconds = doubles(Files.readAllBytes(arrivals));
        Engine.Call call = call(1);
        long[] response = new long[seconds.length];
        long[] service = new long[seconds.length];
        long begin = System.nanoTime();
        for (int i = 0; i < seconds.length; i++) {
            long arrival = begin + (long) (seconds[i] * 1e9);
            await(arrival);
            long start = System.nanoTime();
            call.run();
            long end = System.nanoTime();
            response[i] = end - arrival;
            service[i] = end - start;
        }
        return Map.of("response_nanos", response, "service_nanos", service);
    }

    private static void await(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static double[] doubles(byte[] bytes) {
        double[] values = new double[bytes.length / Double.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return values;
    }
}
