package terzi.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;

/** {@code terzi bench}. */
@Command(
        name = "bench",
        subcommands = {BenchCommand.CompareCommand.class, BenchCommand.BackendsCommand.class},
        synopsisSubcommandLabel = "",
        commandListHeading = "%nCommands:%n",
        description = {
            "Measure how fast a classifier runs on this machine, by backend, precision, threads and batch size.",
            "Measures single images, batches, images that arrive at random, and the whole way from file to"
                    + " label. Each backend runs in a process of its own; they take turns in random order. A"
                    + " backend that cannot run is listed with the reason.",
            "Close other programs first: the report says how busy the machine was."
        },
        footer = {
            "  terzi bench models/fashion-mnist-deep --quick",
            "  terzi bench models/mnist --backend ort,djl-pytorch:precision=bf16 --threads 1,2 --batch-size 1,16",
            "  terzi bench compare runs/bench/mnist runs/bench/mnist-2"
        })
final class BenchCommand extends TerziCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL",
            description = "Classifier files, run or model folders, or ONNX networks with one float32 input [N,C,H,W].")
    private List<Path> models = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nWhat:%n", order = 1)
    private What what = new What();

    @ArgGroup(validate = false, heading = "%nHow long:%n", order = 2)
    private HowLong howLong = new HowLong();

    @ArgGroup(validate = false, heading = "%nPrograms of other languages:%n", order = 3)
    private Programs programs = new Programs();

    static final class What {
        @Option(
                names = "--backend",
                paramLabel = "BACKEND",
                description = "Backends to measure, as NAME or NAME:SETTING=VALUE. Commas separate backends, and the"
                        + " settings of one; the option may be repeated. The first backend that runs is"
                        + " the baseline. 'terzi bench backends' lists them (default: all, with their"
                        + " default settings).")
        List<String> backends = new ArrayList<>();

        @Option(
                names = "--threads",
                split = ",",
                paramLabel = "N",
                description = "Numbers of threads, separated by commas (default: one per core).")
        List<Integer> threads = new ArrayList<>();

        @Option(
                names = {"-b", "--batch-size"},
                split = ",",
                paramLabel = "N",
                description = "Batch sizes for the throughput, separated by commas (default: 1,8,32; with --quick 8,"
                        + " with --full 1 to 64).")
        List<Integer> batches = new ArrayList<>();

        @Option(
                names = {"-d", "--data"},
                paramLabel = "FOLDER",
                description = "Folder of JPEG or PNG images to classify, sub-folders included; 16 of them are used"
                        + " (default: drawn images).")
        @Nullable Path images;

        @Option(
                names = "--load",
                paramLabel = "SHARE",
                description = "Rate of the images that arrive at random, as a share of what the baseline can classify"
                        + " one by one; above 0, below 1 (default: 0.5).")
        @Nullable Double load;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FOLDER",
                description = "Folder for results.html, results.json, results.csv and results.md; with several models,"
                        + " one sub-folder each (default: a new folder in runs/bench).")
        @Nullable Path target;
    }

    static final class HowLong {
        @Option(names = "--quick", description = "Measure for about 1 minute per model, with one process per backend.")
        boolean quick;

        @Option(
                names = "--full",
                description = "Measure for about 30 minutes per model, with more settings and five processes per"
                        + " backend.")
        boolean full;

        @Option(
                names = "--budget",
                paramLabel = "TIME",
                description = "Time per model, such as 90s, 5m or 1h; starting and warming up come on top (default:"
                        + " 5m; with --quick 1m, with --full 30m).")
        @Nullable String budget;

        @Option(
                names = "--processes",
                paramLabel = "N",
                description = "Number of processes per backend (default: 2; with --quick 1, with --full 5).")
        @Nullable Integer processes;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                description = "Number of rounds per process, 5 or more (default: 8; with --quick 6).")
        @Nullable Integer rounds;

        @Option(
                names = {"-s", "--seed"},
                paramLabel = "N",
                defaultValue = "1",
                description = "Random seed for the order of backends, the arrival times and the bootstrap (default:"
                        + " ${DEFAULT-VALUE}).")
        long seed;
    }

    static final class Programs {
        @Option(
                names = "--peers",
                paramLabel = "FOLDER",
                description = "Folder with bench_worker.py and bench_worker.mjs (default: benchmarks/peers of Terzi's"
                        + " sources).")
        @Nullable Path workers;

        @Option(
                names = "--python",
                paramLabel = "PROGRAM",
                description = "Python interpreter (default: the environment variable TERZI_PYTHON, else python3).")
        String python = Objects.requireNonNullElse(System.getenv("TERZI_PYTHON"), "python3");

        @Option(names = "--node", paramLabel = "PROGRAM", description = "Node.js executable (default: node).")
        String node = "node";

        @Option(
                names = "--native",
                paramLabel = "PROGRAM",
                description = "The compiled bench_worker.c, which measures ONNX Runtime's C API.")
        @Nullable Path nativeWorker;
    }

    @Override
    int run(Console console) throws Exception {
        if (models.isEmpty()) {
            throw wrongUsage("no model given: name a classifier file, or a run or model folder");
        }
        if (howLong.quick && howLong.full) {
            throw wrongUsage("--quick and --full exclude each other");
        }
        return BenchRun.run(console, models, what.target, checked(() -> BenchRun.options(what, howLong, programs)));
    }

    /** {@code terzi bench compare}. */
    @Command(
            name = "compare",
            description = {
                "Compare two bench results of the same model: which backends became faster or slower, beyond noise.",
                "Exit status 3 if a backend became slower or no longer runs, so that a build can fail. A figure"
                        + " counts as changed if the 95 %% interval of its ratio excludes 1 and the ratio differs"
                        + " from 1 by at least the margin of the results."
            },
            footer = {"  terzi bench compare runs/bench/mnist runs/bench/mnist-2"})
    static final class CompareCommand extends TerziCommand {
        @Parameters(
                index = "0",
                paramLabel = "OLD",
                description = "The earlier results: a results.json, or the folder that holds it.")
        private Path before;

        @Parameters(index = "1", paramLabel = "NEW", description = "The later results, in the same form.")
        private Path now;

        @Override
        int run(Console console) throws Exception {
            return BenchRun.compare(console, before, now);
        }
    }

    /** {@code terzi bench backends}. */
    @Command(
            name = "backends",
            description =
                    "List the backends that bench can measure and their settings; the first value is the default.",
            footer = {"  terzi bench backends"})
    static final class BackendsCommand extends TerziCommand {
        @Override
        int run(Console console) {
            return BenchRun.listBackends(console);
        }
    }
}
