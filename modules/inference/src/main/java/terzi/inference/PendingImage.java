package terzi.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import terzi.images.Image;

/**
 * An image on its way to the network, decoded in the background unless that would take too much memory; then by whoever
 * needs it.
 */
final class PendingImage<S> {

    private enum State {
        IDLE,
        QUEUED,
        TAKEN
    }

    private final S source;
    private final ImageLoader<? super S> loader;
    private final AtomicLong decodedBytes;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Image> image = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /** @param decodedBytes bytes of all images that are decoded and wait, this one included once it is */
    PendingImage(S source, ImageLoader<? super S> loader, AtomicLong decodedBytes) {
        this.source = source;
        this.loader = loader;
        this.decodedBytes = decodedBytes;
    }

    S source() {
        return source;
    }

    boolean isDone() {
        return image.isDone();
    }

    /**
     * Has it decoded in the background, if that has not begun; in vain if too much is decoded when its turn comes.
     *
     * @param mostBytes of decoded images that may wait
     */
    void decode(Executor executor, long mostBytes) {
        if (decodedBytes.get() < mostBytes && state.compareAndSet(State.IDLE, State.QUEUED)) {
            executor.execute(() -> {
                State next = decodedBytes.get() < mostBytes ? State.TAKEN : State.IDLE;
                if (state.compareAndSet(State.QUEUED, next) && next == State.TAKEN) {
                    load();
                }
            });
        }
    }

    private void load() {
        try {
            Image loaded = load(source, loader, cancellation);
            decodedBytes.addAndGet(loaded.pixels().length);
            image.complete(loaded);
        } catch (Throwable e) { // also errors: they belong to whoever waits
            image.completeExceptionally(e);
        }
    }

    /** Loads an image in this thread, which is interrupted when the call is cancelled. */
    static <S> Image load(S source, ImageLoader<? super S> loader, Cancellation cancellation) throws IOException {
        cancellation.startReading();
        try {
            return loader.load(source);
        } finally {
            cancellation.endReading();
        }
    }

    void cancel() {
        cancellation.cancel();
        image.cancel(false);
    }

    /**
     * Takes the image, which no longer waits then: decodes it here, or waits for who does.
     *
     * @throws IOException when it cannot be read
     * @throws CancellationException when it was cancelled, or this thread was interrupted
     */
    Image take() throws IOException {
        if (state.getAndSet(State.TAKEN) != State.TAKEN) {
            load();
        }
        try {
            Image taken = image.get();
            decodedBytes.addAndGet(-taken.pixels().length);
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted while waiting for an image");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof UncheckedIOException failure) {
                throw failure.getCause();
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException("loading an image failed: " + cause, cause);
        }
    }
}
