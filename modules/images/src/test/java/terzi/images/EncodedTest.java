package terzi.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Encoded.Format;
import terzi.images.Encoded.Frame;
import terzi.images.ImageException.Kind;

class EncodedTest {
    private static ImageException failure(byte[] bytes) {
        return assertThrows(ImageException.class, () -> ImageDecoder.read(bytes, "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html> | a web page (did the download fail?)",
                "<html><body>    | a web page (did the download fail?)",
                "<svg width='1'> | XML, perhaps SVG",
                "<?xml version=1 | XML, perhaps SVG",
                "....ftypheic    | HEIC, AVIF or a video",
                "%PDF-1.7        | PDF",
                "version https://git-lfs.github.com/spec/v1 | a Git LFS pointer (run git lfs pull)",
                "hello           | unknown content starting with the bytes 68 65 6c 6c 6f",
                "hello, world    | unknown content starting with the bytes 68 65 6c 6c 6f 2c 20 77",
                "BM              | unknown content starting with the bytes 42 4d"
            })
    void whatIsNoImageIsNamed(String content, String named) {
        ImageException e = failure(content.getBytes(StandardCharsets.US_ASCII));
        assertEquals(Kind.UNKNOWN_FORMAT, e.kind());
        assertTrue(
                e.getMessage().contains("expected PNG, JPEG, WebP, GIF or BMP, found " + named + ";"), e.getMessage());
    }

    @Test
    void bothByteOrdersOfATiffAreKnown() {
        for (byte[] tiff : new byte[][] {{'I', 'I', '*', 0, 8, 0, 0, 0}, {'M', 'M', 0, '*', 0, 0, 0, 8}}) {
            assertTrue(failure(tiff).getMessage().contains("found TIFF or a camera's raw format"));
        }
        assertEquals(Kind.EMPTY, failure(new byte[0]).kind());
    }

    @Test
    void numbersAreReadInTheirByteOrder() {
        byte[] b = {1, 2, 3, 4, (byte) 0xff, (byte) 0xfe, (byte) 0xfd, (byte) 0xfc};
        ByteBuffer big = ByteBuffer.wrap(b);
        ByteBuffer little = ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at <= 4; at++) {
            assertEquals(big.getInt(at), Encoded.be32(b, at));
            assertEquals(little.getInt(at), Encoded.le32(b, at));
            assertEquals(big.getShort(at) & 0xffff, Encoded.be16(b, at));
            assertEquals(little.getShort(at) & 0xffff, Encoded.le16(b, at));
            assertEquals(little.getInt(at) & 0xffffff, Encoded.le24(b, at));
        }
        assertTrue(Encoded.starts(new byte[] {'a', 'b'}, 1, "b"));
        assertFalse(Encoded.starts(new byte[] {'a', 'b'}, 1, "bc"));
        assertFalse(Encoded.starts(new byte[] {'a', 'b'}, 0, "ac"));
        assertTrue(Encoded.starts(new byte[] {(byte) 0xff}, 0, "\u00ff"));
    }

    /** A frame of 1 2 3 4 in two rows on a white canvas of 4 x 3, at several places. */
    @Test
    void aFrameLiesOnItsCanvasAndIsCutAtTheEdges() {
        Image frame = new Image(2, 2, 1, new byte[] {1, 2, 3, 4});
        int w = 255;
        int[][] canvases = {
            {0, 0, 1, 2, w, w, 3, 4, w, w, w, w, w, w},
            {1, 1, w, w, w, w, w, 1, 2, w, w, 3, 4, w},
            {2, 1, w, w, w, w, w, w, 1, 2, w, w, 3, 4},
            {3, 2, w, w, w, w, w, w, w, w, w, w, w, 1},
            {4, 0, w, w, w, w, w, w, w, w, w, w, w, w},
            {0, 3, w, w, w, w, w, w, w, w, w, w, w, w}
        };
        for (int[] canvas : canvases) {
            Image placed = new Frame(canvas[0], canvas[1], 4, 3).place(frame);
            assertEquals("4 x 3 gray", placed.toString());
            for (int i = 0; i < 12; i++) {
                assertEquals(canvas[2 + i], placed.pixels()[i] & 0xff, Arrays.toString(canvas) + " at " + i);
            }
        }
        assertSame(frame, new Frame(0, 0, 2, 2).place(frame));
        Image rgb = new Image(1, 1, 3, new byte[] {5, 6, 7});
        assertArrayEquals(
                new byte[] {-1, -1, -1, 5, 6, 7},
                new Frame(1, 0, 2, 1).place(rgb).pixels());
        assertEquals("1 x 3 RGB", new Frame(0, 1, 1, 3).place(rgb).toString());
    }

