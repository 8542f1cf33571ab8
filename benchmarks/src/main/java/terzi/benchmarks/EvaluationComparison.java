package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluating 10,000 images through a classifier file: Terzi against ONNX Runtime alone with the same graph. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Sends the test images of Fashion-MNIST through a classifier file with Terzi and with ONNX"
                + " Runtime alone, in turn, and compares them.")
final class EvaluationComparison implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "5", description = "each runs both sides once")
    int rounds;

    @Option(names = "--passes", defaultValue = "5", description = "over the images in a run; one more warms up")
    int passes;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--model", defaultValue = "models/fashion-mnist-deep/classifier.onnx")
    Path model = Path.of("");

    @Option(
            names = "--data",
            defaultValue = "/usr/share/datasets/fashion-mnist",
            description = "folder with the IDX files")
    Path data = Path.of("");

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EvaluationComparison()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Comparison comparison = new Paired(rounds, Duration.ofMinutes(5), System.err::println)
                .compare(side("terzi", List.of()), side("onnxruntime", List.of("--runtime-alone")));
        String command =
                "benchmarks/run evaluate --rounds %d --passes %d --threads %d".formatted(rounds, passes, threads);
        results.write("evaluate", "Evaluating 10,000 images of Fashion-MNIST", command, comparison);
        return 0;
    }

    private Side side(String name, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.awt.headless=true",
                EvaluateFashion.class.getName(),
                "--model",
                model.toString(),
                "--data",
                data.toString(),
                "--passes",
                Integer.toString(passes),
                "--threads",
                Integer.toString(threads)));
        command.addAll(more);
        return new Side(name, command, Map.of("ORT_DISABLE_TELEMETRY", "1"));
    }
}
