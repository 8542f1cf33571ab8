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
            "Measures how fast a classifier answers on this machine: with which backend, precision, threads and batch size;"
                    + " one image after the other, in batches, with images arriving at random, and from file to label.",
            "Each backend is a process of its own, and they take turns in random order. A backend that cannot run is listed"
                    + " with the reason. Close other programs first: the report says how busy the machine was."
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
                description =
                        "NAME or NAME:setting=value; several with commas or repeated, where settings of one are joined"
                                + " by commas as well. The first that runs is what the others are compared with. 'terzi bench"
                                + " backends' lists them (default: all, as they come).")
        List<String> backends = new ArrayList<>();

        @Option(
                names = "--threads",
                split = ",",
                paramLabel = "N",
                description = "Threads of a backend, several with commas (default: as many as there are cores).")
        List<Integer> threads = new ArrayList<>();

        @Option(
                names = {"-b", "--batch-size"},
                split = ",",
                paramLabel = "N",
                description =
                        "Batch sizes whose throughput is measured, with commas (default: 1,8,32; --quick 8, --full 1 to 64).")
        List<Integer> batches = new ArrayList<>();

        @Option(
                names = {"-d", "--data"},
                paramLabel = "FOLDER",
                description =
                        "Images to classify, JPEG or PNG, also in folders below; 16 are taken (default: drawn ones).")
        @Nullable Path images;

        @Option(
                names = "--load",
                paramLabel = "SHARE",
                description =
                        "Images that arrive at random take this share of the first backend's time (default: 0.5).")
        @Nullable Double load;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FOLDER",
                description = "Where results.html, .json, .csv and .md are written, for several models in folders below"
                        + " (default: a new folder in runs/bench).")
        @Nullable Path target;
    }

    static final class HowLong {
        @Option(names = "--quick", description = "About a minute for each model: one process for each backend.")
        boolean quick;

        @Option(
                names = "--full",
                description = "About half an hour for each model, for a report: more settings, five processes each.")
        boolean full;

        @Option(
                names = "--budget",
                paramLabel = "TIME",
                description =
                        "How long it may take for each model, such as 90s, 5m or 1h (default: 5m; --quick 1m, --full 30m)."
                                + " Starting and warming up take what they take.")
        @Nullable String budget;

        @Option(
                names = "--processes",
                paramLabel = "N",
                description = "How often each backend is started anew (default: 2, with --quick 1, with --full 5).")
        @Nullable Integer processes;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                description = "Rounds in each process, 5 or more (default: 8, --quick 6).")
        @Nullable Integer rounds;

        @Option(
                names = {"-s", "--seed"},
                paramLabel = "N",
                defaultValue = "1",
                description = "Decides orders, arrivals and resamples (default: ${DEFAULT-VALUE}).")
        long seed;
    }

    static final class Programs {
        @Option(
                names = "--peers",
                paramLabel = "FOLDER",
                description =
                        "The folder with bench_worker.py and bench_worker.mjs (default: benchmarks/peers of Terzi's"
                                + " sources).")
        @Nullable Path workers;

        @Option(
                names = "--python",
                paramLabel = "PROGRAM",
                description = "The Python to use (default: TERZI_PYTHON of the environment, or python3).")
        String python = Objects.requireNonNullElse(System.getenv("TERZI_PYTHON"), "python3");

        @Option(names = "--node", paramLabel = "PROGRAM", description = "The node to use (default: node).")
        String node = "node";

        @Option(
                names = "--native",
                paramLabel = "PROGRAM",
                description = "The compiled bench_worker.c, for ONNX Runtime's C API.")
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
                "Says what changed between two reports of the same model beyond noise: faster, slower, or no difference, for each"
                        + " backend that both have.",
                "Exit status 3 when something became slower or no longer runs, so that a build can stop there. A figure counts as"
                        + " changed when the 95 %% interval of its ratio leaves 1 out and it is at least the reports' margin."
            },
            footer = {"  terzi bench compare runs/bench/mnist runs/bench/mnist-2"})
    static final class CompareCommand extends TerziCommand {
        @Parameters(index = "0", paramLabel = "OLD", description = "A results.json, or the folder with it.")
        private Path before;

        @Parameters(index = "1", paramLabel = "NEW", description = "The same of the later measurement.")
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
                    "Lists the backends that bench can measure, with their settings; the first value is the default.",
            footer = {"  terzi bench backends"})
    static final class BackendsCommand extends TerziCommand {
        @Override
        int run(Console console) {
            return BenchRun.listBackends(console);
        }
    }
}
