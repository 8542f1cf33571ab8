package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.images.Image;
import terzi.training.recipe.Distillation;

/** Batches without libtorch: image i has the gray value i in all of its four pixels, and the label i % 3. */
class AugmentedBatchesTest {
    private static PackedImages images(int count) {
        byte[] pixels = new byte[4 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < 4; p++) {
                pixels[4 * i + p] = (byte) i;
            }
            labels[i] = i % 3;
        }
        return PackedImages.of(List.of("a", "b", "c"), new PackedImages.Shape(2, 2, 1), pixels, labels);
    }

    /** Adds a random value to the last pixel. */
    private record Noise() implements Augmentation {
        @Override
        public Image apply(Image image, RandomGenerator random) {
            byte[] pixels = image.pixels().clone();
            pixels[3] = (byte) random.nextInt(256);
            return new Image(image.width(), image.height(), image.channels(), pixels);
        }
    }

    private static List<AugmentedBatches.Batch> all(int count, int batchSize, int[] order, long seed, int epoch)
            throws InterruptedException {
        List<AugmentedBatches.Batch> batches = new ArrayList<>();
        AugmentedBatches prepared = new AugmentedBatches(
                images(count), AugmentationChain.of(new Noise()), null, order, batchSize, seed, epoch, 0);
        prepared.produce(batches::add);
        return batches;
    }

    @Property(tries = 40, seed = "20261130")
    void everyImageIsInOneBatchInOrderWithItsLabel(
            @ForAll @IntRange(min = 1, max = 13) int count,
            @ForAll @IntRange(min = 1, max = 6) int batchSize,
            @ForAll @IntRange(min = 1, max = 3) int epoch)
            throws InterruptedException {
        int[] order = Seeds.permutation(count, 5, epoch);
        int next = 0;
        for (AugmentedBatches.Batch batch : all(count, batchSize, order, 5, epoch)) {
            int size = Math.min(batchSize, count - next);
            assertEquals(size, batch.labels().length);
            assertEquals(4 * size, batch.pixels().remaining());
            assertTrue(batch.pixels().isDirect());
            for (int i = 0; i < size; i++, next++) {
                assertEquals(order[next], batch.pixels().get(4 * i), "image " + next);
                assertEquals(order[next] % 3, batch.labels()[i]);
            }
        }
        assertEquals(count, next);
    }

    private static byte[] drawn(long seed, int epoch, int... order) throws InterruptedException {
        byte[] drawn = new byte[8];
        for (AugmentedBatches.Batch batch : all(8, 3, order, seed, epoch)) {
            for (int i = 0; i < batch.labels().length; i++) {
                drawn[batch.pixels().get(4 * i)] = batch.pixels().get(4 * i + 3);
            }
        }
        return drawn;
    }

    @Test
    void whatAnImageDrawsDependsOnSeedEpochAndIndexAlone() throws InterruptedException {
        byte[] drawn = drawn(1, 1, 0, 1, 2, 3, 4, 5, 6, 7);
        assertArrayEquals(drawn, drawn(1, 1, 7, 6, 5, 4, 3, 2, 1, 0), "in another order");
        assertNotEquals(ByteBuffer.wrap(drawn), ByteBuffer.wrap(drawn(1, 2, 0, 1, 2, 3, 4, 5, 6, 7)));
        assertNotEquals(ByteBuffer.wrap(drawn), ByteBuffer.wrap(drawn(2, 1, 0, 1, 2, 3, 4, 5, 6, 7)));
    }

    @Test
    void aRunThatGoesOnBeginsWithTheBatchOfItsStep() throws InterruptedException {
        int[] order = {4, 2, 0, 1, 3};
        List<AugmentedBatches.Batch> batches = new ArrayList<>();
        new AugmentedBatches(images(5), AugmentationChain.NONE, null, order, 2, 1, 1, 1).produce(batches::add);
        assertEquals(2, batches.size());
        assertEquals(0, batches.get(0).pixels().get(0));
        assertEquals(1, batches.get(0).pixels().get(4));
        assertEquals(0, batches.get(0).taught().length);
        assertEquals(3, batches.get(1).pixels().get(0));
    }

    @Test
    void whatGoesWrongInAnAugmentationIsThrownWhereABatchIsWanted() {
        IllegalStateException failure = new IllegalStateException("spoiled");
        Augmentation spoiled = (image, random) -> {
            throw failure;
        };
        AugmentedBatches failing =
                new AugmentedBatches(images(5), AugmentationChain.of(spoiled), null, new int[] {0, 1}, 1, 1, 1, 0);
        try (ReadAhead<AugmentedBatches.Batch> batches = new ReadAhead<>("batches", failing)) {
            assertSame(failure, assertThrows(IllegalStateException.class, batches::next));
        }
    }

    /** Two logits by the first pixel, counted. */
    private static TeacherCache lessons(AtomicInteger asked, PackedImages images, int logits) {
        Teaching.Teacher teacher = (pixels, width, height) -> {
            asked.incrementAndGet();
            assertEquals(4, pixels.remaining());
            assertEquals(2, width);
            assertEquals(2, height);
            float[] answer = new float[logits];
            answer[0] = pixels.get(pixels.position());
            answer[1] = -1;
            return answer;
        };
        return new TeacherCache(teacher, images);
    }

    @Test
    void theTeacherIsAskedOnceForTheSamePixels() throws InterruptedException {
        PackedImages images = images(4);
        AtomicInteger asked = new AtomicInteger();
        TeacherCache lessons = lessons(asked, images, 3);
        for (int epoch = 1; epoch <= 3; epoch++) {
            List<float[]> taught = new ArrayList<>();
            new AugmentedBatches(images, AugmentationChain.NONE, lessons, new int[] {2, 0, 3, 1}, 2, 1, epoch, 0)
                    .produce(batch -> taught.add(batch.taught()));
            assertEquals(2, taught.size());
            assertArrayEquals(new float[] {2, -1, 0, 0, -1, 0}, taught.get(0));
            assertArrayEquals(new float[] {3, -1, 0, 1, -1, 0}, taught.get(1));
        }
        assertEquals(4, asked.get());
    }

    @Test
    void noMoreThanFourAnswersForEachImageAreKept() {
        AtomicInteger asked = new AtomicInteger();
        TeacherCache lessons = lessons(asked, images(1), 3);
        ByteBuffer pixels = ByteBuffer.allocateDirect(4 * 6);
        for (int i = 0; i < 6; i++) {
            pixels.put(4 * i, (byte) i);
        }
        lessons.of(pixels, 6);
        assertEquals(6, asked.get());
        lessons.of(pixels, 6);
        assertEquals(8, asked.get(), "the first four are known, the last two are asked again");
    }

    @Test
    void aTeacherWithAnotherNumberOfLogitsIsRefused() {
        TeacherCache lessons = lessons(new AtomicInteger(), images(2), 2);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> lessons.of(ByteBuffer.allocateDirect(4), 1));
        assertTrue(e.getMessage().contains("2 logits, the images have 3 labels"), e.getMessage());
    }

    @Test
    void aTeachersWeightAndTemperatureHaveRanges() {
        List<Path> files = List.of(Path.of("t.onnx"));
        new Distillation(files, 0, 1e-9);
        new Distillation(files, 1, 1);
        assertThrows(IllegalArgumentException.class, () -> new Distillation(files, 1.1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Distillation(files, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Distillation(List.of(), 1, 1));
        assertEquals(new Distillation(files, 0.5, 2), new Distillation(files));
    }
}
