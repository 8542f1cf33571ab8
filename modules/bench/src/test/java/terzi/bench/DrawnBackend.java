package terzi.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.bench.BenchReport.Subject;

/**
 * A backend whose speed is known, because it only waits: a real process with the real protocol.
 *
 * @param habits arguments of {@link DrawnWorker}
 */
record DrawnBackend(String name, List<String> habits) implements Backend {

    static Variant variant(String name, String... habits) {
        return new Variant(new DrawnBackend(name, List.of(habits)), Map.of("threads", "1"), 1);
    }

    @Override
    public String title() {
        return "drawn";
    }

    @Override
    public Subject subject() {
        return Subject.NETWORK;
    }

    @Override
    public Map<String, List<String>> settings() {
        return Map.of();
    }

    @Override
    public Optional<String> obstacle(Place place) {
        return Optional.empty();
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                DrawnWorker.class.getName()));
        command.addAll(habits);
        return command;
    }
}
