package terzi.runs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures how long the steps of a run take. */
public final class Stopwatch {
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final long startNanos = System.nanoTime();

    /**
     * Work that may fail on a file.
     *
     * @param <T> the result
     */
    public interface Work<T> {
        /**
         * {@return the result}
         *
         * @throws IOException if a file cannot be read or written
         */
        T run() throws IOException;
    }

    /**
     * {@return the result of the work, whose duration is added to that of its name}
     *
     * @param <T> the result
     * @param what name of the work
     * @param work runs in the calling thread
     * @throws IOException as the work
     */
    public <T> T time(String what, Work<T> work) throws IOException {
        long start = System.nanoTime();
        try {
            return work.run();
        } finally {
            seconds.merge(what, (System.nanoTime() - start) / 1e9, Double::sum);
        }
    }

    /** {@return seconds by name of the work, in the order of their first begin} */
    public Map<String, Double> parts() {
        return new LinkedHashMap<>(seconds);
    }

    /** {@return seconds since the stopwatch was made} */
    public double total() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
