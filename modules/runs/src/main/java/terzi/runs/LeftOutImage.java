package terzi.runs;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.data.DatasetReport;

/**
 * An image that a run did without.
 *
 * @param image the name of the image in its dataset; empty where only the message names it
 * @param reason the kind of defect in lower case, such as {@code truncated} or {@code unknown_format}; empty where it is not
 *     known
 * @param message what is wrong, for people
 */
public record LeftOutImage(Optional<String> image, Optional<String> reason, String message) {
    static List<LeftOutImage> of(DatasetReport report) {
        return report.skipped().stream()
                .map(one -> new LeftOutImage(
                        Optional.of(one.id()),
                        Optional.of(one.reason().name().toLowerCase(Locale.ROOT)),
                        one.message()))
                .toList();
    }

    static LeftOutImage of(String message) {
        return new LeftOutImage(Optional.empty(), Optional.empty(), message);
    }
}
