package terzi.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.cli.amazon.AmazonImages;
import terzi.cli.amazon.AmazonListener;
import terzi.cli.amazon.AmazonRequest;
import terzi.cli.amazon.AmazonSummary;

/** Carries {@code terzi data amazon} out and tells about it. */
final class AmazonDownload {
    private AmazonDownload() {}

    static int run(Console console, AmazonRequest request) throws IOException {
        AmazonSummary summary;
        try (Progress progress = new Progress(console)) {
            summary = AmazonImages.build(request, Terzi.version(), progress);
        }
        for (AmazonSummary.Category category : summary.categories()) {
            console.print(line(category));
            if (category.images() < category.wanted() && summary.stopped().isEmpty()) {
                console.warn(category.name() + ": " + category.images() + " of " + category.wanted()
                        + " images; its products are used up, choose from more with --scan");
            }
        }
        if (summary.stopped().isEmpty()) {
            console.print("images in " + request.folder() + "; look at them with 'terzi data check " + request.folder()
                    + "'");
        } else {
            console.error(summary.stopped());
        }
        console.json(json(request, summary));
        return summary.stopped().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static String line(AmazonSummary.Category category) {
        StringBuilder line = new StringBuilder(
                String.format("%-28s %d images, %d of them new", category.name(), category.images(), category.added()));
        if (!category.skipped().isEmpty()) {
            line.append("; left out: ").append(counts(category.skipped()));
        }
        if (!category.unusable().isEmpty()) {
            line.append("; of ")
                    .append(Sizes.count(category.products()))
                    .append(" lines of metadata unusable: ")
                    .append(counts(category.unusable()));
        }
        return line.toString();
    }

    private static String counts(Map<String, Integer> reasons) {
        return reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> json(AmazonRequest request, AmazonSummary summary) {
        List<Map<String, Object>> categories = new ArrayList<>();
        for (AmazonSummary.Category category : summary.categories()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", category.name());
            one.put("images", category.images());
            one.put("added", category.added());
            one.put("wanted", category.wanted());
            one.put("metadata_lines", category.products());
            one.put("unusable_lines", category.unusable());
            one.put("skipped", category.skipped());
            categories.add(one);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("folder", request.folder().toString());
        all.put("seed", request.seed());
        all.put("complete", summary.categories().stream().allMatch(category -> category.images() >= category.wanted()));
        all.put("stopped", summary.stopped());
        all.put("categories", categories);
        return all;
    }

    /** A bar on a terminal; a line per category elsewhere. */
    private static final class Progress implements AmazonListener, AutoCloseable {
        private final Console console;
        private String category = "";
        private @Nullable ProgressLine bar;

        Progress(Console console) {
            this.console = console;
        }

        @Override
        public void reading(String name, int lines) {
            if (console.columns().isPresent()) {
                console.rewriteLine(name + ": " + Sizes.count(lines) + " products read");
            }
        }

        @Override
        public void have(String name, int images, int wanted) {
            if (!name.equals(category)) {
                close();
                category = name;
                console.progress(name + ": fetching images, " + images + " of " + wanted + " are there");
                bar = ProgressLine.start(console, name, wanted, "images");
            }
            if (bar != null) {
                bar.to(images);
            }
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
