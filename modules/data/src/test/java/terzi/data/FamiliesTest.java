package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;

class FamiliesTest {
    private static Optional<Families> find(Dataset images) throws IOException {
        return Families.find(images, IntStream.range(0, images.size()).toArray());
    }

    /** For each class {@code count} images whose names come from a pattern of origin ({@code %1$d}) and number ({@code %2$d}). */
    private static ListedImages named(String pattern, int origins, int count) {
        ListedImages images = new ListedImages();
        for (String label : new String[] {"cat", "dog"}) {
            for (int i = 0; i < count; i++) {
                images.with(label, label + "/" + String.format(pattern, i % origins, i));
            }
        }
        return images;
    }

    @Test
    void shopsBeforeADoubleUnderscoreAreFoundAcrossClasses() throws IOException {
        // 6 shops of 4 images each: cat and dog have 12 images, 2 of each shop
        Families shops = find(named("shop%1$d-x__photo-%2$d.jpg", 6, 12)).orElseThrow();
        assertEquals("the part of the file name before '__' (6 groups)", shops.text());
        assertArrayEquals(
                IntStream.range(0, 24).map(i -> i % 12 % 6).toArray(), shops.groups(), "the first image of each shop");
        assertEquals(24, shops.shared());
        assertEquals(4, shops.largest());
        assertArrayEquals(new int[] {3, 0}, shops.subset(new int[] {15, 6}).groups());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "burst%1$d_%2$03d.jpg",
                "burst%1$d-%2$d.jpg",
                "burst%1$d %2$d.png",
                "burst%1$d (%2$d).jpg",
                "IMG_2024010%1$d_%2$06d.jpg"
            })
    void whatStandsBeforeANumberAtTheEndIsAFamily(String pattern) throws IOException {
        assertEquals(
                "the part of the file name before the last number (6 groups)",
                find(named(pattern, 6, 12)).orElseThrow().text());
    }

    @Test
    void copiesMadeOfOneImageAreAFamily() throws IOException {
        assertEquals(
                "the part of the file name before '.rf.' (6 groups)",
                find(named("photo%1$d_jpg.rf.a%2$db.jpg", 6, 12)).orElseThrow().text());
    }

    @Test
    void foldersBelowTheClassAreFamilies() throws IOException {
        assertEquals(
                "the folder below the class folder (5 groups)",
                find(named("person%1$d/%2$04d.jpg", 5, 10)).orElseThrow().text());
    }

    /** Counters of cameras and of classes, plain numbers, and names of their own tell nothing about the origin. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "IMG_%2$04d.jpg",
                "DSC_%2$04d.jpg",
                "_DSC%2$04d.jpg",
                "%2$04d.jpg",
                "cat%2$d.jpg",
                "photo (%2$d).jpg",
                "x%2$d_m.jpg"
            })
    void plainCountersAreNotFamilies(String pattern) throws IOException {
        assertEquals(Optional.empty(), find(named(pattern, 6, 40)));
    }

    @Test
    void severalCamerasWithCountersAreNotFamilies() throws IOException {
        ListedImages images = new ListedImages();
        String[] cameras = {"IMG_", "DSC_", "DSCN-", "P ", "PXL_", "cat-", "dog_"};
        for (int i = 0; i < 70; i++) {
            String label = i % 2 == 0 ? "cat" : "dog";
            images.with(label, label + "/" + cameras[i % 7] + (1000 + i) + ".jpg");
        }
        assertEquals(Optional.empty(), find(images));
    }

    @Test
    void aMarkIsPlausibleFromFiveFamiliesOnThatHoldHalfOfTheImages() throws IOException {
        assertEquals(Optional.empty(), find(named("s%1$d__%2$d.jpg", 4, 12)), "4 families");
        assertEquals(5, find(named("s%1$d__%2$d.jpg", 5, 10)).orElseThrow().count());

        // 5 families of 2 hold 10 of 20 images, then 10 of 21
        ListedImages half = new ListedImages();
        for (int i = 0; i < 20; i++) {
            half.with(i % 2 == 0 ? "cat" : "dog", (i < 10 ? "s" + i / 2 + "__" : "alone") + i + "a.jpg");
        }
        assertEquals(15, find(half).orElseThrow().count());
        assertEquals(Optional.empty(), find(half.with("cat", "oneMoreAlone.jpg")));
    }

    @Test
    void noFamilyHoldsMoreThanHalfAndEachClassIsInTwo() throws IOException {
        // 8 families of 2, and one of 16: a half; 17 are more
        ListedImages large = new ListedImages();
        for (int i = 0; i < 32; i++) {
            large.with(i % 2 == 0 ? "cat" : "dog", (i < 16 ? "s" + i / 2 : "large") + "__" + i + "a.jpg");
        }
        assertEquals(9, find(large).orElseThrow().count());
        assertEquals(Optional.empty(), find(large.with("cat", "large__32a.jpg")));

        ListedImages one =
                named("s%1$d__%2$da.jpg", 5, 10).with("owl", "o__1a.jpg").with("owl", "o__2a.jpg");
        assertEquals(Optional.empty(), find(one), "all owls are in one family");
        assertEquals(7, find(one.with("owl", "o3.jpg")).orElseThrow().count(), "an owl alone is a second one");
    }

    @Test
    void theMarkThatJoinsMostImagesIsTaken() throws IOException {
        // 6 shops of 4 images; without the last number, names are equal in pairs only, of which one image in four has
        // none
        ListedImages images = new ListedImages();
        for (int i = 0; i < 24; i++) {
            String end = i % 4 == 3 ? "last" : "p" + i / 8 + "_" + i;
            images.with(i % 2 == 0 ? "cat" : "dog", "shop" + i % 6 + "__" + end + ".jpg");
        }
        assertEquals(
                "the part of the file name before '__' (6 groups)",
                find(images).orElseThrow().text());
    }

    @Test
    void nearDuplicatesJoinFamiliesUnlessTheyMakeThemImplausible() throws IOException {
        ListedImages images = named("s%1$d__%2$da.jpg", 6, 12);
        int[] duplicates = IntStream.range(0, 24).toArray();
        duplicates[7] = 0; // of s1, like an image of s0
        assertEquals(5, Families.find(images, duplicates).orElseThrow().count());
        duplicates[8] = 0; // four left
        assertEquals(Optional.empty(), Families.find(images, duplicates));
        int[] pairs = IntStream.range(0, 24).map(i -> i / 2).toArray();
        assertEquals(Optional.empty(), Families.find(named("x%2$d.jpg", 6, 12), pairs), "copies alone are no families");
        assertThrows(IllegalArgumentException.class, () -> Families.find(images, new int[23]));
    }

    /** A TIFF with nothing but the date, little-endian: IFD0 with the pointer (0x8769), then 0x9003 of 20 characters. */
    private static byte[] exif(String taken) {
        String hex = "49492a0008000000" + "0100" + "6987040001000000" + "1a000000" + "00000000" + "0100"
                + "0390020014000000" + "2c000000" + "00000000";
        byte[] head = HexFormat.of().parseHex(hex);
        byte[] all = Arrays.copyOf(head, head.length + 20);
        System.arraycopy(taken.getBytes(StandardCharsets.US_ASCII), 0, all, head.length, 19);
        return all;
    }

    private static void photo(Path file, String taken, int shade) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new Image(1, 1, 1, new byte[] {(byte) shade}).toBufferedImage(), "jpeg", plain);
        byte[] tiff = exif(taken);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain.toByteArray(), 0, 2);
        out.write(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (8 + tiff.length), 'E', 'x', 'i', 'f', 0, 0});
        out.write(tiff);
        out.write(plain.toByteArray(), 2, plain.size() - 2);
        Files.createDirectories(file.getParent());
        Files.write(file, out.toByteArray());
    }

    @Test
    void daysOfShootingAreFamilies(@TempDir Path folder) throws IOException {
        for (int i = 0; i < 20; i++) {
            photo(
                    folder.resolve(i % 2 == 0 ? "cat" : "dog").resolve("IMG_" + i + ".jpg"),
                    "2024:05:0" + (1 + i / 4) + " 10:11:1" + i % 10,
                    i);
        }
        Dataset images = Datasets.open(
                        folder.toString(), DatasetOptions.defaults().withHeldOut(0, 0))
                .train();
        Families days = find(images).orElseThrow();
        assertEquals("the camera and the day of the photo (EXIF) (5 groups)", days.text());
        assertEquals(4, days.largest());
    }
}
