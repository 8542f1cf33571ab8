package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.ImageException;

@Timeout(60)
class StreamingTest {

    @TempDir
    Path folder;

    private static Image image(int i) {
        return FormatOne.noise(8 + i / 5 % 3, 8, i % 4 == 0 ? 1 : 3, i);
    }

    private static byte[] png(Image image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image.toBufferedImage(), "png", png);
        return png.toByteArray();
    }

    @Test
    void resultsComeInOrderAndUnreadableImagesAreTold() throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Path file = folder.resolve(i + ".png");
            files.add(file);
            if (i % 50 == 7) {
                Files.writeString(file, "no image");
            } else if (i % 50 != 9) {
                Files.write(file, png(image(i)));
            }
        }
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withBatch(8));
                Stream<Classified<Path>> stream = classifier.classifyAll(files.stream())) {
            List<Classified<Path>> all = stream.toList();
            assertEquals(files, all.stream().map(Classified::source).toList());
            for (int i = 0; i < 200; i++) {
                Classified<Path> one = all.get(i);
                if (i % 50 == 7 || i % 50 == 9) {
                    assertInstanceOf(ImageException.class, one.failure().orElseThrow());
                    assertTrue(one.toString().contains(i + ".png"), one.toString());
                    assertThrows(UncheckedIOException.class, one::prediction);
                } else {
                    assertTrue(one.failure().isEmpty());
                    assertArrayEquals(
                            classifier.classify(image(i)).probabilities(),
                            one.prediction().probabilities(),
                            1e-6f);
                }
            }
        }
    }

    @Test
    void theCallerMayLetTheFirstUnreadableImageEndEverything() throws Exception {
        try (ImageClassifier classifier = FormatOne.load();
                Stream<Classified<byte[]>> stream = classifier.classifyAll(
                        Stream.of(png(image(1)), new byte[] {1, 2, 3}), b -> terzi.images.ImageDecoder.read(b, "x"))) {
            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> stream.map(Classified::prediction)
                    .toList());
            assertInstanceOf(ImageException.class, e.getCause());
        }
    }

    @Test
    void nothingHappensBeforeAResultIsAskedForAndReadingAheadIsBounded() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean closed = new AtomicBoolean();
        Stream<Integer> endless = Stream.generate(taken::getAndIncrement).onClose(() -> closed.set(true));
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withBatch(4))) {
            try (Stream<Classified<Integer>> stream = classifier.classifyAll(endless, StreamingTest::image)) {
                assertEquals(0, taken.get());
                Iterator<Classified<Integer>> results = stream.iterator();
                for (int i = 0; i < 100; i++) {
                    assertEquals(i, results.next().source());
                }
                // one group of a batch was made ready and twice a batch waits, at most
                assertTrue(taken.get() <= 100 + 3 * 4, taken + " sources read for 100 results");
            }
            assertTrue(closed.get(), "the sources are closed with the stream");
        }
    }

    @Test
    void closingInterruptsTheDecodersAndTheirThreadsEnd() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger loaded = new AtomicInteger();
        ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU);
        Stream<Classified<Integer>> stream = classifier.classifyAll(Stream.iterate(0, i -> i + 1), i -> {
            loaded.incrementAndGet();
            if (i > 0) { // the first is asked for, whichever thread is first
                started.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw new IOException("interrupted", e);
                }
            }
            return image(i);
        });
        assertEquals(0, stream.iterator().next().source());
        assertTrue(started.await(10, TimeUnit.SECONDS));
        stream.close();
        assertTrue(interrupted.await(10, TimeUnit.SECONDS), "the decoder goes on");
        int before = loaded.get();
        for (int i = 0; i < 100 && decoders() > 0; i++) {
            Thread.sleep(100);
        }
        assertEquals(0, decoders(), "threads are left");
        assertTrue(loaded.get() <= before + 1, "what waited was decoded after the end");
        classifier.close();
    }

    private static long decoders() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("terzi-decode"))
                .count();
    }

    @Test
    @Tag("slow")
    void largeImagesWaitInSmallNumbers() throws Exception {
        byte[] shared = new byte[8000 * 3000 * 3];
        AtomicInteger loaded = new AtomicInteger();
        int[] most = {0};
        int[] count = {0};
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU);
                Stream<Classified<Integer>> stream =
                        classifier.classifyAll(IntStream.range(0, 30).boxed(), i -> {
                            loaded.incrementAndGet();
                            return new Image(8000, 3000, 3, shared);
                        })) {
            stream.forEach(one -> most[0] = Math.max(most[0], loaded.get() - count[0]++));
        }
        assertEquals(30, count[0]);
        // three of 72 MB wait, one is classified, and each decoder may have begun another
        assertTrue(most[0] <= 3 + 1 + Runtime.getRuntime().availableProcessors(), most[0] + " images at the same time");
    }

    @Test
    void decodingIsDoneByOtherThreadsAndOnTheExecutorThatIsGiven() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        ExecutorService own = Executors.newFixedThreadPool(2, task -> new Thread(task, "own"));
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withExecutor(own));
                Stream<Classified<Integer>> stream =
                        classifier.classifyAll(IntStream.range(0, 500).boxed(), i -> {
                            threads.add(Thread.currentThread().getName());
                            return image(i);
                        })) {
            assertEquals(500, stream.filter(one -> one.failure().isEmpty()).count());
        } finally {
            own.shutdownNow();
        }
        assertTrue(threads.contains("own"), threads.toString());
        threads.removeAll(List.of("own", Thread.currentThread().getName()));
        assertEquals(Set.of(), threads);
    }

    @Test
    void aBugInTheLoaderEndsTheStreamAsItIs() throws Exception {
        try (ImageClassifier classifier = FormatOne.load();
                Stream<Classified<Integer>> stream =
                        classifier.classifyAll(IntStream.range(0, 50).boxed(), i -> {
                            if (i == 20) {
                                throw new UnsupportedOperationException("a bug");
                            }
                            return image(i);
                        })) {
            UnsupportedOperationException e = assertThrows(UnsupportedOperationException.class, stream::toList);
            assertEquals("a bug", e.getMessage());
        }
    }

    @Test
    void aClosedClassifierEndsTheStream() throws Exception {
        ImageClassifier classifier = FormatOne.load();
        try (Stream<Classified<Integer>> stream =
                classifier.classifyAll(IntStream.range(0, 5000).boxed(), StreamingTest::image)) {
            Iterator<Classified<Integer>> results = stream.iterator();
            results.next();
            classifier.close();
            assertThrows(IllegalStateException.class, () -> results.forEachRemaining(one -> {}));
        }
    }
}
