package terzi.data.augment;

import terzi.images.Image;

/**
 * Draws an image through a linear map about its centre: target (x, y) shows source {@code (a x + b y, c x + d y)}, both
 * measured from the centre, interpolated between the four nearest pixels.
 */
final class Affine {
    private static final int ONE = 1 << 12;

    private Affine() {}

    static Image apply(Image image, double a, double b, double c, double d, Border border) {
        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] to = new byte[image.pixels().length];
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        int o = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sx = a * (x - centreX) + b * (y - centreY) + centreX;
                double sy = c * (x - centreX) + d * (y - centreY) + centreY;
                sample(image, sx, sy, border, to, o);
                o += channels;
            }
        }
        return new Image(width, height, channels, to);
    }

    /** Writes the value between the four pixels around (x, y) to {@code to[o]}, one for each channel. */
    static void sample(Image image, double x, double y, Border border, byte[] to, int o) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        int rightWeight = (int) ((x - left) * ONE + 0.5);
        int lowerWeight = (int) ((y - top) * ONE + 0.5);
        for (int channel = 0; channel < image.channels(); channel++) {
            int upper = at(image, left, top, channel, border) * (ONE - rightWeight)
                    + at(image, left + 1, top, channel, border) * rightWeight;
            int lower = at(image, left, top + 1, channel, border) * (ONE - rightWeight)
                    + at(image, left + 1, top + 1, channel, border) * rightWeight;
            long value = (long) upper * (ONE - lowerWeight) + (long) lower * lowerWeight;
            to[o + channel] = (byte) ((value + (1L << 23)) >> 24);
        }
    }

    private static int at(Image image, int x, int y, int channel, Border border) {
        int sx = border.source(x, image.width());
        int sy = border.source(y, image.height());
        if (sx < 0 || sy < 0) {
            return border.fill() & 0xff;
        }
        return image.pixels()[(sy * image.width() + sx) * image.channels() + channel] & 0xff;
    }
}
