package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.files.Machine;
import terzi.training.recipe.PrecisionChoice;

/** Seconds an epoch, memory and start-up of training the 538,346-parameter network: Terzi against PyTorch in Python. */
@Command(
        name = "epoch",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Trains the Fashion-MNIST network with Terzi and with PyTorch, in turn, and compares them.")
final class EpochComparison implements Callable<Integer> {

    @Option(names = "--rounds", defaultValue = "5", description = "each runs both sides once")
    int rounds;

    @Option(names = "--epochs", defaultValue = "2", description = "epochs in a run; the first is reported by itself")
    int epochs;

    @Option(names = "--steps", defaultValue = "0", description = "steps in an epoch; 0 = the whole set, 469")
    int steps;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--precision", defaultValue = "fp32", description = "of Terzi: fp32 or bf16")
    PrecisionChoice precision = PrecisionChoice.FP32;

    @Option(names = "--peer-precision", defaultValue = "fp32", description = "of PyTorch: fp32 or bf16 (autocast)")
    String peerPrecision = "fp32";

    @Option(
            names = "--peer-layout",
            defaultValue = "auto",
            description = "contiguous, channels_last, or auto: the faster")
    String peerLayout = "auto";

    @Option(names = "--python", defaultValue = "python3", description = "a Python that has torch and numpy")
    String python = "python3";

    @Option(
            names = "--data",
            defaultValue = "/usr/share/datasets/fashion-mnist",
            description = "folder with the IDX files")
    Path data = Path.of("");

    @Option(names = "--minutes", defaultValue = "30", description = "limit for one run of one side")
    int minutes;

    @Mixin
    final Results results = new Results();

    @Option(names = "--name", description = "of the result's files; by default epoch-<precision>-against-<peer's>")
    String name = "";

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new EpochComparison()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path peer = Path.of("benchmarks/peers/train_fashion.py");
        if (!Files.isRegularFile(peer)) {
            throw new IOException("no " + peer + " here: start from the repository's root");
        }
        if (precision == PrecisionChoice.BF16 && !Machine.here().computesInBfloat16()) {
            System.err.println("this processor emulates bf16 (no avx512_bf16): expect it to be slower than fp32");
        }
        List<String> shared = List.of(
                "--data", data.toString(), "--epochs", "" + epochs, "--steps", "" + steps, "--threads", "" + threads);
        Comparison comparison = new Paired(rounds, Duration.ofMinutes(minutes), System.err::println)
                .compare(terzi(shared), python(peer, shared));

        String ours = precision.name().toLowerCase(Locale.ROOT);
        String file = name.isEmpty() ? "epoch-" + ours + "-against-" + peerPrecision : name;
        String command =
                "benchmarks/run epoch --rounds %d --epochs %d --steps %d --threads %d --precision %s --peer-precision %s"
                        .formatted(rounds, epochs, steps, threads, ours, peerPrecision);
        results.write(file, "One epoch of the 538,346-parameter network", command, comparison);
        return 0;
    }

    private Side terzi(List<String> shared) {
        List<String> arguments = new ArrayList<>(List.of("--precision", precision.name()));
        arguments.addAll(shared);
        return Side.terzi("terzi", TrainFashion.class, arguments);
    }

    private Side python(Path peer, List<String> shared) {
        List<String> command =
                new ArrayList<>(List.of(python, peer.toString(), "--precision", peerPrecision, "--layout", peerLayout));
        command.addAll(shared);
        return new Side("pytorch", command);
    }
}
