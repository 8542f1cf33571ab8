package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

class MemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    @Tag("slow")
    void sixtyThousandCallsKeepNoMemory() throws Exception {
        Assumptions.assumeTrue(Files.exists(STATUS), "Linux only");
        try (ImageClassifier classifier = FormatOne.load()) {
            calls(classifier, 10_000);
            long before = residentKilobytes();
            calls(classifier, 60_000);
            long grown = residentKilobytes() - before;
            // an unclosed tensor and result would keep 0.8 KB a call, 48 MB; the JVM's own heap and compiled code move
            // by up
            // to 15 MB
            assertTrue(grown < 30_000, grown + " KB more after 60,000 calls");
        }
    }

    @Test
    @Tag("slow")
    void rawPixelsCostNextToNoGarbage() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Assumptions.assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count");
        try (ImageClassifier classifier = FormatOne.load()) {
            for (int edge : new int[] {8, 500}) {
                ByteBuffer pixels = ByteBuffer.allocateDirect(edge * edge * 3);
                int rounds = edge == 8 ? 20_000 : 500;
                for (int i = 0; i < rounds; i++) {
                    classifier.classify(pixels, edge, edge);
                }
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < rounds; i++) {
                    classifier.classify(pixels, edge, edge);
                }
                long each = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
                // the prediction, and what ONNX Runtime's own classes make; nothing that grows with the image
                assertTrue(each < 2048, each + " bytes a call for " + edge + "x" + edge);
            }
        }
    }

    @Test
    void threadsAreAsManyAsAskedFor() throws Exception {
        Path tasks = Path.of("/proc/self/task");
        Assumptions.assumeTrue(Files.exists(tasks), "Linux only");
        FormatOne.load().close();
        for (int threads : new int[] {1, 6}) {
            // the JVM starts and ends some of its own meanwhile
            List<Long> started = new ArrayList<>();
            for (int attempt = 0; attempt < 5 && !started.contains(threads - 1L); attempt++) {
                long before = count(tasks);
                try (ImageClassifier classifier =
                        ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withThreads(threads))) {
                    started.add(count(tasks) - before);
                    assertEquals(Device.cpu(), classifier.device());
                }
            }
            assertTrue(started.contains(threads - 1L), threads + " asked for, besides the caller's: " + started);
        }
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                ClassifierOptions.defaults().threads());
    }

    private static long count(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static void calls(ImageClassifier classifier, int count) {
        Image image = FormatOne.noise(8, 8, 3, 1);
        for (int i = 0; i < count; i++) {
            if (i % 4 == 0) {
                classifier.run(List.of(image));
            } else {
                // a new size now and then: what is remembered by size must not pile up
                classifier.classify(i % 50 == 1 ? FormatOne.noise(8 + i % 97, 8 + i % 89, 3, i) : image);
            }
        }
    }

    private static long residentKilobytes() throws Exception {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