    /** Bytes 14 to 25 of a BMP: the old header of 12 bytes has 16 bits for each side, a newer one 32. */
    private static byte[] bmp(int header, int width, int height, int compression) {
        ByteBuffer b = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
        b.put((byte) 'B').put((byte) 'M').putInt(14, header).putInt(18, width).putInt(22, height);
        if (header == 12) {
            b.putShort(18, (short) width).putShort(20, (short) height);
        }
        return b.putInt(30, compression).array();
    }

    @Test
    void everyHeaderOfABmpTellsItsSize() throws IOException {
        Encoded old = Encoded.of(bmp(12, 300, 40_000, 9), "x");
        assertEquals(300, old.width());
        assertEquals(40_000, old.height());
        assertEquals(Format.BMP, old.format());
        for (int header : new int[] {40, 108, 124, 200}) {
            Encoded upright = Encoded.of(bmp(header, 70_000, 5, 3), "x");
            assertEquals(70_000, upright.width());
            assertEquals(5, upright.height());
            assertEquals(5, Encoded.of(bmp(header, 1, -5, 0), "x").height(), "rows from top to bottom");
        }
        ImageException e = failure(bmp(40, 5, 5, 4));
        assertEquals(Kind.UNSUPPORTED, e.kind());
        for (int header : new int[] {11, 201, 0, -1}) {
            assertEquals(Kind.UNKNOWN_FORMAT, failure(bmp(header, 5, 5, 0)).kind());
        }
        assertEquals(
                Kind.UNKNOWN_FORMAT,
                failure(Arrays.copyOf(bmp(40, 5, 5, 0), 26)).kind());
        assertEquals(
                Kind.TRUNCATED, failure(Arrays.copyOf(bmp(40, 5, 5, 0), 27)).kind());
    }

    /** A GIF's screen, a palette of 2^(n+1) colours, an extension of two blocks, and a frame. */
    private static byte[] gif(int flags, int paletteBytes, boolean extended, int mark) {
        ByteBuffer b = ByteBuffer.allocate(13 + paletteBytes + 30).order(ByteOrder.LITTLE_ENDIAN);
        b.put("GIF89a".getBytes(StandardCharsets.US_ASCII)).putShort((short) 20).putShort((short) 300);
        b.put((byte) flags).put((byte) 0).put((byte) 0).position(13 + paletteBytes);
        if (extended) {
            b.put(new byte[] {0x21, (byte) 0xf9, 2, 1, 1, 3, 1, 1, 1, 0});
        }
        b.put((byte) mark)
                .putShort((short) 3)
                .putShort((short) 4)
                .putShort((short) 25)
                .putShort((short) 290);
        return b.array();
    }

    @Test
    void theFirstFrameOfAGifIsFoundBehindItsPaletteAndExtensions() throws IOException {
        int[][] palettes = {{0, 0}, {7, 0}, {0x80, 6}, {0x81, 12}, {0x87, 768}};
        for (int[] palette : palettes) {
            for (boolean extended : new boolean[] {false, true}) {
                Encoded encoded = Encoded.of(gif(palette[0], palette[1], extended, 0x2c), "x");
                // 3 + 25 is wider than the screen, 4 + 290 is not taller
                assertEquals(new Frame(3, 4, 28, 300), encoded.frame().orElseThrow());
                assertEquals(28, encoded.width());
                assertEquals(300, encoded.height());
            }
        }
        assertEquals(Kind.CORRUPT, failure(gif(0, 0, true, 0x3b)).kind());
        assertEquals(
                Kind.TRUNCATED,
                failure(Arrays.copyOf(gif(0, 0, true, 0x2c), 20)).kind());
    }

