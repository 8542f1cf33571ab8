package terzi.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the two programs of a comparison. It prints one JSON object a line; other lines are ignored.
 *
 * <ul>
 *   <li>{@code {"info": {"torch": "2.7.1"}}}: versions and settings
 *   <li>{@code {"metric": "epoch_seconds", "value": 12.3}}: a measured value, smaller is better; any number of them
 *   <li>{@code {"mark": "first_step"}}: becomes the metric {@code first_step_seconds}, counted from the start of the
 *       process
 * </ul>
 *
 * @param name short, for tables
 * @param command the program and its arguments
 * @param environment variables set in addition to this process's
 */
record Side(String name, List<String> command, Map<String, String> environment) {
    Side {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    Side(String name, List<String> command) {
        this(name, command, Map.of());
    }

    /** What {@code ./terzi} sets when it trains, for the same reasons. */
    private static final Map<String, String> LAUNCHER_ENVIRONMENT = Map.of(
            "ORT_DISABLE_TELEMETRY", "1",
            "OPT_OUT_TRACKING", "true",
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "33554432",
            "MALLOC_TRIM_THRESHOLD_", "2147483648",
            "MALLOC_TOP_PAD_", "67108864");

    /** A program of this module that trains, in a JVM of its own. */
    static Side terzi(String name, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        String archive = System.getProperty("terzi.benchmarks.archive", "");
        if (!archive.isEmpty()) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                program.getName()));
        command.addAll(arguments);
        return new Side(name, command, LAUNCHER_ENVIRONMENT);
    }
}
