package terzi.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.ImageDecoder.Limits;
import terzi.images.ImageException.Kind;

class ImageDecoderTest {
    /** What PIL reads; made by benchmarks/peers/image_fixtures.py. */
    private static final Map<String, Image> EXPECTED = expected();

    private static Map<String, Image> expected() {
        Map<String, Image> images = new TreeMap<>();
        for (String line : new String(resource("expected.tsv"), StandardCharsets.US_ASCII)
                .lines()
                .toList()) {
            String[] f = line.split("\t", -1);
            images.put(
                    f[0],
                    new Image(
                            Integer.parseInt(f[1]),
                            Integer.parseInt(f[2]),
                            Integer.parseInt(f[3]),
                            HexFormat.of().parseHex(f[4])));
        }
        return images;
    }

    private static byte[] resource(String name) {
        try (InputStream stream = ImageDecoderTest.class.getResourceAsStream("images/" + name)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    static Stream<String> names() {
        return EXPECTED.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void readsThePixelsThatPilReads(String name) throws IOException {
        Image read = ImageDecoder.read(resource(name), name);
        Image pil = EXPECTED.get(name);
        assertEquals(pil.toString(), read.toString());
        int worst = 0;
        for (int i = 0; i < pil.pixels().length; i++) {
            worst = Math.max(worst, Math.abs((pil.pixels()[i] & 0xff) - (read.pixels()[i] & 0xff)));
        }
        // lossy decoders may round differently; the WebP decoder does not smooth colour as libwebp does
        assertTrue(
                worst <= (name.endsWith(".jpg") ? 2 : name.startsWith("lossy") ? 60 : 0),
                name + " differs by " + worst);
    }

    @Test
    void theNameDoesNotMatter(@TempDir Path folder) throws IOException {
        Path wrong = Files.write(folder.resolve("bild mit ümlaut.txt"), resource("rgb.jpg"));
        assertEquals(ImageDecoder.read(resource("rgb.jpg"), "rgb.jpg"), ImageDecoder.read(wrong));
    }

    @Test
    void aStreamIsReadToItsEndAndLeftOpen() throws IOException {
        boolean[] closed = new boolean[1];
        InputStream stream = new ByteArrayInputStream(resource("rgb.png")) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertEquals(EXPECTED.get("rgb.png"), ImageDecoder.read(stream, "stream"));
        assertEquals(false, closed[0]);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyTruncationIsReported(String name) throws IOException {
        byte[] whole = resource(name);
        Image complete = ImageDecoder.read(whole, name);
        for (int length = 1; length < whole.length; length += Math.max(1, whole.length / 97)) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                // formats with something after their last pixel may lose that
                assertEquals(complete, ImageDecoder.read(part, name), name + " cut to " + length + " bytes");
                assertTrue(
                        length > whole.length * 0.9 || name.endsWith(".gif"),
                        name + " cut to " + length + " bytes was read");
            } catch (ImageException e) {
                assertTrue(e.getMessage().startsWith(name), e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rgb.jpg", "subsampled.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "lossy.webp", "rgb.bmp"})
    void aHalfImageIsTruncated(String name) {
        byte[] whole = resource(name);
        byte[] part = Arrays.copyOf(whole, whole.length - (name.endsWith("jpg") ? 40 : whole.length / 3));
        assertEquals(Kind.TRUNCATED, failure(part, name, Limits.DEFAULT).kind(), name);
    }

    @Test
    void notAnImageIsToldFromItsContent() {
        assertEquals(Kind.EMPTY, failure(new byte[0], "a.png", Limits.DEFAULT).kind());
        ImageException page =
                failure("<!DOCTYPE html><html>".getBytes(StandardCharsets.US_ASCII), "cat.jpg", Limits.DEFAULT);
        assertEquals(Kind.UNKNOWN_FORMAT, page.kind());
        assertTrue(
                page.getMessage().contains("cat.jpg: expected PNG, JPEG, WebP, GIF or BMP, found a web page"),
                page.getMessage());
        assertEquals(
                Kind.UNKNOWN_FORMAT,
                failure(new byte[] {1, 2, 3}, "x", Limits.DEFAULT).kind());
    }

    @Test
    void aMissingFileAFolderAndAHugeFileAreReported(@TempDir Path folder) throws IOException {
        assertEquals(
                Kind.MISSING,
                assertThrows(ImageException.class, () -> ImageDecoder.read(folder.resolve("no")))
                        .kind());
        assertEquals(
                Kind.MISSING,
                assertThrows(ImageException.class, () -> ImageDecoder.read(folder))
                        .kind());
        Path file = Files.write(folder.resolve("a.png"), resource("rgb.png"));
        Limits tight = new Limits(1000, 100);
        assertEquals(
                Kind.TOO_LARGE,
                assertThrows(ImageException.class, () -> ImageDecoder.read(file, tight))
                        .kind());
    }

    @Test
    void theHeaderIsCheckedBeforeAnythingIsDecoded() {
        Limits limits = new Limits(100, 1 << 20);
        for (String name : List.of(
                "rgb.png", "rgb.jpg", "lossy.webp", "lossless.webp", "lossless-alpha.webp", "partial.gif", "rgb.bmp")) {
            assertEquals(Kind.TOO_LARGE, failure(resource(name), name, limits).kind(), name);
        }
        byte[] bomb = resource("rgb.png");
        ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
        assertEquals(Kind.CORRUPT, failure(bomb, "bomb", Limits.DEFAULT).kind(), "the checksum no longer matches");
        CRC32 crc = new CRC32();
        crc.update(bomb, 12, 17);
        ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
        ImageException e = failure(bomb, "bomb", Limits.DEFAULT);
        assertEquals(Kind.TOO_LARGE, e.kind());
        assertTrue(e.getMessage().contains("50000 x 50000"), e.getMessage());
    }

    @Test
    void whatTakesTooLongOrIsInterruptedEnds() {
        for (String name : List.of(
                "rgb.png", "rgb.jpg", "lossy.webp", "lossless.webp", "lossless-alpha.webp", "partial.gif", "rgb.bmp")) {
            ImageException e = failure(resource(name), name, Limits.DEFAULT.withMaxTime(Duration.ofNanos(1)));
            assertEquals(Kind.TOO_SLOW, e.kind(), name);
            assertTrue(e.getMessage().contains("raise maxTime"), e.getMessage());
            Thread.currentThread().interrupt();
            assertEquals(
                    Kind.INTERRUPTED,
                    failure(resource(name), name, Limits.DEFAULT).kind(),
                    name);
            assertTrue(Thread.interrupted(), "the flag is kept");
        }
        assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.withMaxTime(Duration.ZERO));
    }

    @Test
    void aDecoderThatGoesOnAfterTheEndOfTheFileIsEndedAtOnce() {
        // found by fuzzing: the header leads to 65,000 tables, of which the file holds none
        byte[] webp = Base64.getDecoder()
                .decode(
                        "UklGRoIAAABXRUJQVlA4THUAAAAvDQACALkyRPQ/dnYRUP/RsIptW8QO2UNt2gbMZqc8crwHPPc2mqzJJsARUP/RsIptW8QO"
                                + "2UNt2gbMZqc8crwHPPc2mqzJJsCpskEsZAIwNIl0AAAAAA9/fbMguvLzde9FYcWhXq8RUP/RsIptW7wHPPc2mqw2JsCpskEs"
                                + "ZALw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDwAAAAV0VCUFZQOEx1ACC68vN170VhxaFerxFQAAAvDQACALkyRPQ//3YRUP/R");
        Limits limits = Limits.DEFAULT.withMaxTime(Duration.ofSeconds(10));
        // libwebp calls it a bitstream error: the first of the tables is damaged
        assertEquals(Kind.CORRUPT, failure(webp, "tables", limits).kind());
    }

    @Test
    void anImageOfOneColourMayHaveNoBitsForItsPixels() throws ImageException {
        byte[] webp = Base64.getDecoder()
                .decode(
                        "UklGRk4AAABXRUJQVlA4TEEAAAAv58P5AAdQjyKXp/8BAUnS//9kRP8z/vOf//znP//5z3/+85///Oc///nPf/7zn//85z//"
                                + "+c9//vOf//znP/8nAwA=");
        Image image = ImageDecoder.read(webp, "one colour");
        assertEquals(1000, image.width());
        assertEquals(1000, image.height());
        assertArrayEquals(new byte[] {(byte) 200, 30, 60}, Arrays.copyOfRange(image.pixels(), 2_999_997, 3_000_000));
    }

    @Test
    void damagedPixelsOfAPngAreNoticed() {
        byte[] png = resource("rgb.png");
        png[png.length - 30] ^= 1;
        assertEquals(Kind.CORRUPT, failure(png, "bit rot", Limits.DEFAULT).kind());
    }

    @Test
    void mutantsGiveAnImageOrAnImageException() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Limits limits = new Limits(1 << 14, 1 << 20);
        List<String> names = names().toList();
        for (int i = 0; i < 2500; i++) {
            byte[] bytes = resource(names.get(random.nextInt(names.size())));
            int changes = 1 + random.nextInt(8);
            for (int c = 0; c < changes; c++) {
                bytes[random.nextInt(random.nextInt(2) == 0 ? bytes.length : Math.min(64, bytes.length))] =
                        (byte) random.nextInt();
            }
            if (random.nextInt(8) == 0) {
                random.nextBytes(bytes);
            }
            try {
                ImageDecoder.read(bytes, "mutant", limits);
            } catch (ImageException e) {
                assertTrue(e.getMessage().startsWith("mutant: "), e.getMessage());
            } catch (Throwable t) {
                throw new AssertionError(
                        "seed " + seed + ", mutant " + i + ": " + HexFormat.of().formatHex(bytes), t);
            }
        }
    }

    @Test
    void manyThreadsReadTheSame() {
        List<String> names = names().toList();
        IntStream.range(0, 2000).parallel().forEach(i -> {
            String name = names.get(i % names.size());
            try {
                Image read = ImageDecoder.read(resource(name), name);
                if (!name.endsWith(".jpg") && !name.startsWith("lossy")) {
                    assertEquals(EXPECTED.get(name), read, name);
                }
            } catch (IOException e) {
                throw new AssertionError(name, e);
            }
        });
    }

    @Test
    void aBufferedImageOfEveryTypeGivesItsPixels() {
        int[] types = {
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_INT_ARGB_PRE,
            BufferedImage.TYPE_INT_BGR,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_4BYTE_ABGR,
            BufferedImage.TYPE_4BYTE_ABGR_PRE
        };
        Image image = EXPECTED.get("rgb.png");
        for (int type : types) {
            BufferedImage buffered = new BufferedImage(image.width(), image.height(), type);
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    buffered.setRGB(
                            x,
                            y,
                            0xff000000
                                    | image.sample(x, y, 0) << 16
                                    | image.sample(x, y, 1) << 8
                                    | image.sample(x, y, 2));
                }
            }
            assertEquals(image, Image.of(buffered), "type " + type);
            assertEquals(
                    Resize.crop(image, 3, 2, 7, 5), Image.of(buffered.getSubimage(3, 2, 7, 5)), "part of type " + type);
        }
        Image gray = EXPECTED.get("gray.png");
        assertEquals(gray, Image.of(gray.toBufferedImage()));
        assertEquals(image, Image.of(image.toBufferedImage()));
    }

    @Test
    void whatTheJdkWritesIsReadBack() throws IOException {
        for (String format : List.of("png", "bmp", "gif")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(EXPECTED.get("gray.png").toBufferedImage(), format, out);
            assertEquals(EXPECTED.get("gray.png"), ImageDecoder.read(out.toByteArray(), format), format);
        }
    }

    private static ImageException failure(byte[] bytes, String name, Limits limits) {
        return assertThrows(ImageException.class, () -> ImageDecoder.read(bytes, name, limits));
    }
}
