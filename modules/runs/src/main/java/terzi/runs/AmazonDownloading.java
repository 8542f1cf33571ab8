package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import terzi.runs.amazon.AmazonImages;
import terzi.runs.amazon.AmazonListener;
import terzi.runs.amazon.AmazonRequest;
import terzi.runs.amazon.AmazonSummary;

/**
 * The download of an image folder by category from the public metadata of Amazon Reviews'23. A second one goes on where the
 * first stopped, and a larger number of images adds to what is there.
 *
 * @param images which images, where from and where to
 */
public record AmazonDownloading(AmazonRequest images) implements Run<Downloaded> {
    /**
     * {@return a download from the public servers}
     *
     * @param categories as in the names of the metadata files, such as {@code All_Beauty}
     * @param perClass how many images of each
     * @param folder new, or the folder of an earlier download
     */
    public static AmazonDownloading of(List<String> categories, int perClass, Path folder) {
        return new AmazonDownloading(AmazonRequest.of(categories, perClass, folder));
    }

    @Override
    public Downloaded run(RunListener listener) throws IOException {
        RunLog log = new RunLog(listener, Execution.defaults());
        AmazonSummary summary;
        try (Progress progress = new Progress(log)) {
            summary = AmazonImages.build(images, Versions.terzi(), progress);
        }
        for (AmazonSummary.Category category : summary.categories()) {
            if (category.images() < category.wanted() && summary.stopped().isEmpty()) {
                log.warn(category.name() + ": " + category.images() + " of " + category.wanted()
                        + " images; its products are used up, choose from more with withScan(...)");
            }
        }
        return new Downloaded(
                images.folder(),
                images.seed(),
                summary.categories().stream().allMatch(category -> category.images() >= category.wanted()),
                summary.stopped(),
                summary.categories());
    }

    /** A count for the metadata of each category, and one for its images. */
    private static final class Progress implements AmazonListener, AutoCloseable {
        private final RunLog log;
        private String task = "";
        private RunLog.@Nullable Bar bar;

        Progress(RunLog log) {
            this.log = log;
        }

        @Override
        public void reading(String category, int lines) {
            bar("reading " + category, category, 0, "products read").to(lines);
        }

        @Override
        public void have(String category, int images, int wanted) {
            if (!task.equals(category)) {
                close();
                log.step(category + ": fetching images, " + images + " of " + wanted + " are there");
            }
            bar(category, category, wanted, "images").to(images);
        }

        private RunLog.Bar bar(String what, String title, int total, String unit) {
            RunLog.Bar current = bar;
            if (current == null || !task.equals(what)) {
                close();
                current = log.bar(title, total, unit);
                bar = current;
                task = what;
            }
            return current;
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
