package terzi.images;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * AWT rasters to images, from the stored samples. {@code BufferedImage.getRGB} is avoided on purpose: it converts gray
 * and 16-bit samples through a colour space and returns other values than the file holds.
 */
final class Rasters {
    private Rasters() {}

    /** An image that keeps its pixels in this array, {@code [height, width, 3]} RGB. */
    static BufferedImage rgb(int width, int height, byte[] pixels) {
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(pixels, pixels.length), width, height, width * 3, 3, new int[] {0, 1, 2}, null);
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
        return new BufferedImage(colours, raster, false, null);
    }

    static Image image(Raster raster, ColorModel colours) {
        if (colours instanceof IndexColorModel palette) {
            return fromPalette(raster, palette);
        }
        int bands = raster.getNumBands();
        boolean alpha = colours.hasAlpha();
        int colourBands = alpha ? bands - 1 : bands;
        int type = colours.getColorSpace().getType();
        if (colourBands != (type == ColorSpace.TYPE_GRAY ? 1 : 3)
                || (type != ColorSpace.TYPE_GRAY && type != ColorSpace.TYPE_RGB)) {
            throw new IllegalArgumentException("expected a gray or RGB raster, with or without alpha, found " + bands
                    + " bands in colour space type " + type);
        }
        if (!alpha
                && raster.getDataBuffer() instanceof DataBufferByte bytes
                && raster.getSampleModel() instanceof ComponentSampleModel layout
                && bytes.getNumBanks() == 1
                && bits(raster, 0) == 8) {
            return copyBytes(raster, bytes, layout);
        }
        return fromSamples(raster, colourBands, alpha, colours.isAlphaPremultiplied());
    }

    /** The common case, 8-bit gray, RGB or BGR in one bank, without going through ints. */
    private static Image copyBytes(Raster raster, DataBufferByte buffer, ComponentSampleModel layout) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        byte[] from = buffer.getData();
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, height), bands)];
        int step = layout.getPixelStride();
        int[] offsets = layout.getBandOffsets();
        int origin = buffer.getOffset()
                - raster.getSampleModelTranslateY() * layout.getScanlineStride()
                - raster.getSampleModelTranslateX() * step;
        int o = 0;
        for (int y = 0; y < height; y++) {
            int row = origin + (raster.getMinY() + y) * layout.getScanlineStride() + raster.getMinX() * step;
            if (bands == 1) {
                for (int x = 0, i = row + offsets[0]; x < width; x++, i += step) {
                    to[o++] = from[i];
                }
            } else {
                int r = row + offsets[0];
                int g = row + offsets[1];
                int b = row + offsets[2];
                for (int x = 0, i = 0; x < width; x++, i += step, o += 3) {
                    to[o] = from[r + i];
                    to[o + 1] = from[g + i];
                    to[o + 2] = from[b + i];
                }
            }
        }
        return new Image(width, height, bands, to);
    }

    private static Image fromSamples(Raster raster, int colourBands, boolean alpha, boolean premultiplied) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int[] bits = new int[bands];
        for (int b = 0; b < bands; b++) {
            bits[b] = bits(raster, b);
        }
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, height), colourBands)];
        int[] row = new int[width * bands];
        int o = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int i = 0; i < row.length; i += bands) {
                int opacity = alpha ? toByte(row[i + colourBands], bits[colourBands]) : 255;
                for (int b = 0; b < colourBands; b++) {
                    int value = toByte(row[i + b], bits[b]);
                    to[o++] = (byte) (premultiplied ? Math.min(255, value + 255 - opacity) : onWhite(value, opacity));
                }
            }
        }
        return new Image(width, height, colourBands, to);
    }

    private static Image fromPalette(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int entries = palette.getMapSize();
        byte[][] table = new byte[3][entries];
        boolean gray = true;
        for (int i = 0; i < entries; i++) {
            int opacity = palette.getAlpha(i);
            table[0][i] = (byte) onWhite(palette.getRed(i), opacity);
            table[1][i] = (byte) onWhite(palette.getGreen(i), opacity);
            table[2][i] = (byte) onWhite(palette.getBlue(i), opacity);
            gray &= table[0][i] == table[1][i] && table[1][i] == table[2][i];
        }
        int channels = gray ? 1 : 3;
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
        int[] row = new int[width];
        int o = 0;
        for (int y = 0; y < height; y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                // a damaged file may point past the end of its palette
                int index = Math.min(row[x], entries - 1);
                for (int c = 0; c < channels; c++) {
                    to[o++] = table[c][index];
                }
            }
        }
        return new Image(width, height, channels, to);
    }

    private static int bits(Raster raster, int band) {
        return raster.getSampleModel().getSampleSize(band);
    }

    /** 16-bit samples keep their upper byte, as in PIL; fewer than 8 bits are stretched to 0..255. */
    private static int toByte(int value, int bits) {
        if (bits == 8) {
            return value & 0xff;
        }
        if (bits > 8) {
            return (value >>> (bits - 8)) & 0xff;
        }
        int max = (1 << bits) - 1;
        return (value * 255 + max / 2) / max;
    }

    /** A sample over a white background, rounded to nearest. */
    static int onWhite(int value, int opacity) {
        return opacity == 255 ? value : (value * opacity + 255 * (255 - opacity) + 127) / 255;
    }
}
