package terzi.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.inference.ClassifierDigest;
import tools.jackson.databind.json.JsonMapper;

/** Asks Python and node about every image of the parity suite, keeps their answers, and compares ours with them. */
@Command(
        name = "parity",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Makes the golden answers of Python and node again, and compares Terzi's with them.")
final class Parity implements Callable<Integer> {

    private static final Path ROOT = Path.of("");
    private static final Path FOLDER = Path.of("benchmarks/target/parity");
    private static final String TABLE = "benchmarks/results/parity.md";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Option(
            names = "--python",
            defaultValue = "python3",
            description = "a Python with benchmarks/peers/requirements.txt")
    String python = "python3";

    @Option(names = "--node", defaultValue = "node", description = "a node; npm install in benchmarks/peers first")
    String node = "node";

    @Option(names = "--draw", description = "draw the committed images again, too")
    boolean draw;

    @Option(
            names = "--classifier",
            paramLabel = "FILE",
            description = "compare this classifier file only, and write nothing")
    Optional<Path> only = Optional.empty();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Parity()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(Path.of("benchmarks/peers"))) {
            throw new IOException("no benchmarks/peers here: start from the repository's root");
        }
        if (draw) {
            run(List.of(python, "benchmarks/peers/parity_images.py", "benchmarks/parity/images"), "drawing");
        }
        Map<String, Path> classifiers = classifiers();
        Map<String, Path> images = ParityImages.all(ROOT, FOLDER);
        ParityGolden golden = ask(classifiers, images);
        List<ParityCheck.Outcome> outcomes = new ArrayList<>();
        try (ParityCheck check = new ParityCheck(ROOT, classifiers)) {
            for (Map.Entry<String, Path> image : images.entrySet()) {
                outcomes.addAll(check.check(
                        image.getKey(), image.getValue(), golden.images().getOrDefault(image.getKey(), Map.of())));
            }
        }
        String table = ParityTable.markdown(golden, outcomes);
        if (only.isEmpty()) {
            golden.write(ROOT);
            Files.writeString(ROOT.resolve(TABLE), table);
        }
        System.out.print(table);
        List<String> problems =
                outcomes.stream().flatMap(outcome -> outcome.problem().stream()).toList();
        problems.forEach(System.err::println);
        return problems.isEmpty() ? 0 : 1;
    }

    private Map<String, Path> classifiers() throws IOException {
        if (only.isPresent()) {
            return Map.of(String.valueOf(only.get().getFileName()), only.get());
        }
        Map<String, Path> all = new TreeMap<>(ParityClassifiers.committed(ROOT));
        ParityClassifiers.resnet50(FOLDER)
                .ifPresentOrElse(
                        file -> all.put(ParityClassifiers.RESNET, file),
                        () -> System.err.println(
                                "ResNet-50 is not in the cache and left out: ./terzi backbones pull resnet50"));
        return all;
    }

    private ParityGolden ask(Map<String, Path> classifiers, Map<String, Path> images)
            throws IOException, InterruptedException {
        Path request = Files.writeString(
                FOLDER.resolve("request.json"),
                MAPPER.writeValueAsString(Map.of("classifiers", texts(classifiers), "images", texts(images))));
        Map<String, ParityGolden.Peer> peers = new LinkedHashMap<>();
        peers.put(
                "node",
                ParityGolden.Peer.parse(run(List.of(node, "benchmarks/peers/parity.mjs", request.toString()), "node")));
        peers.put(
                "python",
                ParityGolden.Peer.parse(
                        run(List.of(python, "benchmarks/peers/parity.py", request.toString()), "Python")));
        Map<String, Map<String, String>> versions = new TreeMap<>();
        Map<String, Map<String, ParityGolden.Answer>> answers = new TreeMap<>();
        peers.forEach((name, peer) -> {
            versions.put(name, peer.versions());
            peer.images().forEach((image, answer) -> answers.computeIfAbsent(image, p -> new TreeMap<>())
                    .put(name, answer));
        });
        Map<String, String> digests = new TreeMap<>();
        for (Map.Entry<String, Path> classifier : classifiers.entrySet()) {
            digests.put(classifier.getKey(), ClassifierDigest.verify(classifier.getValue()));
        }
        return new ParityGolden(versions, digests, answers);
    }

    private static Map<String, String> texts(Map<String, Path> paths) {
        Map<String, String> texts = new LinkedHashMap<>();
        paths.forEach((name, path) -> texts.put(name, path.toString()));
        return texts;
    }

    /** What the program prints. */
    private static String run(List<String> command, String what) throws IOException, InterruptedException {
        System.err.printf(Locale.ROOT, "%s%n", what);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(what + ": exit status " + exit + " of " + String.join(" ", command)
                    + "; are the packages there that benchmarks/parity/README.md names?");
        }
        return out;
    }
}
