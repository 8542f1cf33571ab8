package terzi.files;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A timeout for reading a stream: closes it when no data has arrived for a while. The HTTP client of the JDK has no
 * such timeout and would wait forever.
 */
public final class Watchdog implements AutoCloseable {
    private final InputStream guarded;
    private final long patienceNanos;
    private final Thread thread;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean bitten;
    private volatile boolean done;

    /**
     * Starts watching, in a daemon thread.
     *
     * @param guarded the stream, closed if it stalls
     * @param patience longest time between two calls of {@link #pat}
     */
    public Watchdog(InputStream guarded, Duration patience) {
        this.guarded = guarded;
        this.patienceNanos = patience.toNanos();
        this.thread = new Thread(this::watch, "terzi-download-watchdog");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Restarts the timeout; call it whenever data has arrived. */
    public void pat() {
        lastSign = System.nanoTime();
    }

    /** {@return whether the timeout has expired, so that the stream was closed} */
    public boolean hasBitten() {
        return bitten;
    }

    private void watch() {
        try {
            while (!done) {
                long left = patienceNanos - (System.nanoTime() - lastSign);
                if (left <= 0) {
                    bitten = true;
                    guarded.close();
                    return;
                }
                Thread.sleep(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException | IOException e) {
            // the download has ended, one way or the other
            done = true;
        }
    }

    /** Stops watching; the stream stays open. */
    @Override
    public void close() {
        done = true;
        thread.interrupt();
    }
}
