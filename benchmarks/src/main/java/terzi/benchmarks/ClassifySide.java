package terzi.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/**
 * Terzi's side of {@link ClassifyComparison}: {@code CLASSIFIER THREADS SECONDS (WIDTH HEIGHT | FOLDER)}. What falls into the
 * first third of the time is warming up, as on the other sides.
 */
final class ClassifySide {

    private static final double BUNDLE_SECONDS = 0.02;

    private ClassifySide() {}

    public static void main(String[] arguments) throws IOException {
        ClassifierOptions options =
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(Integer.parseInt(arguments[1]));
        double seconds = Double.parseDouble(arguments[2]);
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]), options)) {
            System.out.printf("{\"info\": {\"jdk\": \"%s\"}}%n", Runtime.version());
            if (arguments.length == 5) {
                raw(classifier, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), seconds);
            } else {
                files(classifier, Path.of(arguments[3]), seconds);
            }
        }
    }

    private static void raw(ImageClassifier classifier, int width, int height, double seconds) {
        int bytes = width * height * classifier.info().channels();
        ByteBuffer pixels = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            pixels.put(i, (byte) ((i * 0x9e3779b1) >>> 24));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 1;
        double least = Double.POSITIVE_INFINITY;
        long begun = System.nanoTime();
        while (since(begun) < seconds) {
            double at = since(begun);
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                classifier.classify(pixels, width, height);
            }
            double took = since(start);
            if (at > seconds / 3) {
                double perCall = (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / calls;
                report("call_us", took / calls * 1e6);
                report("allocated_bytes", perCall);
                least = Math.min(least, took / calls);
            } else if (took < BUNDLE_SECONDS) {
                calls *= 2;
            }
        }
        report("least_call_us", least * 1e6);
    }

    private static void files(ImageClassifier classifier, Path folder, double seconds) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.list(folder)) {
            paths = found.sorted().toList();
        }
        double least = Double.POSITIVE_INFINITY;
        long begun = System.nanoTime();
        while (since(begun) < seconds) {
            double at = since(begun);
            long start = System.nanoTime();
            for (Path path : paths) {
                classifier.classify(path);
            }
            double took = since(start) / paths.size();
            if (at > seconds / 3) {
                report("file_ms", took * 1e3);
                least = Math.min(least, took);
            }
        }
        report("least_file_ms", least * 1e3);
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static void report(String metric, double value) {
        System.out.printf(Locale.ROOT, "{\"metric\": \"%s\", \"value\": %.4f}%n", metric, value);
    }
}
