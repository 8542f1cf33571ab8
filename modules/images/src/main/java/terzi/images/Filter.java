package terzi.images;

/** PIL's resampling filters, by PIL's formulas; a distance is measured in pixels of the smaller image. */
public enum Filter {
    /** Takes one source pixel: PIL's NEAREST, with the pixels' centres aligned. */
    NEAREST(0),
    /** Takes the mean: PIL's BOX. */
    BOX(0.5),
    /** {@code 1 - |x|}: PIL's BILINEAR. */
    TRIANGLE(1),
    /** A raised cosine times sinc: PIL's HAMMING. */
    HAMMING(1),
    /** Keys's cubic convolution with {@code a = -0.5}: PIL's BICUBIC. */
    CUBIC(2),
    /** {@code sinc(x) sinc(x / 3)}: PIL's LANCZOS. */
    LANCZOS(3);

    private static final double KEYS = -0.5;

    private final double support;

    Filter(double support) {
        this.support = support;
    }

    /** {@return whether a classifier file can hold it: ONNX {@code Resize} has no box, Hamming or Lanczos filter} */
    public boolean isInOnnx() {
        return this == NEAREST || this == TRIANGLE || this == CUBIC;
    }

    /** Distance from which on the weight is 0. */
    double support() {
        return support;
    }

    double weight(double distance) {
        double x = Math.abs(distance);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("NEAREST takes one pixel and weighs nothing");
            case BOX -> distance > -support && distance <= support ? 1 : 0;
            case TRIANGLE -> x < 1 ? 1 - x : 0;
            case HAMMING -> x == 0 ? 1 : x < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI)) : 0;
            case CUBIC -> cubic(x);
            case LANCZOS -> x < support ? sinc(x) * sinc(x / support) : 0;
        };
    }

    private static double cubic(double x) {
        if (x < 1) {
            return ((KEYS + 2) * x - (KEYS + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * KEYS : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
