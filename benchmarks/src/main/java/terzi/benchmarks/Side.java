package terzi.benchmarks;

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
}
