package terzi.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.bench.BenchReport.Subject;

/**
 * One way to run a network, in a process of its own that speaks the protocol of {@link Worker}. The engines of the JVM are
 * {@link EngineBackend}s, other languages bring a program.
 */
interface Backend {

    /** Short, in lower case, for the command line and tables. */
    String name();

    /** For people. */
    String title();

    Subject subject();

    /** What can be set besides threads, with the values it may have; the first is the default. */
    Map<String, List<String>> settings();

    /** Why it cannot run here, as far as can be told without starting it; with the remedy. */
    Optional<String> obstacle(Place place);

    /** The program and its first arguments; what is to be measured follows. */
    List<String> command(Place place);
}
