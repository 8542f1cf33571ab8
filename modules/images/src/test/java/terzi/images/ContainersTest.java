package terzi.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import terzi.images.ImageDecoder.Limits;
import terzi.images.ImageException.Kind;

/** What the containers of PNG, JPEG and WebP say before anything is decoded, segment by segment and chunk by chunk. */
class ContainersTest {
    private static final String SOI = "ffd8";
    private static final String EOI = "ffd9";
    /** A scan of three components and some of its data, with a stuffed byte and a restart marker in it. */
    private static final String SCAN = "ffda000c03" + "010002110311" + "003f00" + "12ff0034ffd056";

    /** A frame of 200 x 100 pixels, whose components have these names. */
    private static String frame(String marker, String precision, String... names) {
        StringBuilder text = new StringBuilder(marker)
                .append(String.format("%04x", 8 + 3 * names.length))
                .append(precision)
                .append("006400c8")
                .append(String.format("%02x", names.length));
        for (String name : names) {
            text.append(name).append("1100");
        }
        return text.toString();
    }

    private static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts));
    }

    private static Encoded inspect(byte[] bytes) throws ImageException {
        return ImageDecoder.inspect(bytes, "x", Limits.DEFAULT);
    }

    private static Kind refused(byte[] bytes) {
        return assertThrows(ImageException.class, () -> inspect(bytes)).kind();
    }

    @Test
    void aJpegsFrameTellsItsSizeAndComponents() throws IOException {
        for (String marker : new String[] {"ffc0", "ffc1", "ffc2"}) {
            Encoded encoded = inspect(hex(SOI, frame(marker, "08", "01", "02", "03"), SCAN, EOI));
            assertEquals(200, encoded.width());
            assertEquals(100, encoded.height());
            assertEquals(3, encoded.components());
        }
        // fill bytes, bytes between segments, a restart marker, a comment, a table
        byte[] odd = hex(
                SOI,
                "ffff",
                "fe00040000",
                "0102",
                "ffd3",
                "ffc4000500ffff",
                frame("ffc0", "08", "01", "02", "03"),
                "00",
                SCAN,
                EOI,
                "6a756e6b");
        assertEquals(200, inspect(odd).width());
        byte[] rewritten = inspect(odd).bytes();
        assertArrayEquals(hex(EOI), Arrays.copyOfRange(rewritten, rewritten.length - 2, rewritten.length), "no junk");
    }

    @Test
    void componentsAreCalledByTheirNumbersInFrameAndScans() throws IOException {
        byte[] named =
                hex(SOI, frame("ffc0", "08", "52", "47", "42"), "ffda000c03", "520047114211", "003f00", "12", EOI);
        String rewritten = HexFormat.of().formatHex(inspect(named).bytes());
        // Adobe's marker with transform 0: no YCbCr
        assertTrue(rewritten.startsWith("ffd8ffee000e41646f6265006400000000" + "00"), rewritten);
        assertTrue(
                rewritten.endsWith(
                        frame("ffc0", "08", "01", "02", "03") + "ffda000c03" + "010002110311" + "003f00" + "12" + EOI),
                rewritten);
    }

    @Test
    void whatIsWrongWithAJpegIsTold() {
        String good = frame("ffc0", "08", "01", "02", "03");
        assertEquals(Kind.CORRUPT, refused(hex(SOI, SCAN, EOI)), "no frame");
        assertEquals(Kind.CORRUPT, refused(hex(SOI, good, EOI)), "no scan");
        assertEquals(Kind.CORRUPT, refused(hex(SOI, good, good, SCAN, EOI)), "two frames");
        assertEquals(
                Kind.CORRUPT, refused(hex(SOI, good.replace("ffc00011", "ffc00012"), "00", SCAN, EOI)), "a byte more");
        assertEquals(Kind.UNSUPPORTED, refused(hex(SOI, frame("ffc0", "08", "01", "02"), SCAN, EOI)), "two components");
        assertEquals(
                Kind.UNSUPPORTED,
                refused(hex(SOI, frame("ffc0", "08", "01", "02", "03", "04", "05"), SCAN, EOI)),
                "five components");
        assertEquals(Kind.UNSUPPORTED, refused(hex(SOI, frame("ffc0", "0c", "01", "02", "03"), SCAN, EOI)), "12 bits");
        for (String marker : new String[] {"ffc3", "ffc5", "ffc9", "ffcf"}) {
            ImageException e = assertThrows(
                    ImageException.class, () -> inspect(hex(SOI, frame(marker, "08", "01", "02", "03"), SCAN, EOI)));
            assertEquals(Kind.UNSUPPORTED, e.kind());
            assertEquals(marker.equals("ffc3"), e.getMessage().contains("a lossless one"), e.getMessage());
        }
        assertEquals(Kind.TRUNCATED, refused(hex(SOI, good, SCAN)), "no end mark");
        assertEquals(Kind.TRUNCATED, refused(hex(SOI, good, "ffc40100", SCAN, EOI)), "a segment beyond the end");
        assertEquals(Kind.TRUNCATED, refused(hex(SOI, "ffe0")), "a header without an end");
        assertEquals(
                Kind.CORRUPT,
                refused(hex(SOI, good, SCAN.replace("0311003f", "0411003f"), EOI)),
                "a foreign component");
        assertEquals(
                Kind.CORRUPT,
                refused(hex(SOI, good, SCAN.replace("010002110311", "020001110311"), EOI)),
                "components in another order");
    }

    private static byte[] png(String... chunks) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] whole = PngBytes.of(20, 10, 8, 2, new byte[4]);
        out.write(whole, 0, 8);
        for (String chunk : chunks) {
            int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf(chunk) - 4;
            out.write(whole, at, ByteBuffer.wrap(whole).getInt(at) + 12);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsWrongWithAPngIsTold() throws IOException {
        assertEquals(20, inspect(png("IHDR", "IDAT", "IEND")).width());
        assertEquals(Kind.CORRUPT, refused(png("IDAT", "IHDR", "IEND")), "another chunk first");
        assertEquals(Kind.TRUNCATED, refused(png("IHDR", "IEND")), "no pixels");
        assertEquals(Kind.TRUNCATED, refused(png("IHDR", "IDAT")), "no end");
        byte[] whole = png("IHDR", "IDAT", "IEND");
        for (int i = 8 + 4; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x40;
            boolean isLength = (i >= 33 && i < 37) || (i >= 49 && i < 53);
            assertEquals(isLength ? Kind.TRUNCATED : Kind.CORRUPT, refused(damaged), "byte " + i);
        }
        byte[] followed = Arrays.copyOf(whole, whole.length + 50);
        assertArrayEquals(whole, inspect(followed).bytes(), "what follows the end is left out");
        ByteBuffer.wrap(followed).putInt(33, -5);
        assertEquals(Kind.TRUNCATED, refused(followed), "a length beyond 31 bits");
        ByteBuffer.wrap(followed).putInt(33, followed.length - 33 - 12);
        assertEquals(Kind.CORRUPT, refused(followed), "a chunk that ends with the file: its checksum is wrong");
        ByteBuffer.wrap(followed).putInt(33, followed.length - 33 - 11);
        assertEquals(Kind.TRUNCATED, refused(followed), "a chunk that ends a byte after the file");
    }

    /** A WebP of these chunks, four letters and their bytes in hexadecimal each. */
    private static byte[] webp(int more, String... chunks) {
        ByteBuffer b = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        b.put("RIFF....WEBP".getBytes(StandardCharsets.US_ASCII));
        for (String chunk : chunks) {
            byte[] content = hex(chunk.substring(4));
            b.put(chunk.substring(0, 4).getBytes(StandardCharsets.US_ASCII))
                    .putInt(content.length)
                    .put(content);
            if (content.length % 2 == 1) {
                b.put((byte) 0);
            }
        }
        int length = b.position();
        b.putInt(4, length - 8 + more);
        return Arrays.copyOf(b.array(), length);
    }

    /** 14 bits for each side less one: 19 and 9; then alpha and version. */
    private static final String LOSSLESS = "VP8L" + "2f" + "13400200" + "0000000000";

    @Test
    void theChunksOfAWebPAreWalkedThrough() throws IOException {
        Encoded plain = inspect(webp(0, LOSSLESS));
        assertEquals(Encoded.Format.LOSSLESS_WEBP, plain.format());
        assertEquals(20, plain.width());
        assertEquals(10, plain.height());
        assertEquals(
                20,
                inspect(webp(0, "JUNK" + "010203", LOSSLESS, "EXIF" + "4949")).width());
        assertArrayEquals(
                hex("4949"), inspect(webp(0, LOSSLESS, "EXIF" + "4949")).exif());
        assertArrayEquals(
                hex("4949"),
                inspect(webp(0, LOSSLESS, "EXIF" + "4578696600004949")).exif());
        assertEquals(Kind.TRUNCATED, refused(webp(1, LOSSLESS)), "the container is longer than the file");
        assertEquals(Kind.CORRUPT, refused(webp(0, "JUNK" + "0102")), "no image");
        assertEquals(Kind.UNSUPPORTED, refused(webp(0, "ANIM" + "000000000000", LOSSLESS)));
        assertEquals(Kind.UNSUPPORTED, refused(webp(0, LOSSLESS, "ANMF" + "00")));
        assertEquals(Kind.UNSUPPORTED, refused(webp(0, LOSSLESS, "ANIM")), "an empty chunk at the very end");
        byte[] beyond = webp(0, LOSSLESS);
        beyond[16]++;
        assertEquals(Kind.TRUNCATED, refused(beyond), "a chunk ends after the file");
    }
}
