package terzi.runs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.report.Counted;

/**
 * The findings about a dataset.
 *
 * @param name of the dataset
 * @param digest of its contents
 * @param images how many can be read, in all parts
 * @param classes for each class its images in each part ({@code train}, {@code validation} and {@code test}, or {@code all})
 * @param balance how the class sizes compare, in words
 * @param width of the images, in pixels; empty where none was decoded
 * @param height of the images, in pixels; empty where none was decoded
 * @param gray how many of the decoded images are gray
 * @param unreadable images that cannot be read
 * @param emptyClasses class folders without an image
 * @param foldersLeftOut folders that are not part of the dataset
 * @param notes how the folders were understood, in sentences
 * @param families images of one origin; empty where none were recognised
 * @param duplicates empty where none were sought
 * @param labelCheck labels that look wrong; empty where no classifier was named
 */
public record CheckedData(
        String name,
        String digest,
        int images,
        Map<String, Map<String, Integer>> classes,
        String balance,
        Optional<Range> width,
        Optional<Range> height,
        int gray,
        List<LeftOutImage> unreadable,
        List<String> emptyClasses,
        List<LeftOutFolder> foldersLeftOut,
        List<String> notes,
        Optional<FoundFamilies> families,
        Optional<Duplicates> duplicates,
        Optional<LabelCheck> labelCheck) {
    /** The range of a side of the images, in pixels. */
    public record Range(int least, int median, int most) {
        /** {@return the range in words, such as {@code 30 to 320 (half below 225)}} */
        public String text() {
            return least == most ? "" + least : least + " to " + most + " (half below " + median + ")";
        }
    }

    /** {@return the reasons why images are unreadable, with their numbers, in words} */
    public String reasons() {
        Map<String, Long> counts = unreadable.stream()
                .collect(Collectors.groupingBy(
                        image -> image.reason().orElse("").replace('_', ' '),
                        LinkedHashMap::new,
                        Collectors.counting()));
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }

    /**
     * Images of one origin, which {@code finetune} keeps together in every division.
     *
     * @param mark what the images of a family have in common, in words
     * @param groups number of groups; an image alone is one
     * @param largest number of images in the largest group
     */
    public record FoundFamilies(String mark, int groups, int largest) {
        /** {@return mark and numbers in words, and what they mean for a fine-tuning} */
        public String text() {
            return mark + " (" + Sizes.count(groups) + " groups, the largest of " + Sizes.count(largest)
                    + " images); finetune keeps each group on one side of every split";
        }
    }

    /**
     * Labels that look wrong to a classifier.
     *
     * @param classifier the classifier file
     * @param errors the suspects, and the estimated number of wrong labels
     * @param knownImages whether the classifier was trained on this very dataset. It believes labels that it was trained on
     *     too easily; the list of its run is of classifiers that were not.
     * @param runList the list of the classifier's own run, if it is of this dataset
     */
    public record LabelCheck(Path classifier, LabelErrors errors, boolean knownImages, Optional<Path> runList) {
        /**
         * {@return the findings for people, one line each}
         *
         * @param most so many suspects are named at most
         */
        public List<String> lines(int most) {
            List<String> lines = new ArrayList<>();
            lines.add("labels: "
                    + estimate()
                    + Counted.of(errors.suspects().size(), "image is", "images are")
                    + " classified otherwise; look before you change a label");
            errors.suspects().stream()
                    .limit(most)
                    .map(one -> String.format(
                            Locale.ROOT,
                            "  %s: %s %.0f %%, likelier %s %.0f %%",
                            one.id(),
                            one.label(),
                            one.probability() * 100,
                            one.likelierLabel(),
                            one.likelierProbability() * 100))
                    .forEach(lines::add);
            lines.add("  "
                    + (knownImages
                            ? "the classifier was trained on this dataset and believes"
                            : "a classifier believes")
                    + " labels that it was trained on too easily"
                    + runList.map(file -> "; " + file + " is of classifiers that were not")
                            .orElse("; better is the list of a finetune run on these images"));
            return lines;
        }

        private String estimate() {
            if (!errors.isConclusive()) {
                return "with fewer than 20 images per class, wrong labels cannot be told from hard images; ";
            }
            return errors.estimate() == 0
                    ? "none is confidently of another class; "
                    : "about " + Counted.of(errors.estimate(), "label looks", "labels look") + " wrong; ";
        }
    }

    /**
     * Images that a dataset has more than once.
     *
     * @param copies images that are a duplicate of an earlier one, exact or near
     * @param exactPairs pairs with the same pixels
     * @param nearPairs pairs that look like the same image
     * @param contradictions pairs with the same pixels under two labels
     * @param nearUnderTwoLabels pairs that look like the same image under two labels
     * @param nearPairsInTwoGroups pairs that a split may divide, as their group would be too large
     * @param alsoInTrain for each other part, its images whose pixels a training image has too
     * @param nearInTrain for each other part, its images that look like a training image
     * @param pairs all pairs, by distance
     */
    public record Duplicates(
            int copies,
            int exactPairs,
            int nearPairs,
            int contradictions,
            int nearUnderTwoLabels,
            int nearPairsInTwoGroups,
            Map<String, Integer> alsoInTrain,
            Map<String, Integer> nearInTrain,
            List<Pair> pairs) {
        /**
         * Checks and copies the components.
         *
         * @param copies images that are a duplicate of an earlier one, exact or near
         * @param exactPairs pairs with the same pixels
         * @param nearPairs pairs that look like the same image
         * @param contradictions pairs with the same pixels under two labels
         * @param nearUnderTwoLabels pairs that look like the same image under two labels
         * @param nearPairsInTwoGroups pairs that a split may divide, as their group would be too large
         * @param alsoInTrain for each other part, its images whose pixels a training image has too
         * @param nearInTrain for each other part, its images that look like a training image
         * @param pairs all pairs, by distance
         */
        public Duplicates {
            alsoInTrain = ordered(alsoInTrain);
            nearInTrain = ordered(nearInTrain);
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * Two images that are the same or look like it.
     *
     * @param first name of the image that comes first
     * @param second name of the other
     * @param parts of the dataset that they are in
     * @param labels of the two
     * @param exact whether not a single pixel differs
     * @param distance 0 for equal pixels; else how much they differ as a share of their contrast
     */
    public record Pair(
            String first, String second, List<String> parts, List<String> labels, boolean exact, double distance) {
        /**
         * Checks and copies the components.
         *
         * @param first name of the image that comes first
         * @param second name of the other
         * @param parts of the dataset that they are in
         * @param labels of the two
         * @param exact whether not a single pixel differs
         * @param distance 0 for equal pixels
         */
        public Pair {
            parts = List.copyOf(parts);
            labels = List.copyOf(labels);
        }

        /** {@return whether both images have the same label} */
        public boolean hasOneLabel() {
            return labels.get(0).equals(labels.get(1));
        }
    }

    /**
     * Checks and copies the components.
     *
     * @param name of the dataset
     * @param digest of its contents
     * @param images how many can be read, in all parts
     * @param classes for each class its images in each part ({@code train}, {@code validation} and {@code test}, or
     *     {@code all})
     * @param balance how the class sizes compare, in words
     * @param width of the images, in pixels
     * @param height of the images, in pixels
     * @param gray how many of the decoded images are gray
     * @param unreadable images that cannot be read
     * @param emptyClasses class folders without an image
     * @param foldersLeftOut folders that are not part of the dataset
     * @param notes how the folders were understood, in sentences
     * @param families images of one origin
     * @param duplicates empty where none were sought
     * @param labelCheck labels that look wrong
     */
    public CheckedData {
        classes = ordered(classes);
        unreadable = List.copyOf(unreadable);
        emptyClasses = List.copyOf(emptyClasses);
        foldersLeftOut = List.copyOf(foldersLeftOut);
        notes = List.copyOf(notes);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
