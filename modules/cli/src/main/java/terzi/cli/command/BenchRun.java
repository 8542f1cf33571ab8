package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.bench.Backends;
import terzi.bench.Bench;
import terzi.bench.BenchComparison;
import terzi.bench.BenchListener;
import terzi.bench.BenchOptions;
import terzi.bench.BenchReport;
import terzi.bench.CpuTime;
import terzi.bench.Place;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ConsoleListener;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Suggestions;
import terzi.evaluation.report.Counted;
import terzi.files.RunFile;
import terzi.runs.ClassifierLocation;
import terzi.runs.RunEvent;
import terzi.runs.RunTarget;
import terzi.runs.Sizes;

/** The work of {@code terzi bench}. */
final class BenchRun {
    private static final Path RUNS = Path.of("runs");
    private static final String NAME = "bench";

    private BenchRun() {}

    static int run(Console console, List<Path> models, @Nullable Path target, BenchOptions options) throws IOException {
        Map<Path, Path> files = new LinkedHashMap<>();
        for (Path model : models) {
            List<String> meant = Suggestions.of(model.toString(), List.of("compare", "backends"));
            if (!Files.exists(model) && !meant.isEmpty()) {
                throw new IOException(model + ": there is no such file or folder, nor such a command of 'terzi bench'. "
                        + Suggestions.sentence(meant));
            }
            Path file = ClassifierLocation.find(model);
            if (!Files.isReadable(file)) {
                throw new NoSuchFileException(file.toString());
            }
            files.put(model, file);
        }
        // minutes later would be too late to find out that it cannot be written to
        Files.createDirectories(target == null ? RUNS.resolve(NAME) : target);
        List<Object> answers = new ArrayList<>();
        int exitCode = ExitCode.FAILURE;
        for (Map.Entry<Path, Path> model : files.entrySet()) {
            String name = name(model.getKey(), model.getValue());
            BenchReport report = measure(console, model.getValue(), name, options);
            Path folder = folder(name, target, files.size());
            report.write(folder);
            console.printTable(report.text(console.tableColumns()));
            console.print("report: " + RunFile.RESULTS_PAGE.in(folder));
            answers.add(Map.of("folder", folder.toString(), "report", report));
            if (report.entries().stream().anyMatch(BenchReport.Entry::isMeasured)) {
                exitCode = ExitCode.OK;
            }
        }
        console.json(Map.of("results", answers));
        return exitCode;
    }

    /** @throws IllegalArgumentException for what cannot be */
    static BenchOptions options(BenchCommand.What what, BenchCommand.HowLong howLong, BenchCommand.Programs programs) {
        BenchOptions base =
                howLong.quick ? BenchOptions.quick() : howLong.full ? BenchOptions.full() : BenchOptions.normal();
        return new BenchOptions(
                base.mode(),
                what.backends.isEmpty() ? base.backends() : BenchOptions.separate(what.backends),
                what.threads.isEmpty() ? base.threads() : what.threads,
                what.batches.isEmpty() ? base.batches() : what.batches,
                howLong.budget == null ? base.budget() : duration(howLong.budget),
                Objects.requireNonNullElse(howLong.processes, base.processes()),
                Objects.requireNonNullElse(howLong.rounds, base.rounds()),
                Objects.requireNonNullElse(what.load, base.load()),
                Optional.ofNullable(what.images),
                new Place(
                        Optional.ofNullable(programs.workers).or(BenchRun::ownWorkers),
                        programs.python,
                        programs.node,
                        Optional.ofNullable(programs.nativeWorker)),
                howLong.seed);
    }

    /** Beside the launcher, which says where it is. */
    private static Optional<Path> ownWorkers() {
        return Optional.ofNullable(System.getProperty("terzi.home"))
                .map(home -> Path.of(home, "benchmarks", "peers"))
                .filter(Files::isDirectory);
    }

    private static Duration duration(String text) {
        if (!text.matches("[1-9][0-9]{0,5}[smh]")) {
            throw new IllegalArgumentException("budget: expected a time such as 90s, 5m or 1h, found '" + text + "'");
        }
        return Duration.parse("PT" + text);
    }

    private static BenchReport measure(Console console, Path file, String name, BenchOptions options)
            throws IOException {
        CpuTime.busyNow()
                .ifPresent(share -> console.warn(String.format(
                        Locale.ROOT,
                        "other programs take %.0f %% of the processors now: close them, or the figures will be marked as those of a"
                                + " machine too busy to compare anything",
                        share * 100)));
        console.progress("measuring " + name + ", about "
                + Sizes.duration(options.budget().toMillis() / 1e3) + " and the time to start "
                + Counted.of(options.backends().size(), "backend"));
        try (ConsoleListener bar = new ConsoleListener(console)) {
            return Bench.run(file, name, options, console.commandLine(), new BenchListener() {
                @Override
                public void say(String line) {
                    if (console.columns().isEmpty()) {
                        console.progress(line);
                    }
                }

                @Override
                public void step(int done, int total, String what) {
                    bar.on(new RunEvent.Progress(name, total == 0 ? 0 : 100L * done / total, 100, "%", what, false));
                }
            });
        }
    }

    /** A model folder's or a file's name. */
    private static String name(Path model, Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        boolean isFolder = Files.isDirectory(model);
        Path last = isFolder && folder != null ? folder.getFileName() : file.getFileName();
        return last == null ? "model" : last.toString().replaceFirst("\\.onnx$", "");
    }

    private static Path folder(String name, @Nullable Path target, int models) throws IOException {
        if (target == null) {
            return RunTarget.defaults().withRunsFolder(RUNS).newFolder(NAME, name);
        }
        return Files.createDirectories(models == 1 ? target : target.resolve(name));
    }

    static int listBackends(Console console) {
        Map<String, String> backends = Backends.descriptions();
        int width = backends.keySet().stream().mapToInt(String::length).max().orElse(0);
        backends.forEach((name, title) -> console.print(("%-" + width + "s  %s").formatted(name, title)));
        console.json(Map.of("backends", backends));
        return ExitCode.OK;
    }

    static int compare(Console console, Path before, Path now) throws IOException {
        BenchComparison comparison = BenchComparison.of(BenchReport.read(before), BenchReport.read(now));
        console.printTable(comparison.text(console.tableColumns()));
        console.json(comparison);
        return comparison.isRegression() ? ExitCode.GATE_FAILED : ExitCode.OK;
    }
}
