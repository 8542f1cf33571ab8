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
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final int APP14 = 0xee;

    /** JFIF 1.01 without a thumbnail: says that three components are YCbCr. */
    private static final byte[] JFIF = {
        (byte) 0xff, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };

    /**
     * Finds size, components and EXIF, and drops the APP2 segments: with a colour profile in them ImageIO converts colours,
     * slowly and to other values than PIL gives.
     */
    static Encoded read(byte[] b, String name) throws PictureException {
        // room for a JFIF segment at the start
        byte[] kept = new byte[b.length + JFIF.length];
        int length = JFIF.length + 2;
        boolean unmarked = true;
        int names = 0;
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
                names = components == 3 ? (b[at + 8] & 0xff) << 16 | (b[at + 11] & 0xff) << 8 | (b[at + 14] & 0xff) : 0;
            } else if (marker == APP1 && exif.length == 0 && size > 8 && Encoded.starts(b, at + 2, "Exif\0")) {
                exif = Arrays.copyOfRange(b, at + 8, at + size);
            }
            unmarked &= marker != APP14 && !(marker == APP0 && Encoded.starts(b, at + 2, "JFIF"));
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
        // without a mark ImageIO guesses RGB where libjpeg reads YCbCr, unless the components are called 1 2 3 or R G B
        boolean ambiguous = unmarked && components == 3 && names != 0x010203 && names != 0x524742;
        int skipped = ambiguous ? 0 : JFIF.length;
        System.arraycopy(JFIF, 0, kept, 2, JFIF.length);
        kept[skipped] = b[0];
        kept[skipped + 1] = b[1];
        byte[] whole = Arrays.copyOfRange(kept, skipped, length + b.length - scan);
        return new Encoded(Encoded.Format.JPEG, whole, width, height, components, exif, Optional.empty());
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
