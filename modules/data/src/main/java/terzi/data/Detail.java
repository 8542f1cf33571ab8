package terzi.data;

import terzi.images.Image;
import terzi.images.Resize;

/**
 * The luma of an image on a grid of at most 64 x 64, for the comparison of two images by their fine detail.
 *
 * <p>Different images of one kind share their outline and their brightness; only copies share what is left when both are
 * taken away. Detail is luma less its Gaussian blur of {@value #SIGMA} grid cells.
 *
 * @param luma {@code [height, width]} uint8
 */
record Detail(Image luma) {
    private static final int SIDE = 64;
    /** Shorter sides of the grid than this make an image small: few samples, which agree by chance more often. */
    private static final int SMALL = 48;

    private static final double SIGMA = 1.5;
    private static final int WINDOW = 9;
    /** Mean square, in gray levels, below which there is no detail: that of rounding to whole levels is 1/12. */
    private static final double FLAT = 0.1;

    static Detail of(Image image) {
        return new Detail(Resize.resize(image, Math.min(SIDE, image.width()), Math.min(SIDE, image.height()))
                .withChannels(1));
    }

    Detail mirrored() {
        return new Detail(
                new Image(luma.width(), luma.height(), 1, Fingerprint.mirrored(luma.pixels(), luma.width(), 1)));
    }

    /** Whether both show the same detail, also where one of them was cut by up to 3 % at its edges. */
    boolean matches(Detail other) {
        int width = Math.min(luma.width(), other.luma.width());
        int height = Math.min(luma.height(), other.luma.height());
        float[] here = samples(luma, width, height);
        float[] there = samples(other.luma, width, height);
        Plane a = new Plane(width, height, here).without(SIGMA);
        Plane b = new Plane(width, height, there).without(SIGMA);
        if (a.meanSquare() < FLAT || b.meanSquare() < FLAT) {
            return false;
        }
        double correlation = a.correlation(b);
        if (Math.min(width, height) < SMALL) {
            return correlation >= 0.85 && weakest(a, b) >= 0.6;
        }
        return correlation >= 0.75
                || Alignment.of(new Plane(width, height, here), new Plane(width, height, there))
                                .correlation(a, b)
                        >= 0.75;
    }

    private static float[] samples(Image luma, int width, int height) {
        byte[] pixels = Resize.resize(luma, width, height).pixels();
        float[] samples = new float[pixels.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = pixels[i] & 0xff;
        }
        return samples;
    }

    /** The least correlation in any window that has at least a quarter of the mean energy. */
    private static double weakest(Plane a, Plane b) {
        Plane product = a.times(b).mean(WINDOW);
        Plane energyA = a.times(a).mean(WINDOW);
        Plane energyB = b.times(b).mean(WINDOW);
        double all = 0;
        for (int i = 0; i < product.size(); i++) {
            all += (energyA.at(i) + energyB.at(i)) / 2;
        }
        double mean = all / product.size();
        // a floor of one squared gray level and 2 % of the mean: faint windows are noise
        double floor = 0.02 * mean + 1;
        double weakest = 1;
        for (int i = 0; i < product.size(); i++) {
            double energy = (energyA.at(i) + energyB.at(i)) / 2;
            if (energy > mean / 4) {
                weakest = Math.min(weakest, (product.at(i) + floor) / (energy + floor));
            }
        }
        return weakest;
    }
}
