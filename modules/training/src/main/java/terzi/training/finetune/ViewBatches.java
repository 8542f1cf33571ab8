package terzi.training.finetune;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetReport.Skipped;
import terzi.images.Image;
import terzi.images.ImageException;
import terzi.training.run.ReadAhead;

/** Makes batches of views of images. */
record ViewBatches(Dataset images, ImageViews views, List<Wanted> wanted, int batchSize)
        implements ReadAhead.Producer<ViewBatches.Batch> {
    /** Views of one image that are wanted. */
    @SuppressWarnings("ArrayRecordComponent")
    record Wanted(int image, String digest, int[] views) {}

    /** One view of one image. */
    record Item(int image, int view) {}

    /**
     * One batch.
     *
     * @param pixels {@code [items, H, W, C]} uint8 in a direct buffer
     * @param skipped images that could not be read since the last batch; they have no items
     */
    record Batch(ByteBuffer pixels, List<Item> items, List<Unread> skipped) {}

    /** An image that could not be read. */
    record Unread(int image, int views, Skipped skipped) {}

    @Override
    public void produce(ReadAhead.Sink<Batch> sink) throws IOException, InterruptedException {
        Gathered batch = new Gathered();
        for (Wanted one : wanted) {
            Image image;
            try {
                image = images.image(one.image());
            } catch (ImageException e) {
                batch.skipped.add(new Unread(one.image(), one.views().length, Skipped.of(images.id(one.image()), e)));
                continue;
            }
            for (int view : one.views()) {
                batch.add(one.image(), view, views.view(image, one.digest(), view));
                if (batch.items.size() == batchSize) {
                    sink.put(batch.batch());
                    batch = new Gathered();
                }
            }
        }
        if (!batch.items.isEmpty() || !batch.skipped.isEmpty()) {
            sink.put(batch.batch());
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

        Batch batch() {
            return new Batch(pixels == null ? ByteBuffer.allocate(0) : pixels.flip(), items, skipped);
        }
    }
}
