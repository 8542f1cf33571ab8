package terzi.files;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    /** A stream that tells when it is closed. */
    private static final class Closing extends ByteArrayInputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        Closing() {
            super(new byte[0]);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void aSilentStreamIsClosedAfterItsTimeAndNotBefore() throws InterruptedException {
        Closing stream = new Closing();
        long start = System.nanoTime();
        try (Watchdog watchdog = new Watchdog(stream, Duration.ofMillis(60))) {
            assertTrue(stream.closed.await(20, TimeUnit.SECONDS));
            assertTrue(System.nanoTime() - start >= 60_000_000, "too early");
            assertTrue(watchdog.hasBitten());
        }
    }

    @Test
    void asLongAsSomethingComesNothingIsClosed() throws InterruptedException {
        Closing stream = new Closing();
        long start = System.nanoTime();
        long last = start;
        try (Watchdog watchdog = new Watchdog(stream, Duration.ofMillis(150))) {
            boolean isOnTime = true;
            while (System.nanoTime() - start < 400_000_000) {
                watchdog.pat();
                isOnTime &= System.nanoTime() - last < 100_000_000; // else this machine is too slow to tell
                last = System.nanoTime();
                assertFalse(isOnTime && watchdog.hasBitten());
                Thread.sleep(5);
            }
            assertTrue(!isOnTime || stream.closed.getCount() == 1);
        }
    }

    @Test
    void aDownloadThatHasEndedIsLeftAlone() throws InterruptedException {
        Closing stream = new Closing();
        Watchdog watchdog = new Watchdog(stream, Duration.ofMillis(50));
        watchdog.close();
        assertFalse(stream.closed.await(150, TimeUnit.MILLISECONDS));
        assertFalse(watchdog.hasBitten());
    }
}
