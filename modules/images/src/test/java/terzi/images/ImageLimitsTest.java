package terzi.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.ImageDecoder.Limits;
import terzi.images.ImageException.Kind;

/** Every bound on bytes, pixels, memory and time, on both of its sides. */
class ImageLimitsTest {
    /** Three bytes for each pixel of an array of 2^31 - 8 - 1 bytes, which is the longest that every JVM makes. */
    private static final long MOST_PIXELS = 715_827_879;

    private static byte[] resource(String name) throws IOException {
        try (var stream = ImageLimitsTest.class.getResourceAsStream("images/" + name)) {
            return stream.readAllBytes();
        }
    }

    /** A PNG with this header whose pixels are missing: enough to be inspected. */
    private static byte[] png(int width, int height, int depth, int colours) {
        return PngBytes.of(width, height, depth, colours, new byte[4]);
    }

    private static ImageException refused(Callable<?> reading) {
        return assertThrows(ImageException.class, reading::call);
    }

    @Test
    void asManyBytesAsAllowedAreReadAndNotOneMore(@TempDir Path folder) throws IOException {
        byte[] bytes = resource("rgb.png");
        Path file = Files.write(folder.resolve("rgb.png"), bytes);
        Limits enough = new Limits(1_000_000, bytes.length);
        Limits short1 = enough.withMaxBytes(bytes.length - 1);
        Image image = ImageDecoder.read(bytes, "x");
        assertEquals(image, ImageDecoder.read(bytes, "x", enough));
        assertEquals(image, ImageDecoder.read(file, enough));
        assertEquals(image, ImageDecoder.read(new ByteArrayInputStream(bytes), "x", enough));
        for (ImageException e : List.of(
                refused(() -> ImageDecoder.read(bytes, "x", short1)),
                refused(() -> ImageDecoder.read(file, short1)),
                refused(() -> ImageDecoder.read(new ByteArrayInputStream(bytes), "x", short1)))) {
            assertEquals(Kind.TOO_LARGE, e.kind());
            assertTrue(e.getMessage().contains("expected at most " + short1.maxBytes() + " bytes"), e.getMessage());
        }
    }

    @Test
    void asManyPixelsAsAllowedAreReadAndNotOneMore() throws IOException {
        for (String name : List.of("rgb.png", "rgb.jpg", "rgb.bmp", "partial.gif", "lossy.webp", "lossless.webp")) {
            byte[] bytes = resource(name);
            Image image = ImageDecoder.read(bytes, name);
            long pixels = (long) image.width() * image.height();
            assertEquals(image, ImageDecoder.read(bytes, name, Limits.DEFAULT.withMaxPixels(pixels)), name);
            ImageException e = refused(() -> ImageDecoder.read(bytes, name, Limits.DEFAULT.withMaxPixels(pixels - 1)));
            assertEquals(Kind.TOO_LARGE, e.kind(), name);
            assertTrue(e.getMessage().contains("expected at most " + (pixels - 1) + " pixels"), e.getMessage());
        }
    }

    @Test
    void threeChannelsMustFitIntoOneArrayWhateverIsAllowed() throws IOException {
        Limits endless = new Limits(Long.MAX_VALUE, 1 << 20);
        byte[] most = png((int) MOST_PIXELS, 1, 8, 2);
        assertEquals(MOST_PIXELS, ImageDecoder.inspect(most, "x", endless).width());
        byte[] more = png((int) MOST_PIXELS + 1, 1, 8, 2);
        assertEquals(
                Kind.TOO_LARGE,
                refused(() -> ImageDecoder.inspect(more, "x", endless)).kind());
        // 26755 x 26755 is one row more than fits
        assertEquals(
                26_754,
                ImageDecoder.inspect(png(26_755, 26_754, 8, 2), "x", endless).height());
        byte[] none = png(65_536, 65_536, 8, 2); // 0 pixels in 32 bits
        assertEquals(
                Kind.TOO_LARGE,
                refused(() -> ImageDecoder.inspect(none, "x", endless)).kind());
        byte[] square = png(26_755, 26_755, 8, 2);
        assertEquals(
                Kind.TOO_LARGE,
                refused(() -> ImageDecoder.inspect(square, "x", endless)).kind());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 5", "5, -1"})
    void aSizeWithoutPixelsIsDamage(int width, int height) throws IOException {
        byte[] bytes = png(width, height, 8, 2);
        ImageException e = refused(() -> ImageDecoder.inspect(bytes, "x", Limits.DEFAULT));
        assertEquals(Kind.CORRUPT, e.kind());
        assertEquals(
                1, ImageDecoder.inspect(png(1, 1, 8, 2), "x", Limits.DEFAULT).width());
    }

    @Test
    void limitsArePositive() {
        assertEquals(1, new Limits(1, 1, Duration.ofNanos(1)).maxPixels());
        assertThrows(IllegalArgumentException.class, () -> new Limits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 1, Duration.ofNanos(-1)));
        assertEquals(100_000_000, Limits.DEFAULT.maxPixels());
        assertEquals(268_435_456, Limits.DEFAULT.maxBytes());
        assertEquals(7, Limits.DEFAULT.withMaxPixels(7).maxPixels());
        assertEquals(8, Limits.DEFAULT.withMaxBytes(8).maxBytes());
        assertEquals(
                Optional.of(Duration.ofDays(1)),
                Limits.DEFAULT.withMaxTime(Duration.ofDays(1)).maxTime());
    }

