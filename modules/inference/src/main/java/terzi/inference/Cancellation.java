package terzi.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Stops a call that another thread works on: decoding is interrupted, a running network is told to end. */
final class Cancellation {

    /** For calls that nobody can stop. */
    static final Cancellation NEVER = new Cancellation(false);

    private final boolean possible;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean cancelled; // this and what follows is guarded by lock
    private @Nullable Thread reader;
    private OrtSession.@Nullable RunOptions run;

    private Cancellation(boolean possible) {
        this.possible = possible;
    }

    Cancellation() {
        this(true);
    }

    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            if (reader != null) {
                reader.interrupt();
            }
            if (run != null) {
                run.setTerminate(true);
            }
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime could not end a run: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** From now on this thread may be interrupted, until {@link #endReading}. */
    void startReading() {
        lock.lock();
        try {
            check();
            reader = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the interruption back if it was ours: the thread goes on to other work. */
    void endReading() {
        lock.lock();
        try {
            reader = null;
            if (cancelled) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The run with these options is ended by {@link #cancel} until {@link #endRun}. */
    void startRun(OrtSession.RunOptions options) {
        if (!possible) {
            return;
        }
        lock.lock();
        try {
            check();
            run = options;
        } finally {
            lock.unlock();
        }
    }

    /** From now on the options may be closed. */
    void endRun() {
        if (!possible) {
            return;
        }
        lock.lock();
        try {
            run = null;
        } finally {
            lock.unlock();
        }
    }

    /** @throws CancellationException when the call was stopped */
    void check() {
        if (isCancelled()) {
            throw new CancellationException("the classification was cancelled");
        }
    }

    boolean isCancelled() {
        if (!possible) {
            return false;
        }
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }
}
