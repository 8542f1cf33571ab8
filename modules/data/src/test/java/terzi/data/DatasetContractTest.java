package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.files.Sha256;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;

/**
 * What holds for every dataset, wherever its images are. All hold the same six gray images of 3 x 2 pixels in three classes,
 * of which the second and the fifth have equal pixels.
 */
class DatasetContractTest {
    private static final int[] CLASSES = {0, 1, 2, 2, 1, 0};

    @TempDir
    static Path folder;

    private static final Map<String, Dataset> ALL = new LinkedHashMap<>();

    private static byte[] pixels(int i) {
        byte[] pixels = new byte[6];
        for (int k = 0; k < 6; k++) {
            pixels[k] = (byte) ((i == 4 ? 1 : i) * 40 + 7 * k);
        }
        return pixels;
    }

    private static byte[] png(int i) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new Image(3, 2, 1, pixels(i)).toBufferedImage(), "png", out);
        return out.toByteArray();
    }

    @BeforeAll
    static void makeAll() throws IOException {
        DatasetOptions whole = DatasetOptions.defaults().withHeldOut(0, 0);
        byte[] packed = new byte[36];
        ByteBuffer images =
                ByteBuffer.allocate(16 + 36).putInt(0x803).putInt(6).putInt(2).putInt(3);
        ByteBuffer labels = ByteBuffer.allocate(8 + 6).putInt(0x801).putInt(6);
        StringBuilder list = new StringBuilder("path,label\n");
        for (int i = 0; i < 6; i++) {
            System.arraycopy(pixels(i), 0, packed, 6 * i, 6);
            images.put(pixels(i));
            labels.put((byte) CLASSES[i]);
            Files.write(
                    Files.createDirectories(folder.resolve("tree/" + CLASSES[i]))
                            .resolve(i + ".png"),
                    png(i));
            list.append("tree/")
                    .append(CLASSES[i])
                    .append('/')
                    .append(i)
                    .append(".png,")
                    .append(CLASSES[i])
                    .append('\n');
        }
        Path idx = Files.createDirectories(folder.resolve("idx"));
        Files.write(idx.resolve("train-images-idx3-ubyte"), images.array());
        Files.write(idx.resolve("train-labels-idx1-ubyte"), labels.array());
        List<String> names = List.of("0", "1", "2");
        ALL.put("in memory", PackedImages.of(names, new PackedImages.Shape(2, 3, 1), packed, CLASSES));
        ALL.put("IDX files", Datasets.open(idx.toString(), whole).train());
        // by class, then by name: 0 5, 1 4, 2 3
        Dataset tree = Datasets.open(folder.resolve("tree").toString(), whole).train();
        ALL.put("a part of a folder", tree.subset(new int[] {0, 2, 4, 5, 3, 1}));
        Path csv = Files.writeString(folder.resolve("list.csv"), list);
        Dataset listed = Datasets.open(csv.toString(), whole).train();
        ALL.put("a list", listed);
        ALL.put("a part of a part", listed.subset(new int[] {5, 4, 3, 2, 1, 0}).subset(new int[] {5, 4, 3, 2, 1, 0}));
        ALL.put("packed files", PackedImages.of(listed, Preprocessing.plain(3, 2, Channels.GRAY)));
        ALL.put(
                "files one after the other",
                Dataset.concatenated(List.of(
                        listed.subset(new int[] {0, 1}), listed.subset(new int[0]), listed.subset(new int[] {2, 3, 4, 5
                        }))));
    }

    static Stream<String> all() {
        return Stream.of(
                "in memory",
                "IDX files",
                "a part of a folder",
                "a list",
                "a part of a part",
                "packed files",
                "files one after the other");
    }

    private static Dataset dataset(String name) {
        return Objects.requireNonNull(ALL.get(name), name);
    }

    @ParameterizedTest
    @MethodSource("all")
    void imagesAndLabelsAreThoseThatWerePutInAndStaySo(String name) throws IOException {
        Dataset dataset = dataset(name);
        assertEquals(6, dataset.size());
        assertEquals(List.of("0", "1", "2"), dataset.labels());
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 6; i++) {
                assertEquals(new Image(3, 2, 1, pixels(i)), dataset.image(i));
                assertEquals(CLASSES[i], dataset.label(i));
            }
        }
        assertThrows(UnsupportedOperationException.class, () -> dataset.labels().add("x"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void classesAreCountedAndListedInFreshArrays(String name) {
        Dataset dataset = dataset(name);
        assertArrayEquals(CLASSES, dataset.labelIndices());
        assertArrayEquals(new int[] {2, 2, 2}, dataset.classCounts());
        assertNotSame(dataset.labelIndices(), dataset.labelIndices());
        dataset.labelIndices()[0] = 2;
        dataset.classCounts()[0] = 9;
        assertArrayEquals(CLASSES, dataset.labelIndices());
        assertArrayEquals(new int[] {2, 2, 2}, dataset.classCounts());
    }

    @ParameterizedTest
    @MethodSource("all")
    void equalDigestsAreEqualPixels(String name) throws IOException {
        Dataset dataset = dataset(name);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            String digest = dataset.digest(i);
            assertTrue(digest.matches("[0-9a-f]{64}"), digest);
            assertEquals(digest, dataset.digest(i));
            assertTrue(ids.add(dataset.id(i)), dataset.id(i) + " twice");
            for (int k = 0; k < i; k++) {
                assertEquals(i == 4 && k == 1, digest.equals(dataset.digest(k)), i + " and " + k);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsNotThereIsRefused(String name) {
        Dataset dataset = dataset(name);
        for (int i : new int[] {-1, 6}) {
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.label(i));
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.image(i));
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.id(i));
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.digest(i));
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.subset(new int[] {0, i}));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aSubsetIsAViewInItsOwnOrder(String name) throws IOException {
        Dataset dataset = dataset(name);
        int[] indices = {3, 0, 3};
        Dataset part = dataset.subset(indices);
        indices[0] = 1; // the caller's array is copied
        assertEquals(3, part.size());
        assertArrayEquals(new int[] {2, 0, 2}, part.labelIndices());
        assertArrayEquals(new int[] {1, 0, 2}, part.classCounts());
        for (int i : new int[] {0, 2}) {
            assertEquals(dataset.image(3), part.image(i));
            assertEquals(dataset.id(3), part.id(i));
            assertEquals(dataset.digest(3), part.digest(i));
            assertEquals(dataset.file(3), part.file(i));
        }
        assertEquals(0, dataset.subset(new int[0]).size());
        assertThrows(IndexOutOfBoundsException.class, () -> part.label(3));
    }

    @ParameterizedTest
    @MethodSource("all")
    void anyThreadReadsTheSame(String name) {
        Dataset dataset = dataset(name);
        assertTrue(IntStream.range(0, 200).parallel().allMatch(i -> {
            try {
                return Arrays.equals(pixels(i % 6), dataset.image(i % 6).pixels());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }));
    }

    /** So that nothing is decoded for it: a view that forgets to ask its source would digest the pixels. */
    @ParameterizedTest
    @MethodSource("all")
    void theDigestOfAFileIsThatOfItsBytes(String name) throws IOException {
        Dataset dataset = dataset(name);
        for (int i = 0; i < 6; i++) {
            if (dataset.file(i).isPresent()) {
                assertEquals(Sha256.of(Files.readAllBytes(dataset.file(i).get())), dataset.digest(i));
            }
        }
    }

    @Test
    void everyImplementationIsTested() throws Exception {
        Path classes = Path.of(Dataset.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes.resolve("terzi/data"))) {
            for (String name : files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .toList()) {
                Class<?> type = Class.forName("terzi.data." + name.replaceAll("\\.class$", ""));
                if (Dataset.class.isAssignableFrom(type) && !type.isInterface()) {
                    found.add(type.getName());
                }
            }
        }
        Set<String> tested = new TreeSet<>();
        ALL.values().forEach(dataset -> tested.add(dataset.getClass().getName()));
        assertEquals(found, tested);
        assertEquals(Set.copyOf(all().toList()), ALL.keySet());
    }

    @Test
    void concatenatedDatasetsHaveTheSameLabels() throws IOException {
        Dataset first = PackedImages.of(List.of("a", "b"), new PackedImages.Shape(1, 1, 1), new byte[1], new int[1]);
        Dataset other = PackedImages.of(List.of("b", "a"), new PackedImages.Shape(1, 1, 1), new byte[1], new int[1]);
        String message = assertThrows(IllegalArgumentException.class, () -> Dataset.concatenated(List.of(first, other)))
                .getMessage();
        assertTrue(message.contains("expected [a, b]") && message.contains("found [b, a]"), message);
        assertThrows(IllegalArgumentException.class, () -> Dataset.concatenated(List.of()));
        assertSame(first, Dataset.concatenated(List.of(first)));
    }

    @Test
    void theDigestOfADatasetIsThatOfItsImagesAndLabelsInOrder() throws IOException {
        Dataset one = PackedImages.of(List.of("a", "b"), new PackedImages.Shape(2, 3, 1), new byte[6], new int[] {1});
        // SHA-256 of "d90ce353... b\n", the digest of the image below and its label, by sha256sum
        assertEquals("e1c20c0bf650b5be645590c7e86d6636bf5c8821efec685b9c1e17e8c933d4f0", one.digest());
        Dataset list = dataset("a list");
        assertEquals(list.digest(), dataset("files one after the other").digest());
        assertNotEquals(list.digest(), list.subset(new int[] {1, 0, 2, 3, 4, 5}).digest());
    }

    @Test
    void filesAreNamedWhereAnImageIsAloneInOne() {
        for (String name : List.of("a part of a folder", "a list", "a part of a part", "files one after the other")) {
            for (int i = 0; i < 6; i++) {
                assertEquals(
                        folder.resolve("tree/" + CLASSES[i] + "/" + i + ".png"),
                        dataset(name).file(i).orElseThrow(),
                        name);
            }
        }
        for (String name : List.of("in memory", "IDX files", "packed files")) {
            assertTrue(dataset(name).file(0).isEmpty(), name);
        }
    }

    @Test
    void theSizeIsPartOfADigest() throws IOException {
        List<String> digests = new ArrayList<>();
        for (int[] shape : new int[][] {{2, 3, 1}, {3, 2, 1}, {1, 6, 1}, {1, 2, 3}, {2, 1, 3}}) {
            digests.add(PackedImages.of(
                            List.of("a"), new PackedImages.Shape(shape[0], shape[1], shape[2]), new byte[6], new int[1])
                    .digest(0));
        }
        assertEquals(5, new HashSet<>(digests).size());
        // SHA-256 of "3 2 1\n" and six zeros, by sha256sum
        assertEquals("d90ce353bcdec1a03211aa439e9de41e3c8d9b524d2f5310b931533fc439ed10", digests.get(0));
        assertNotEquals(digests.get(0), digests.get(1));
    }
}