    /** 3 seconds, 0.4 per million pixels and 0.2 per million bytes. */
    @Test
    void theTimeFollowsPixelsAndBytes() {
        assertEquals(Duration.ofSeconds(3), Limits.DEFAULT.timeFor(0, 0));
        assertEquals(Duration.ofMillis(3_400), Limits.DEFAULT.timeFor(1_000_000, 0));
        assertEquals(Duration.ofMillis(3_200), Limits.DEFAULT.timeFor(0, 1_000_000));
        assertEquals(Duration.ofSeconds(44), Limits.DEFAULT.timeFor(100_000_000, 5_000_000));
        Duration fixed = Duration.ofMillis(5);
        assertEquals(fixed, Limits.DEFAULT.withMaxTime(fixed).timeFor(100_000_000, 5_000_000));
    }

    /**
     * Bytes of heap for each of 100 x 10 pixels: those that the decoder keeps and those of the image (1 for gray, 3 for
     * colours), by the samples of the PNG's colour type: gray 1, RGB 3, palette 1, gray and alpha 2, RGBA 4.
     */
    @ParameterizedTest
    @CsvSource({"8,0,4", "8,2,6", "8,3,4", "8,4,5", "8,6,7", "16,0,5", "16,2,9", "16,6,11", "1,0,4", "4,3,4", "2,2,4"})
    void theMemoryForAPngFollowsItsSamples(int depth, int colours, int bytesPerPixel) throws IOException {
        Encoded encoded = Encoded.of(png(100, 10, depth, colours), "x");
        assertEquals(1000L * bytesPerPixel, encoded.heapBytes());
        Encoded huge = Encoded.of(png(70_000, 70_000, depth, colours), "x");
        assertEquals(4_900_000_000L * bytesPerPixel, huge.heapBytes(), "beyond an int");
    }

    /** Beside a decoder's own pixels: JPEG 0 (it writes into the image) or 1 for gray or 7 for CMYK, WebP 3, GIF 1, BMP 3. */
    @ParameterizedTest
    @CsvSource({
        "rgb.jpg, 3",
        "gray.jpg, 2",
        "cmyk.jpg, 10",
        "lossy.webp, 6",
        "lossless.webp, 7",
        "rgb.bmp, 6",
        "partial.gif, 6"
    })
    void theMemoryForOtherFormatsFollowsTheirDecoders(String name, int bytesPerPixel) throws IOException {
        Encoded encoded = Encoded.of(resource(name), name);
        long pixels = (long) encoded.width() * encoded.height();
        assertEquals(pixels * bytesPerPixel, encoded.heapBytes());
    }

