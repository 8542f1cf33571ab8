package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.inference.Classified;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/**
 * How much of the network's own throughput is left when a folder of JPEG files is classified: the network takes one thread, decoding
 * the others. Both are measured in turn, in parts.
 */
@Command(
        name = "folder",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Classifies a folder of photos with ResNet-50, and the same photos already decoded.")
final class FolderThroughput implements Callable<Integer> {

    private static final Path FOLDER = Path.of("benchmarks/target");

    @Option(names = "--photos", defaultValue = "1000")
    int photos;

    @Option(names = "--parts", defaultValue = "5", description = "files and decoded images take turns")
    int parts;

    @Option(names = "--size", defaultValue = "500x375")
    String size = "500x375";

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description = "photos to take instead of drawn ones, over and over")
    Optional<Path> given = Optional.empty();

    @Option(names = "--name", defaultValue = "folder", description = "of the result's file")
    String name = "";

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FolderThroughput()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path file = ParityClassifiers.resnet50(FOLDER.resolve("parity"))
                .orElseThrow(() -> new IOException("ResNet-50 is not in the cache: ./terzi backbones pull resnet50"));
        List<Path> files = files(photos / parts);
        List<Image> decoded = new ArrayList<>();
        for (Path one : files) {
            decoded.add(ImageDecoder.read(one));
        }
        ClassifierOptions options =
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1);
        double[] ratios = new double[parts];
        double fromFiles = 0;
        double network = 0;
        try (ImageClassifier classifier = ImageClassifier.load(file, options)) {
            files(classifier, files.subList(0, 20));
            decoded(classifier, decoded.subList(0, 20));
            for (int part = 0; part < parts; part++) {
                boolean filesFirst = part % 2 == 0;
                double first = filesFirst ? files(classifier, files) : decoded(classifier, decoded);
                double second = filesFirst ? decoded(classifier, decoded) : files(classifier, files);
                double read = filesFirst ? first : second;
                double ran = filesFirst ? second : first;
                ratios[part] = ran / read;
                fromFiles += read;
                network += ran;
                System.err.printf(Locale.ROOT, "part %d: files %.2f s, decoded %.2f s%n", part + 1, read, ran);
            }
        }
        Ratio share = Ratio.of(
                "throughput",
                ratios,
                IntStream.range(0, parts).mapToDouble(i -> 1).toArray());
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run folder --photos %d --parts %d %s",
                photos,
                parts,
                given.isPresent() ? "--files FOLDER" : "--size " + size);
        String text =
                """
                ResNet-50, one thread for the network, %s.

                | | photos a second |
                |---|---|
                | from files | %.2f |
                | already decoded | %.2f |
                | **share** | **%.3f** (%.3f..%.3f in %d parts) |
                """
                        .formatted(
                                given.isPresent() ? "photos of many sizes" : "drawn JPEG files of " + size,
                                photos / fromFiles,
                                photos / network,
                                share.median(),
                                share.min(),
                                share.max(),
                                parts);
        results.write(name, "A folder of photos against the network alone", command, Map.of(), text);
        return 0;
    }

    /** So many photos; those of a folder are repeated where they are fewer. */
    private List<Path> files(int count) throws IOException {
        Path folder = given.orElse(FOLDER.resolve("many-" + size));
        if (given.isEmpty()) {
            String[] sides = size.split("x", 2);
            DrawnPhotos.draw(folder, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), count);
        }
        List<Path> found;
        try (Stream<Path> all = Files.walk(folder)) {
            found = all.filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png|webp)"))
                    .sorted()
                    .limit(count)
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IOException(folder + ": no photos in it");
        }
        return IntStream.range(0, count)
                .mapToObj(i -> found.get(i % found.size()))
                .toList();
    }

    private static double files(ImageClassifier classifier, List<Path> files) {
        long start = System.nanoTime();
        try (Stream<Classified<Path>> results = classifier.classifyAll(files.stream())) {
            long read = results.filter(one -> one.failure().isEmpty()).count();
            if (read != files.size()) {
                throw new IllegalStateException(files.size() - read + " files could not be read");
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static double decoded(ImageClassifier classifier, List<Image> images) {
        long start = System.nanoTime();
        classifier.classify(images);
        return (System.nanoTime() - start) / 1e9;
    }
}
