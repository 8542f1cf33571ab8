package terzi.runs.amazon;

import java.util.List;
import java.util.Map;

/**
 * The state of an image folder after a run.
 *
 * @param categories in the order of the request
 * @param stopped why the run ended before its time, empty if it did not
 */
public record AmazonSummary(List<Category> categories, String stopped) {
    /**
     * A category.
     *
     * @param name as in the metadata's file name
     * @param images in its folder now
     * @param added by this run
     * @param wanted how many were asked for
     * @param metadataLines read in this run; 0 if the choice of an earlier run was used
     * @param unusableLines number of lines without a usable product, by reason
     * @param skipped number of images left out in this run, by reason
     */
    public record Category(
            String name,
            int images,
            int added,
            int wanted,
            int metadataLines,
            Map<String, Integer> unusableLines,
            Map<String, Integer> skipped) {}

    /**
     * Checks and copies the components.
     *
     * @param categories in the order of the request
     * @param stopped why the run ended before its time, empty if it did not
     */
    public AmazonSummary {
        categories = List.copyOf(categories);
    }
}