    @Test
    void anImageThatNeedsTheWholeHeapIsTriedAndALargerOneIsNot() throws IOException {
        Encoded encoded = Encoded.of(png(1000, 1000, 8, 2), "x"); // 6,000,000 bytes
        Image pixel = new Image(1, 1, 1, new byte[1]);
        assertSame(pixel, new DecodingMemory(6_000_000).decode(encoded, "x", () -> pixel));
        ImageException e = refused(() -> new DecodingMemory(5_999_999).decode(encoded, "x", () -> {
            throw new AssertionError("it is not tried");
        }));
        assertEquals(Kind.OUT_OF_MEMORY, e.kind());
        assertTrue(e.getMessage().contains("takes 6 MiB, the heap may grow to 6 MiB"), e.getMessage());
        // twice what is needed and 128 MiB make 139.4, in steps of 64 MiB and one step more: 192
        assertTrue(e.getMessage().contains("start Java with -Xmx192m"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "rgb.jpg", "cmyk.jpg", "lossy.webp", "lossless.webp", "partial.gif", "rgb.bmp"})
    void aDecodeThatEndsLeavesItsThreadAsItWas(String name) throws Exception {
        byte[] bytes = resource(name);
        Image image = ImageDecoder.read(bytes, name);
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            one.submit(() -> {
                        assertEquals(
                                Kind.TOO_SLOW,
                                refused(() -> ImageDecoder.read(
                                                bytes, name, Limits.DEFAULT.withMaxTime(Duration.ofNanos(1))))
                                        .kind());
                        assertFalse(Thread.currentThread().isInterrupted(), "nobody interrupted it");
                        assertEquals(image, ImageDecoder.read(bytes, name), "the next image is read");
                        Thread.currentThread().interrupt();
                        assertEquals(
                                Kind.INTERRUPTED,
                                refused(() -> ImageDecoder.read(bytes, name)).kind());
                        assertTrue(Thread.interrupted(), "somebody did, and it is for them to know");
                        assertEquals(image, ImageDecoder.read(bytes, name), "the next image is read");
                        assertFalse(Thread.currentThread().isInterrupted());
                        return null;
                    })
                    .get();
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void aFileIsNotReadByAnInterruptedThread(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("rgb.png"), resource("rgb.png"));
        Thread.currentThread().interrupt();
        assertEquals(Kind.INTERRUPTED, refused(() -> ImageDecoder.read(file)).kind());
        assertTrue(Thread.interrupted(), "the flag is kept");
        assertEquals(ImageDecoder.read(resource("rgb.png"), "x"), ImageDecoder.read(file));
    }

    @Test
    void timeThatIsOverEndsWithoutAnInterruption() throws IOException {
        Encoded encoded = Encoded.of(resource("rgb.png"), "x");
        DecodingTime enough = new DecodingTime(Duration.ofDays(100_000));
        enough.require();
        enough.check(encoded, "x");
        DecodingTime none = new DecodingTime(Duration.ofNanos(1));
        none.check(encoded, "x"); // nothing has looked at the clock so far
        assertThrows(InterruptedIOException.class, none::require);
        assertFalse(Thread.currentThread().isInterrupted());
        ImageException slow = refused(() -> {
            none.check(encoded, "x");
            return null;
        });
        assertEquals(Kind.TOO_SLOW, slow.kind());
        assertTrue(slow.getMessage().contains("took longer than 0 ms"), slow.getMessage());
    }

    @Test
    void anInterruptionIsRememberedAndNotTakenBack() throws IOException {
        Encoded encoded = Encoded.of(resource("rgb.png"), "x");
        DecodingTime time = new DecodingTime(Duration.ofMinutes(1));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, time::require);
        assertTrue(Thread.interrupted(), "the flag is kept");
        ImageException e = refused(() -> {
            time.check(encoded, "x");
            return null;
        });
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertThrows(InterruptedIOException.class, time::require, "it stays ended");
    }

    @Test
    void anImageHasAsManyBytesAsItsSizeSays() {
        assertArrayEquals(new byte[6], new Image(2, 1, 3, new byte[6]).pixels());
        assertThrows(IllegalArgumentException.class, () -> new Image(2, 1, 3, new byte[5]));
        assertThrows(IllegalArgumentException.class, () -> new Image(2, 1, 3, new byte[7]));
        assertThrows(IllegalArgumentException.class, () -> new Image(0, 1, 3, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new Image(1, 0, 3, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new Image(1, 1, 2, new byte[2]));
        assertThrows(IllegalArgumentException.class, () -> new Image(1, 1, 4, new byte[4]));
        // 65536 x 65536 is 0 in 32 bits
        assertThrows(IllegalArgumentException.class, () -> new Image(65_536, 65_536, 1, new byte[0]));
        Image image = new Image(2, 3, 1, new byte[] {0, 1, 2, 3, 4, (byte) 250});
        assertEquals(250, image.sample(1, 2, 0));
        int[][] outside = {{-1, 0, 0}, {2, 0, 0}, {0, -1, 0}, {0, 3, 0}, {0, 0, -1}, {0, 0, 1}};
        for (int[] place : outside) {
            assertThrows(IndexOutOfBoundsException.class, () -> image.sample(place[0], place[1], place[2]));
        }
    }
}
