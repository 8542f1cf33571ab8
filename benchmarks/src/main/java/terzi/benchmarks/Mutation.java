package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.benchmarks.Mutants.Count;
import terzi.benchmarks.Mutants.Mutant;
import terzi.benchmarks.Mutants.Place;

/** How many small changes to the classes the tests notice. */
@Command(
        name = "mutation",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Changes the classes one instruction at a time with PIT and counts, package by package, how many changes a"
                        + " module's own tests notice. Takes hours; measure single modules with --modules, what was changed since with"
                        + " --classes, both with --table none.")
final class Mutation implements Callable<Integer> {
    private static final List<String> MODULES =
            List.of("onnx", "images", "data", "inference", "evaluation", "training", "export");
    private static final Path REPORTS = Path.of("benchmarks/target/mutation");
    private static final Path LIST = Path.of("benchmarks/unkillable-mutants.csv");

    /** What to do about the table. */
    enum Table {
        /** Measure, then write it. */
        AFTER,
        /** Write it of the reports that are there. */
        ONLY,
        /** Measure and leave it. */
        NONE
    }

    @Option(
            names = "--modules",
            split = ",",
            description = "modules to measure, or to put into the table; all of them if left out")
    List<String> modules = MODULES;

    @Option(
            names = "--classes",
            split = ",",
            description = "measure only these, with * for any characters; others keep the counts that they have")
    List<String> classes = List.of();

    @Option(
            names = "--tests",
            split = ",",
            description =
                    "run only these test classes, so that more mutants may survive than need to; with * for any characters, ~ before a"
                            + " regular expression")
    List<String> tests = List.of("terzi.*");

    @Option(
            names = "--table",
            defaultValue = "after",
            description = "after, only (of the reports that are there), none")
    Table table = Table.AFTER;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Mutation())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, result) -> {
                    if (!(failure instanceof IOException)) {
                        throw failure;
                    }
                    System.err.println("error: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!MODULES.containsAll(modules)) {
            System.err.println("error: expected modules of " + String.join(", ", MODULES) + ", found "
                    + String.join(", ", modules));
            return 2;
        }
        if (table != Table.ONLY) {
            int exitCode = measure();
            if (exitCode != 0) {
                return exitCode;
            }
        }
        if (table != Table.NONE) {
            write();
        }
        return 0;
    }

    private int measure() throws IOException, InterruptedException {
        // in the modules that these need there is nothing to change
        List<String> targets = classes.isEmpty()
                ? modules.stream().map(module -> "terzi." + module + ".*").toList()
                : classes;
        for (String module : modules) {
            Files.deleteIfExists(found(module)); // of another measurement
        }
        int exitCode = new ProcessBuilder(
                        "mvn",
                        "-Pmutation",
                        "-pl",
                        modules.stream().map(module -> "modules/" + module).collect(Collectors.joining(",")),
                        "-am",
                        "-DtargetClasses=" + String.join(",", targets),
                        "-DtargetTests=" + String.join(",", tests),
                        "test-compile",
                        "org.pitest:pitest-maven:mutationCoverage")
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            return exitCode;
        }
        for (String module : modules) {
            Path found = found(module);
            if (!Files.exists(found)) {
                continue; // none of the classes is here
            }
            List<Path> before = reports(module);
            if (classes.isEmpty()) {
                for (Path old : before) {
                    Files.delete(old);
                }
            }
            int number = classes.isEmpty() ? 1 : before.size() + 1;
            Files.createDirectories(REPORTS.resolve(module));
            Files.move(found, REPORTS.resolve(module).resolve(number + ".xml"));
        }
        return 0;
    }

    /** Where PIT leaves what it found. */
    private static Path found(String module) {
        return Path.of("modules", module, "target/pit-reports/mutations.xml");
    }

    /** Of a module, the first measured first. */
    private static List<Path> reports(String module) {
        return IntStream.iterate(1, number -> number + 1)
                .mapToObj(number -> REPORTS.resolve(module).resolve(number + ".xml"))
                .takeWhile(Files::exists)
                .toList();
    }

    private void write() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String module : modules) {
            List<Path> reports = reports(module);
            if (reports.isEmpty()) {
                throw new IOException(module + " is not measured; measure it with: benchmarks/run mutation --modules "
                        + module + " --table none");
            }
            mutants.addAll(Mutants.latest(reports));
        }
        Set<Place> listed = Mutants.listed(LIST);
        SortedMap<String, Count> counts = Mutants.byPackage(mutants, listed);
        Count all = counts.values().stream().reduce(new Count(0, 0, 0, 0, 0), Mutants::sum);
        StringBuilder text = new StringBuilder(
                """
                Each mutant is one class with one instruction changed (PIT's default mutators); it is killed when a test of the same module
                fails or no longer ends. Tests that take seconds each (`@Tag("slow")`) were left out, and classes that were measured again
                (`--classes`, `--tests`) may have met only the tests that matter to them, so more is noticed than is counted. *Cannot be killed*: survived or not covered,
                and listed with the reason in `benchmarks/unkillable-mutants.csv`.

                | package | mutants | killed | of them timed out | survived | not covered | cannot be killed | killed, % | of those that can be, % |
                |---|---|---|---|---|---|---|---|---|
                """);
        counts.forEach((name, count) -> text.append(row(name, count)));
        text.append(row("**all**", all));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("packages", counts);
        figures.put("all", all);
        String command =
                "benchmarks/run mutation" + (modules.equals(MODULES) ? "" : " --modules " + String.join(",", modules));
        results.write("mutation", "Mutation testing: what the tests notice", command, figures, text.toString());
        Set<Place> gone = new HashSet<>(listed);
        gone.removeIf(place -> !counts.containsKey(place.packageName()));
        mutants.stream()
                .filter(mutant -> mutant.fate() == Mutants.Fate.SURVIVED || mutant.fate() == Mutants.Fate.NO_COVERAGE)
                .forEach(mutant -> gone.remove(mutant.place()));
        gone.forEach(place -> System.err.println("listed in " + LIST + ", but killed or no longer there: " + place));
    }

    private static String row(String name, Count count) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d | %.1f | %.1f |%n",
                name,
                count.all(),
                count.killed() + count.timedOut(),
                count.timedOut(),
                count.survived(),
                count.notCovered(),
                count.unkillable(),
                100 * count.killedShare(),
                100 * count.killedShareOfKillable());
    }
}
