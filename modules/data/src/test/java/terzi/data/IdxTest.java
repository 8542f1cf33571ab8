package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Preprocessing;

class IdxTest {
    private static final DatasetOptions OPTIONS = DatasetOptions.defaults();

    @TempDir
    private Path folder;

    private static byte[] idx(int magic, int[] shape, byte[] values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(4 + 4 * shape.length + values.length).putInt(magic);
        for (int edge : shape) {
            buffer.putInt(edge);
        }
        return buffer.put(values).array();
    }

    private static byte[] images(int count) {
        byte[] values = new byte[count * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) i;
        }
        return idx(0x803, new int[] {count, 2, 3}, values);
    }

    private static byte[] labels(int... labels) {
        byte[] values = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            values[i] = (byte) labels[i];
        }
        return idx(0x801, new int[] {labels.length}, values);
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
    }

    @BeforeEach
    void writeAGoodSet() throws IOException {
        write("train-images-idx3-ubyte", images(4));
        write("train-labels-idx1-ubyte.gz", zipped(labels(0, 1, 2, 1)));
        write("t10k-images.idx3-ubyte", images(2));
        write("t10k-labels-idx1-ubyte", labels(2, 0));
    }

    private DatasetSplits open() throws IOException {
        return Datasets.open(folder.toString(), OPTIONS.withHeldOut(0, 0));
    }

    private String failure() {
        return assertThrows(DatasetException.class, this::open).getMessage();
    }

    @Test
    void plainGzippedAndDottedFilesAreRead() throws IOException {
        DatasetSplits splits = open();
        assertEquals(List.of("0", "1", "2"), splits.labels());
        PackedImages train = (PackedImages) splits.train();
        assertEquals(new PackedImages.Shape(2, 3, 1), train.shape());
        assertEquals("3 x 2 gray", train.image(3).toString());
        assertEquals(18, train.image(3).sample(0, 0, 0));
        assertEquals(2, splits.test().orElseThrow().label(0));
        assertEquals("train-images-idx3-ubyte#3", train.id(3));
        assertSame(train, PackedImages.of(train, Preprocessing.plain(3, 2, Preprocessing.Channels.GRAY)));
        byte[] first = new byte[6];
        train.pixels().get(6, first);
        assertEquals(ByteBuffer.wrap(train.image(1).pixels()), ByteBuffer.wrap(first));
    }

    @Test
    void theDigestIsOfTheUncompressedContent() throws IOException {
        String before = open().digest();
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        write("train-images-idx3-ubyte.gz", zipped(images(4)));
        assertEquals(before, open().digest());
    }

    @Test
    void everyContradictionIsNamed() throws IOException {
        write("train-images-idx3-ubyte", labels(1, 2));
        assertTrue(failure()
                .contains("expected the IDX magic 0x00000803 (unsigned bytes, 3 dimensions), found 0x00000801"));
        assertTrue(failure().contains("is it a labels file?"), failure());

        write("train-images-idx3-ubyte", Arrays.copyOf(images(4), 30));
        assertTrue(failure().contains("announces 24 bytes (4 x 2 x 3), found only 14"), failure());

        write("train-images-idx3-ubyte", Arrays.copyOf(images(4), 60));
        assertTrue(failure().contains("found more"), failure());

        write("train-images-idx3-ubyte", new byte[] {0, 0});
        assertTrue(failure().contains("found a file of 2 bytes"), failure());

        write("train-images-idx3-ubyte", idx(0x803, new int[] {-1, 70000, 70000}, new byte[8]));
        assertTrue(failure().contains("announces 4294967295 x 70000 x 70000 values"), failure());

        write("train-images-idx3-ubyte", idx(0x803, new int[] {0, 28, 28}, new byte[0]));
        assertTrue(failure().contains("expected positive edges"), failure());

        // a huge header over a small file takes no memory
        write("train-images-idx3-ubyte", idx(0x803, new int[] {2_000_000, 28, 28}, new byte[8]));
        assertTrue(failure().contains("found only 8"), failure());

        write("train-images-idx3-ubyte", images(3));
        assertTrue(failure().contains("holds 3 images, its labels file 4 labels"), failure());
    }

    @Test
    void aLabelOutsideTheRangeIsNamed() throws IOException {
        write("t10k-labels-idx1-ubyte", labels(2, 7));
        assertTrue(
                failure().contains("label 1 of t10k-labels-idx1-ubyte is 7, expected 0 to 2 (3 classes)"), failure());
    }

    @Test
    void damagedGzipIsReported() throws IOException {
        byte[] zip = zipped(labels(0, 1, 2, 1));
        write("train-labels-idx1-ubyte.gz", Arrays.copyOf(zip, zip.length - 9));
        assertTrue(failure().contains("gzip data is damaged or cut off"), failure());
    }

    @Test
    void aMissingPartnerIsNamed() throws IOException {
        Files.delete(folder.resolve("train-labels-idx1-ubyte.gz"));
        assertTrue(failure().contains("expected the file train-labels-idx1-ubyte (plain or .gz)"), failure());
    }

    @Test
    void mutantsGiveADataSetOrADatasetException() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 600; i++) {
            byte[] bytes = random.nextBoolean() ? images(4) : zipped(images(4));
            for (int c = 0; c < 3; c++) {
                bytes[random.nextInt(Math.min(bytes.length, 20))] = (byte) random.nextInt();
            }
            write("train-images-idx3-ubyte", bytes);
            try {
                open();
            } catch (DatasetException e) {
                assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed + ", mutant " + i, t);
            }
        }
    }

    @Test
    void fashionMnistIsFoundWhereDebianPutsIt() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz")));
        DatasetSplits splits = Datasets.open("fashion-mnist", OPTIONS);
        assertEquals(54_000, splits.train().size());
        assertEquals(6_000, splits.validation().orElseThrow().size());
        assertEquals(10_000, splits.test().orElseThrow().size());
        assertEquals(
                "Ankle boot", splits.labels().get(splits.test().orElseThrow().label(0)));
        for (int count : splits.validation().orElseThrow().classCounts()) {
            assertEquals(600, count);
        }
    }

    @Test
    void aNamedSetMustHaveItsDigest() {
        String message = assertThrows(
                        DatasetException.class, () -> Datasets.open("fashion-mnist", OPTIONS.withFolder(folder)))
                .getMessage();
        assertTrue(message.contains("expected SHA-256 c59f468a"), message);
        assertTrue(message.contains("open the folder by its path"), message);
    }

    @Test
    void withoutTheNetworkTheErrorSaysWhereToPutTheFiles() {
        assumeFalse(Files.exists(Path.of("/usr/share/datasets/mnist")), "this machine has MNIST");
        String message = assertThrows(
                        DatasetException.class,
                        () -> Datasets.open("mnist", OPTIONS.withCache(folder.resolve("cache"))))
                .getMessage();
        assertTrue(message.contains("t10k-images-idx3-ubyte"), message);
        assertTrue(message.contains(folder.resolve("cache/datasets/mnist").toString()), message);
        assertTrue(message.contains("allow the download"), message);
    }
}
