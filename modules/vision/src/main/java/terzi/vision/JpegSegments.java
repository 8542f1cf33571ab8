package terzi.vision;

import java.util.Arrays;
import java.util.Optional;
import terzi.vision.PictureException.Kind;

/** The header of a JPEG (ITU-T T.81, annex B): its segments up to the first scan. */
final class JpegSegments {
    private JpegSegments() {}

    private static final int SOF0 = 0xc0;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;

    /**
     * Finds size, components and EXIF, and drops the APP2 segments: with a colour profile in them ImageIO converts colours,
     * slowly and to other values than PIL gives.
     */
    static Encoded read(byte[] b, String name) throws PictureException {
        byte[] kept = new byte[b.length];
        kept[0] = b[0];
        kept[1] = b[1];
        int length = 2;
        int width = 0;
        int height = 0;
        int components = 0;
        byte[] exif = {};
        int at = 2;
        while (true) {
            // bytes between segments and fill bytes are skipped, as decoders do
            while ((b[at] & 0xff) != 0xff) {
                at++;
            }
            while ((b[at] & 0xff) == 0xff) {
                at++;
            }
            int marker = b[at++] & 0xff;
            if (marker == EOI) {
                throw new PictureException(Kind.CORRUPT, name + ": expected pixels in the JPEG, found none");
            }
            if (marker < SOF0 || (marker >= 0xd0 && marker <= 0xd8)) {
                continue;
            }
            int size = Encoded.be16(b, at);
            if (marker == SOS || at + size > b.length) {
                if (marker != SOS) {
                    throw new PictureException(
                            Kind.TRUNCATED, name + ": the JPEG ends within its header; copy or download it again");
                }
                break;
            }
            if (marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
                requireReadable(marker, b[at + 2] & 0xff, name);
                height = Encoded.be16(b, at + 3);
                width = Encoded.be16(b, at + 5);
                components = b[at + 7] & 0xff;
            } else if (marker == APP1 && exif.length == 0 && size > 8 && Encoded.starts(b, at + 2, "Exif\0")) {
                exif = Arrays.copyOfRange(b, at + 8, at + size);
            }
            if (marker != APP2) {
                kept[length] = (byte) 0xff;
                kept[length + 1] = (byte) marker;
                System.arraycopy(b, at, kept, length + 2, size);
                length += size + 2;
            }
            at += Math.max(size, 2);
        }
        if (components == 0) {
            throw new PictureException(Kind.CORRUPT, name + ": expected a frame header in the JPEG, found none");
        }
        requireEnd(b, at, name);
        int scan = at - 2;
        System.arraycopy(b, scan, kept, length, b.length - scan);
        return new Encoded(
                Encoded.Format.JPEG, kept, length + b.length - scan, width, height, components, exif, Optional.empty());
    }

    /**
     * Walks through the scans to the end mark. Decoders invent what is missing of a truncated JPEG, of a progressive one
     * without even a warning.
     */
    private static void requireEnd(byte[] b, int firstScan, String name) throws PictureException {
        int at = firstScan + (firstScan + 2 <= b.length ? Encoded.be16(b, firstScan) : 0);
        while (at + 1 < b.length) {
            int marker = b[at + 1] & 0xff;
            if ((b[at] & 0xff) != 0xff || marker == 0xff) {
                at++;
            } else if (marker == EOI) {
                return;
            } else if (marker == 0 || (marker >= 0xd0 && marker <= 0xd7)) {
                at += 2;
            } else {
                at += 2 + (at + 4 <= b.length ? Encoded.be16(b, at + 2) : 0);
            }
        }
        throw new PictureException(
                Kind.TRUNCATED, name + ": the JPEG ends before its end mark; copy or download it again");
    }

    private static void requireReadable(int marker, int precision, String name) throws PictureException {
        if (marker > 0xc2) {
            throw new PictureException(
                    Kind.UNSUPPORTED,
                    name + ": expected a baseline or progressive JPEG, found "
                            + (marker == 0xc3 ? "a lossless" : "an arithmetic-coded or hierarchical")
                            + " one; convert it to PNG");
        }
        if (precision != 8) {
            throw new PictureException(
                    Kind.UNSUPPORTED,
                    name + ": expected 8-bit samples in the JPEG, found " + precision + "; convert it to PNG");
        }
    }
}
