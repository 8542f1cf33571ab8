package terzi.cli.amazon;

import java.util.List;
import java.util.Map;

/**
 * What has been built.
 *
 * @param stopped why the run ended before its time, empty if it did not
 */
public record AmazonSummary(List<Category> categories, String stopped) {
    /**
     * One category.
     *
     * @param images in its folder now
     * @param added by this run
     * @param wanted how many were asked for
     * @param products read from the metadata in this run; 0 if the choice of an earlier run was used
     * @param unusable lines of the metadata, by reason
     * @param skipped images, in this run, by reason
     */
    public record Category(
            String name,
            int images,
            int added,
            int wanted,
            int products,
            Map<String, Integer> unusable,
            Map<String, Integer> skipped) {}

    public AmazonSummary {
        categories = List.copyOf(categories);
    }
}
