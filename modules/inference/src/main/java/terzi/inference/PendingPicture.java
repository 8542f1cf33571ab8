package terzi.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import terzi.vision.Picture;

/** A picture that is being decoded in the background, on its way to the network. */
final class PendingPicture<S> {

    private final S source;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Picture> picture = new CompletableFuture<>();

    private PendingPicture(S source) {
        this.source = source;
    }

    static <S> PendingPicture<S> start(S source, PictureLoader<? super S> loader, Executor executor) {
        PendingPicture<S> pending = new PendingPicture<>(source);
        try {
            executor.execute(() -> pending.load(loader));
        } catch (RejectedExecutionException e) {
            pending.picture.completeExceptionally(e);
        }
        return pending;
    }

    private void load(PictureLoader<? super S> loader) {
        try {
            picture.complete(load(source, loader, cancellation));
        } catch (Throwable e) { // also errors: they belong to whoever waits
            picture.completeExceptionally(e);
        }
    }

    /** Loads a picture in this thread, which is interrupted when the call is cancelled. */
    static <S> Picture load(S source, PictureLoader<? super S> loader, Cancellation cancellation) throws IOException {
        cancellation.startReading();
        try {
            return loader.load(source);
        } finally {
            cancellation.endReading();
        }
    }

    S source() {
        return source;
    }

    boolean isDone() {
        return picture.isDone();
    }

    void cancel() {
        cancellation.cancel();
        picture.cancel(false);
    }

    /**
     * Waits for the picture.
     *
     * @throws IOException when it cannot be read
     * @throws CancellationException when it was cancelled, or this thread was interrupted
     */
    Picture await() throws IOException {
        try {
            return picture.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled("interrupted while waiting for a picture", e);
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
            throw new IllegalStateException("loading a picture failed: " + cause, cause);
        }
    }

    private static CancellationException cancelled(String message, Throwable cause) {
        CancellationException cancelled = new CancellationException(message);
        cancelled.initCause(cause);
        return cancelled;
    }
}
