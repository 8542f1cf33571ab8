package terzi.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import terzi.images.ImageException;

/**
 * A report on opening a dataset: what was left out and why, and how its folders were understood.
 *
 * @param skipped images that could not be used
 * @param emptyClasses class folders without a single file; they are not classes of the dataset
 * @param leftOut folders that were not looked into
 * @param notes sentences about decisions: which folder is which part, what became a class
 */
public record DatasetReport(
        List<Skipped> skipped, List<String> emptyClasses, List<LeftOut> leftOut, List<String> notes) {
    /** The report on a dataset with nothing left out. */
    public static final DatasetReport EMPTY = new DatasetReport(List.of());

    private static final int NAMED = 8;

    /**
     * An image that could not be used.
     *
     * @param id origin of the image, for people
     * @param reason kind of the problem
     * @param message problem in words
     */
    public record Skipped(String id, ImageException.Kind reason, String message) {
        /**
         * {@return an image that is left out because of a problem of its own}
         *
         * @param id origin of the image, for people
         * @param reason problem that the decoder found
         * @throws ImageException the given one, if it does not tell what is wrong with the image
         */
        public static Skipped of(String id, ImageException reason) throws ImageException {
            reason.rethrowUnlessUnreadable();
            return new Skipped(id, reason.kind(), String.valueOf(reason.getMessage()));
        }
    }

    /**
     * A folder that is not part of the data.
     *
     * @param folder path relative to the dataset, with slashes
     * @param reason reason in words
     */
    public record LeftOut(String folder, String reason) {
        /** Whether it lies at the first level, where classes and parts lie. */
        boolean isTop() {
            return folder.indexOf('/') < 0;
        }

        LeftOut below(String prefix) {
            return new LeftOut(prefix + folder, reason);
        }
    }

    /**
     * Creates a report from copies of the lists.
     *
     * @param skipped images that could not be used
     * @param emptyClasses class folders without a single file; they are not classes of the dataset
     * @param leftOut folders that were not looked into
     * @param notes sentences about decisions: which folder is which part, what became a class
     */
    public DatasetReport {
        skipped = List.copyOf(skipped);
        emptyClasses = List.copyOf(emptyClasses);
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    /**
     * Creates a report on skipped images only.
     *
     * @param skipped images that could not be used
     */
    public DatasetReport(List<Skipped> skipped) {
        this(skipped, List.of(), List.of(), List.of());
    }

    /** The same with other images left out. */
    DatasetReport withSkipped(List<Skipped> all) {
        return new DatasetReport(all, emptyClasses, leftOut, notes);
    }

    /** {@return the number of skipped images by kind of problem} */
    public Map<ImageException.Kind, Integer> counts() {
        Map<ImageException.Kind, Integer> counts = new EnumMap<>(ImageException.Kind.class);
        for (Skipped s : skipped) {
            counts.merge(s.reason(), 1, Integer::sum);
        }
        return counts;
    }

    /**
     * {@return the folders that were left out, one line for each reason, such as {@code .git, circle/.cache (hidden)};
     * all of the first level are named, and of those further down the first ones}
     */
    public List<String> leftOutLines() {
        Map<String, List<LeftOut>> byReason = new LinkedHashMap<>();
        leftOut.forEach(one ->
                byReason.computeIfAbsent(one.reason(), r -> new ArrayList<>()).add(one));
        List<String> lines = new ArrayList<>();
        byReason.forEach((reason, folders) -> {
            List<String> named = new ArrayList<>();
            folders.stream().filter(LeftOut::isTop).map(LeftOut::folder).forEach(named::add);
            List<LeftOut> deep = folders.stream().filter(one -> !one.isTop()).toList();
            deep.stream().limit(NAMED).map(LeftOut::folder).forEach(named::add);
            lines.add(String.join(", ", named) + (deep.size() > NAMED ? " and " + (deep.size() - NAMED) + " more" : "")
                    + " (" + reason + ")");
        });
        return lines;
    }

    /**
     * {@return sentences for people about what was left out, the most important first, without the {@link #notes};
     * empty where nothing was}
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!skipped.isEmpty()) {
            String reasons = counts().entrySet().stream()
                    .map(e -> e.getValue() + " " + e.getKey())
                    .collect(Collectors.joining(", "));
            lines.add(skipped.size() + (skipped.size() == 1 ? " image" : " images") + " left out: " + reasons
                    + " (first: " + skipped.get(0).message() + ")");
        }
        if (!emptyClasses.isEmpty()) {
            lines.add("class folders without a file left out: " + String.join(", ", emptyClasses));
        }
        leftOutLines().forEach(line -> lines.add("folders left out: " + line));
        return lines;
    }

    /**
     * {@return the {@link #lines} in one, such as {@code 3 images left out: 2 TRUNCATED, 1 EMPTY (first: cat/7.jpg:
     * ...)}; empty where nothing was left out}
     */
    public String text() {
        return String.join("; ", lines());
    }
}
