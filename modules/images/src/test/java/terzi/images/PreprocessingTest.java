package terzi.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;

class PreprocessingTest {
    @Test
    void theCropIsTheCentreOfTheResizedImage() {
        Image image = ResizeTest.drawn(101, 67, 3);
        Preprocessing p = Preprocessing.imagenet(40, 32);
        // 101 * 40 / 67 = 60.3, rounded down; (60 - 32) / 2 = 14; (40 - 32) / 2 = 4
        assertEquals(new Preprocessing.Size(60, 40), p.resized(101, 67));
        assertEquals(Resize.crop(Resize.resize(image, 60, 40), 14, 4, 32, 32), p.fit(image));
        assertEquals(new Preprocessing.Size(40, 60), p.resized(67, 101));
    }

    @Test
    void aLongStripCostsOnlyItsWindow() {
        Image strip = ResizeTest.drawn(60_000, 1, 3);
        assertEquals(
                "224 x 224 RGB", Preprocessing.imagenet(256, 224).fit(strip).toString());
    }

    @Test
    void stretchIgnoresTheAspectRatio() {
        Image image = ResizeTest.drawn(30, 20, 1);
        assertEquals(
                Resize.resize(image.withChannels(3), 8, 8),
                Preprocessing.plain(8, 8, Channels.BGR).fit(image));
    }

    @Test
    void valuesAreScaledShiftedAndOrderedByChannel() {
        Image image = new Image(2, 1, 3, new byte[] {10, 20, 30, (byte) 200, (byte) 150, 100});
        Preprocessing bgr =
                new Preprocessing(2, 1, Channels.BGR, Fit.STRETCH, 0, List.of(1f, 2f, 3f), List.of(1f, 2f, 4f), 1f);
        assertArrayEquals(new float[] {29, 99, 9, 74, 1.75f, 49.25f}, bgr.tensor(image));
        Preprocessing gray = Preprocessing.plain(2, 1, Channels.GRAY);
        // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15
        assertEquals(18f / 255f, gray.tensor(image)[0], 1e-7f);
    }

