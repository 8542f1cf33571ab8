package terzi.training.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request to end a run early, from any thread (a shutdown hook, a button). The trainer looks at it before every step
 * and leaves a checkpoint to resume from.
 */
public final class Cancellation {
    private volatile boolean requested;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Asks the run to end after the step in progress. */
    public void request() {
        requested = true;
    }

    /** {@return whether the run was asked to end} */
    public boolean isRequested() {
        return requested;
    }

    /**
     * Waits until the run has written its checkpoint and ended, so that a shutdown hook does not cut it off.
     *
     * @param timeoutMillis longest wait in milliseconds
     * @return false when it had not ended in time
     * @throws InterruptedException if the calling thread is interrupted while it waits
     */
    public boolean awaitEnd(long timeoutMillis) throws InterruptedException {
        return ended.await(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** Tells that the run has ended, whatever the reason; the run calls it. */
    public void runEnded() {
        ended.countDown();
    }
}
