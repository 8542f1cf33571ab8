package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import terzi.files.Machine;

/** How a run was made, for people who want to make it again. */
final class Provenance {
    private final Map<String, String> facts = new LinkedHashMap<>();

    private Provenance() {}

    /** What is known of every command. */
    static Provenance of(RunLog log) throws IOException {
        Provenance provenance = new Provenance();
        return provenance
                .with("command", log.command())
                .with("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** The same of a training, which a resumed one goes on with: what makes it again is the command it began with. */
    static Provenance ofTraining(RunLog log, Path folder) throws IOException {
        Provenance provenance = of(log);
        String last = log.command();
        String first = RunArguments.read(folder).typed();
        return first.isEmpty() || first.equals(last)
                ? provenance
                : provenance.with("command", first).with("resumed with", last);
    }

    /** The same, and what a run of before there was a record wrote down when it began. */
    static Provenance ofRun(RunLog log, Path folder) throws IOException {
        Provenance provenance = of(log);
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
        all.put("Terzi", Versions.terzi());
        all.putAll(Versions.engines());
        all.put("Java", Machine.here().java() + ", " + System.getProperty("java.vendor"));
        all.put("machine", machine());
        return all;
    }

    /** In a line: {@code AMD EPYC-Rome Processor, 2 cores, 8.2 GB, Linux}. */
    private static String machine() {
        Machine machine = Machine.here();
        return machine.cpu() + ", " + Machine.cores(machine.cores())
                + (machine.memoryBytes() > 0 ? ", " + Sizes.text(machine.memoryBytes()) : "") + ", "
                + System.getProperty("os.name");
    }
}
