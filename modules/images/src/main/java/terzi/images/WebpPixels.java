package terzi.images;

import java.io.EOFException;
import java.io.IOException;

/** Pixels of a WebP over white. */
final class WebpPixels {
    private static final int LOSSLESS_HEADER = 5;

    private WebpPixels() {}

    /** A lossless image, with alpha if its header says so. */
    static Image lossless(Encoded encoded, DecodingTime time) throws IOException {
        byte[] b = encoded.bytes();
        int[] argb = LosslessWebp.decode(
                new WebpBits(b, LOSSLESS_HEADER, b.length), encoded.width(), encoded.height(), time);
        boolean opaque = encoded.components() == 3;
        byte[] rgb = new byte[Math.multiplyExact(argb.length, 3)];
        for (int i = 0, o = 0; i < argb.length; i++, o += 3) {
            int pixel = argb[i];
            int opacity = opaque ? 255 : pixel >>> 24;
            rgb[o] = (byte) Rasters.onWhite(pixel >> 16 & 0xff, opacity);
            rgb[o + 1] = (byte) Rasters.onWhite(pixel >> 8 & 0xff, opacity);
            rgb[o + 2] = (byte) Rasters.onWhite(pixel & 0xff, opacity);
        }
        return new Image(encoded.width(), encoded.height(), 3, rgb);
    }

    /** Lays a decoded lossy image over white, by the alpha that is stored beside it. */
    static Image withAlpha(Image opaque, byte[] chunk, DecodingTime time) throws IOException {
        if (chunk.length == 0) {
            return opaque;
        }
        byte[] alpha = alpha(chunk, opaque.width(), opaque.height(), time);
        byte[] rgb = opaque.pixels().clone();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Rasters.onWhite(rgb[i] & 0xff, alpha[i / 3] & 0xff);
        }
        return new Image(opaque.width(), opaque.height(), 3, rgb);
    }

    /** An ALPH chunk (RFC 9649, section 2.7.1.2) as {@code [height, width]}. */
    private static byte[] alpha(byte[] chunk, int width, int height, DecodingTime time) throws IOException {
        int flags = chunk[0];
        byte[] alpha = new byte[Math.multiplyExact(width, height)];
        switch (flags & 3) {
            case 0 -> {
                if (chunk.length - 1 < alpha.length) {
                    throw new EOFException("unexpected end of the alpha of the WebP");
                }
                System.arraycopy(chunk, 1, alpha, 0, alpha.length);
            }
            case 1 -> {
                int[] argb = LosslessWebp.decode(new WebpBits(chunk, 1, chunk.length), width, height, time);
                for (int i = 0; i < alpha.length; i++) {
                    alpha[i] = (byte) (argb[i] >> 8);
                }
            }
            default -> throw new IOException("the alpha of the WebP is compressed in an unknown way");
        }
        unfilter(alpha, width, flags >> 2 & 3);
        return alpha;
    }

    /** Adds what was predicted from the left (1), from above (2) or from both (3). */
    private static void unfilter(byte[] alpha, int width, int filter) {
        for (int i = 1; filter != 0 && i < alpha.length; i++) {
            boolean first = i % width == 0;
            if (i < width || (filter == 1 && !first)) {
                alpha[i] += alpha[i - 1];
            } else if (first || filter == 2) {
                alpha[i] += alpha[i - width];
            } else {
                int gradient = (alpha[i - 1] & 0xff) + (alpha[i - width] & 0xff) - (alpha[i - width - 1] & 0xff);
                alpha[i] += (byte) Math.max(0, Math.min(255, gradient));
            }
        }
    }
}
