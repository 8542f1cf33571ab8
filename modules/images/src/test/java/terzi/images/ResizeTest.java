package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeTest {
    /** The same drawing as in benchmarks/peers/resize_golden.py. */
    static Image drawn(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        int o = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    long noise = (x * 7919L + y * 104729L + c * 1299709L) % 65521 * 31 % 256;
                    int stripes = 255 * ((x / 5 + y / 3 + c) % 2);
                    pixels[o++] = (byte) ((x + y) % 4 < 2 ? noise : stripes);
                }
            }
        }
        return new Image(width, height, channels, pixels);
    }

    @ParameterizedTest
    @EnumSource(value = Filter.class, names = "TRIANGLE", mode = EnumSource.Mode.EXCLUDE)
    void theOtherFiltersGivePilsPixels(Filter filter) throws IOException {
        List<String> goldens;
        try (InputStream stream = ResizeTest.class.getResourceAsStream("filters.tsv")) {
            goldens = new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(filter + "\t"))
                    .toList();
        }
        assertEquals(12, goldens.size());
        int equal = 0;
        for (String line : goldens) {
            String[] f = line.split("\t", -1);
            int[] n = Stream.of(f).skip(1).limit(5).mapToInt(Integer::parseInt).toArray();
            byte[] pil = HexFormat.of().parseHex(f[6]);
            byte[] ours =
                    Resize.resize(drawn(n[0], n[1], n[2]), n[3], n[4], filter).pixels();
            assertEquals(pil.length, ours.length);
            int worst = 0;
            for (int i = 0; i < pil.length; i++) {
                worst = Math.max(worst, Math.abs((pil[i] & 0xff) - (ours[i] & 0xff)));
            }
            assertTrue(worst <= 1, line + " differs by " + worst);
            equal += worst == 0 ? 1 : 0;
        }
        assertEquals(12, equal);
    }

    @Test
    void theTriangleFilterGivesPilsPixels() throws IOException {
        List<String> goldens;
        try (InputStream stream = ResizeTest.class.getResourceAsStream("resize.tsv")) {
            goldens = new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        int equal = 0;
        for (String line : goldens) {
            String[] f = line.split("\t", -1);
            int[] n = Stream.of(f).limit(5).mapToInt(Integer::parseInt).toArray();
            byte[] pil = HexFormat.of().parseHex(f[5]);
            byte[] ours = Resize.resize(drawn(n[0], n[1], n[2]), n[3], n[4]).pixels();
            assertEquals(pil.length, ours.length);
            int worst = 0;
            for (int i = 0; i < pil.length; i++) {
                worst = Math.max(worst, Math.abs((pil[i] & 0xff) - (ours[i] & 0xff)));
            }
            assertTrue(worst <= 1, line + " differs by " + worst);
            equal += worst == 0 ? 1 : 0;
        }
        assertEquals(13, goldens.size());
        assertEquals(13, equal);
    }

    @Test
    void aWindowIsThatPartOfTheWhole() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            Image image = drawn(1 + random.nextInt(60), 1 + random.nextInt(60), random.nextBoolean() ? 1 : 3);
            int width = 1 + random.nextInt(60);
            int height = random.nextInt(5) == 0 ? image.height() : 1 + random.nextInt(60);
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            int w = 1 + random.nextInt(width - x);
            int h = 1 + random.nextInt(height - y);
            assertEquals(
                    Resize.crop(Resize.resize(image, width, height), x, y, w, h),
                    Resize.window(image, width, height, x, y, w, h, Filter.TRIANGLE),
                    "seed " + seed + ", case " + i);
        }
    }

    @Test
    void theSameSizeIsTheSameImage() {
        Image image = drawn(9, 7, 3);
        assertSame(image, Resize.resize(image, 9, 7));
    }

    @Test
    void aFlatImageStaysFlat() {
        byte[] white = new byte[301 * 203];
        Arrays.fill(white, (byte) 255);
        for (byte value : Resize.resize(new Image(301, 203, 1, white), 17, 400).pixels()) {
            assertEquals((byte) 255, value);
        }
    }

    @ParameterizedTest
    @EnumSource(ResizeMethod.class)
    void everyMethodKeepsSizeChannelsAndBrightness(ResizeMethod method) {
        for (int channels : new int[] {1, 3}) {
            Image image = drawn(200, 120, channels);
            Image small = Resize.resize(image, 50, 30, method);
            assertEquals(channels == 1 ? "50 x 30 gray" : "50 x 30 RGB", small.toString());
            assertTrue(
                    Math.abs(mean(image) - mean(small)) < 12, method + ": " + mean(image) + " became " + mean(small));
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Resize.resize(drawn(3, 3, 1), 0, 3));
        assertThrows(IllegalArgumentException.class, () -> Resize.crop(drawn(3, 3, 1), 1, 1, 3, 1));
    }

    private static double mean(Image image) {
        long sum = 0;
        for (byte value : image.pixels()) {
            sum += value & 0xff;
        }
        return (double) sum / image.pixels().length;
    }
}
