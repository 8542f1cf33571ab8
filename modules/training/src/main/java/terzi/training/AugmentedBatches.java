package terzi.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.images.Image;

/**
 * The augmented batches of one epoch, prepared ahead by a background thread. Each image's change depends on (seed,
 * epoch, index) alone, so the thread's timing has no influence on the result.
 */
final class AugmentedBatches implements AutoCloseable {
    private static final int AHEAD = 3;

    private final PackedImages images;
    private final AugmentationChain augment;
    private final @Nullable TeacherCache lessons;
    private final int[] order;
    private final int batchSize;
    private final long seed;
    private final int epoch;
    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(AHEAD);
    private final Thread worker;

    /**
     * Pixels {@code [n, H, W, C]} in a direct buffer, their labels and the teacher's logits {@code [n, K]}, none without a
     * teacher; or the failure that ended the work.
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Batch(ByteBuffer pixels, int[] labels, float[] taught, @Nullable RuntimeException failure) {}

    AugmentedBatches(
            PackedImages images,
            AugmentationChain augment,
            @Nullable TeacherCache lessons,
            int[] order,
            int batchSize,
            long seed,
            int epoch,
            int firstStep) {
        this.images = images;
        this.augment = augment;
        this.lessons = lessons;
        this.order = order;
        this.batchSize = batchSize;
        this.seed = seed;
        this.epoch = epoch;
        this.worker = new Thread(() -> work(firstStep), "terzi-augment");
        worker.setDaemon(true);
        worker.start();
    }

    private void work(int firstStep) {
        try {
            try {
                for (int start = firstStep * batchSize; start < order.length; start += batchSize) {
                    ready.put(batch(start, Math.min(order.length, start + batchSize)));
                }
            } catch (RuntimeException e) {
                ready.put(new Batch(ByteBuffer.allocate(0), new int[0], new float[0], e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Batch batch(int start, int end) {
        int length = images.shape().bytes();
        ByteBuffer pixels = ByteBuffer.allocateDirect((end - start) * length).order(ByteOrder.nativeOrder());
        int[] labels = new int[end - start];
        for (int i = start; i < end; i++) {
            int index = order[i];
            Image changed = augment.apply(images.image(index), seed, epoch, index);
            pixels.put(changed.pixels());
            labels[i - start] = images.label(index);
        }
        pixels.flip();
        float[] taught = lessons == null ? new float[0] : lessons.of(pixels, labels.length);
        return new Batch(pixels, labels, taught, null);
    }

    /** The next batch, waiting for it if need be. */
    Batch next() throws IOException {
        try {
            Batch batch = ready.take();
            if (batch.failure() != null) {
                throw batch.failure();
            }
            return batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for augmented images", e);
        }
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
