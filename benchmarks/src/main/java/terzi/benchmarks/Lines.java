package terzi.benchmarks;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Prints the lines that {@link Side} speaks of. */
final class Lines {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Lines() {}

    static void info(Map<String, Object> facts) {
        say(Map.of("info", facts));
    }

    static void metric(String name, double value) {
        say(Map.of("metric", name, "value", value));
    }

    static void say(Map<String, Object> line) {
        System.out.println(MAPPER.writeValueAsString(line));
        System.out.flush();
    }
}
