package terzi.evaluation.report;

import java.util.Locale;

/** Numbers with their nouns: {@code 1 image}, {@code 2,000 images}. */
public final class Counted {
    private Counted() {}

    /** The number with a noun whose plural ends in {@code s}. */
    public static String of(long number, String noun) {
        return of(number, noun, noun + "s");
    }

    /** The number with the noun that agrees with it. */
    public static String of(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
