package terzi.images;

import java.util.Arrays;
import java.util.Optional;
import terzi.images.ImageException.Kind;

/**
 * The segments of a JPEG (ITU-T T.81, annex B). Decoders differ in what they take for the colours of a file, so the file is
 * rewritten until none has a choice: its colours are told by one marker, according to libjpeg's rules, its components are
 * called 1, 2, 3 and 4, and what an application may store beside is left out (with a colour profile in it ImageIO converts
 * colours, slowly and to other values than PIL gives).
 */
final class JpegSegments {
    private static final int SOF0 = 0xc0;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;

    /** From libjpeg: shorter segments do not count. */
    private static final int LEAST_JFIF = 16;

    private static final int LEAST_ADOBE = 14;

    /** JFIF 1.01 without a thumbnail: says that three components are YCbCr. */
    private static final byte[] JFIF = {
        (byte) 0xff, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };

    /** Adobe's marker; its last byte tells the transform: 0 none, 1 YCbCr, 2 YCCK. */
    private static final byte[] ADOBE = {
        (byte) 0xff, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private static final int NO_ADOBE = -1;

    private final byte[] b;
    private final String name;
    private final byte[] kept;
    private int length;
    private boolean jfif;
    private int adobe = NO_ADOBE;
    private byte[] exif = {};
    private int width;
    private int height;
    private byte[] names = {};

    private JpegSegments(byte[] b, String name) {
        this.b = b;
        this.name = name;
        this.kept = new byte[b.length + JFIF.length];
    }

    /** Finds size, components and EXIF, and rewrites the rest. */
    static Encoded read(byte[] b, String name) throws ImageException {
        return new JpegSegments(b, name).read();
    }

    private Encoded read() throws ImageException {
        // the segment that tells the colours is put in front once all are known
        length = JFIF.length + 2;
        int scan = header();
        if (names.length == 0) {
            throw new ImageException(Kind.CORRUPT, name + ": expected a frame header in the JPEG, found none");
        }
        scans(scan);
        byte[] colours = colours();
        int start = JFIF.length - colours.length;
        kept[start] = b[0];
        kept[start + 1] = b[1];
        System.arraycopy(colours, 0, kept, start + 2, colours.length);
        return new Encoded(
                Encoded.Format.JPEG,
                Arrays.copyOfRange(kept, start, length),
                width,
                height,
                names.length,
                exif,
                Optional.empty(),
                new byte[0]);
    }

    /** The segments before the first scan; returns where its segment begins. */
    private int header() throws ImageException {
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
                throw new ImageException(Kind.CORRUPT, name + ": expected pixels in the JPEG, found none");
            }
            if (marker < SOF0 || (marker >= 0xd0 && marker <= 0xd8)) {
                continue;
            }
            if (marker == SOS) {
                return at - 2;
            }
            int size = Encoded.be16(b, at);
            if (at + size > b.length) {
                throw new ImageException(
                        Kind.TRUNCATED, name + ": the JPEG ends within its header; copy or download it again");
            }
            segment(marker, at, size);
            at += Math.max(size, 2);
        }
    }

    private void segment(int marker, int at, int size) throws ImageException {
        if (marker == APP0) {
            jfif |= size >= LEAST_JFIF && Encoded.starts(b, at + 2, "JFIF\0");
        } else if (marker == APP14) {
            adobe = size >= LEAST_ADOBE && Encoded.starts(b, at + 2, "Adobe") ? b[at + 13] & 0xff : adobe;
        } else if (marker == APP1 && exif.length == 0 && size > 8 && Encoded.starts(b, at + 2, "Exif\0")) {
            exif = Arrays.copyOfRange(b, at + 8, at + size);
        }
        if (isFrame(marker)) {
            requireReadable(marker, b[at + 2] & 0xff);
            height = Encoded.be16(b, at + 3);
            width = Encoded.be16(b, at + 5);
            requireComponents(b[at + 7] & 0xff, size);
            names = new byte[b[at + 7]];
            for (int i = 0; i < names.length; i++) {
                names[i] = b[at + 8 + 3 * i];
            }
        }
        if (size >= 2 && (marker < APP0 || (marker > APP15 && marker != COM))) {
            int start = append(marker, at, size);
            for (int i = 0; isFrame(marker) && i < names.length; i++) {
                kept[start + 10 + 3 * i] = (byte) (i + 1);
            }
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    private int append(int marker, int at, int size) {
        int start = length;
        kept[start] = (byte) 0xff;
        kept[start + 1] = (byte) marker;
        System.arraycopy(b, at, kept, start + 2, size);
        length += size + 2;
        return start;
    }

    /**
     * Copies the scans up to the end mark. Decoders invent what is missing of a truncated JPEG, of a progressive one without
     * even a warning.
     */
    private void scans(int firstScan) throws ImageException {
        int offset = length - firstScan;
        System.arraycopy(b, firstScan, kept, length, b.length - firstScan);
        length += b.length - firstScan;
        int at = firstScan;
        while (at + 1 < b.length) {
            int marker = b[at + 1] & 0xff;
            if ((b[at] & 0xff) != 0xff || marker == 0xff) {
                at++;
            } else if (marker == EOI) {
                length = at + 2 + offset;
                return;
            } else if (marker == 0 || (marker >= 0xd0 && marker <= 0xd7)) {
                at += 2;
            } else {
                if (marker == SOS) {
                    renameComponents(at + 4, offset);
                }
                at += 2 + (at + 4 <= b.length ? Encoded.be16(b, at + 2) : 0);
            }
        }
        throw new ImageException(
                Kind.TRUNCATED, name + ": the JPEG ends before its end mark; copy or download it again");
    }

    /** As libjpeg finds them: by name, each one after those before it. */
    private void renameComponents(int at, int offset) throws ImageException {
        if (at >= b.length || at + 2 * (b[at] & 0xff) >= b.length) {
            return; // found to be truncated soon
        }
        for (int i = 0; i < (b[at] & 0xff); i++) {
            int place = at + 1 + 2 * i;
            int component = i;
            while (component < names.length && names[component] != b[place]) {
                component++;
            }
            if (component == names.length) {
                throw new ImageException(
                        Kind.CORRUPT,
                        name + ": a scan of the JPEG has the component " + (b[place] & 0xff)
                                + ", which the frame has not, or not in this order");
            }
            kept[place + offset] = (byte) (component + 1);
        }
    }

    /**
     * The marker from which every decoder takes the colours that libjpeg takes (default_decompress_parms in jdapimin.c): of
     * three components JFIF says that they are YCbCr, before Adobe's marker, and that before the components' names.
     */
    private byte[] colours() {
        if (names.length == 3) {
            boolean rgb = !jfif && (adobe == NO_ADOBE ? Arrays.equals(names, new byte[] {'R', 'G', 'B'}) : adobe == 0);
            return rgb ? adobe(0) : JFIF;
        }
        if (names.length == 4) {
            return adobe(adobe == NO_ADOBE || adobe == 0 ? 0 : 2);
        }
        return JFIF;
    }

    private static byte[] adobe(int transform) {
        byte[] marker = ADOBE.clone();
        marker[marker.length - 1] = (byte) transform;
        return marker;
    }

    private void requireComponents(int count, int size) throws ImageException {
        if (count != 1 && count != 3 && count != 4) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    name + ": expected 1, 3 or 4 colour components in the JPEG, found " + count
                            + "; convert it to PNG");
        }
        if (names.length > 0 || size != 8 + 3 * count) {
            throw new ImageException(Kind.CORRUPT, name + ": the frame header of the JPEG is damaged");
        }
    }

    private void requireReadable(int marker, int precision) throws ImageException {
        if (marker > 0xc2) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    name + ": expected a baseline or progressive JPEG, found "
                            + (marker == 0xc3 ? "a lossless" : "an arithmetic-coded or hierarchical")
                            + " one; convert it to PNG");
        }
        if (precision != 8) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    name + ": expected 8-bit samples in the JPEG, found " + precision + "; convert it to PNG");
        }
    }
}
