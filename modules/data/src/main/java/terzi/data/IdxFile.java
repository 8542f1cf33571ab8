package terzi.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import terzi.files.Sha256;

/**
 * A file of unsigned bytes in the IDX format of MNIST, plain or gzipped: {@code 00 00 08 n}, n dimensions as big-endian
 * int32, then the values in row-major order.
 *
 * @param sha256 of the uncompressed file
 */
@SuppressWarnings("ArrayRecordComponent") // taken apart at once, never compared
record IdxFile(int[] shape, byte[] values, String sha256) {

    /** @param dimensions 3 for images, 1 for labels */
    static IdxFile read(Path path, int dimensions) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new DatasetException(path + ": expected an IDX file, found nothing");
        }
        MessageDigest digest = Sha256.start();
        try (InputStream raw = unpacked(path);
                DigestInputStream in = new DigestInputStream(raw, digest)) {
            byte[] header = in.readNBytes(4 + 4 * dimensions);
            int[] shape = shape(path, header, dimensions);
            long announced = 1;
            for (int edge : shape) {
                announced *= edge;
            }
            // one more than announced, to notice surplus; memory grows with what is really there
            byte[] values = in.readNBytes((int) announced + 1);
            if (values.length != announced) {
                throw new DatasetException(path + ": the IDX header announces " + announced + " bytes ("
                        + times(shape) + "), found " + (values.length > announced ? "more" : "only " + values.length)
                        + "; copy or download the file again");
            }
            return new IdxFile(shape, values, HexFormat.of().formatHex(digest.digest()));
        } catch (EOFException | ZipException e) {
            throw new DatasetException(
                    path + ": the gzip data is damaged or cut off (" + e.getMessage()
                            + "); copy or download the file again",
                    e);
        }
    }

    private static int[] shape(Path path, byte[] header, int dimensions) throws DatasetException {
        String expected =
                String.format("the IDX magic 0x%08x (unsigned bytes, %d dimensions)", 0x800 + dimensions, dimensions);
        if (header.length < 4) {
            throw new DatasetException(
                    path + ": expected " + expected + ", found a file of " + header.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(header);
        int magic = buffer.getInt();
        if (magic != 0x800 + dimensions) {
            String hint = magic == 0x801 ? "; is it a labels file?" : magic == 0x803 ? "; is it an images file?" : "";
            throw new DatasetException(path + ": expected " + expected + String.format(", found 0x%08x", magic) + hint);
        }
        if (header.length < 4 + 4 * dimensions) {
            throw new DatasetException(path + ": the file ends within its IDX header; copy or download it again");
        }
        int[] shape = new int[dimensions];
        long total = 1;
        for (int d = 0; d < dimensions; d++) {
            shape[d] = buffer.getInt();
            total = shape[d] < 1 || total > Integer.MAX_VALUE ? Long.MAX_VALUE : total * shape[d];
        }
        if (total > Integer.MAX_VALUE - 16) {
            throw new DatasetException(path + ": the IDX header announces " + times(shape)
                    + " values; expected positive edges and at most 2047 MiB in all");
        }
        return shape;
    }

    private static InputStream unpacked(Path path) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        in.mark(2);
        boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return zipped ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static String times(int[] shape) {
        StringBuilder text = new StringBuilder();
        for (int edge : shape) {
            text.append(text.isEmpty() ? "" : " x ").append(edge & 0xffffffffL);
        }
        return text.toString();
    }
}
