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
import terzi.onnx.codec.ModelFile;
import terzi.training.recipe.PrecisionChoice;

/** Seconds a step and memory of fine-tuning all of ResNet-50: Terzi against eager PyTorch in fp32, from the same file. */
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Fine-tunes all of ResNet-50 with Terzi and with eager PyTorch, in turn, and compares them.")
final class TuneComparison implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "5", description = "each runs both sides once")
    int rounds;

    @Option(names = "--steps", defaultValue = "8", description = "in a run; the first one is not measured")
    int steps;

    @Option(names = "--batch", defaultValue = "16")
    int batch;

    @Option(names = "--size", defaultValue = "224", description = "width and height of the images")
    int size;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--precision", defaultValue = "fp32", description = "of Terzi: fp32 or bf16")
    PrecisionChoice precision = PrecisionChoice.FP32;

    @Option(names = "--python", defaultValue = "python3", description = "a Python that has torch, numpy and onnx")
    String python = "python3";

    @Option(names = "--minutes", defaultValue = "10", description = "limit for one run of one side")
    int minutes;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new TuneComparison()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path peer = Path.of("benchmarks/peers/train_resnet.py");
        if (!Files.isRegularFile(peer)) {
            throw new IOException("no " + peer + " here: start from the repository's root");
        }
        Path folder = Files.createTempDirectory("terzi-benchmark");
        try {
            Path network = folder.resolve("resnet50.onnx");
            ModelFile.write(Resnet.withHead(ModelFile.read(Resnet.file()), 3), network);
            List<String> shared = List.of(
                    "--network",
                    network.toString(),
                    "--steps",
                    "" + steps,
                    "--batch",
                    "" + batch,
                    "--size",
                    "" + size,
                    "--threads",
                    "" + threads);
            List<String> terzi = new ArrayList<>(shared);
            terzi.addAll(List.of("--precision", precision.name()));
            List<String> pytorch = new ArrayList<>(List.of(python, peer.toString()));
            pytorch.addAll(shared);
            Comparison comparison = new Paired(rounds, Duration.ofMinutes(minutes), System.err::println)
                    .compare(Side.terzi("terzi", TuneResnet.class, terzi), new Side("pytorch", pytorch));
            String name = "tune-" + precision.name().toLowerCase(Locale.ROOT);
            String command =
                    "benchmarks/run tune --rounds %d --steps %d --batch %d --size %d --threads %d --precision %s"
                            .formatted(
                                    rounds,
                                    steps,
                                    batch,
                                    size,
                                    threads,
                                    precision.name().toLowerCase(Locale.ROOT));
            results.write(name, "One step of fine-tuning all of ResNet-50", command, comparison);
            return 0;
        } finally {
            StartUp.deleteTree(folder);
        }
    }
}
