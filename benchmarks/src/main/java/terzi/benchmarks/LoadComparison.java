package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
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

/** How long an app takes to its first answer: from the second start on with a kept graph, against without. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Starts a JVM that loads a classifier and answers once, with and without a graph cache, in turn.")
final class LoadComparison implements Callable<Integer> {

    private static final Path FOLDER = Path.of("benchmarks/target");

    @Option(
            names = "--classifier",
            defaultValue = "resnet50",
            description = "a classifier file, or resnet50 (from the cache)")
    String classifier = "";

    @Option(names = "--rounds", defaultValue = "7", description = "each starts both once")
    int rounds;

    @Mixin
    final Results results = new Results();

    @Option(names = "--name", defaultValue = "load-resnet50", description = "of the result's files")
    String name = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadComparison()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = classifier.equals(ParityClassifiers.RESNET)
                ? ParityClassifiers.resnet50(FOLDER.resolve("parity"))
                        .orElseThrow(
                                () -> new IOException("ResNet-50 is not in the cache: ./terzi backbones pull resnet50"))
                : Path.of(classifier);
        Path cache = Files.createDirectories(FOLDER.resolve("graphs"));
        Side kept = side("kept graph", file.toString(), cache.toString());
        Side plain = side("no cache", file.toString());
        Paired once = new Paired(1, Duration.ofMinutes(5), line -> {});
        once.compare(kept, plain); // keeps the graph, and warms the files up for both
        Comparison comparison = new Paired(rounds, Duration.ofMinutes(5), System.err::println).compare(kept, plain);
        String command =
                "benchmarks/run load --classifier %s --rounds %d --name %s".formatted(classifier, rounds, name);
        results.write(name, "Start to the first answer: " + classifier, command, comparison);
        return 0;
    }

    private static Side side(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.awt.headless=true",
                LoadSide.class.getName()));
        command.addAll(List.of(arguments));
        return new Side(name, command, Map.of("ORT_DISABLE_TELEMETRY", "1"));
    }
}
