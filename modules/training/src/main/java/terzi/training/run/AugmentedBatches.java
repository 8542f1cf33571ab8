package terzi.training.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.images.Image;

/**
 * Makes the augmented batches of one epoch. Each image's change depends on (seed, epoch, index) alone, so the
 * background thread's timing has no influence on the result.
 *
 * @param teacher labels the batches too, or null
 * @param order indices of the images
 * @param firstStep number of the first batch, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record AugmentedBatches(
        PackedImages images,
        AugmentationChain augment,
        @Nullable TeacherCache teacher,
        int[] order,
        int batchSize,
        long seed,
        int epoch,
        int firstStep)
        implements ReadAhead.Producer<AugmentedBatches.Batch> {

    /**
     * One batch.
     *
     * @param pixels {@code [n, H, W, C]} uint8 in a direct buffer
     * @param labels {@code [n]}
     * @param taught the teacher's logits {@code [n, K]}, empty without a teacher
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Batch(ByteBuffer pixels, int[] labels, float[] taught) {}

    @Override
    public void produce(ReadAhead.Sink<Batch> sink) throws InterruptedException {
        for (int start = firstStep * batchSize; start < order.length; start += batchSize) {
            sink.put(batch(start, Math.min(order.length, start + batchSize)));
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
        float[] taught = teacher == null ? new float[0] : teacher.of(pixels, labels.length);
        return new Batch(pixels, labels, taught);
    }
}
