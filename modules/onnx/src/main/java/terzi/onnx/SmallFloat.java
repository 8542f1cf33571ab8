package terzi.onnx;

/**
 * Floating-point formats of 16 bits and fewer: sign, exponent, mantissa.
 *
 * <p>The 8-bit formats are those of Micikevicius et al., "FP8 Formats for Deep Learning" (2022), and Noune et al., "8-bit
 * Numerical Formats for Deep Neural Networks" (2022), as the ONNX specification takes them up.
 */
enum SmallFloat {
    HALF(5, 10, 15, Special.IEEE),
    E4M3FN(4, 3, 7, Special.ALL_ONES_IS_NAN),
    E4M3FNUZ(4, 3, 8, Special.NEGATIVE_ZERO_IS_NAN),
    E5M2(5, 2, 15, Special.IEEE),
    E5M2FNUZ(5, 2, 16, Special.NEGATIVE_ZERO_IS_NAN),
    E2M1(2, 1, 1, Special.NONE);

    /** Which bit patterns are not finite numbers. */
    private enum Special {
        /** The largest exponent means infinity or not a number. */
        IEEE,
        /** Only all ones means not a number; there is no infinity. */
        ALL_ONES_IS_NAN,
        /** Only minus zero means not a number; there is no infinity. */
        NEGATIVE_ZERO_IS_NAN,
        NONE
    }

    private final int exponentBits;
    private final int mantissaBits;
    private final int bias;
    private final Special special;

    SmallFloat(int exponentBits, int mantissaBits, int bias, Special special) {
        this.exponentBits = exponentBits;
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.special = special;
    }

    double decode(int bits) {
        int magnitude = bits & ((1 << (exponentBits + mantissaBits)) - 1);
        boolean negative = bits != magnitude;
        int exponent = magnitude >> mantissaBits;
        int mantissa = magnitude & ((1 << mantissaBits) - 1);
        int largest = (1 << exponentBits) - 1;
        double value;
        if (special == Special.IEEE && exponent == largest) {
            value = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (special == Special.ALL_ONES_IS_NAN && magnitude == (1 << (exponentBits + mantissaBits)) - 1) {
            value = Double.NaN;
        } else if (special == Special.NEGATIVE_ZERO_IS_NAN && negative && magnitude == 0) {
            value = Double.NaN;
        } else if (exponent == 0) {
            value = Math.scalb((double) mantissa, 1 - bias - mantissaBits);
        } else {
            value = Math.scalb((double) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
        }
        return negative ? -value : value;
    }
}
