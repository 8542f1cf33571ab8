package terzi.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.bench.BenchReport.Subject;

/**
 * A backend in another language: a program that is told what to do as a {@link Worker} is, and that says itself what it
 * lacks.
 *
 * @param language what runs it
 * @param arguments its first ones
 */
record ProgramBackend(
        String name,
        String title,
        Subject subject,
        Language language,
        List<String> arguments,
        Map<String, List<String>> settings)
        implements Backend {

    /** What runs a program, and which one that is. */
    enum Language {
        PYTHON("bench_worker.py"),
        NODE("bench_worker.mjs"),
        C("bench_worker.c");

        private final String file;

        Language(String file) {
            this.file = file;
        }
    }

    @Override
    public Optional<String> obstacle(Place place) {
        if (language == Language.C) {
            return place.nativeWorker().isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            "no compiled worker: compile benchmarks/peers/bench_worker.c as its first lines say and"
                                    + " name the program with --native");
        }
        Optional<Path> file = place.workers().map(folder -> folder.resolve(language.file));
        if (file.isEmpty() || !Files.isRegularFile(file.get())) {
            return Optional.of("there is no " + file.map(Path::toString).orElse(language.file)
                    + "; name the folder benchmarks/peers of Terzi's sources with --peers");
        }
        String program = language == Language.PYTHON ? place.python() : place.node();
        return Programs.isThere(program)
                ? Optional.empty()
                : Optional.of(program + " is not there; install it, or name another with --"
                        + (language == Language.PYTHON ? "python" : "node"));
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>();
        switch (language) {
            case PYTHON -> command.add(place.python());
            case NODE -> command.add(place.node());
            case C ->
                command.add(place.nativeWorker().orElseThrow().toAbsolutePath().toString());
        }
        if (language != Language.C) {
            command.add(place.workers()
                    .orElseThrow()
                    .resolve(language.file)
                    .toAbsolutePath()
                    .toString());
        }
        command.addAll(arguments);
        return command;
    }
}
