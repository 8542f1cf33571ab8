package terzi.data.augment;

import java.util.random.RandomGenerator;
import terzi.images.Image;

/**
 * Turns, stretches, slants, moves and bends the image in one go, so that it is interpolated and blurred once only; the
 * bending is a coarse grid of random displacements with smooth steps in between, a cheap kin of the elastic distortions of
 * Simard, Steinkraus and Platt (Best Practices for Convolutional Neural Networks, 2003).
 *
 * @param degrees the angle is drawn from {@code -degrees..degrees}, 0..180
 * @param scale width and height each grow or shrink by a factor of their own, drawn from {@code 1/(1+scale)..1+scale}, 0..9
 * @param shear each row moves by a share of its distance from the centre, drawn from {@code -shear..shear}, 0..2
 * @param shift share of width and height, drawn from {@code -shift..shift}, 0..1
 * @param bend each point of the grid moves by a share of width and height drawn from {@code -bend..bend}, 0..1
 * @param cells of the grid in each direction, 1..64
 * @param border what comes into view at the edges
 */
public record Warp(double degrees, double scale, double shear, double shift, double bend, int cells, Border border)
        implements Augmentation {
    /**
     * Creates an augmentation.
     *
     * @param degrees the angle is drawn from {@code -degrees..degrees}, 0..180
     * @param scale width and height each grow or shrink by a factor of their own, drawn from {@code
     *     1/(1+scale)..1+scale}, 0..9
     * @param shear each row moves by a share of its distance from the centre, drawn from {@code -shear..shear}, 0..2
     * @param shift share of width and height, drawn from {@code -shift..shift}, 0..1
     * @param bend each point of the grid moves by a share of width and height drawn from {@code -bend..bend}, 0..1
     * @param cells of the grid in each direction, 1..64
     * @param border what comes into view at the edges
     * @throws IllegalArgumentException if a value is out of range
     */
    public Warp {
        Draws.requireRange("warp: degrees", degrees, 0, 180);
        Draws.requireRange("warp: scale", scale, 0, 9);
        Draws.requireRange("warp: shear", shear, 0, 2);
        Draws.requireRange("warp: shift", shift, 0, 1);
        Draws.requireRange("warp: bend", bend, 0, 1);
        Draws.requireRange("warp: cells", cells, 1, 64);
    }

    @Override
    public Image apply(Image image, RandomGenerator random) {
        int width = image.width();
        int height = image.height();
        double angle = Draws.between(-degrees, degrees, random) / 180 * StrictMath.PI;
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double stretchX = StrictMath.exp(Draws.between(-1, 1, random) * StrictMath.log(1 + scale));
        double stretchY = StrictMath.exp(Draws.between(-1, 1, random) * StrictMath.log(1 + scale));
        double slant = Draws.between(-shear, shear, random);
        double moveX = Draws.between(-shift, shift, random) * width;
        double moveY = Draws.between(-shift, shift, random) * height;
        double[] bentX = grid(width, random);
        double[] bentY = grid(height, random);
        // target to source: stretch, then slant, then turn
        double a = cos / stretchX;
        double b = cos * slant + sin / stretchY;
        double c = -sin / stretchX;
        double d = cos / stretchY - sin * slant;
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        byte[] to = new byte[image.pixels().length];
        double[] rowX = new double[cells + 1];
        double[] rowY = new double[cells + 1];
        for (int y = 0, o = 0; y < height; y++) {
            row(bentX, bentY, place(y, height), rowX, rowY);
            for (int x = 0; x < width; x++, o += image.channels()) {
                double at = place(x, width);
                int cell = Math.min(cells - 1, (int) at);
                double weight = smooth(at - cell);
                double fromX = x - centreX - moveX + rowX[cell] + (rowX[cell + 1] - rowX[cell]) * weight;
                double fromY = y - centreY - moveY + rowY[cell] + (rowY[cell + 1] - rowY[cell]) * weight;
                Affine.sample(image, a * fromX + b * fromY + centreX, c * fromX + d * fromY + centreY, border, to, o);
            }
        }
        return new Image(width, height, image.channels(), to);
    }

    /** Displacements in pixels of the grid's points, row by row. */
    private double[] grid(int length, RandomGenerator random) {
        double[] points = new double[(cells + 1) * (cells + 1)];
        for (int i = 0; i < points.length; i++) {
            points[i] = Draws.between(-bend, bend, random) * length;
        }
        return points;
    }

    /** The grid's displacements along one row of pixels. */
    private void row(double[] gridX, double[] gridY, double at, double[] rowX, double[] rowY) {
        int cell = Math.min(cells - 1, (int) at);
        double weight = smooth(at - cell);
        int upper = cell * (cells + 1);
        int lower = upper + cells + 1;
        for (int i = 0; i <= cells; i++) {
            rowX[i] = gridX[upper + i] + (gridX[lower + i] - gridX[upper + i]) * weight;
            rowY[i] = gridY[upper + i] + (gridY[lower + i] - gridY[upper + i]) * weight;
        }
    }

    /** Where a pixel lies on the grid, 0..cells. */
    private double place(int pixel, int length) {
        return length == 1 ? 0 : (double) pixel * cells / (length - 1);
    }

    /** From 0 to 1 without a kink at either end. */
    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }
}
