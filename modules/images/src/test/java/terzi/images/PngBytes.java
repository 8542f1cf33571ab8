package terzi.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** PNG files with any header and any pixels, compressed or not. */
final class PngBytes {
    private PngBytes() {}

    /**
     * A file of three chunks.
     *
     * @param colours the colour type: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
     * @param pixels content of IDAT
     */
    static byte[] of(int width, int height, int depth, int colours, byte[] pixels) {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) depth)
                .put((byte) colours)
                .array();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
        png.writeBytes(chunk("IHDR", header));
        png.writeBytes(chunk("IDAT", pixels));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    private static byte[] chunk(String kind, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(kind.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 sum = new CRC32();
        sum.update(named);
        return ByteBuffer.allocate(8 + named.length)
                .putInt(content.length)
                .put(named)
                .putInt((int) sum.getValue())
                .array();
    }
}
