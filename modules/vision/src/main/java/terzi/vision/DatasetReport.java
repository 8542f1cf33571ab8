package terzi.vision;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was left out of a data set and why.
 *
 * @param emptyClasses class folders without a single file; they are no classes of the data set
 */
public record DatasetReport(List<Skipped> skipped, List<String> emptyClasses) {
    public static final DatasetReport EMPTY = new DatasetReport(List.of());

    /** One picture that could not be used. */
    public record Skipped(String id, PictureException.Kind reason, String message) {
        /**
         * An image that is left out because of what is wrong with it.
         *
         * @throws PictureException the same, if it does not tell what is wrong with the image
         */
        public static Skipped of(String id, PictureException reason) throws PictureException {
            reason.rethrowUnlessUnreadable();
            return new Skipped(id, reason.kind(), String.valueOf(reason.getMessage()));
        }
    }

    public DatasetReport {
        skipped = List.copyOf(skipped);
        emptyClasses = List.copyOf(emptyClasses);
    }

    public DatasetReport(List<Skipped> skipped) {
        this(skipped, List.of());
    }

    /** How many pictures were left out for each reason. */
    public Map<PictureException.Kind, Integer> counts() {
        Map<PictureException.Kind, Integer> counts = new EnumMap<>(PictureException.Kind.class);
        for (Skipped s : skipped) {
            counts.merge(s.reason(), 1, Integer::sum);
        }
        return counts;
    }

    /** One line for people: {@code 3 pictures left out: 2 TRUNCATED, 1 EMPTY (first: cat/7.jpg: ...)}, or nothing. */
    public String text() {
        String empty = emptyClasses.isEmpty()
                ? ""
                : "class folders without a file left out: " + String.join(", ", emptyClasses);
        if (skipped.isEmpty()) {
            return empty;
        }
        String reasons = counts().entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        return skipped.size() + (skipped.size() == 1 ? " picture" : " pictures") + " left out: " + reasons + " (first: "
                + skipped.get(0).message() + ")" + (empty.isEmpty() ? "" : "; " + empty);
    }
}
