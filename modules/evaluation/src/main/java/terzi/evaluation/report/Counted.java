package terzi.evaluation.report;

import java.util.Locale;

/** Numbers with their nouns: {@code 1 image}, {@code 2,000 images}. */
public final class Counted {
    private Counted() {}

    /**
     * {@return a number with its noun, such as {@code 2,000 images}}
     *
     * @param number the number
     * @param noun singular of a noun whose plural adds an {@code s}
     */
    public static String of(long number, String noun) {
        return of(number, noun, noun + "s");
    }

    /**
     * {@return a number with its noun, such as {@code 2 classes}}
     *
     * @param number the number
     * @param one singular of the noun
     * @param many plural of the noun
     */
    public static String of(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
