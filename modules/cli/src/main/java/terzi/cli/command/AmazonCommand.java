package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.AmazonDownloading;
import terzi.runs.Downloaded;
import terzi.runs.Sizes;
import terzi.runs.amazon.AmazonRequest;
import terzi.runs.amazon.AmazonSummary;

/** {@code terzi data amazon}. */
@Command(
        name = "amazon",
        description = {
            "Builds a folder of images per category from the public metadata of Amazon Reviews'23 (McAuley Lab): the"
                    + " main image of each product.",
            "A second run goes on where the first one stopped, and a larger --per-class adds to what is there."
                    + " manifest.csv lists where every image comes from, skipped.csv what was left out and why. The"
                    + " exit status is 1 when a server refuses to go on. The images belong to their owners: they are"
                    + " for your own experiments, not for passing on."
        },
        footer = {
            "  terzi data amazon --categories All_Beauty,Digital_Music --per-class 200 --output products",
            "  terzi data amazon --categories All_Beauty --per-class 50 --output products --metadata downloads/"
        })
final class AmazonCommand extends TerziCommand {
    @Option(
            names = "--categories",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "Categories, separated by commas, as in the names of the metadata files.")
    private List<String> categories = new ArrayList<>();

    @Option(names = "--per-class", required = true, paramLabel = "N", description = "How many images of each category.")
    private int perClass;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FOLDER",
            description = "Where the images go; a sub-folder for each category is made there.")
    private Path folder;

    @ArgGroup(validate = false, heading = "%nChoosing:%n", order = 1)
    private Choosing choosing = new Choosing();

    @ArgGroup(validate = false, heading = "%nServers:%n", order = 2)
    private Servers servers = new Servers();

    private static final class Choosing {
        @Option(
                names = {"-s", "--seed"},
                paramLabel = "SEED",
                defaultValue = "0",
                description = "Decides which products are taken (default: ${DEFAULT-VALUE}).")
        long seed;

        @Option(
                names = "--scan",
                paramLabel = "N",
                defaultValue = "20000",
                description = "Choose from the first N products of each category; 0 reads all of its metadata, which"
                        + " may be gigabytes (default: ${DEFAULT-VALUE}).")
        int scan = 20_000;

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                defaultValue = "large",
                description = "thumb, large (about 500 pixels) or hi_res; another one where a product lacks it"
                        + " (default: ${DEFAULT-VALUE}).")
        AmazonRequest.Size size = AmazonRequest.Size.LARGE;

        @Option(
                names = "--min-side",
                paramLabel = "PIXELS",
                defaultValue = "64",
                description = "Leave out images with a shorter side (default: ${DEFAULT-VALUE}).")
        int minSide = 64;
    }

    private static final class Servers {
        @Option(
                names = "--metadata",
                paramLabel = "PLACE",
                description = "A folder or web address with meta_NAME.jsonl or .jsonl.gz, or one such file, in place of"
                        + " the public ones.")
        @Nullable String metadata;

        @Option(
                names = "--image-host",
                paramLabel = "HOST",
                description = "A server that images may come from, beside Amazon's own. Repeatable.")
        List<String> imageHosts = new ArrayList<>();

        @Option(
                names = "--delay",
                paramLabel = "MS",
                defaultValue = "100",
                description = "Milliseconds between two requests to one server (default: ${DEFAULT-VALUE}).")
        int delay = 100;
    }

    @Override
    int run(Console console) throws Exception {
        AmazonRequest.Pace polite = AmazonRequest.Pace.POLITE;
        return Answer.run(
                console,
                checked(() -> new AmazonDownloading(new AmazonRequest(
                        categories,
                        perClass,
                        folder,
                        choosing.seed,
                        choosing.scan,
                        choosing.size,
                        choosing.minSide,
                        Optional.ofNullable(servers.metadata),
                        servers.imageHosts,
                        new AmazonRequest.Pace(
                                Duration.ofMillis(Math.max(0, servers.delay)), polite.retry(), polite.patience())))));
    }

    /** What {@code terzi data amazon} prints. */
    static final class Answer {
        private Answer() {}

        static int run(Console console, AmazonDownloading request) throws IOException {
            Downloaded result = request.run(console.listener());
            result.categories().forEach(category -> console.print(line(category)));
            if (result.stopped().isEmpty()) {
                console.print("images in " + result.folder() + "; look at them with 'terzi data check "
                        + result.folder() + "'");
            } else {
                console.error(result.stopped());
            }
            console.json(result);
            return result.stopped().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
        }

        private static String line(AmazonSummary.Category category) {
            StringBuilder line = new StringBuilder(String.format(
                    "%-28s %d images, %d of them new", category.name(), category.images(), category.added()));
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
}
