package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.ImageException.Kind;

class DecodingMemoryTest {
    private static final Image PIXEL = new Image(1, 1, 1, new byte[1]);

    @TempDir
    Path folder;

    /** Reads the same file by several threads and prints what comes of it; runs in a JVM with little heap. */
    static final class Reading {
        private Reading() {}

        public static void main(String[] arguments) {
            Path file = Path.of(arguments[0]);
            IntStream.range(0, Integer.parseInt(arguments[1])).parallel().forEach(i -> {
                try {
                    System.out.println("read " + ImageDecoder.read(file));
                } catch (ImageException e) {
                    System.out.println(e.kind() + ": " + e.getMessage());
                } catch (IOException e) {
                    System.out.println("failed: " + e);
                }
            });
        }
    }

    private List<String> readInHeap(String heap, Path file, int times) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=7",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reading.class.getName(),
                        file.toString(),
                        Integer.toString(times))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), "it hangs");
        return Files.readAllLines(out);
    }

    /** A PNG of one colour: 8-bit RGB or RGBA. */
    private static byte[] png(int width, int height, int samples) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
            byte[] row = new byte[1 + width * samples];
            for (int y = 0; y < height; y++) {
                deflater.write(row);
            }
        }
        return PngBytes.of(width, height, 8, samples == 3 ? 2 : 6, pixels.toByteArray());
    }

    @Tag("slow")
    @Test
    void tooLittleMemoryIsToldApartFromDamageAndSaysHowMuchWouldDo() throws Exception {
        Path file = Files.write(folder.resolve("big.png"), png(6000, 5000, 3));
        // its pixels are 90 MB, twice while it is decoded: less than one copy, less than both
        for (String heap : List.of("64m", "128m")) {
            List<String> out = readInHeap(heap, file, 1);
            assertEquals(1, out.size(), out.toString());
            String message = out.get(0);
            assertTrue(
                    message.startsWith("OUT_OF_MEMORY: " + file + ": not enough memory: decoding 6000 x 5000 pixels"
                            + " takes 172 MiB, the heap may grow to "),
                    heap + ": " + message);
            Matcher advised = Pattern.compile("TERZI_JAVA_OPTS=-Xmx(\\d+m)").matcher(message);
            assertTrue(advised.find(), message);
            assertEquals(List.of("read 6000 x 5000 RGB"), readInHeap(advised.group(1), file, 1));
        }
    }

    @Tag("slow")
    @Test
    void howManyAreDecodedAtTheSameTimeDoesNotDecideWhetherAnImageCanBe() throws Exception {
        Path file = Files.write(folder.resolve("photo.png"), png(2000, 1500, 4));
        // 12 + 9 MB each, eight at once on a heap for two
        List<String> out = readInHeap("64m", file, 16);
        assertEquals(List.of("read 2000 x 1500 RGB"), out.stream().distinct().toList());
        assertEquals(16, out.size());
    }

    @Test
    void imagesThatDoNotFitTogetherWaitForEachOther() throws Exception {
        Encoded encoded = Encoded.of(png(400, 400, 3), "x"); // 960,000 bytes
        DecodingMemory memory = new DecodingMemory(4 << 20);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    memory.decode(encoded, "x", () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        try {
                            Thread.sleep(20);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        inside.decrementAndGet();
                        return PIXEL;
                    });
                } catch (ImageException e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(2, most.get());
    }

    @Test
    void anImageThatRanOutOfMemoryIsTriedOnceMoreAlone() throws Exception {
        Encoded encoded = Encoded.of(png(40, 40, 3), "x");
        DecodingMemory memory = new DecodingMemory(1 << 20);
        AtomicInteger tries = new AtomicInteger();
        assertSame(PIXEL, memory.decode(encoded, "x", () -> {
            if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
            return PIXEL;
        }));
        ImageException e = assertThrows(
                ImageException.class,
                () -> memory.decode(encoded, "x", () -> {
                    throw new OutOfMemoryError("Java heap space");
                }));
        assertEquals(Kind.OUT_OF_MEMORY, e.kind());
        assertSame(PIXEL, memory.decode(encoded, "x", () -> PIXEL), "what failed has given its share back");
    }

    @Test
    void waitingForMemoryCanBeInterrupted() throws Exception {
        Encoded encoded = Encoded.of(png(40, 40, 3), "x");
        DecodingMemory memory = new DecodingMemory(1 << 20);
        Thread.currentThread().interrupt();
        ImageException e = assertThrows(ImageException.class, () -> memory.decode(encoded, "x", () -> PIXEL));
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertTrue(Thread.interrupted(), "the flag is kept");
    }
}
