package terzi.files;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream from which nothing has come for a while: the JDK's HTTP client would wait for ever. */
public final class Watchdog implements AutoCloseable {
    private final InputStream guarded;
    private final long patienceNanos;
    private final Thread thread;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean bitten;
    private volatile boolean done;

    public Watchdog(InputStream guarded, Duration patience) {
        this.guarded = guarded;
        this.patienceNanos = patience.toNanos();
        this.thread = new Thread(this::watch, "terzi-download-watchdog");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Something has come. */
    public void pat() {
        lastSign = System.nanoTime();
    }

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

    @Override
    public void close() {
        done = true;
        thread.interrupt();
    }
}
