package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import terzi.images.Image;

/** A thread that worked for a cancelled call goes on to other work: uninterrupted, unless others interrupted it. */
@Timeout(30)
class InterruptionTest {

    private final Image image = FormatOne.noise(8, 8, 3, 1);
    private final ExecutorService one = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        one.shutdownNow();
    }

    private final BlockingQueue<Boolean> interruptedAfterwards = new LinkedBlockingQueue<>();

    /** Unlike those of the JDK, takes no interruption back between two tasks. */
    private void execute(Runnable task) {
        one.execute(() -> {
            task.run();
            interruptedAfterwards.add(Thread.currentThread().isInterrupted());
        });
    }

    private void assertNoneIsLeftInterrupted() throws Exception {
        assertEquals(false, interruptedAfterwards.poll(10, TimeUnit.SECONDS));
        for (Boolean interrupted = Boolean.FALSE; interrupted != null; interrupted = interruptedAfterwards.poll()) {
            assertFalse(interrupted, "a thread is left interrupted");
        }
    }

    private ImageClassifier classifier() throws IOException {
        return ImageClassifier.load(FormatOne.bytes(), FormatOne.CPU.withExecutor(this::execute));
    }

    /** A loader that notices its interruption only by looking, and goes on. */
    private Image deaf(CountDownLatch loading, CountDownLatch noticed) {
        loading.countDown();
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        noticed.countDown();
        return image;
    }

    @Test
    void aLoaderThatIgnoresItsInterruptionLeavesItsThreadUninterrupted() throws Exception {
        try (ImageClassifier classifier = classifier()) {
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch noticed = new CountDownLatch(1);
            CompletableFuture<Prediction> answer = classifier.classifyAsync(1, source -> deaf(loading, noticed));
            assertTrue(loading.await(10, TimeUnit.SECONDS));
            assertTrue(answer.cancel(true));
            assertTrue(noticed.await(10, TimeUnit.SECONDS));
            assertNoneIsLeftInterrupted();
            assertEquals(
                    classifier.classify(image), classifier.classifyAsync(image).get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void closingAStreamLeavesTheThreadsOfTheExecutorUninterrupted() throws Exception {
        try (ImageClassifier classifier = classifier()) {
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch noticed = new CountDownLatch(1);
            Thread taker = Thread.currentThread();
            Stream<Classified<Integer>> stream = classifier.classifyAll(
                    IntStream.range(0, 100).boxed(),
                    source -> source == 0 || Thread.currentThread() == taker ? image : deaf(loading, noticed));
            try (stream) {
                Iterator<Classified<Integer>> results = stream.iterator();
                assertEquals(0, results.next().source());
                assertTrue(loading.await(10, TimeUnit.SECONDS));
            }
            assertTrue(noticed.await(10, TimeUnit.SECONDS), "closing does not end the decoding");
            assertNoneIsLeftInterrupted();
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void aCallThatWasCancelledBeforeIsNotBegun() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        assertTrue(cancellation.isCancelled());
        assertThrows(CancellationException.class, cancellation::startReading);
        assertFalse(Thread.currentThread().isInterrupted());
        assertThrows(CancellationException.class, () -> PendingImage.load(1, source -> image, cancellation));
        assertThrows(CancellationException.class, cancellation::check);
    }

    /** Only the reader is interrupted, and only while it reads. */
    @Test
    void cancellingAfterTheReadingInterruptsNobody() throws Exception {
        Cancellation cancellation = new Cancellation();
        assertEquals(image, PendingImage.load(1, source -> image, cancellation));
        cancellation.cancel();
        assertFalse(Thread.interrupted());
    }

    /** An executor that is shut down interrupts its threads; that is not taken back. */
    @Test
    void anInterruptionByOthersStays() throws Exception {
        Cancellation cancellation = new Cancellation();
        PendingImage.load(
                1,
                source -> {
                    Thread.currentThread().interrupt();
                    return image;
                },
                cancellation);
        assertTrue(Thread.interrupted());
    }

    @Test
    void cancellingInTheMiddleOfReadingInterruptsTheReaderOnce() throws Exception {
        Cancellation cancellation = new Cancellation();
        assertEquals(
                image,
                PendingImage.load(
                        1,
                        source -> {
                            cancellation.cancel();
                            assertTrue(Thread.currentThread().isInterrupted());
                            return image;
                        },
                        cancellation));
        assertFalse(Thread.interrupted(), "the interruption was ours and is taken back");
        assertThrows(
                IOException.class,
                () -> PendingImage.load(
                        1,
                        source -> {
                            throw new IOException("unreadable");
                        },
                        new Cancellation()));
    }

    /** Whoever waits for an image and is interrupted keeps that interruption. */
    @Test
    void anInterruptionOfTheTakerEndsTheStreamAndStays() throws Exception {
        try (ImageClassifier classifier = classifier()) {
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch noticed = new CountDownLatch(1);
            Thread taker = Thread.currentThread();
            try (Stream<Classified<Integer>> stream = classifier.classifyAll(
                    Stream.of(0, 1),
                    source -> source == 0 || Thread.currentThread() == taker ? image : deaf(loading, noticed))) {
                Iterator<Classified<Integer>> results = stream.iterator();
                results.next();
                assertTrue(loading.await(10, TimeUnit.SECONDS));
                taker.interrupt();
                assertThrows(CancellationException.class, results::next);
                assertTrue(Thread.interrupted());
            }
            assertTrue(noticed.await(10, TimeUnit.SECONDS));
            assertNoneIsLeftInterrupted();
        }
    }
}
