package terzi.images;

import java.util.Arrays;
import java.util.zip.CRC32;
import terzi.images.ImageException.Kind;

/** The chunks of a PNG (W3C PNG specification, section 5). */
final class PngChunks {
    private PngChunks() {}

    /**
     * Checks every critical chunk and keeps only those that make pixels: compressed texts and profiles may unpack to
     * gigabytes.
     */
    static Encoded read(byte[] b, String name) throws ImageException {
        if (!Encoded.starts(b, 12, "IHDR")) {
            throw new ImageException(
                    Kind.CORRUPT, name + ": expected IHDR as the first chunk of the PNG, found another");
        }
        int width = Encoded.be32(b, 16);
        int height = Encoded.be32(b, 20);
        byte[] exif = {};
        byte[] kept = new byte[b.length];
        System.arraycopy(b, 0, kept, 0, 8);
        int length = 8;
        boolean pixels = false;
        boolean complete = false;
        int at = 8;
        while (at + 12 <= b.length && !complete) {
            int size = Encoded.be32(b, at);
            boolean critical = (b[at + 4] & 0x20) == 0;
            if (size < 0 || size > b.length - at - 12) {
                throw new ImageException(
                        Kind.TRUNCATED,
                        name + ": a PNG chunk of " + (size & 0xffffffffL)
                                + " bytes ends after the file; copy or download it" + " again");
            }
            if (critical || Encoded.starts(b, at + 4, "tRNS")) {
                requireChecksum(b, at, size, name);
                System.arraycopy(b, at, kept, length, size + 12);
                length += size + 12;
            } else if (Encoded.starts(b, at + 4, "eXIf")) {
                exif = Arrays.copyOfRange(b, at + 8, at + 8 + size);
            }
            pixels |= Encoded.starts(b, at + 4, "IDAT");
            complete = Encoded.starts(b, at + 4, "IEND");
            at += size + 12;
        }
        if (!complete || !pixels) {
            throw new ImageException(
                    Kind.TRUNCATED,
                    name + ": the PNG ends before its " + (pixels ? "end mark" : "pixels")
                            + "; copy or download it again");
        }
        return Encoded.plain(Encoded.Format.PNG, Arrays.copyOf(kept, length), width, height, exif);
    }

    /** Bytes of a pixel as the decoder keeps it, rounded up. */
    static int rasterBytes(byte[] b) {
        int depth = b[24] & 0xff;
        int samples =
                switch (b[25]) {
                    case 2 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> 1;
                };
        return Math.max(1, samples * depth / 8);
    }

    private static void requireChecksum(byte[] b, int at, int size, String name) throws ImageException {
        CRC32 crc = new CRC32();
        crc.update(b, at + 4, size + 4);
        if ((int) crc.getValue() != Encoded.be32(b, at + 8 + size)) {
            throw new ImageException(
                    Kind.CORRUPT,
                    name + ": the PNG chunk at byte " + at + " does not match its checksum; copy or download it again");
        }
    }
}
