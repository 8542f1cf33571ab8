package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import terzi.vision.Picture;

class MemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
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

    private static void calls(ImageClassifier classifier, int count) {
        Picture picture = FormatOne.noise(8, 8, 3, 1);
        for (int i = 0; i < count; i++) {
            if (i % 4 == 0) {
                classifier.run(List.of(picture));
            } else {
                // a new size now and then: what is remembered by size must not pile up
                classifier.classify(i % 50 == 1 ? FormatOne.noise(8 + i % 97, 8 + i % 89, 3, i) : picture);
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
