package terzi.images;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Arrays;

/**
 * An upright image without transparency: {@code [height, width, channels]} uint8, row by row, one channel for gray and
 * three for RGB.
 *
 * <p>An image keeps the array it is given and hands out the same array: nobody may write to it afterwards. Images are
 * therefore safe to share between threads.
 */
public final class Image {
    private final int width;
    private final int height;
    private final int channels;
    private final byte[] pixels;

    /**
     * Creates an image.
     *
     * @param width columns, at least 1
     * @param height rows, at least 1
     * @param channels 1 (gray) or 3 (RGB)
     * @param pixels {@code height * width * channels} bytes, row by row, kept and not copied
     * @throws IllegalArgumentException if the sizes do not fit together
     */
    public Image(int width, int height, int channels, byte[] pixels) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "image: expected at least 1 x 1 pixels, found " + width + " x " + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("image: expected 1 (gray) or 3 (RGB) channels, found " + channels
                    + "; compose transparency onto a background first, as Image.of does");
        }
        if (pixels.length != (long) width * height * channels) {
            throw new IllegalArgumentException("image: expected " + (long) width * height * channels + " bytes for "
                    + width + " x " + height + " x " + channels + ", found " + pixels.length);
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.pixels = pixels;
    }

    /**
     * Converts an AWT image, read from its raster: transparency composed onto white, palettes looked up, 16-bit samples
     * reduced to their upper byte. Colour profiles are ignored, as PIL ignores them.
     *
     * @param image image of any type
     * @return gray for a gray colour model, else RGB
     */
    public static Image of(BufferedImage image) {
        return Rasters.image(image.getRaster(), image.getColorModel());
    }

    /** {@return the width in pixels} */
    public int width() {
        return width;
    }

    /** {@return the height in pixels} */
    public int height() {
        return height;
    }

    /** {@return the number of channels: 1 for gray, 3 for RGB} */
    public int channels() {
        return channels;
    }

    /** {@return the pixels as {@code [height, width, channels]}: the array itself, not a copy; read only} */
    public byte[] pixels() {
        return pixels;
    }

    /**
     * {@return one sample, 0..255}
     *
     * @param x column, from 0
     * @param y row, from 0
     * @param channel channel, from 0
     * @throws IndexOutOfBoundsException if the sample is outside the image
     */
    public int sample(int x, int y, int channel) {
        if (x < 0 || x >= width || y < 0 || y >= height || channel < 0 || channel >= channels) {
            throw new IndexOutOfBoundsException("sample (" + x + ", " + y + ", " + channel + ") lies outside " + this);
        }
        return pixels[(y * width + x) * channels + channel] & 0xff;
    }

    /**
     * Converts the image to gray or RGB. RGB becomes gray by ITU-R 601-2 luma, {@code L = 0.299 R + 0.587 G + 0.114 B},
     * in PIL's 16-bit fixed point.
     *
     * @param wanted 1 (gray) or 3 (RGB)
     * @return the converted image; this one if it has those channels already
     * @throws IllegalArgumentException for another number of channels
     */
    public Image withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        int count = width * height;
        if (wanted == 3) {
            byte[] rgb = new byte[Math.multiplyExact(count, 3)];
            for (int i = 0, o = 0; i < count; i++, o += 3) {
                byte gray = pixels[i];
                rgb[o] = gray;
                rgb[o + 1] = gray;
                rgb[o + 2] = gray;
            }
            return new Image(width, height, 3, rgb);
        }
        if (wanted == 1) {
            byte[] gray = new byte[count];
            for (int i = 0, o = 0; i < count; i++, o += 3) {
                gray[i] = (byte) luma(pixels[o] & 0xff, pixels[o + 1] & 0xff, pixels[o + 2] & 0xff);
            }
            return new Image(width, height, 1, gray);
        }
        throw new IllegalArgumentException("expected 1 (gray) or 3 (RGB) channels, found " + wanted);
    }

    /** Luma as PIL computes it: the weights in units of 1/65536, rounded. */
    static int luma(int r, int g, int b) {
        return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
    }

    /** {@return a copy as an AWT image: {@code TYPE_BYTE_GRAY} for gray, {@code TYPE_3BYTE_BGR} for RGB} */
    public BufferedImage toBufferedImage() {
        if (channels == 1) {
            BufferedImage gray = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
            System.arraycopy(
                    pixels, 0, ((DataBufferByte) gray.getRaster().getDataBuffer()).getData(), 0, pixels.length);
            return gray;
        }
        BufferedImage colour = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) colour.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < pixels.length; i += 3) {
            bgr[i] = pixels[i + 2];
            bgr[i + 1] = pixels[i + 1];
            bgr[i + 2] = pixels[i];
        }
        return colour;
    }

    /** Equal size, channels and pixels. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Image p
                && width == p.width
                && height == p.height
                && channels == p.channels
                && Arrays.equals(pixels, p.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return width + " x " + height + (channels == 1 ? " gray" : " RGB");
    }
}
