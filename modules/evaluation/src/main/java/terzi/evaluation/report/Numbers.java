package terzi.evaluation.report;

import java.util.Locale;

/** Numbers as pages show them. */
final class Numbers {
    private Numbers() {}

    /** With separators of thousands: {@code 2,000}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A share of 0..1 as {@code 12.35 %}, with a space where a line does not break. */
    static String percent(double share) {
        return fixed(share * 100, 2) + "\u00a0%";
    }

    /** A share of 0..1 as per cents without their sign: {@code 12.3}. */
    static String tenths(double share) {
        return fixed(share * 100, 1);
    }
}
