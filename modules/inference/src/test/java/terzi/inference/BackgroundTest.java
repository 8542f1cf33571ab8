package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;

@Timeout(60)
class BackgroundTest {

    private static final Batch.Pixels NOTHING = (from, to, target) -> {}; // what the memory holds

    @TempDir
    Path folder;

    private final Image image = FormatOne.noise(20, 12, 3, 1);

    @Test
    void answersInTheBackgroundAreThoseOfTheForeground() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image.toBufferedImage(), "png", png);
        Path file = Files.write(folder.resolve("image.png"), png.toByteArray());
        try (ImageClassifier classifier = FormatOne.load()) {
            Prediction expected = classifier.classify(image);
            List<CompletableFuture<Prediction>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(classifier.classifyAsync(file));
                all.add(classifier.classifyAsync(png.toByteArray()));
                all.add(classifier.classifyAsync(image));
                all.add(classifier.classifyAsync("anything", any -> image));
            }
            for (CompletableFuture<Prediction> one : all) {
                assertEquals(expected, one.get(30, TimeUnit.SECONDS));
            }
            ExecutionException e = assertThrows(
                    ExecutionException.class,
                    () -> classifier.classifyAsync(folder.resolve("none.png")).get(30, TimeUnit.SECONDS));
            assertInstanceOf(terzi.images.ImageException.class, e.getCause());
        }
    }

    @Test
    void virtualThreadsClassify() throws Exception {
        ExecutorService virtual;
        try {
            virtual = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            Assumptions.abort("this Java has no virtual threads");
            return;
        }
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withExecutor(virtual))) {
            Prediction expected = classifier.classify(image);
            List<CompletableFuture<Prediction>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                all.add(classifier.classifyAsync(image));
            }
            for (CompletableFuture<Prediction> one : all) {
                assertEquals(expected, one.get(30, TimeUnit.SECONDS));
            }
        } finally {
            virtual.shutdownNow();
        }
    }

    @Test
    void cancellingEndsTheDecodingAndLeavesTheThreadUsable() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withExecutor(one))) {
            CountDownLatch decoding = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            AtomicInteger later = new AtomicInteger();
            CompletableFuture<Prediction> slow = classifier.classifyAsync(1, source -> {
                decoding.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    ended.countDown();
                    throw new IOException("interrupted", e);
                }
                return image;
            });
            CompletableFuture<Prediction> waiting = classifier.classifyAsync(2, source -> {
                later.incrementAndGet();
                return image;
            });
            assertTrue(decoding.await(10, TimeUnit.SECONDS));
            assertTrue(waiting.cancel(true));
            assertTrue(slow.cancel(true));
            assertTrue(ended.await(10, TimeUnit.SECONDS), "decoding goes on");
            assertFalse(one.submit(() -> Thread.currentThread().isInterrupted()).get(10, TimeUnit.SECONDS));
            assertEquals(0, later.get(), "what was cancelled while it waited was started");
            assertEquals(
                    classifier.classify(image), classifier.classifyAsync(image).get(10, TimeUnit.SECONDS));
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void aTimeoutEndsTheWorkToo() throws Exception {
        try (ImageClassifier classifier = FormatOne.load()) {
            CountDownLatch ended = new CountDownLatch(1);
            CompletableFuture<Prediction> slow = classifier.classifyAsync(1, source -> {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    ended.countDown();
                    throw new IOException("interrupted", e);
                }
                return image;
            });
            CompletableFuture<Prediction> limited = slow.orTimeout(100, TimeUnit.MILLISECONDS);
            ExecutionException e = assertThrows(ExecutionException.class, () -> limited.get(10, TimeUnit.SECONDS));
            assertInstanceOf(TimeoutException.class, e.getCause());
            assertTrue(ended.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    @Tag("slow")
    void cancellingEndsARunOfTheNetworkInItsMiddle() throws Exception {
        Path model = Path.of("../../models/fashion-mnist-deep/classifier.onnx");
        Assumptions.assumeTrue(Files.exists(model), "the model is not there");
        long[] shape = {2048, 28, 28, 1};
        try (OrtNetwork network = network(model)) {
            network.answers(Batch.of(new long[] {1, 28, 28, 1}, NOTHING), Cancellation.NEVER);
            long start = System.nanoTime();
            network.answers(Batch.of(shape, NOTHING), Cancellation.NEVER);
            long whole = System.nanoTime() - start;
            long best = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 4 && best > whole / 2; attempt++) {
                Cancellation cancellation = new Cancellation();
                Thread canceller = new Thread(() -> {
                    try {
                        TimeUnit.NANOSECONDS.sleep(whole / 10);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    cancellation.cancel();
                });
                start = System.nanoTime();
                canceller.start();
                assertThrows(
                        CancellationException.class, () -> network.answers(Batch.of(shape, NOTHING), cancellation));
                best = Math.min(best, System.nanoTime() - start);
                canceller.join();
            }
            assertTrue(best < whole * 0.7, "cancelled after " + best + " ns of " + whole);
            assertEquals(
                    2048,
                    network.answers(Batch.of(shape, NOTHING), new Cancellation())
                            .size());
        }
    }

    private static OrtNetwork network(Path model) throws Exception {
        ai.onnxruntime.OrtEnvironment environment = OrtLibrary.environment();
        try (ai.onnxruntime.OrtSession.SessionOptions options = new ai.onnxruntime.OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            ai.onnxruntime.OrtSession session = environment.createSession(model.toString(), options);
            return new OrtNetwork("test", environment, session, Device.cpu(), Signature.ofClassifier("test", session));
        }
    }

    @Test
    void closingTheClassifierEndsWhatWaits() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        CountDownLatch busy = new CountDownLatch(1);
        one.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        AtomicInteger decoded = new AtomicInteger();
        ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withExecutor(one));
        CompletableFuture<Prediction> waiting = classifier.classifyAsync(1, source -> {
            decoded.incrementAndGet();
            return image;
        });
        classifier.close();
        busy.countDown();
        ExecutionException e = assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, e.getCause());
        assertEquals(0, decoded.get());
        one.shutdownNow();
    }

    @Test
    void anExecutorThatTakesNothingIsToldThroughTheResult() throws Exception {
        ExecutorService over = Executors.newSingleThreadExecutor();
        over.shutdown();
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withExecutor(over))) {
            CompletableFuture<Prediction> refused = classifier.classifyAsync(image);
            ExecutionException e = assertThrows(ExecutionException.class, () -> refused.get(10, TimeUnit.SECONDS));
            assertInstanceOf(RejectedExecutionException.class, e.getCause());
        }
    }
}
