package terzi.data.augment;

import terzi.images.Picture;

/**
 * Draws a picture through a linear map about its centre: target (x, y) shows source {@code (a x + b y, c x + d y)}, both
 * measured from the centre, interpolated between the four nearest pixels.
 */
final class Affine {
    private static final int ONE = 1 << 12;

    private Affine() {}

    static Picture apply(Picture picture, double a, double b, double c, double d, Border border) {
        int width = picture.width();
        int height = picture.height();
        int channels = picture.channels();
        byte[] to = new byte[picture.pixels().length];
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        int o = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sx = a * (x - centreX) + b * (y - centreY) + centreX;
                double sy = c * (x - centreX) + d * (y - centreY) + centreY;
                sample(picture, sx, sy, border, to, o);
                o += channels;
            }
        }
        return new Picture(width, height, channels, to);
    }

    /** Writes the value between the four pixels around (x, y) to {@code to[o]}, one for each channel. */
    static void sample(Picture picture, double x, double y, Border border, byte[] to, int o) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        int rightWeight = (int) ((x - left) * ONE + 0.5);
        int lowerWeight = (int) ((y - top) * ONE + 0.5);
        for (int channel = 0; channel < picture.channels(); channel++) {
            int upper = at(picture, left, top, channel, border) * (ONE - rightWeight)
                    + at(picture, left + 1, top, channel, border) * rightWeight;
            int lower = at(picture, left, top + 1, channel, border) * (ONE - rightWeight)
                    + at(picture, left + 1, top + 1, channel, border) * rightWeight;
            long value = (long) upper * (ONE - lowerWeight) + (long) lower * lowerWeight;
            to[o + channel] = (byte) ((value + (1L << 23)) >> 24);
        }
    }

    private static int at(Picture picture, int x, int y, int channel, Border border) {
        int sx = border.source(x, picture.width());
        int sy = border.source(y, picture.height());
        if (sx < 0 || sy < 0) {
            return border.fill() & 0xff;
        }
        return picture.pixels()[(sy * picture.width() + sx) * picture.channels() + channel] & 0xff;
    }
}
