package terzi.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import terzi.images.ImageException;

/**
 * What was left out of a dataset and why, and how its folders were understood.
 *
 * @param emptyClasses class folders without a single file; they are not classes of the dataset
 * @param leftOut folders that were not looked into
 * @param notes sentences about decisions that somebody may want to know of: which folder is which part, what became a class
 */
public record DatasetReport(
        List<Skipped> skipped, List<String> emptyClasses, List<LeftOut> leftOut, List<String> notes) {
    public static final DatasetReport EMPTY = new DatasetReport(List.of());

    private static final int NAMED = 8;

    /** One image that could not be used. */
    public record Skipped(String id, ImageException.Kind reason, String message) {
        /**
         * An image that is left out because of what is wrong with it.
         *
         * @throws ImageException the same, if it does not tell what is wrong with the image
         */
        public static Skipped of(String id, ImageException reason) throws ImageException {
            reason.rethrowUnlessUnreadable();
            return new Skipped(id, reason.kind(), String.valueOf(reason.getMessage()));
        }
    }

    /**
     * One folder that is not part of the data.
     *
     * @param folder relative to the dataset, with slashes
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

    public DatasetReport {
        skipped = List.copyOf(skipped);
        emptyClasses = List.copyOf(emptyClasses);
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    public DatasetReport(List<Skipped> skipped) {
        this(skipped, List.of(), List.of(), List.of());
    }

    /** The same with other images left out. */
    public DatasetReport withSkipped(List<Skipped> all) {
        return new DatasetReport(all, emptyClasses, leftOut, notes);
    }

    /** The same with one more note. */
    public DatasetReport withNote(String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return new DatasetReport(skipped, emptyClasses, leftOut, all);
    }

    /** How many images were left out for each reason. */
    public Map<ImageException.Kind, Integer> counts() {
        Map<ImageException.Kind, Integer> counts = new EnumMap<>(ImageException.Kind.class);
        for (Skipped s : skipped) {
            counts.merge(s.reason(), 1, Integer::sum);
        }
        return counts;
    }

    /**
     * The folders that were left out, one line for each reason: {@code .git, circle/.cache (hidden)}. All of the first level
     * are named, and of those further down the first ones.
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
     * Sentences for people about what was left out, the most important first; empty where nothing was. The {@link #notes} are
     * not among them.
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

    /** {@link #lines} in one: {@code 3 images left out: 2 TRUNCATED, 1 EMPTY (first: cat/7.jpg: ...)}, or nothing. */
    public String text() {
        return String.join("; ", lines());
    }
}
