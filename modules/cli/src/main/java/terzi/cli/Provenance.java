package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a run was made, for people who want to make it again. */
final class Provenance {
    private final Map<String, String> facts = new LinkedHashMap<>();

    private Provenance() {}

    /** What is known of every command. */
    static Provenance of(Console console) throws IOException {
        Provenance provenance = new Provenance();
        provenance.facts.put("command", console.commandLine());
        provenance.facts.put(
                "finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return provenance;
    }

    /** The same of a training, which a resumed one goes on with: what makes it again is the command it began with. */
    static Provenance ofTraining(Console console, Path folder) throws IOException {
        Provenance provenance = of(console);
        String last = console.commandLine();
        String first = RunArguments.typed(folder).orElse(last);
        if (!first.equals(last)) {
            provenance.facts.put("command", first);
            provenance.facts.put("resumed with", last);
        }
        return provenance;
    }

    /** The same, and what a run of before there was a record wrote down when it began. */
    static Provenance ofRun(Console console, Path folder) throws IOException {
        Provenance provenance = of(console);
        Path arguments = folder.resolve(RunArguments.FILE_NAME);
        if (Files.exists(arguments)) {
            provenance.facts.put(
                    "the run's arguments", Files.readString(arguments).strip().replace("---\n", ""));
        }
        return provenance;
    }

    Provenance with(String what, String value) {
        if (!value.isEmpty()) {
            facts.put(what, value);
        }
        return this;
    }

    /** Versions and machine come last: they are looked up when something cannot be repeated. */
    Map<String, String> facts() throws IOException {
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put("Terzi", Terzi.version());
        all.putAll(Engines.versions());
        all.put("Java", Runtime.version() + ", " + System.getProperty("java.vendor"));
        all.put("machine", Machine.description());
        return all;
    }
}
