package terzi.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the programs of other languages are.
 *
 * @param workers folder with {@code bench_worker.py} and its like; empty if it is not known
 * @param python the Python to start, a path or a name
 * @param node the node to start, a path or a name
 * @param nativeWorker the compiled {@code bench_worker.c}, if there is one
 */
public record Place(Optional<Path> workers, String python, String node, Optional<Path> nativeWorker) {

    /** Only what runs in a JVM. */
    public static Place jvmOnly() {
        return new Place(Optional.empty(), "python3", "node", Optional.empty());
    }
}
