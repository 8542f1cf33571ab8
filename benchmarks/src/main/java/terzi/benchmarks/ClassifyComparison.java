package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/** How long one image takes: Terzi against ONNX Runtime's C API, Python and node, with the same file and threads. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Classifies raw pixels or JPEG files with Terzi and with another program, in turn, and compares them.")
final class ClassifyComparison implements Callable<Integer> {

    private static final Path FOLDER = Path.of("benchmarks/target");

    /** The other sides. */
    enum Peer {
        /** benchmarks/peers/classify.c; raw pixels only. */
        C,
        /** benchmarks/peers/classify.py. */
        PYTHON,
        /** benchmarks/peers/classify.mjs. */
        NODE
    }

    @Option(names = "--peer", defaultValue = "c", description = "c, python or node")
    Peer peer = Peer.C;

    @Option(
            names = "--classifier",
            defaultValue = "models/fashion-mnist-deep/classifier.onnx",
            description = "a classifier file, or resnet50 (from the cache)")
    String classifier = "";

    @Option(names = "--pixels", paramLabel = "WxH", description = "classify raw pixels of this size")
    Optional<String> pixels = Optional.empty();

    @Option(names = "--jpeg", paramLabel = "WxH", description = "classify drawn JPEG files of this size")
    Optional<String> jpeg = Optional.empty();

    @Option(names = "--files", paramLabel = "FOLDER", description = "classify the images of this folder")
    Optional<Path> files = Optional.empty();

    @Option(names = "--threads", defaultValue = "1", description = "threads of a run")
    int threads;

    @Option(names = "--rounds", defaultValue = "5", description = "each runs both sides once")
    int rounds;

    @Option(names = "--seconds", defaultValue = "8", description = "of one side in one round; a third is warming up")
    int seconds;

    @Option(
            names = "--python",
            defaultValue = "python3",
            description = "a Python with benchmarks/peers/requirements.txt")
    String python = "python3";

    @Option(names = "--node", defaultValue = "node", description = "a node; npm install in benchmarks/peers first")
    String node = "node";

    @Option(names = "--c", description = "the compiled benchmarks/peers/classify.c; benchmarks/run compiles it")
    Path c = FOLDER.resolve("peer/classify");

    @Mixin
    final Results results = new Results();

    @Option(names = "--name", description = "of the result's files", required = true)
    String name = "";

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new ClassifyComparison()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(Path.of("benchmarks/peers"))) {
            throw new IOException("no benchmarks/peers here: start from the repository's root");
        }
        String file = classifier.equals(ParityClassifiers.RESNET)
                ? ParityClassifiers.resnet50(FOLDER.resolve("parity"))
                        .orElseThrow(
                                () -> new IOException("ResNet-50 is not in the cache: ./terzi backbones pull resnet50"))
                        .toString()
                : classifier;
        Comparison comparison =
                new Paired(rounds, Duration.ofMinutes(10), System.err::println).compare(terzi(file), other(file));
        String command =
                "benchmarks/run classify --peer %s --classifier %s %s --threads %d --rounds %d --seconds %d --name %s"
                        .formatted(
                                peer.name().toLowerCase(Locale.ROOT),
                                classifier,
                                what(),
                                threads,
                                rounds,
                                seconds,
                                name);
        results.write(name, "One image: " + classifier + ", " + what(), command, comparison);
        return 0;
    }

    private String what() {
        return pixels.map(size -> "--pixels " + size)
                .or(() -> jpeg.map(size -> "--jpeg " + size))
                .orElse("--files FOLDER");
    }

    private Side terzi(String file) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.awt.headless=true",
                ClassifySide.class.getName(),
                file,
                "" + threads,
                "" + seconds));
        command.addAll(input());
        return new Side("terzi", command, Map.of("ORT_DISABLE_TELEMETRY", "1"));
    }

    private Side other(String file) throws IOException {
        List<String> command = new ArrayList<>();
        switch (peer) {
            case C -> {
                List<String> size = input();
                if (size.size() != 2) {
                    throw new IOException("the C side takes --pixels only: it decodes no files");
                }
                command.addAll(List.of(c.toString(), file, size.get(0), size.get(1)));
                command.addAll(shape(file));
                command.addAll(List.of("" + threads, "" + seconds));
            }
            case PYTHON ->
                command.addAll(List.of(python, "benchmarks/peers/classify.py", file, "" + threads, "" + seconds));
            case NODE ->
                command.addAll(List.of(node, "benchmarks/peers/classify.mjs", file, "" + threads, "" + seconds));
        }
        if (peer != Peer.C) {
            command.addAll(input());
        }
        return new Side(peer.name().toLowerCase(Locale.ROOT), command);
    }

    /** Width and height, or a folder. */
    private List<String> input() throws IOException {
        if (pixels.isPresent()) {
            return List.of(pixels.get().split("x", 2));
        }
        if (files.isPresent()) {
            return List.of(files.get().toString());
        }
        String size = jpeg.orElseThrow(() -> new IOException("give --pixels WxH, --jpeg WxH or --files FOLDER"));
        String[] sides = size.split("x", 2);
        Path folder = FOLDER.resolve("photos-" + size);
        DrawnPhotos.draw(folder, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), 10);
        return List.of(folder.toString());
    }

    private static List<String> shape(String file) throws IOException {
        try (ImageClassifier opened =
                ImageClassifier.load(Path.of(file), ClassifierOptions.defaults().withDevice(Device.cpu()))) {
            return List.of(
                    "" + opened.info().channels(), "" + opened.info().labels().size());
        }
    }
}
