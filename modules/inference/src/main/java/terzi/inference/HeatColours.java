package terzi.inference;

/**
 * The colours of a heat map: nothing where it is cold, then violet, red, orange and pale yellow. Lightness rises evenly with heat in
 * OKLab (Ottosson, "A perceptual color space for image processing", 2020), so equal steps of heat look equal, also to people who see
 * fewer colours and in a gray print.
 */
final class HeatColours {
    /** Heat from which on the image begins to be covered. */
    private static final double COLD = 0.15;

    /** Heat from which on it is covered the most. */
    private static final double HOT = 0.8;

    private static final double MOST_COVERED = 0.78;

    /** Lightness, chroma and hue in degrees at equal steps of heat. */
    private static final double[][] STOPS = {
        {0.36, 0.15, 290}, {0.51, 0.20, 335}, {0.65, 0.21, 385}, {0.80, 0.17, 430}, {0.95, 0.13, 465}
    };

    private HeatColours() {}

    /** The opaque colour of a heat 0..1, as {@code 0xAARRGGBB}. */
    static int opaque(double heat) {
        double place = Math.max(0, Math.min(1, heat)) * (STOPS.length - 1);
        int stop = Math.min((int) place, STOPS.length - 2);
        double share = place - stop;
        double lightness = between(stop, 0, share);
        double chroma = between(stop, 1, share);
        double hue = Math.toRadians(between(stop, 2, share));
        double a = chroma * Math.cos(hue);
        double b = chroma * Math.sin(hue);
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return 0xff000000
                | (sample(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16)
                | (sample(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8)
                | sample(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    /** The colour of a heat 0..1 with how far it covers the image, as {@code 0xAARRGGBB}. */
    static int over(double heat) {
        double rise = Math.max(0, Math.min(1, (heat - COLD) / (HOT - COLD)));
        long alpha = Math.round(255 * MOST_COVERED * rise * rise * (3 - 2 * rise));
        return ((int) alpha << 24) | (opaque(heat) & 0xffffff);
    }

    private static double between(int stop, int part, double share) {
        return STOPS[stop][part] * (1 - share) + STOPS[stop + 1][part] * share;
    }

    private static double cube(double value) {
        return value * value * value;
    }

    private static int sample(double linear) {
        double value = Math.max(0, Math.min(1, linear));
        double encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * encoded);
    }
}
