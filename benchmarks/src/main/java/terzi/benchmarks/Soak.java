package terzi.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
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
import terzi.inference.Prediction;

/**
 * Whether a classifier that runs for a long time keeps memory: many small calls of every kind, then many photos from
 * their files. Resident and heap memory are taken after a collection at equal distances; the first quarter is warming up.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Calls a classifier a million times and looks whether memory grows.")
final class Soak implements Callable<Integer> {

    private static final int POINTS = 40;

    @Option(names = "--model", defaultValue = "models/fashion-mnist-deep/classifier.onnx")
    @SuppressWarnings("NullAway.Init")
    Path model;

    @Option(
            names = "--images",
            defaultValue = "samples/products",
            description = "a folder with photos, and folders in it")
    @SuppressWarnings("NullAway.Init")
    Path images;

    @Option(names = "--calls", defaultValue = "1000000")
    int calls;

    @Option(names = "--photos", defaultValue = "20000")
    int photos;

    @Option(
            names = "--tolerance-mib",
            defaultValue = "24",
            description = "growth after warming up that is not a leak yet")
    double toleranceMib;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    /** Memory after a number of calls. */
    record Point(long calls, double rssMib, double heapMib) {}

    /**
     * A kind of calls, and what they did to the memory.
     *
     * @param rssGrowthMib from the median of the second quarter to that of the last
     * @param heapGrowthMib the same for what the heap holds after a collection
     */
    record Phase(
            String name, long calls, double seconds, double rssGrowthMib, double heapGrowthMib, List<Point> points) {}

    @Override
    public Integer call() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(images)) {
            files = all.filter(file -> file.toString().matches(".*\\.(jpe?g|png|webp)"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException(images + ": no images in it");
        }
        ClassifierOptions options =
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1);
        List<Phase> phases;
        try (ImageClassifier classifier = ImageClassifier.load(model, options)) {
            phases = List.of(
                    phase("small calls", calls, tell -> smallCalls(classifier, tell)),
                    phase("photos", photos, tell -> photos(classifier, files, tell)));
        }
        boolean flat = phases.stream()
                .allMatch(phase -> phase.rssGrowthMib() < toleranceMib && phase.heapGrowthMib() < toleranceMib);
        String verdict = flat ? "flat" : "GROWING";
        write(phases, verdict);
        for (Phase phase : phases) {
            System.out.printf(
                    Locale.ROOT,
                    "%,d %s in %.0f s: resident %+.1f MiB, heap %+.1f MiB%n",
                    phase.calls(),
                    phase.name(),
                    phase.seconds(),
                    phase.rssGrowthMib(),
                    phase.heapGrowthMib());
        }
        System.out.println("memory is " + verdict);
        return flat ? 0 : 3;
    }

    private interface Work {
        /** @param tell is called after each call with their number */
        void run(LongConsumer tell) throws IOException;
    }

    private static Phase phase(String name, long count, Work work) throws IOException {
        List<Point> points = new ArrayList<>();
        long distance = Math.max(1, count / POINTS);
        long began = System.nanoTime();
        work.run(done -> {
            if (done % distance == 0) {
                points.add(point(done));
            }
        });
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Phase(name, count, seconds, growth(points, Kind.RESIDENT), growth(points, Kind.HEAP), points);
    }

    private enum Kind {
        RESIDENT,
        HEAP
    }

    private static double growth(List<Point> points, Kind kind) {
        double[] values = points.stream()
                .mapToDouble(point -> kind == Kind.RESIDENT ? point.rssMib() : point.heapMib())
                .toArray();
        int quarter = Math.max(1, values.length / 4);
        double[] second = Arrays.copyOfRange(
                values, Math.min(quarter, values.length - 1), Math.min(2 * quarter + 1, values.length));
        double[] last = Arrays.copyOfRange(values, values.length - quarter, values.length);
        return SideRun.median(last) - SideRun.median(second);
    }

    private static Point point(long done) {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Point(done, Host.rssMib(), heap / 1048576.0);
    }

    private void smallCalls(ImageClassifier classifier, LongConsumer tell) {
        int channels = classifier.info().channels();
        Image[] small = new Image[20];
        for (int i = 0; i < small.length; i++) {
            byte[] pixels = new byte[(20 + i) * 28 * channels];
            new Random(i).nextBytes(pixels);
            small[i] = new Image(20 + i, 28, channels, pixels);
        }
        ByteBuffer raw = ByteBuffer.allocateDirect(28 * 28 * channels);
        Prediction first = classifier.classify(small[0]);
        for (int i = 1; i <= calls; i++) {
            Image image = small[i % small.length];
            switch (i % 10) {
                case 0 -> classifier.run(List.of(image));
                case 1 -> classifier.classify(List.of(image, small[0]));
                case 2 -> classifier.classifyAsync(image).join();
                case 3 -> classifier.features(image);
                case 4, 5, 6 -> classifier.classify(raw, 28, 28);
                default -> classifier.classify(image);
            }
            if (i % 10_000 == 0 && !classifier.classify(small[0]).equals(first)) {
                throw new IllegalStateException("another answer to the same image after " + i + " calls");
            }
            tell.accept(i);
        }
    }

    private void photos(ImageClassifier classifier, List<Path> files, LongConsumer tell) {
        try (Stream<Classified<Path>> results = classifier.classifyAll(
                Stream.iterate(0, i -> i + 1).limit(photos).map(i -> files.get(i % files.size())), Soak::read)) {
            long[] done = {0};
            results.forEach(one -> {
                Objects.requireNonNull(one.prediction());
                tell.accept(++done[0]);
            });
        }
    }

    private static Image read(Path file) {
        try {
            return ImageDecoder.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<Phase> phases, String verdict) throws IOException {
        String command = "benchmarks/run soak --calls " + calls + " --photos " + photos;
        StringBuilder text = new StringBuilder();
        text.append(
                "| | calls | seconds | resident, second quarter to last | heap after a collection |\n|---|---|---|---|---|\n");
        for (Phase phase : phases) {
            Point last = phase.points().get(phase.points().size() - 1);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.0f | %+.1f MiB, to %.0f MiB | %+.1f MiB, to %.0f MiB |\n",
                    phase.name(),
                    phase.calls(),
                    phase.seconds(),
                    phase.rssGrowthMib(),
                    last.rssMib(),
                    phase.heapGrowthMib(),
                    last.heapMib()));
        }
        text.append(String.format(Locale.ROOT, "\nFlat means that neither grows by %.0f MiB.\n", toleranceMib));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("verdict", verdict);
        figures.put("tolerance_mib", toleranceMib);
        figures.put("phases", phases);
        results.write("soak", "Memory over a long run: " + verdict, command, figures, text.toString());
    }
}