    @Test
    void everyMethodFitsToTheSameSize() {
        for (ResizeMethod method : ResizeMethod.values()) {
            assertEquals(
                    "32 x 32 RGB",
                    Preprocessing.imagenet(40, 32)
                            .fit(ResizeTest.drawn(101, 67, 3), method)
                            .toString());
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        List<Float> one = List.of(1f);
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.imagenet(200, 224));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(0, 5, Channels.RGB));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.RGB, Fit.STRETCH, 0, one, one, 1f));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.GRAY, Fit.STRETCH, 0, one, List.of(0f), 1f));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.GRAY, Fit.STRETCH, 0, one, one, 0f));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(3, 3, Channels.RGB)
                .normalise(ResizeTest.drawn(3, 3, 1), new float[27], 0));
    }

    private static List<String[]> crops(String kind) throws IOException {
        try (InputStream stream = PreprocessingTest.class.getResourceAsStream("crops.tsv")) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .filter(row -> row[0].equals(kind))
                    .toList();
        }
    }

    /** benchmarks/peers/crop_golden.py wrote where torchvision's CenterCrop begins, for even and odd remainders. */
    @Test
    void theCropOfImagenetBeginsWhereTorchvisionsDoes() throws IOException {
        List<String[]> golden = crops("origin");
        for (String[] row : golden) {
            int width = Integer.parseInt(row[1]);
            int height = Integer.parseInt(row[2]);
            int crop = Integer.parseInt(row[3]);
            // an image whose pixels are their own places, and that is not resized
            byte[] pixels = new byte[width * height * 3];
            for (int i = 0; i < width * height; i++) {
                pixels[3 * i] = (byte) (i % width);
                pixels[3 * i + 1] = (byte) (i / width);
            }
            Image fitted =
                    Preprocessing.imagenet(Math.min(width, height), crop).fit(new Image(width, height, 3, pixels));
            String place = width + " x " + height + ", crop " + crop;
            assertEquals(Integer.parseInt(row[4]), fitted.sample(0, 0, 0), place);
            assertEquals(Integer.parseInt(row[5]), fitted.sample(0, 0, 1), place);
        }
        assertEquals(18, golden.size());
    }

    @Test
    void imagenetGivesThePixelsOfTorchvisionsResizeAndCenterCrop() throws IOException {
        List<String[]> golden = crops("image");
        for (String[] row : golden) {
            int crop = Integer.parseInt(row[4]);
            Image image = ResizeTest.drawn(Integer.parseInt(row[1]), Integer.parseInt(row[2]), 3);
            byte[] torchvision = HexFormat.of().parseHex(row[5]);
            byte[] ours = Preprocessing.imagenet(Integer.parseInt(row[3]), crop)
                    .fit(image)
                    .pixels();
            for (int i = 0; i < torchvision.length; i++) {
                // Pillow 13 may start with the vertical pass, which differs by one
                assertEquals(torchvision[i] & 0xff, ours[i] & 0xff, 1, row[1] + " x " + row[2] + " at " + i);
            }
        }
        assertEquals(6, golden.size());
    }

    /** Python's {@code spare // 2} and {@code int(round(spare / 2))}, worked out by hand. */
    @Test
    void bothCropOriginsRoundAsTheyAreNamed() {
        int[] down = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
        int[] even = {0, 0, 1, 2, 2, 2, 3, 4, 4, 4};
        for (int spare = 0; spare < 10; spare++) {
            assertEquals(down[spare], CropOrigin.ROUNDED_DOWN.of(spare));
            assertEquals(even[spare], CropOrigin.HALF_TO_EVEN.of(spare));
        }
        Preprocessing unsaid = new Preprocessing(1, 1, Channels.GRAY, Fit.CROP, 1, List.of(0f), List.of(1f), 1f);
        assertEquals(CropOrigin.ROUNDED_DOWN, unsaid.cropOrigin(), "what files mean that name none");
    }

    @Property(tries = 150, seed = "20261130")
    void everyImageBecomesTheSizeAndTheShortestEdgeIsWhatWasAskedFor(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 12) int crop,
            @ForAll @IntRange(max = 6) int more) {
        Image image = ResizeTest.drawn(width, height, 3);
        Preprocessing cropped = Preprocessing.imagenet(crop + more, crop);
        Preprocessing.Size size = cropped.resized(width, height);
        assertEquals(crop + more, Math.min(size.width(), size.height()));
        // torchvision: int(size * long / short)
        assertEquals(
                (crop + more) * Math.max(width, height) / Math.min(width, height),
                Math.max(size.width(), size.height()));
        assertEquals(width >= height, size.width() >= size.height() && (width >= height || size.width() > crop + more));
        Preprocessing.Size target = new Preprocessing.Size(crop, crop + more);
        for (Preprocessing p : List.of(
                cropped,
                cropped.withGeometry(target, Fit.STRETCH, 99),
                cropped.withGeometry(target, Fit.STRETCH_CROP, crop + more + 1),
                cropped.withGeometry(target, Fit.CROP, crop + more + 1))) {
            Image fitted = p.fit(image);
            assertEquals(p.width(), fitted.width());
            assertEquals(p.height(), fitted.height());
            assertEquals(3 * p.width() * p.height(), p.tensor(image).length);
        }
        assertEquals(target, cropped.withGeometry(target, Fit.STRETCH, 99).resized(width, height));
        assertEquals(0, cropped.withGeometry(target, Fit.STRETCH, 99).resizeTo());
        assertEquals(
                new Preprocessing.Size(crop + 9, crop + 9),
                cropped.withGeometry(target, Fit.STRETCH_CROP, crop + 9).resized(width, height));
    }

    @Test
    void sizesAreAcceptedUpToTheLongestSideAndNotBeyond() {
        int longest = Preprocessing.LONGEST_SIDE;
        assertEquals(8192, longest);
        assertEquals(longest, Preprocessing.plain(longest, 1, Channels.GRAY).width());
        assertEquals(longest, Preprocessing.plain(1, longest, Channels.GRAY).height());
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(longest + 1, 1, Channels.GRAY));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(1, longest + 1, Channels.GRAY));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(1, 0, Channels.GRAY));
        assertEquals(2 * longest, Preprocessing.imagenet(2 * longest, 5).resizeTo());
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.imagenet(2 * longest + 1, 5));
        assertEquals(5, Preprocessing.imagenet(5, 5).resizeTo());
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.imagenet(4, 5));
        Preprocessing square = Preprocessing.imagenet(9, 5);
        for (Preprocessing.Size size : List.of(new Preprocessing.Size(7, 3), new Preprocessing.Size(3, 7))) {
            for (Fit fit : List.of(Fit.CROP, Fit.STRETCH_CROP)) {
                assertEquals(7, square.withGeometry(size, fit, 7).resizeTo());
                assertThrows(IllegalArgumentException.class, () -> square.withGeometry(size, fit, 6));
            }
        }
    }

    @Test
    void meansDeviationsAndScalesMustBeUsable() {
        Preprocessing p = Preprocessing.plain(2, 2, Channels.RGB);
        List<Float> ones = List.of(1f, 1f, 1f);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> p.withNormalisation(List.of(0f, 0f, bad), ones));
            assertThrows(IllegalArgumentException.class, () -> p.withNormalisation(ones, List.of(1f, 1f, bad)));
            assertThrows(IllegalArgumentException.class, () -> p.withValues(Channels.RGB, ones, ones, bad));
        }
        for (float bad : new float[] {0, -1}) {
            assertThrows(IllegalArgumentException.class, () -> p.withNormalisation(ones, List.of(1f, 1f, bad)));
            assertThrows(IllegalArgumentException.class, () -> p.withValues(Channels.RGB, ones, ones, bad));
        }
        assertThrows(IllegalArgumentException.class, () -> p.withNormalisation(List.of(1f, 1f), ones));
        assertThrows(IllegalArgumentException.class, () -> p.withNormalisation(ones, List.of(1f, 1f)));
        Preprocessing least = p.withValues(
                Channels.BGR, List.of(-1f, 0f, 1f), Collections.nCopies(3, Float.MIN_VALUE), Float.MIN_VALUE);
        assertEquals(Float.MIN_VALUE, least.scale());
        assertEquals(Channels.BGR, least.channels());
        assertEquals(Filter.CUBIC, least.withFilter(Filter.CUBIC).filter());
        assertEquals(
                CropOrigin.HALF_TO_EVEN,
                least.withCropOrigin(CropOrigin.HALF_TO_EVEN).cropOrigin());
        assertEquals(List.of(-1f, 0f, 1f), least.withFilter(Filter.CUBIC).mean());
    }

    @Test
    void valuesAreWrittenWhereTheyAreWantedAndNowhereElse() {
        Preprocessing gray = new Preprocessing(2, 2, Channels.GRAY, Fit.STRETCH, 0, List.of(1f), List.of(2f), 1f);
        Image image = new Image(2, 2, 1, new byte[] {1, 3, 5, (byte) 255});
        float[] target = new float[7];
        gray.normalise(image, target, 2);
        // (value - 1) / 2
        assertArrayEquals(new float[] {0, 0, 0, 1, 2, 127, 0}, target);
        gray.normalise(image, target, 3);
        assertArrayEquals(new float[] {0, 0, 0, 0, 1, 2, 127}, target);
        assertThrows(IllegalArgumentException.class, () -> gray.normalise(image, target, 4));
        assertThrows(IllegalArgumentException.class, () -> gray.normalise(image, target, -1));
        for (Image other : List.of(
                new Image(1, 2, 1, new byte[2]), new Image(2, 1, 1, new byte[2]), new Image(2, 2, 3, new byte[12]))) {
            assertThrows(IllegalArgumentException.class, () -> gray.normalise(other, new float[12], 0));
        }
    }

    @Test
    void anotherResizeMethodIsCutAtTheSamePlace() {
        // a spare of 3 on the left and of 1 above: 2 and 0, half to even
        Preprocessing p = Preprocessing.imagenet(9, 8);
        Image image = ResizeTest.drawn(11, 9, 3);
        for (ResizeMethod method : ResizeMethod.values()) {
            assertEquals(Resize.crop(image, 2, 0, 8, 8), p.fit(image, method), method.toString());
        }
        Preprocessing cubic = p.withFilter(Filter.CUBIC);
        Image larger = ResizeTest.drawn(23, 19, 3);
        assertEquals(cubic.fit(larger), cubic.fit(larger, ResizeMethod.TRIANGLE), "the filter of the record");
        assertNotEquals(cubic.fit(larger), cubic.fit(larger, ResizeMethod.SCALR_QUALITY));
    }
}
