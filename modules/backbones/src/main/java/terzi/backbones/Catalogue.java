package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pretrained networks that Terzi has a card of. A new one is a file in {@code cards} and a name here. */
final class Catalogue {
    private static final List<String> NAMES = List.of("resnet50");

    private Catalogue() {}

    /**
     * A card and where the parts of the network lie in what is fetched.
     *
     * @param npm the package with its version
     * @param model path of the model in the package
     * @param labels path of the labels in the package
     * @param files SHA-256 of each file that is used, by path
     */
    record Entry(BackboneCard card, String npm, String model, String labels, Map<String, String> files) {
        /** What {@code npm pack} calls the file. */
        String fileName() {
            return npm.replace("@", "-") + ".tgz";
        }
    }

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
        BackboneCard card = new BackboneCard(
                json.required("name").asString(),
                json.required("description").asString(),
                "npm:" + json.required("npm").asString(),
                json.required("digest").asString(),
                json.required("licence").asString(),
                json.required("origin").asString(),
                json.required("paper").asString(),
                json.required("parameters").longValue(),
                json.required("download_bytes").longValue(),
                BackboneJson.preprocessing(json.required("preprocessing")),
                Optional.of(new GoldenLogits(
                        golden.required("size").intValue(),
                        BackboneJson.floats(golden.required("logits")),
                        golden.required("made_with").asString())),
                List.of());
        return new Entry(
                card,
                json.required("npm").asString(),
                json.required("model").asString(),
                json.required("labels").asString(),
                files);
    }

    private static JsonNode resource(String name) {
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