    @Test
    void aDecoderGetsTheBytesAndThenTheirEndAFewTimes() throws IOException {
        byte[] bytes = new byte[20_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        DecodingTime time = new DecodingTime(Duration.ofMinutes(1));
        try (EncodedStream stream = new EncodedStream(bytes, 100, time)) {
            assertEquals(20_000, stream.length());
            assertEquals(0, stream.read());
            assertEquals(7, stream.read());
            byte[] some = new byte[20_000];
            assertEquals(0, stream.read(some, 0, 0));
            int count = stream.read(some, 5, 19_000);
            assertEquals(8192, count, "no more than a piece at once");
            assertArrayEquals(Arrays.copyOfRange(bytes, 2, 8194), Arrays.copyOfRange(some, 5, 8197));
            assertEquals(0, some[8197]);
            assertEquals(8194, stream.getStreamPosition());
            stream.seek(19_990);
            assertEquals(10, stream.read(some, 0, 100));
            for (int i = 0; i < 500; i++) {
                assertEquals(-1, stream.read());
                assertEquals(-1, stream.read(some, 0, 9));
            }
            assertThrows(EOFException.class, stream::read);
            assertThrows(EOFException.class, () -> stream.read(some, 0, 9));
            stream.seek(1);
            assertEquals(0, stream.readBits(4));
            assertEquals(7, stream.read(), "a read begins at the first bit");
            stream.seek(1);
            assertEquals(0, stream.readBits(4));
            assertEquals(2, stream.read(some, 0, 2));
            assertEquals(7, some[0]);
            assertEquals(0, stream.getBitOffset());
        }
        // 2^32 of work: of 2^26 pixels 64 bytes at once, and never fewer
        for (long pixels : new long[] {1L << 26, 1L << 40}) {
            try (EncodedStream stream = new EncodedStream(bytes, pixels, time)) {
                assertEquals(64, stream.read(new byte[100], 0, 100));
            }
        }
        try (EncodedStream stream = new EncodedStream(bytes, 1L << 20, time)) {
            assertEquals(4096, stream.read(new byte[9000], 0, 9000));
        }
    }

    @Test
    void aDecoderIsEndedWhereItAsksForBytes() throws IOException {
        DecodingTime over = new DecodingTime(Duration.ofNanos(1));
        try (EncodedStream stream = new EncodedStream(new byte[1000], 1, over)) {
            assertThrows(IOException.class, () -> stream.read(new byte[1], 0, 1));
            for (int i = 1; i < 256; i++) {
                assertEquals(0, stream.read());
            }
            assertThrows(IOException.class, stream::read, "every 256 bytes that come one by one");
        }
    }

    @Test
    void partsAndWindowsLieWithinTheirImage() throws IOException {
        Image image = ResizeTest.drawn(5, 4, 3);
        assertEquals(image, Resize.crop(image, 0, 0, 5, 4));
        Image corner = Resize.crop(image, 3, 2, 2, 2);
        assertEquals(image.sample(4, 3, 2), corner.sample(1, 1, 2));
        assertEquals(image.sample(3, 2, 0), corner.sample(0, 0, 0));
        int[][] outside = {{-1, 0, 2, 2}, {0, -1, 2, 2}, {4, 0, 2, 2}, {0, 3, 2, 2}, {0, 0, 0, 1}, {0, 0, 1, 0}};
        for (int[] part : outside) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Resize.crop(image, part[0], part[1], part[2], part[3]),
                    Arrays.toString(part));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Resize.window(image, 5, 4, part[0], part[1], part[2], part[3], Filter.CUBIC),
                    Arrays.toString(part));
        }
        for (ResizeMethod method : ResizeMethod.values()) {
            assertSame(image, Resize.resize(image, 5, 4, method));
            assertEquals("4 x 5 RGB", Resize.resize(image, 4, 5, method).toString());
            assertThrows(IllegalArgumentException.class, () -> Resize.resize(image, 0, 4, method));
            assertThrows(IllegalArgumentException.class, () -> Resize.resize(image, 5, 0, method));
        }
        for (Filter filter : Filter.values()) {
            Image whole = Resize.resize(image, 9, 11, filter);
            for (int[] part : new int[][] {{0, 0, 9, 11}, {2, 3, 4, 5}, {8, 10, 1, 1}, {0, 5, 9, 2}}) {
                assertEquals(
                        Resize.crop(whole, part[0], part[1], part[2], part[3]),
                        Resize.window(image, 9, 11, part[0], part[1], part[2], part[3], filter),
                        filter + " " + Arrays.toString(part));
            }
            // one side keeps its length
            Image wide = Resize.resize(image, 9, 4, filter);
            assertEquals(Resize.crop(wide, 1, 1, 7, 2), Resize.window(image, 9, 4, 1, 1, 7, 2, filter));
            Image tall = Resize.resize(image, 5, 9, filter);
            assertEquals(Resize.crop(tall, 1, 2, 3, 6), Resize.window(image, 5, 9, 1, 2, 3, 6, filter));
        }
    }
}
