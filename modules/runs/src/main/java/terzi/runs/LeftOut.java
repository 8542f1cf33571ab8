package terzi.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetReport;
import terzi.data.DatasetSplits;

/**
 * The images that a run did without, for its report.
 *
 * @param opened left out when the data was opened
 * @param late opened, but not decodable: training and validation images
 * @param untested messages about test images that could not be decoded
 */
record LeftOut(DatasetReport opened, DatasetReport late, List<String> untested) {
    /** What the sentence is about. */
    static final String TITLE = "left out";

    /** So many are named; there is no use in reading more. */
    private static final int NAMED = 10;

    LeftOut {
        untested = List.copyOf(untested);
    }

    /** How many, and which; a sentence for a report. */
    String sentence() {
        List<String> parts = new ArrayList<>();
        if (!opened.skipped().isEmpty()) {
            String reasons = opened.counts().entrySet().stream()
                    .map(entry -> entry.getValue() + " "
                            + entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .collect(Collectors.joining(", "));
            parts.add(reasons + ": " + named(messages(opened)));
        }
        if (!late.skipped().isEmpty()) {
            parts.add(late.skipped().size() + " that could not be decoded: " + named(messages(late)));
        }
        if (!untested.isEmpty()) {
            parts.add(untested.size() + " test " + images(untested.size()) + " that could not be decoded: "
                    + named(untested));
        }
        String folders = DataReport.text(opened);
        String images = parts.isEmpty() ? "Nothing: every image could be decoded." : String.join("; ", parts) + ".";
        return folders.isEmpty() ? images : images + " " + sentence(folders);
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
    }

    /** A warning about images that turned out not to be decodable, a line for each; nothing when there are none. */
    static Optional<String> warning(DatasetReport late) {
        return late.skipped().isEmpty()
                ? Optional.empty()
                : Optional.of(warning(String.valueOf(late.skipped().size()), messages(late)));
    }

    /** The same about test images. */
    Optional<String> testWarning() {
        return untested.isEmpty() ? Optional.empty() : Optional.of(warning(untested.size() + " test", untested));
    }

    private static String warning(String which, List<String> messages) {
        return which + " " + images(messages.size()) + " cannot be decoded and " + (messages.size() == 1 ? "is" : "are")
                + " left out:" + System.lineSeparator() + "  "
                + String.join(System.lineSeparator() + "  ", shortened(messages));
    }

    private static String images(int count) {
        return count == 1 ? "image" : "images";
    }

    private static List<String> messages(DatasetReport report) {
        return report.skipped().stream().map(DatasetReport.Skipped::message).toList();
    }

    private static String named(List<String> messages) {
        return String.join(" | ", shortened(messages));
    }

    private static List<String> shortened(List<String> messages) {
        if (messages.size() <= NAMED) {
            return messages;
        }
        List<String> some = new ArrayList<>(messages.subList(0, NAMED));
        some.add("and " + (messages.size() - NAMED) + " more");
        return some;
    }

    int count() {
        return opened.skipped().size() + late.skipped().size() + untested.size();
    }

    /** All of them, for programs. */
    List<LeftOutImage> images() {
        List<LeftOutImage> all = new ArrayList<>(LeftOutImage.of(opened));
        all.addAll(LeftOutImage.of(late));
        untested.forEach(message -> all.add(LeftOutImage.of(message)));
        return all;
    }

    /** The data that was really trained on. */
    static DatasetSplits without(DatasetSplits data, DatasetReport late) {
        if (late.skipped().isEmpty()) {
            return data;
        }
        Set<String> gone =
                late.skipped().stream().map(DatasetReport.Skipped::id).collect(Collectors.toSet());
        return new DatasetSplits(
                data.name(),
                without(data.train(), gone),
                data.validation().map(part -> without(part, gone)),
                data.test(),
                data.digest(),
                data.report());
    }

    private static Dataset without(Dataset part, Set<String> gone) {
        return part.subset(IntStream.range(0, part.size())
                .filter(i -> !gone.contains(part.id(i)))
                .toArray());
    }
}
