package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.ImageException;
import terzi.images.ImageException.Kind;
import terzi.images.Preprocessing;

/** Which images are packed: as many as the array holds, without those that cannot be read. */
class PackedImagesTest {
    private static final Image PIXEL = new Image(1, 1, 1, new byte[1]);

    @Test
    void packedImagesFillTheirArrayExactly() throws IOException {
        PackedImages.Shape shape = new PackedImages.Shape(2, 3, 1);
        List<String> labels = List.of("a", "b");
        PackedImages two = PackedImages.of(labels, shape, new byte[12], new int[] {0, 1});
        assertEquals(2, two.size());
        assertThrows(
                IllegalArgumentException.class, () -> PackedImages.of(labels, shape, new byte[11], new int[] {0, 1}));
        assertThrows(
                IllegalArgumentException.class, () -> PackedImages.of(labels, shape, new byte[13], new int[] {0, 1}));
        assertThrows(
                IndexOutOfBoundsException.class, () -> PackedImages.of(labels, shape, new byte[12], new int[] {0, 2}));
        assertThrows(IllegalArgumentException.class, () -> new PackedImages.Shape(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PackedImages.Shape(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new PackedImages.Shape(1, 1, 2));
        assertEquals(3, new PackedImages.Shape(1, 1, 3).bytes());
        assertThrows(ArithmeticException.class, () -> new PackedImages.Shape(30_000, 30_000, 3).bytes());
        // 2^31 - 9 bytes: the largest count of 8192 x 8192 gray images is 31
        Dataset many = new Many(32);
        DatasetException e = assertThrows(
                DatasetException.class,
                () -> PackedImages.of(many, Preprocessing.plain(8192, 8192, Preprocessing.Channels.GRAY)));
        assertTrue(e.getMessage().contains("need 2048 MiB"), e.getMessage());
    }

    /** Images that are never looked at. */
    private record Many(int size) implements Dataset {
        @Override
        public List<String> labels() {
            return List.of("a");
        }

        @Override
        public int label(int i) {
            return 0;
        }

        @Override
        public Image image(int i) {
            throw new AssertionError("too many are refused before one is read");
        }

        @Override
        public String id(int i) {
            return "image " + i;
        }
    }

    /** Two images, of which the second cannot be read. */
    private record Failing(Kind kind) implements Dataset {
        @Override
        public List<String> labels() {
            return List.of("a", "b");
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public int label(int i) {
            return i;
        }

        @Override
        public Image image(int i) throws IOException {
            if (i == 1) {
                throw new ImageException(kind, id(i) + ": fails");
            }
            return PIXEL;
        }

        @Override
        public String id(int i) {
            return "image " + i;
        }
    }

    @Test
    void onlyWhatIsWrongWithAnImageLeavesItOutOfADataSet() throws IOException {
        Preprocessing preprocessing = Preprocessing.plain(1, 1, Preprocessing.Channels.GRAY);
        for (Kind kind : Kind.values()) {
            Dataset dataset = new Failing(kind);
            if (kind == Kind.OUT_OF_MEMORY || kind == Kind.INTERRUPTED) {
                ImageException e = assertThrows(ImageException.class, () -> PackedImages.of(dataset, preprocessing));
                assertEquals("image 1: fails", e.getMessage());
                assertSame(
                        kind,
                        assertThrows(ImageException.class, () -> NearDuplicates.find(dataset))
                                .kind());
            } else {
                assertEquals(1, PackedImages.of(dataset, preprocessing).size());
                assertEquals(1, NearDuplicates.find(dataset).report().skipped().size());
            }
        }
    }
}
