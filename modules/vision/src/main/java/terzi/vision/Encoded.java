package terzi.vision;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import terzi.vision.PictureException.Kind;

/**
 * An encoded picture whose container has been walked through but whose pixels have not been decoded.
 *
 * @param bytes the picture, without the parts that change or endanger decoding (colour profiles, compressed texts)
 * @param components colour components of a JPEG, 0 for other formats
 * @param exif the TIFF structure of the EXIF data, empty if there is none
 * @param frame where the first frame lies on the canvas, if it need not fill it
 */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
record Encoded(Format format, byte[] bytes, int width, int height, int components, byte[] exif, Optional<Frame> frame) {

    enum Format {
        PNG,
        JPEG,
        WEBP,
        GIF,
        BMP
    }

    /** A frame on a white canvas. */
    record Frame(int left, int top, int canvasWidth, int canvasHeight) {
        Picture place(Picture frame) {
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
            return new Picture(canvasWidth, canvasHeight, channels, canvas);
        }
    }

    private static final byte[] NONE = {};

    InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }

    /** @throws IndexOutOfBoundsException if the bytes end within a header */
    static Encoded of(byte[] b, String name) throws PictureException {
        if (b.length == 0) {
            throw new PictureException(Kind.EMPTY, name + ": expected a picture, found an empty file");
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
            return webp(b, name);
        }
        if (starts(b, 0, "BM") && b.length > 26 && int32(b, 14) >= 12 && int32(b, 14) <= 200) {
            return bmp(b);
        }
        throw new PictureException(
                Kind.UNKNOWN_FORMAT,
                name + ": expected PNG, JPEG, WebP, GIF or BMP, found " + guess(b)
                        + "; convert it to PNG or JPEG, or remove it");
    }

    static Encoded plain(Format format, byte[] b, int width, int height, byte[] exif) {
        return new Encoded(format, b, width, height, 0, exif, Optional.empty());
    }

    private static Encoded bmp(byte[] b) {
        boolean old = int32(b, 14) == 12;
        int width = old ? le16(b, 18) : int32(b, 18);
        // a negative height only means that the rows run from top to bottom
        int height = old ? le16(b, 20) : Math.abs(int32(b, 22));
        return plain(Format.BMP, b, width, height, NONE);
    }

    private static Encoded gif(byte[] b, String name) throws PictureException {
        int at = 13 + palette(b[10]);
        while (b[at] == 0x21) {
            at += 2;
            while (b[at] != 0) {
                at += 1 + (b[at] & 0xff);
            }
            at++;
        }
        if (b[at] != 0x2c) {
            throw new PictureException(
                    Kind.CORRUPT, name + ": expected a frame in the GIF at byte " + at + ", found none");
        }
        int left = le16(b, at + 1);
        int top = le16(b, at + 3);
        int width = le16(b, at + 5);
        int height = le16(b, at + 7);
        Frame frame = new Frame(left, top, Math.max(le16(b, 6), left + width), Math.max(le16(b, 8), top + height));
        return new Encoded(Format.GIF, b, frame.canvasWidth(), frame.canvasHeight(), 0, NONE, Optional.of(frame));
    }

    private static int palette(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /** WebP container: developers.google.com/speed/webp/docs/riff_container. */
    private static Encoded webp(byte[] b, String name) throws PictureException {
        long end = (int32(b, 4) & 0xffffffffL) + 8;
        if (end > b.length) {
            throw new PictureException(
                    Kind.TRUNCATED,
                    name + ": the WebP announces " + end + " bytes, found " + b.length + "; copy or download it again");
        }
        int width = 0;
        int height = 0;
        byte[] exif = NONE;
        byte[] kept = null;
        for (long at = 12; at + 8 <= end; ) {
            int start = (int) at + 8;
            long size = int32(b, (int) at + 4) & 0xffffffffL;
            if (start + size > b.length) {
                throw new PictureException(
                        Kind.TRUNCATED, name + ": a WebP chunk ends after the file; copy or download it again");
            }
            if (starts(b, (int) at, "ANIM")) {
                throw new PictureException(
                        Kind.UNSUPPORTED, name + ": animated WebP is not read; save one frame of it");
            }
            if (starts(b, (int) at, "VP8X")) {
                width = 1 + le24(b, start + 4);
                height = 1 + le24(b, start + 7);
            } else if (starts(b, (int) at, "VP8L") && width == 0) {
                int packed = int32(b, start + 1);
                width = 1 + (packed & 0x3fff);
                height = 1 + ((packed >>> 14) & 0x3fff);
            } else if (starts(b, (int) at, "VP8 ") && width == 0) {
                width = le16(b, start + 6) & 0x3fff;
                height = le16(b, start + 8) & 0x3fff;
            } else if (starts(b, (int) at, "EXIF") && exif.length == 0) {
                int skip = size >= 6 && starts(b, start, "Exif\0\0") ? 6 : 0;
                exif = Arrays.copyOfRange(b, start + skip, start + (int) size);
            } else if (starts(b, (int) at, "ICCP")) {
                // renamed, a profile is an unknown chunk that decoders skip
                kept = kept == null ? b.clone() : kept;
                kept[(int) at] = 'x';
            }
            at = start + size + (size & 1);
        }
        return plain(Format.WEBP, kept == null ? b : kept, width, height, exif);
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

    private static int le16(byte[] b, int at) {
        return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8;
    }

    private static int le24(byte[] b, int at) {
        return le16(b, at) | (b[at + 2] & 0xff) << 16;
    }

    private static int int32(byte[] b, int at) {
        return le16(b, at) | le16(b, at + 2) << 16;
    }
}
