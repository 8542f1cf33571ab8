package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

/** What would end the JVM without the guard: a session freed under a running thread. */
class ClosingTest {

    private static final int THREADS = 8;

    @Test
    @Tag("slow")
    void closingDuringUseEndsTheCallsWithAnException() throws Exception {
        Image small = FormatOne.noise(8, 8, 3, 1);
        Image large = FormatOne.noise(300, 200, 3, 1);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < 20; round++) {
                ImageClassifier classifier = FormatOne.load();
                Prediction expected = classifier.classify(small);
                CountDownLatch running = new CountDownLatch(THREADS);
                List<Future<Integer>> calls = new ArrayList<>();
                for (int t = 0; t < THREADS; t++) {
                    boolean raw = t % 2 == 0;
                    calls.add(pool.submit(() -> {
                        int count = 0;
                        try {
                            while (true) {
                                if (raw) {
                                    classifier.run(List.of(large));
                                } else {
                                    assertEquals(expected, classifier.classify(small));
                                }
                                if (++count == 1) {
                                    running.countDown();
                                }
                            }
                        } catch (IllegalStateException e) {
                            assertTrue(e.getMessage().contains("is closed"), e.getMessage());
                            return count;
                        }
                    }));
                }
                assertTrue(running.await(30, TimeUnit.SECONDS));
                classifier.close();
                for (Future<Integer> call : calls) {
                    assertTrue(call.get(30, TimeUnit.SECONDS) > 0);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closingTwiceIsNoErrorAndUseAfterwardsIs() throws Exception {
        ImageClassifier classifier = FormatOne.load();
        Image image = FormatOne.noise(8, 8, 3, 1);
        classifier.classify(image);
        classifier.close();
        assertDoesNotThrow(classifier::close);
        assertThrows(IllegalStateException.class, () -> classifier.classify(image));
        assertThrows(IllegalStateException.class, () -> classifier.run(List.of(image)));
        assertEquals(3, classifier.info().labels().size());
    }

    @Test
    @Tag("slow")
    void sixtyFourThreadsGetTheAnswersOfOne() throws Exception {
        int threads = 64;
        int calls = 1_000;
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            images.add(FormatOne.noise(5 + i % 9, 4 + i % 7, 3, i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (ImageClassifier classifier = FormatOne.load()) {
            List<Prediction> expected = new ArrayList<>();
            images.forEach(image -> expected.add(classifier.classify(image)));
            List<Future<Integer>> results = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t * 5;
                results.add(pool.submit(() -> {
                    int equal = 0;
                    for (int i = 0; i < calls; i++) {
                        int image = (first + i / 8) % images.size();
                        equal += expected.get(image).equals(classifier.classify(images.get(image))) ? 1 : 0;
                    }
                    return equal;
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(calls, result.get(120, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closingDuringAStreamAndInTheBackgroundEndsThemWithAnException() throws Exception {
        Image image = FormatOne.noise(60, 50, 3, 1);
        for (int round = 0; round < 10; round++) {
            ImageClassifier classifier = FormatOne.load();
            CountDownLatch running = new CountDownLatch(1);
            List<CompletableFuture<Prediction>> background = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                background.add(classifier.classifyAsync(image));
            }
            CompletableFuture<Void> stream = CompletableFuture.runAsync(() -> {
                try (Stream<Classified<Integer>> all =
                        classifier.classifyAll(Stream.iterate(0, i -> i + 1), i -> image)) {
                    all.forEach(one -> running.countDown());
                }
            });
            assertTrue(running.await(30, TimeUnit.SECONDS));
            classifier.close();
            classifier.close();
            ExecutionException e = assertThrows(ExecutionException.class, () -> stream.get(30, TimeUnit.SECONDS));
            assertInstanceOf(IllegalStateException.class, e.getCause());
            for (CompletableFuture<Prediction> one : background) {
                try {
                    one.get(30, TimeUnit.SECONDS);
                } catch (ExecutionException late) {
                    assertInstanceOf(IllegalStateException.class, late.getCause());
                }
            }
        }
    }
}
