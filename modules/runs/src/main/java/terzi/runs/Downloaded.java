package terzi.runs;

import java.nio.file.Path;
import java.util.List;
import terzi.runs.amazon.AmazonSummary;

/**
 * A downloaded image folder.
 *
 * @param folder with a sub-folder for each category, {@code manifest.csv} (where each image comes from) and
 *     {@code skipped.csv}
 * @param seed that decided which products were taken
 * @param complete whether every category has as many images as were wanted
 * @param stopped why the download ended before its time, empty if it did not
 * @param categories in the order of the request
 */
public record Downloaded(
        Path folder, long seed, boolean complete, String stopped, List<AmazonSummary.Category> categories) {
    /**
     * Checks and copies the components.
     *
     * @param folder with a sub-folder for each category, {@code manifest.csv} (where each image comes from) and
     *     {@code skipped.csv}
     * @param seed that decided which products were taken
     * @param complete whether every category has as many images as were wanted
     * @param stopped why the download ended before its time, empty if it did not
     * @param categories in the order of the request
     */
    public Downloaded {
        categories = List.copyOf(categories);
    }
}
