package terzi.samples.digits;

import terzi.images.Image;
import terzi.images.Resize;

/**
 * A drawing as MNIST's digits are: cut out, its longer side 20 pixels, and placed in 28 x 28 so that its centre of mass is in the
 * middle (LeCun et al., "Gradient-based learning applied to document recognition", 1998).
 */
final class CentredDigit {

    private static final int SIDE = 28;
    private static final int BOX = 20;

    private CentredDigit() {}

    /** @param drawing gray, bright on black */
    static Image of(Image drawing) {
        int left = drawing.width();
        int right = -1;
        int top = drawing.height();
        int bottom = -1;
        for (int y = 0; y < drawing.height(); y++) {
            for (int x = 0; x < drawing.width(); x++) {
                if (drawing.sample(x, y, 0) > 0) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                }
            }
        }
        if (right < 0) {
            return new Image(SIDE, SIDE, 1, new byte[SIDE * SIDE]);
        }
        int width = right - left + 1;
        int height = bottom - top + 1;
        int longer = Math.max(width, height);
        Image digit = Resize.resize(
                Resize.crop(drawing, left, top, width, height),
                Math.max(1, Math.round((float) BOX * width / longer)),
                Math.max(1, Math.round((float) BOX * height / longer)));
        return placed(digit);
    }

    private static Image placed(Image digit) {
        double mass = 0;
        double sumX = 0;
        double sumY = 0;
        for (int y = 0; y < digit.height(); y++) {
            for (int x = 0; x < digit.width(); x++) {
                int ink = digit.sample(x, y, 0);
                mass += ink;
                sumX += ink * (x + 0.5);
                sumY += ink * (y + 0.5);
            }
        }
        int left = placed(SIDE / 2.0 - sumX / Math.max(1, mass), digit.width());
        int top = placed(SIDE / 2.0 - sumY / Math.max(1, mass), digit.height());
        byte[] pixels = new byte[SIDE * SIDE];
        for (int y = 0; y < digit.height(); y++) {
            System.arraycopy(digit.pixels(), y * digit.width(), pixels, (top + y) * SIDE + left, digit.width());
        }
        return new Image(SIDE, SIDE, 1, pixels);
    }

    /** The nearest whole place at which all of the digit is inside. */
    private static int placed(double wanted, int length) {
        return (int) Math.max(0, Math.min(SIDE - length, Math.round(wanted)));
    }
}
