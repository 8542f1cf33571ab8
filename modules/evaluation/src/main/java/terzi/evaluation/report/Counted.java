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

    /** A number of images of a part of the data, such as {@code 15 test images}. */
    static String images(long number, String part) {
        return of(
                number,
                switch (part) {
                    case "all", "unknown" -> "image";
                    case "train" -> "training image";
                    default -> part + " image";
                });
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
