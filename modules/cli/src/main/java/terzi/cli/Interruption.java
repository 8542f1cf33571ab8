package terzi.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import terzi.training.Cancellation;

/**
 * Lets Ctrl-C end a training run in good order: the trainer finishes its step and writes its checkpoint, the command says
 * how to go on, and only then does the JVM end, with the exit status of the signal.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch commandEnded = new CountDownLatch(1);
    private final Thread hook = new Thread(this::endInGoodOrder, "terzi-interruption");
    private volatile boolean training = true;

    private Interruption() {}

    /** Watches until it is closed. */
    static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** From now on an interrupt has no checkpoint to wait for, unless one came before. */
    void trainingEnded() {
        training = false;
    }

    private void endInGoodOrder() {
        if (!training) {
            return;
        }
        cancellation.request();
        try {
            boolean ended = commandEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has said what it had to say. */
    @Override
    public void close() {
        commandEnded.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook is what is running
        }
    }
}
