package terzi.runs;

import java.util.Locale;

/** Amounts as people read them. */
public final class Sizes {
    private Sizes() {}

    /**
     * {@return a number of bytes for people: {@code 2.1 MB}; a megabyte is a million bytes}
     *
     * @param bytes 0 or more
     */
    public static String text(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        String[] units = {"kB", "MB", "GB", "TB", "PB", "EB"};
        double amount = bytes;
        int unit = -1;
        do {
            amount /= 1000;
            unit++;
        } while (amount >= 999.5 && unit < units.length - 1);
        return String.format(Locale.ROOT, amount < 9.95 ? "%.1f %s" : "%.0f %s", amount, units[unit]);
    }

    /**
     * {@return a count with its thousands set apart: {@code 538,346}}
     *
     * @param count any number
     */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * {@return a duration for people: {@code 7 s}, {@code 2 min 5 s} or {@code 1 h 12 min}}
     *
     * @param seconds 0 or more
     */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 60) {
            return seconds < 9.95 ? String.format(Locale.ROOT, "%.1f s", seconds) : whole + " s";
        }
        if (whole < 3600) {
            return whole / 60 + " min " + whole % 60 + " s";
        }
        return whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
