package terzi.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict;

/** Numbers and words as people read them. */
final class Digits {
    /** Units of the last digit that an interval should at least be wide. */
    private static final double WIDTH = 5;

    private Digits() {}

    /** Three digits, and all of a large number: 0.0234, 1.23, 45.6, 789, 12,345. */
    static String three(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (value == 0) {
            return "0";
        }
        return Math.abs(value) < 1e-6 ? String.format(Locale.ROOT, "%.1e", value) : fixed(value, decimals(value));
    }

    /** For three digits; 0.9996 becomes 1.00 and not 1.000. */
    private static int decimals(double value) {
        double size = Math.max(1e-6, Math.abs(value));
        return Math.max(0, 2 - (int) Math.floor(Math.log10(size * (1 + 5e-4))));
    }

    private static String fixed(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : "-";
    }

    /** As short as it is exact enough: 50, 99.9. */
    static String plain(double value) {
        return new BigDecimal(value)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A length in a page, of 0..100. */
    static String width(double percent) {
        return String.format(Locale.ROOT, "%.2f%%", percent);
    }

    /** A size that may be anything from rounding to nonsense: 1.2e-06, 0.034, 12.3. */
    static String difference(double value) {
        return value != 0 && Math.abs(value) < 0.001 ? String.format(Locale.ROOT, "%.1e", value) : three(value);
    }

    /** {@code 1.23}, with as many digits as the interval needs. */
    static String value(Estimate estimate) {
        return fixed(estimate.value(), decimals(estimate));
    }

    /** The ends of the interval, with something between them. */
    static String interval(Estimate estimate, String between) {
        int decimals = decimals(estimate);
        return fixed(estimate.interval().low(), decimals)
                + between
                + fixed(estimate.interval().high(), decimals);
    }

    /** {@code 1.23 (1.20-1.26)}. */
    static String withInterval(Estimate estimate) {
        return value(estimate) + " (" + interval(estimate, "-") + ")";
    }

    /** {@code 1.23 ms (95 % interval 1.20 to 1.26)}, for a unit of {@code " ms"}. */
    static String inWords(Estimate estimate, String unit) {
        return value(estimate) + unit + " (95 % interval " + interval(estimate, " to ") + ")";
    }

    /** Three digits, or up to two more where the interval would else seem to have no width. */
    private static int decimals(Estimate estimate) {
        double width = estimate.interval().high() - estimate.interval().low();
        int usual = decimals(estimate.value());
        int needed = width > 0 ? (int) Math.ceil(Math.log10(WIDTH / width)) : 0;
        return Math.max(usual, Math.min(needed, usual + 2));
    }

    /** {@code 1.07x}. */
    static String times(double ratio) {
        return (ratio < 10 ? String.format(Locale.ROOT, "%.2f", ratio) : three(ratio)) + "x";
    }

    /** A share 0..1 in per cent: {@code 0.4 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /** {@code 1.34x slower}, {@code 2.01x faster}, {@code no difference} or why it cannot be told. */
    static String verdict(Verdict verdict) {
        double ratio = verdict.ratio().value();
        return switch (verdict.word()) {
            case FASTER -> times(1 / ratio) + " faster";
            case SLOWER -> times(ratio) + " slower";
            case NO_DIFFERENCE, UNCLEAR, BUSY -> verdict.word().toString();
        };
    }

    static String subject(Subject subject) {
        return switch (subject) {
            case NETWORK -> "network alone";
            case FILES -> "file to label";
        };
    }
}
