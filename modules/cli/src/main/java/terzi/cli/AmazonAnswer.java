package terzi.cli;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import terzi.runs.AmazonDownloading;
import terzi.runs.Downloaded;
import terzi.runs.Sizes;
import terzi.runs.amazon.AmazonSummary;

/** What {@code terzi data amazon} prints. */
final class AmazonAnswer {
    private AmazonAnswer() {}

    static int run(Console console, AmazonDownloading request) throws IOException {
        Downloaded result = request.run(console.listener());
        result.categories().forEach(category -> console.print(line(category)));
        if (result.stopped().isEmpty()) {
            console.print(
                    "images in " + result.folder() + "; look at them with 'terzi data check " + result.folder() + "'");
        } else {
            console.error(result.stopped());
        }
        console.json(result);
        return result.stopped().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static String line(AmazonSummary.Category category) {
        StringBuilder line = new StringBuilder(
                String.format("%-28s %d images, %d of them new", category.name(), category.images(), category.added()));
        if (!category.skipped().isEmpty()) {
            line.append("; left out: ").append(counts(category.skipped()));
        }
        if (!category.unusableLines().isEmpty()) {
            line.append("; of ")
                    .append(Sizes.count(category.metadataLines()))
                    .append(" lines of metadata unusable: ")
                    .append(counts(category.unusableLines()));
        }
        return line.toString();
    }

    private static String counts(Map<String, Integer> reasons) {
        return reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .collect(Collectors.joining(", "));
    }
}
