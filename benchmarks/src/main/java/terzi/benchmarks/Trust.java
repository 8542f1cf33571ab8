package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.bench.Bench;
import terzi.bench.BenchListener;
import terzi.bench.BenchOptions;
import terzi.bench.BenchReport;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Verdict.Word;
import terzi.evaluation.Interval;

/**
 * Whether {@code terzi bench} can be trusted: the same backend several times must show no difference, and one that is slower
 * by a known share must be found.
 */
@Command(
        name = "trust",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures identical backends, and one with a known handicap, many times and counts the verdicts.")
final class Trust implements Callable<Integer> {

    @Option(names = "--model", defaultValue = "models/fashion-mnist-deep/classifier.onnx")
    Path model = Path.of("");

    @Option(names = "--runs", defaultValue = "10")
    int runs;

    @Option(names = "--copies", defaultValue = "4", description = "identical backends beside the baseline")
    int copies;

    @Option(names = "--handicap", defaultValue = "0.05", description = "share by which one backend is slower")
    double handicap;

    @Option(names = "--processes", defaultValue = "2")
    int processes;

    @Option(names = "--budget", defaultValue = "20", description = "seconds for each run")
    int budget;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Trust()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<String> backends = new ArrayList<>(Collections.nCopies(1 + copies, "ort"));
        backends.add("ort:handicap=" + handicap);
        List<BenchReport> reports = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            BenchOptions quick = BenchOptions.quick();
            BenchOptions options = new BenchOptions(
                    "trust",
                    backends,
                    List.of(1),
                    List.of(),
                    Duration.ofSeconds(budget),
                    processes,
                    8,
                    quick.load(),
                    quick.images(),
                    quick.place(),
                    run);
            BenchReport report = Bench.run(model, "trust", options, "trust", new Quiet());
            reports.add(report);
            System.err.println("run " + run + " of " + runs + ": "
                    + report.entries().stream()
                            .skip(1)
                            .map(entry -> entry.verdict()
                                    .map(verdict -> String.format(
                                            Locale.ROOT,
                                            "%.3f %s",
                                            verdict.ratio().value(),
                                            verdict.word()))
                                    .orElse(entry.reason()))
                            .toList());
        }
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run trust --model %s --runs %d --copies %d --handicap %s --processes %d --budget %d",
                model.toString().replace('\\', '/'),
                runs,
                copies,
                handicap,
                processes,
                budget);
        results.write("trust", "Can `terzi bench` be trusted?", command, Map.of(), text(reports));
        return 0;
    }

    private static final class Quiet implements BenchListener {
        @Override
        public void say(String line) {
            System.err.println(line);
        }

        @Override
        public void step(int done, int total, String what) {
            // a line for each run is enough
        }
    }

    private String text(List<BenchReport> reports) {
        List<Entry> same = new ArrayList<>();
        List<Entry> slower = new ArrayList<>();
        for (BenchReport report : reports) {
            same.addAll(report.entries().subList(1, 1 + copies));
            slower.add(report.entries().get(1 + copies));
        }
        return """
                | | comparisons | as it should be | 95 %% interval of that share | ratios of the medians |
                |---|---|---|---|---|
                | the same backend again: "no difference" | %s |
                | %.0f %% slower: "slower" | %s |

                Other programs took up to %.0f %% of the processors during a run. Comparisons of one run share their baseline, so the interval is a little too narrow.
                """
                .formatted(
                        row(same, Word.NO_DIFFERENCE),
                        100 * handicap,
                        row(slower, Word.SLOWER),
                        100
                                * reports.stream()
                                        .mapToDouble(report -> report.host().othersShare())
                                        .max()
                                        .orElse(0));
    }

    private static String row(List<Entry> entries, Word expected) {
        List<BenchReport.Verdict> verdicts =
                entries.stream().flatMap(entry -> entry.verdict().stream()).toList();
        long right =
                verdicts.stream().filter(verdict -> verdict.word() == expected).count();
        double[] ratios = verdicts.stream()
                .mapToDouble(verdict -> verdict.ratio().value())
                .sorted()
                .toArray();
        Interval interval = Interval.wilson(right, verdicts.size());
        return String.format(
                Locale.ROOT,
                "%d | %d | %.0f to %.0f %% | %.3f (%.3f to %.3f)",
                verdicts.size(),
                right,
                100 * interval.low(),
                100 * interval.high(),
                SideRun.median(ratios),
                ratios[0],
                ratios[ratios.length - 1]);
    }
}
