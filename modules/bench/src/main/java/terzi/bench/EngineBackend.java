package terzi.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A backend that runs in a JVM, in a {@link Worker} of its own. */
interface EngineBackend extends Backend {

    /**
     * Opens the model.
     *
     * @throws UnavailableException if this machine cannot do what the job asks for
     */
    Engine open(Job job) throws Exception;

    @Override
    default Optional<String> obstacle(Place place) {
        return Optional.empty();
    }

    @Override
    default List<String> command(Place place) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xlog:disable",
                "-Xshare:auto",
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                Worker.class.getName(),
                "backend=" + name());
    }
}
