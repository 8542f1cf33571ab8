package terzi.images;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import terzi.images.ImageException.Kind;

/**
 * An encoded image whose container has been walked through but whose pixels have not been decoded.
 *
 * @param bytes the image, without the parts that change or endanger decoding (colour profiles, compressed texts)
 * @param components colour components where the header tells them, else 0
 * @param exif the TIFF structure of the EXIF data, empty if there is none
 * @param frame where the first frame lies on the canvas, if it need not fill it
 * @param alpha the alpha that a lossy WebP stores beside its pixels, empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
record Encoded(
        Format format,
        byte[] bytes,
        int width,
        int height,
        int components,
        byte[] exif,
        Optional<Frame> frame,
        byte[] alpha) {

    enum Format {
        PNG("PNG"),
        JPEG("JPEG"),
        WEBP("lossy WebP"),
        LOSSLESS_WEBP("lossless WebP"),
        GIF("GIF"),
        BMP("BMP");

        private final String text;

        Format(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A frame on a white canvas. */
    record Frame(int left, int top, int canvasWidth, int canvasHeight) {
        Image place(Image frame) {
            if (left == 0 && top == 0 && canvasWidth == frame.width() && canvasHeight == frame.height()) {
                return frame;
            }
            int channels = frame.channels();
            byte[] canvas = new byte[canvasWidth * canvasHeight * channels];
            Arrays.fill(canvas, (byte) 255);
            int visible = Math.min(frame.width(), canvasWidth - left);
            for (int y = 0; visible > 0 && y < Math.min(frame.height(), canvasHeight - top); y++) {
                System.arraycopy(
                        frame.pixels(),
                        y * frame.width() * channels,
                        canvas,
                        ((top + y) * canvasWidth + left) * channels,
                        visible * channels);
            }
            return new Image(canvasWidth, canvasHeight, channels, canvas);
        }
    }

    private static final byte[] NONE = {};
    private static final int BMP_BITFIELDS = 3;

    /** What decoding takes of the heap beside the encoded bytes: the decoder's pixels, the image, and a turned copy. */
    long heapBytes() {
        long pixels = (long) width * height;
        int channels = components == 1 ? 1 : 3;
        int raster =
                switch (format) {
                    case PNG -> PngChunks.rasterBytes(bytes);
                    case JPEG -> components == 3 ? 0 : components == 1 ? 1 : 4 + 3;
                    case WEBP -> alpha.length == 0 ? 3 : 3 + 5;
                    case LOSSLESS_WEBP -> 4;
                    case GIF -> 1;
                    case BMP -> 3;
                };
        boolean turned = Orientation.of(exif) != Orientation.UPRIGHT;
        return pixels * Math.max(raster + channels, turned || frame.isPresent() ? 2 * channels : 0);
    }

    /** @throws IndexOutOfBoundsException if the bytes end within a header */
    static Encoded of(byte[] b, String name) throws ImageException {
        if (b.length == 0) {
            throw new ImageException(Kind.EMPTY, name + ": expected an image, found no bytes");
        }
        if (starts(b, 0, "\u0089PNG\r\n\u001a\n")) {
            return PngChunks.read(b, name);
        }
        if (starts(b, 0, "\u00ff\u00d8\u00ff")) {
            return JpegSegments.read(b, name);
        }
        if (starts(b, 0, "GIF87a") || starts(b, 0, "GIF89a")) {
            return gif(b, name);
        }
        if (starts(b, 0, "RIFF") && starts(b, 8, "WEBP")) {
            return WebpChunks.read(b, name);
        }
        if (starts(b, 0, "BM") && b.length > 26 && le32(b, 14) >= 12 && le32(b, 14) <= 200) {
            return bmp(b, name);
        }
        throw new ImageException(
                Kind.UNKNOWN_FORMAT,
                name + ": expected PNG, JPEG, WebP, GIF or BMP, found " + guess(b)
                        + "; convert it to PNG or JPEG, or remove it");
    }

    static Encoded plain(Format format, byte[] b, int width, int height, byte[] exif) {
        return new Encoded(format, b, width, height, 0, exif, Optional.empty(), NONE);
    }

    private static Encoded bmp(byte[] b, String name) throws ImageException {
        boolean old = le32(b, 14) == 12;
        if (!old && le32(b, 30) > BMP_BITFIELDS) {
            // a whole JPEG or PNG, which a decoder would open without any of the checks here
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    name + ": the BMP is compressed in a way that is not read (" + le32(b, 30)
                            + "); convert it to PNG");
        }
        int width = old ? le16(b, 18) : le32(b, 18);
        // a negative height only means that the rows run from top to bottom
        int height = old ? le16(b, 20) : Math.abs(le32(b, 22));
        return plain(Format.BMP, b, width, height, NONE);
    }

    private static Encoded gif(byte[] b, String name) throws ImageException {
        int at = 13 + palette(b[10]);
        while (b[at] == 0x21) {
            at += 2;
            while (b[at] != 0) {
                at += 1 + (b[at] & 0xff);
            }
            at++;
        }
        if (b[at] != 0x2c) {
            throw new ImageException(
                    Kind.CORRUPT, name + ": expected a frame in the GIF at byte " + at + ", found none");
        }
        int left = le16(b, at + 1);
        int top = le16(b, at + 3);
        int width = le16(b, at + 5);
        int height = le16(b, at + 7);
        Frame frame = new Frame(left, top, Math.max(le16(b, 6), left + width), Math.max(le16(b, 8), top + height));
        return new Encoded(Format.GIF, b, frame.canvasWidth(), frame.canvasHeight(), 0, NONE, Optional.of(frame), NONE);
    }

    private static int palette(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    static boolean starts(byte[] b, int at, String latin1) {
        if (at + latin1.length() > b.length) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((b[at + i] & 0xff) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What the bytes may be instead, for the message. */
    private static String guess(byte[] b) {
        String head = new String(b, 0, Math.min(b.length, 64), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .strip();
        if (head.startsWith("<!doctype") || head.startsWith("<html")) {
            return "a web page (did the download fail?)";
        }
        if (head.startsWith("<svg") || head.startsWith("<?xml")) {
            return "XML, perhaps SVG";
        }
        if (starts(b, 4, "ftyp")) {
            return "HEIC, AVIF or a video";
        }
        if (starts(b, 0, "II*\0") || starts(b, 0, "MM\0*")) {
            return "TIFF or a camera's raw format";
        }
        if (starts(b, 0, "%PDF")) {
            return "PDF";
        }
        if (starts(b, 0, "version https://git-lfs")) {
            return "a Git LFS pointer (run git lfs pull)";
        }
        return "unknown content starting with the bytes "
                + HexFormat.ofDelimiter(" ").formatHex(b, 0, Math.min(8, b.length));
    }

    static int be16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | (b[at + 1] & 0xff);
    }

    static int be32(byte[] b, int at) {
        return be16(b, at) << 16 | be16(b, at + 2);
    }

    static int le16(byte[] b, int at) {
        return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8;
    }

    static int le24(byte[] b, int at) {
        return le16(b, at) | (b[at + 2] & 0xff) << 16;
    }

    static int le32(byte[] b, int at) {
        return le16(b, at) | le16(b, at + 2) << 16;
    }

    static void putLe32(byte[] b, int at, int value) {
        for (int i = 0; i < 4; i++) {
            b[at + i] = (byte) (value >> (8 * i));
        }
    }
}
