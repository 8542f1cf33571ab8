package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.Dataset;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.Preprocessing;
import terzi.training.run.ReadAhead;

/** Views of images and batches of them, without a network. */
class ViewBatchesTest {
    private static final Preprocessing GRAY = Preprocessing.plain(2, 1, Preprocessing.Channels.GRAY);
    private static final AugmentationChain INVERTED = AugmentationChain.of((image, random) -> {
        byte[] pixels = image.pixels().clone();
        pixels[0] = (byte) random.nextInt(256);
        return new Image(image.width(), image.height(), image.channels(), pixels);
    });
    private static final ImageViews VIEWS = new ImageViews(GRAY, INVERTED, 1);

    /** Image i has the pixels 10 i and 10 i + 1. */
    private static PackedImages images(int count) {
        byte[] pixels = new byte[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            pixels[2 * i] = (byte) (10 * i);
            pixels[2 * i + 1] = (byte) (10 * i + 1);
            labels[i] = i % 2;
        }
        return PackedImages.of(List.of("a", "b"), new PackedImages.Shape(1, 2, 1), pixels, labels);
    }

    private static String digest(int i) {
        return String.format("%064x", i + 1);
    }

    private static List<ViewBatches.Wanted> wanted(int count, int... views) {
        List<ViewBatches.Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            wanted.add(new ViewBatches.Wanted(i, digest(i), views));
        }
        return wanted;
    }

    @Property(tries = 30, seed = "20261130")
    void everyWantedViewIsInOneBatchInOrder(
            @ForAll @IntRange(min = 0, max = 9) int count, @ForAll @IntRange(min = 1, max = 5) int batchSize)
            throws IOException, InterruptedException {
        List<ViewBatches.Item> items = new ArrayList<>();
        new ViewBatches(images(count), VIEWS, wanted(count, 0, 1), batchSize).produce(batch -> {
            assertTrue(batch.pixels().isDirect());
            assertEquals(2 * batch.items().size(), batch.pixels().remaining());
            assertEquals(
                    Math.min(batchSize, 2 * count - items.size()), batch.items().size());
            for (int i = 0; i < batch.items().size(); i++) {
                ViewBatches.Item item = batch.items().get(i);
                // view 1 is the mirror image
                assertEquals(10 * item.image() + item.view(), batch.pixels().get(2 * i));
                assertEquals(10 * item.image() + 1 - item.view(), batch.pixels().get(2 * i + 1));
            }
            items.addAll(batch.items());
        });
        assertEquals(2 * count, items.size());
        for (int i = 0; i < items.size(); i++) {
            assertEquals(new ViewBatches.Item(i / 2, i % 2), items.get(i));
        }
    }

    @Test
    void furtherViewsDependOnSeedImageAndViewAlone() {
        Image image = new Image(2, 1, 1, new byte[] {1, 2});
        Set<Byte> drawn = new HashSet<>();
        for (int view = 2; view < 6; view++) {
            byte first = VIEWS.view(image, digest(0), view).pixels()[0];
            assertEquals(first, VIEWS.view(image, digest(0), view).pixels()[0]);
            assertEquals(2, VIEWS.view(image, digest(0), view).pixels()[1]);
            drawn.add(first);
        }
        assertTrue(drawn.size() > 1, "each view draws anew");
        // the first 16 hexadecimal digits of the digest tell images apart
        String other = "1" + digest(0).substring(1);
        assertNotEquals(
                VIEWS.view(image, digest(0), 2).pixels()[0],
                VIEWS.view(image, other, 2).pixels()[0]);
        assertNotEquals(
                VIEWS.view(image, digest(0), 2).pixels()[0],
                new ImageViews(GRAY, INVERTED, 2).view(image, digest(0), 2).pixels()[0]);
        String large = "f".repeat(64);
        assertEquals(2, VIEWS.view(image, large, 2).pixels()[1], "digests beyond the largest long");
    }

    @Test
    void imagesMuchLargerThanTheNetworkTakesAreMadeSmallerBeforeTheyAreChanged() {
        List<String> sizes = new ArrayList<>();
        AugmentationChain watching = AugmentationChain.of((image, random) -> {
            sizes.add(image.width() + " x " + image.height());
            return image;
        });
        ImageViews views = new ImageViews(Preprocessing.plain(4, 4, Preprocessing.Channels.GRAY), watching, 1);
        for (int[] size : new int[][] {{8, 8}, {9, 9}, {40, 20}, {20, 40}, {100, 8}, {3, 3}}) {
            Image image = new Image(size[0], size[1], 1, new byte[size[0] * size[1]]);
            assertEquals(4, views.view(image, digest(0), 2).width());
        }
        // twice the network's size is room enough; the shortest edge counts
        assertEquals(List.of("8 x 8", "8 x 8", "16 x 8", "8 x 16", "100 x 8", "3 x 3"), sizes);
    }

    @Test
    void theKeysOfViewsTellSeedsAndChangesApart() {
        assertEquals(VIEWS.key(0), new ImageViews(GRAY, AugmentationChain.NONE, 9).key(0));
        assertEquals(VIEWS.key(1), new ImageViews(GRAY, AugmentationChain.NONE, 9).key(1));
        Set<String> keys = new HashSet<>(List.of(
                VIEWS.key(0),
                VIEWS.key(1),
                VIEWS.key(2),
                VIEWS.key(3),
                new ImageViews(GRAY, INVERTED, 2).key(2),
                new ImageViews(GRAY, AugmentationChain.NONE, 1).key(2)));
        assertEquals(6, keys.size());
    }

    /** Images of which one fails. */
    private record Failing(PackedImages set, int at, @Nullable IOException unreadable, @Nullable Error broken)
            implements Dataset {
        @Override
        public List<String> labels() {
            return set.labels();
        }

        @Override
        public int size() {
            return set.size();
        }

        @Override
        public int label(int i) {
            return set.label(i);
        }

        @Override
        public Image image(int i) throws IOException {
            if (i == at && unreadable != null) {
                throw unreadable;
            } else if (i == at && broken != null) {
                throw broken;
            }
            return set.image(i);
        }

        @Override
        public String id(int i) {
            return "image " + i;
        }
    }

    private static ImageException notAnImage(Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.png"), "not an image");
        return assertThrows(ImageException.class, () -> ImageDecoder.read(file));
    }

    @Test
    void anImageThatCannotBeReadIsReportedWithTheBatchAndTheOthersGoOn(@TempDir Path folder) throws Exception {
        Dataset images = new Failing(images(3), 1, notAnImage(folder), null);
        List<ViewBatches.Batch> batches = new ArrayList<>();
        new ViewBatches(images, VIEWS, wanted(3, 0, 1), 4).produce(batches::add);
        assertEquals(1, batches.size());
        ViewBatches.Batch batch = batches.get(0);
        assertEquals(
                List.of(0, 0, 2, 2),
                batch.items().stream().map(ViewBatches.Item::image).toList());
        ViewBatches.Unread unread = batch.skipped().get(0);
        assertEquals(1, batch.skipped().size());
        assertEquals(1, unread.image());
        assertEquals(2, unread.views());
        assertEquals("image 1", unread.skipped().id());

        batches.clear();
        new ViewBatches(images, VIEWS, wanted(3, 0).subList(1, 2), 4).produce(batches::add);
        assertEquals(1, batches.size(), "a batch of skipped images alone");
        assertEquals(0, batches.get(0).items().size());
        assertEquals(1, batches.get(0).skipped().size());
    }

    private static ReadAhead<ViewBatches.Batch> open(Dataset images, ImageViews views, int view) {
        return new ReadAhead<>("images", new ViewBatches(images, views, wanted(2, view), 1));
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void whatEndsTheWorkIsThrownWhereABatchIsWanted() {
        IOException gone = new IOException("gone");
        OutOfMemoryError full = new OutOfMemoryError("full");
        try (ReadAhead<ViewBatches.Batch> batches = open(new Failing(images(2), 0, gone, null), VIEWS, 0)) {
            assertSame(gone, assertThrows(IOException.class, batches::next));
        }
        try (ReadAhead<ViewBatches.Batch> batches = open(new Failing(images(2), 0, null, full), VIEWS, 0)) {
            assertSame(full, assertThrows(OutOfMemoryError.class, batches::next));
        }
        RuntimeException spoiled = new IllegalStateException("spoiled");
        ImageViews spoiling = new ImageViews(
                GRAY,
                AugmentationChain.of((image, random) -> {
                    throw spoiled;
                }),
                1);
        try (ReadAhead<ViewBatches.Batch> batches = open(images(2), spoiling, 2)) {
            assertSame(spoiled, assertThrows(IllegalStateException.class, batches::next));
        }
    }
}
