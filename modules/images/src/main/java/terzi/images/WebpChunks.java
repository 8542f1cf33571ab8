package terzi.images;

import java.util.Arrays;
import java.util.Optional;
import terzi.images.ImageException.Kind;

/** The container of a WebP (RFC 9649, section 2). */
final class WebpChunks {
    private static final int ALPHA_FLAG = 0x10;
    private static final int LOSSLESS_SIGNATURE = 0x2f;
    private static final byte[] NONE = {};

    private final byte[] b;
    private final String name;
    private int canvasWidth;
    private int canvasHeight;
    private boolean extended;
    private byte[] exif = NONE;
    private byte[] alpha = NONE;
    private int image = -1;
    private int imageEnd;
    private boolean lossless;

    private WebpChunks(byte[] b, String name) {
        this.b = b;
        this.name = name;
    }

    /** Finds the bit streams of image and alpha, and hands on those alone, so that no decoder reads beyond their ends. */
    static Encoded read(byte[] b, String name) throws ImageException {
        WebpChunks chunks = new WebpChunks(b, name);
        chunks.walk();
        return chunks.lossless ? chunks.lossless() : chunks.lossy();
    }

    private void walk() throws ImageException {
        long end = (Encoded.le32(b, 4) & 0xffffffffL) + 8;
        if (end > b.length) {
            throw new ImageException(
                    Kind.TRUNCATED,
                    name + ": the WebP announces " + end + " bytes, found " + b.length + "; copy or download it again");
        }
        for (long at = 12; at + 8 <= end; ) {
            int start = (int) at + 8;
            long size = Encoded.le32(b, (int) at + 4) & 0xffffffffL;
            if (start + size > end) {
                throw new ImageException(
                        Kind.TRUNCATED, name + ": a WebP chunk ends after the file; copy or download it again");
            }
            chunk((int) at, start, start + (int) size);
            at = start + size + (size & 1);
        }
        if (image < 0) {
            throw new ImageException(Kind.CORRUPT, name + ": expected an image in the WebP, found none");
        }
    }

    private void chunk(int at, int start, int end) throws ImageException {
        if (Encoded.starts(b, at, "ANIM") || Encoded.starts(b, at, "ANMF")) {
            throw new ImageException(
                    Kind.UNSUPPORTED, name + ": animated WebP is not read; save one frame of it as PNG");
        } else if (Encoded.starts(b, at, "VP8X") && at == 12) {
            extended = true;
            canvasWidth = 1 + Encoded.le24(b, start + 4);
            canvasHeight = 1 + Encoded.le24(b, start + 7);
        } else if (Encoded.starts(b, at, "ALPH") && extended && image < 0) {
            alpha = Arrays.copyOfRange(b, start, end);
        } else if ((Encoded.starts(b, at, "VP8L") || Encoded.starts(b, at, "VP8 ")) && image < 0) {
            image = start;
            // libwebp lets the stream run into the byte that makes the chunk even
            imageEnd = Math.min(b.length, end + ((end - start) & 1));
            lossless = b[at + 3] == 'L';
        } else if (Encoded.starts(b, at, "EXIF") && exif.length == 0) {
            int skip = end - start >= 6 && Encoded.starts(b, start, "Exif\0\0") ? 6 : 0;
            exif = Arrays.copyOfRange(b, start + skip, end);
        }
    }

    private Encoded lossless() throws ImageException {
        byte[] stream = Arrays.copyOfRange(b, image, imageEnd);
        int packed = Encoded.le32(stream, 1);
        if (stream[0] != LOSSLESS_SIGNATURE || packed >>> 29 != 0) {
            throw new ImageException(Kind.CORRUPT, name + ": the lossless WebP does not begin with its signature");
        }
        return checked(new Encoded(
                Encoded.Format.LOSSLESS_WEBP,
                stream,
                1 + (packed & 0x3fff),
                1 + ((packed >>> 14) & 0x3fff),
                (packed >>> 24 & ALPHA_FLAG) != 0 ? 4 : 3,
                exif,
                Optional.empty(),
                NONE));
    }

    /** A WebP with nothing in it but the frame; its decoder looks ahead by a byte, which is zero. */
    private Encoded lossy() throws ImageException {
        int length = imageEnd - image;
        byte[] file = new byte[20 + length + 1];
        System.arraycopy(b, 0, file, 0, 16);
        Encoded.putLe32(file, 4, file.length - 8);
        System.arraycopy(b, image - 8, file, 12, 4);
        Encoded.putLe32(file, 16, length + 1);
        System.arraycopy(b, image, file, 20, length);
        return checked(new Encoded(
                Encoded.Format.WEBP,
                file,
                Encoded.le16(b, image + 6) & 0x3fff,
                Encoded.le16(b, image + 8) & 0x3fff,
                3,
                exif,
                Optional.empty(),
                alpha));
    }

    private Encoded checked(Encoded encoded) throws ImageException {
        if (extended && (encoded.width() != canvasWidth || encoded.height() != canvasHeight)) {
            throw new ImageException(
                    Kind.CORRUPT,
                    name + ": the WebP announces " + canvasWidth + " x " + canvasHeight + " pixels, its image has "
                            + encoded.width() + " x " + encoded.height());
        }
        return encoded;
    }
}
