package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReadAheadTest {
    private static boolean isRunning(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name) && thread.isAlive());
    }

    private static void numbers(int count, ReadAhead.Sink<Integer> sink) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            sink.put(i);
        }
    }

    @Test
    void itemsComeInTheOrderInWhichTheyWereMadeAndThenNoMore() throws IOException {
        try (ReadAhead<Integer> numbers = new ReadAhead<>("numbers", sink -> numbers(50, sink))) {
            List<Integer> taken = new ArrayList<>();
            for (Optional<Integer> next = numbers.next(); next.isPresent(); next = numbers.next()) {
                taken.add(next.get());
            }
            assertEquals(50, taken.size());
            for (int i = 0; i < 50; i++) {
                assertEquals(i, taken.get(i));
            }
            assertTrue(numbers.next().isEmpty(), "exhausted for good, not waiting");
            assertTrue(numbers.waitedNanos() > 0);
        }
    }

    @Test
    void noItemsAtAllAreAnEndAtOnce() throws IOException {
        try (ReadAhead<Integer> none = new ReadAhead<>("numbers", sink -> {})) {
            assertTrue(none.next().isEmpty());
        }
    }

    @Test
    void atMostThreeItemsExistThatNobodyHasTaken() throws Exception {
        AtomicInteger made = new AtomicInteger();
        AtomicReference<Thread> producer = new AtomicReference<>();
        try (ReadAhead<Integer> numbers = new ReadAhead<>("numbers", sink -> {
            producer.set(Thread.currentThread());
            while (true) {
                sink.put(made.incrementAndGet());
            }
        })) {
            assertEquals(1, numbers.next().orElseThrow());
            while (producer.get().getState() != Thread.State.WAITING || made.get() < 4) {
                Thread.onSpinWait();
            }
            assertEquals(4, made.get(), "one taken, two ready, one in the producer's hand");
        }
    }

    @Test
    void aFailureIsThrownAfterTheItemsBeforeItAndAgainEveryTime() throws IOException {
        for (Throwable failure :
                List.of(new IOException("gone"), new IllegalStateException("spoiled"), new OutOfMemoryError("full"))) {
            try (ReadAhead<Integer> numbers = new ReadAhead<>("numbers", sink -> {
                numbers(2, sink);
                if (failure instanceof IOException e) {
                    throw e;
                } else if (failure instanceof RuntimeException e) {
                    throw e;
                }
                throw (Error) failure;
            })) {
                assertEquals(0, numbers.next().orElseThrow());
                assertEquals(1, numbers.next().orElseThrow());
                assertSame(failure, assertThrows(failure.getClass(), numbers::next));
                assertSame(failure, assertThrows(failure.getClass(), numbers::next), "instead of waiting for ever");
            }
        }
    }

    @Test
    void anInterruptOfTheProducerIsAFailureToo() {
        try (ReadAhead<Integer> numbers = new ReadAhead<>("numbers", sink -> {
            throw new InterruptedException("by somebody else");
        })) {
            IOException e = assertThrows(IOException.class, numbers::next);
            assertTrue(e.getMessage().contains("makes numbers"), e.getMessage());
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSetThroughTheEnd() {
        CountDownLatch never = new CountDownLatch(1);
        ReadAhead<Integer> numbers = new ReadAhead<>("numbers", sink -> never.await());
        Thread.currentThread().interrupt();
        try {
            IOException e = assertThrows(IOException.class, numbers::next);
            assertTrue(e.getMessage().contains("waiting for numbers"), e.getMessage());
            assertTrue(Thread.currentThread().isInterrupted());
            numbers.close();
            assertTrue(Thread.currentThread().isInterrupted(), "the caller's interrupt is still there after the end");
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void theThreadEndsWithTheOwnerThoughItemsAreLeft() throws IOException {
        ReadAhead<Integer> numbers = new ReadAhead<>("left numbers", sink -> numbers(1000, sink));
        numbers.next();
        assertTrue(isRunning("terzi-left-numbers"));
        numbers.close();
        assertFalse(isRunning("terzi-left-numbers"));
        numbers.close();
        assertThrows(IllegalStateException.class, numbers::next);
    }

    @Test
    void closingInterruptsWorkOnAnItemAndWaitsForItsEnd() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        List<String> done = new ArrayList<>();
        ReadAhead<Integer> numbers = new ReadAhead<>("slow numbers", sink -> {
            begun.countDown();
            try {
                TimeUnit.HOURS.sleep(1);
            } finally {
                done.add("cleaned up");
            }
        });
        begun.await();
        numbers.close();
        assertEquals(List.of("cleaned up"), done);
        assertFalse(isRunning("terzi-slow-numbers"));
    }

    @Test
    void aProducerThatSwallowsTheInterruptEndsAtItsNextItem() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger handedOver = new AtomicInteger();
        ReadAhead<Integer> numbers = new ReadAhead<>("deaf numbers", sink -> {
            begun.countDown();
            while (true) {
                try {
                    TimeUnit.MILLISECONDS.sleep(50);
                } catch (InterruptedException swallowed) {
                    // as a decoder may that reports an unreadable image instead
                }
                sink.put(handedOver.incrementAndGet());
            }
        });
        begun.await();
        numbers.close();
        assertTrue(handedOver.get() <= 3, "went on after the end: " + handedOver);
        assertFalse(isRunning("terzi-deaf-numbers"));
    }
}
