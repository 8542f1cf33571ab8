package terzi.backbones;

import terzi.images.Image;

/**
 * A synthetic test image that is identical on every machine, since it is computed in integers only: waves in three
 * colours with a dark disc. It has smooth and sharp parts, and no copyright.
 */
public final class GoldenImage {
    private GoldenImage() {}

    /**
     * {@return the RGB image of {@code size x size} pixels}
     *
     * @param size width and height in pixels, at least 1
     */
    public static Image draw(int size) {
        byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(size, size), 3)];
        int half = size / 2;
        for (int y = 0, i = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int dx = x - half;
                int dy = y - half;
                boolean isDisc = dx * dx + dy * dy < size * size / 16;
                pixels[i++] = (byte) (isDisc ? 40 : wave(2 * x + y));
                pixels[i++] = (byte) (isDisc ? 20 : wave(x + 3 * y + 85));
                pixels[i++] = (byte) (isDisc ? wave(5 * x) : wave((x * x + y * y) >> 7));
            }
        }
        return new Image(size, size, 3, pixels);
    }

    /** Up from 0 to 255 and down again. */
    private static int wave(int at) {
        return (at & 256) == 0 ? at & 255 : 255 - (at & 255);
    }
}
