package terzi.training.run;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Items that a background thread makes ahead of their use, at most two that nobody has taken yet. Public for {@code
 * terzi.training.finetune}; not meant for applications.
 *
 * <p>One thread takes and closes. The background thread has ended when {@link #close} returns.
 *
 * @param <T> the items
 */
public final class ReadAhead<T> implements AutoCloseable {
    private static final int ITEMS = 2;

    private final String items;
    private final BlockingQueue<Made<T>> made = new ArrayBlockingQueue<>(ITEMS);
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable Made<T> end;
    private long waitedNanos;

    /** An item; or the end, with the failure that led to it if one did. */
    private record Made<T>(Optional<T> item, @Nullable Throwable failure) {}

    /**
     * Makes the items, on the background thread.
     *
     * @param <T> the items
     */
    @FunctionalInterface
    public interface Producer<T> {
        /**
         * Makes all items, one after the other.
         *
         * @param sink takes each item
         * @throws IOException if an item cannot be made; {@link ReadAhead#next} throws it again, as any other failure
         * @throws InterruptedException if the sink throws it
         */
        void produce(Sink<T> sink) throws IOException, InterruptedException;
    }

    /**
     * Takes the items of a producer.
     *
     * @param <T> the items
     */
    @FunctionalInterface
    public interface Sink<T> {
        /**
         * Hands an item over, once there is room for it.
         *
         * @param item the item
         * @throws InterruptedException if nobody wants further items
         */
        void put(T item) throws InterruptedException;
    }

    /**
     * Starts the background thread.
     *
     * @param items what is made, for messages and the name of the thread
     * @param producer makes the items
     */
    public ReadAhead(String items, Producer<T> producer) {
        this.items = items;
        this.thread = new Thread(() -> work(producer), "terzi-" + items.replace(' ', '-'));
        thread.setDaemon(true);
        thread.start();
    }

    private void work(Producer<T> producer) {
        Throwable failure = null;
        try {
            producer.produce(item -> put(new Made<>(Optional.of(item), null)));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            failure = e; // kept back, it would leave the taker waiting for ever
        }
        try {
            put(new Made<>(Optional.empty(), failure));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: nobody waits for the end
        }
    }

    /** Refuses items after {@link #close}, for a producer that lost the interrupt on its way here. */
    private void put(Made<T> next) throws InterruptedException {
        if (closed) {
            throw new InterruptedException("closed");
        }
        made.put(next);
    }

    /**
     * Returns the next item, waiting for it if need be.
     *
     * @return the item; empty after the last one
     * @throws IOException if the producer threw it, after the items before it; or if the calling thread is interrupted
     * @throws IllegalStateException after {@link #close}
     */
    public Optional<T> next() throws IOException {
        if (closed) {
            throw new IllegalStateException("the " + items + " were closed, so there is no next one");
        }
        long started = System.nanoTime();
        try {
            Made<T> next = end != null ? end : made.take();
            if (next.item().isEmpty()) {
                end = next;
            }
            if (next.failure() instanceof IOException e) {
                throw e;
            } else if (next.failure() instanceof RuntimeException e) {
                throw e;
            } else if (next.failure() instanceof Error e) {
                throw e;
            } else if (next.failure() != null) {
                throw new IOException("the thread that makes " + items + " was interrupted", next.failure());
            }
            return next.item();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + items, e);
        } finally {
            waitedNanos += System.nanoTime() - started;
        }
    }

    /**
     * Returns how long {@link #next} has waited.
     *
     * @return nanoseconds in all calls together
     */
    public long waitedNanos() {
        return waitedNanos;
    }

    /** Ends the background thread, whether or not it has made all items. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
