package terzi.runs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures how long the steps of a run take. */
public final class Stopwatch {
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final long startNanos = System.nanoTime();

    /** Work that may fail on a file. */
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Runs the work and remembers how long it took. */
    public <T> T time(String what, Work<T> work) throws IOException {
        long start = System.nanoTime();
        try {
            return work.run();
        } finally {
            seconds.merge(what, (System.nanoTime() - start) / 1e9, Double::sum);
        }
    }

    /** Seconds for each piece of work, in the order they were begun. */
    public Map<String, Double> parts() {
        return new LinkedHashMap<>(seconds);
    }

    /** Seconds since the stopwatch was made. */
    public double total() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
