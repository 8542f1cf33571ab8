package terzi.cli.command;

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
            "Build an image dataset from the public metadata of Amazon Reviews'23 (McAuley Lab).",
            "Downloads the main image of each product to one folder per category. A second run continues where"
                    + " the first one stopped; a larger --per-class adds images. manifest.csv lists the source"
                    + " of every image, skipped.csv what was left out and why. The exit status is 1 if a server"
                    + " refuses further requests.",
            "The images belong to their owners: use them for your own experiments and do not redistribute them."
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
            description = "Categories, separated by commas, with the names of the metadata files.")
    private List<String> categories = new ArrayList<>();

    @Option(names = "--per-class", required = true, paramLabel = "N", description = "Number of images per category.")
    private int perClass;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FOLDER",
            description = "Folder for the images; each category gets a sub-folder.")
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
                description = "Random seed for the choice of products (default: ${DEFAULT-VALUE}).")
        long seed;

        @Option(
                names = "--scan",
                paramLabel = "N",
                defaultValue = "20000",
                description = "Choose from the first N products of each category; 0 reads all of its metadata,"
                        + " possibly gigabytes (default: ${DEFAULT-VALUE}).")
        int scan = 20_000;

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                defaultValue = "large",
                description = "Image size: thumb, large (about 500 pixels) or hi_res; if a product lacks it, another"
                        + " size is taken (default: ${DEFAULT-VALUE}).")
        AmazonRequest.Size size = AmazonRequest.Size.LARGE;

        @Option(
                names = "--min-side",
                paramLabel = "PIXELS",
                defaultValue = "64",
                description = "Leave out images whose shorter side has fewer pixels (default: ${DEFAULT-VALUE}).")
        int minSide = 64;
    }

    private static final class Servers {
        @Option(
                names = "--metadata",
                paramLabel = "PLACE",
                description = "A folder or URL with files meta_NAME.jsonl or meta_NAME.jsonl.gz, or one such file,"
                        + " instead of the public metadata.")
        @Nullable String metadata;

        @Option(
                names = "--image-host",
                paramLabel = "HOST",
                description = "Another server that images may be downloaded from, besides Amazon's own. Repeatable.")
        List<String> imageHosts = new ArrayList<>();

        @Option(
                names = "--delay",
                paramLabel = "MS",
                defaultValue = "100",
                description = "Pause between two requests to the same server, in milliseconds (default:"
                        + " ${DEFAULT-VALUE}).")
        int delay = 100;
    }

    @Override
    int run(Console console) throws Exception {
        AmazonRequest.Pace polite = AmazonRequest.Pace.POLITE;
        AmazonDownloading request = checked(() -> new AmazonDownloading(new AmazonRequest(
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
                        Duration.ofMillis(Math.max(0, servers.delay)), polite.retry(), polite.patience()))));
        Downloaded result = request.run(console.listener());
        result.categories().forEach(category -> console.print(line(category)));
        if (result.stopped().isEmpty()) {
            console.print(
                    "images in " + result.folder() + "; check them with 'terzi data check " + result.folder() + "'");
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
