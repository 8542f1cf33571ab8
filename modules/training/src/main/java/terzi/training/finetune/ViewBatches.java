package terzi.training.finetune;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetReport.Skipped;
import terzi.images.Image;
import terzi.images.ImageException;

/** Views of images in batches, decoded and changed ahead by a thread of their own. */
final class ViewBatches implements AutoCloseable {
    private static final int AHEAD = 3;

    private final Dataset images;
    private final ImageViews views;
    private final int batchSize;
    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(AHEAD);
    private final Thread worker;
    private long waitedNanos;

    /** Views of one image that are wanted. */
    @SuppressWarnings("ArrayRecordComponent")
    record Wanted(int image, String digest, int[] views) {}

    /** One view of one image. */
    record Item(int image, int view) {}

    /**
     * A batch.
     *
     * @param pixels {@code [items, H, W, C]} in a direct buffer
     * @param skipped images that could not be read since the last batch, by number; each has no items
     * @param failure what ended the work, or null
     */
    record Batch(ByteBuffer pixels, List<Item> items, List<Unread> skipped, @Nullable Throwable failure) {
        boolean isLast() {
            return items.isEmpty() && skipped.isEmpty();
        }
    }

    /** An image that could not be read. */
    record Unread(int image, int views, Skipped skipped) {}

    ViewBatches(Dataset images, ImageViews views, List<Wanted> wanted, int batchSize) {
        this.images = images;
        this.views = views;
        this.batchSize = batchSize;
        this.worker = new Thread(() -> work(wanted), "terzi-views");
        worker.setDaemon(true);
        worker.start();
    }

    private void work(List<Wanted> wanted) {
        Gathered batch = new Gathered();
        try {
            try {
                for (Wanted one : wanted) {
                    Image image;
                    try {
                        image = images.image(one.image());
                    } catch (ImageException e) {
                        batch.skipped.add(
                                new Unread(one.image(), one.views().length, Skipped.of(images.id(one.image()), e)));
                        continue;
                    }
                    for (int view : one.views()) {
                        batch.add(one.image(), view, views.view(image, one.digest(), view));
                        if (batch.items.size() == batchSize) {
                            ready.put(batch.batch(null));
                            batch = new Gathered();
                        }
                    }
                }
                if (!batch.items.isEmpty() || !batch.skipped.isEmpty()) {
                    ready.put(batch.batch(null));
                }
                ready.put(new Gathered().batch(null));
            } catch (IOException | RuntimeException | Error e) { // an error here would leave the taker waiting
                ready.put(new Gathered().batch(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A batch in the making. */
    private final class Gathered {
        private final List<Item> items = new ArrayList<>();
        private final List<Unread> skipped = new ArrayList<>();
        private final int each = views.preprocessing().width()
                * views.preprocessing().height()
                * views.preprocessing().channels().count();
        private @Nullable ByteBuffer pixels;

        void add(int image, int view, Image fitted) {
            if (pixels == null) {
                pixels = ByteBuffer.allocateDirect(batchSize * each).order(ByteOrder.nativeOrder());
            }
            pixels.put(fitted.pixels());
            items.add(new Item(image, view));
        }

        Batch batch(@Nullable Throwable failure) {
            ByteBuffer given = pixels == null ? ByteBuffer.allocate(0) : pixels.flip();
            return new Batch(given, items, skipped, failure);
        }
    }

    /** The next batch, waiting for it if need be; the last one is empty. */
    Batch next() throws IOException {
        long started = System.nanoTime();
        try {
            Batch batch = ready.take();
            if (batch.failure() instanceof IOException e) {
                throw e;
            } else if (batch.failure() instanceof RuntimeException e) {
                throw e;
            } else if (batch.failure() instanceof Error e) {
                throw e;
            }
            return batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for images", e);
        } finally {
            waitedNanos += System.nanoTime() - started;
        }
    }

    /** How long {@link #next} has waited in all. */
    long waitedNanos() {
        return waitedNanos;
    }

    @Override
    public void close() {
        worker.interrupt();
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
