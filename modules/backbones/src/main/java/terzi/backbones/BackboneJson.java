package terzi.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import terzi.images.Preprocessing;
import terzi.images.PreprocessingJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The card and labels of a converted network as one JSON object in its file's metadata, written by hand so that renaming a class cannot change it. */
final class BackboneJson {
    /** Key of the metadata. */
    static final String KEY = "terzi.backbone";

    private static final JsonMapper JSON = JsonMapper.shared();

    private BackboneJson() {}

    static String text(BackboneCard card, List<String> labels) {
        ObjectNode object = JSON.createObjectNode();
        object.put("name", card.name());
        object.put("description", card.description());
        object.put("source", card.source());
        object.put("digest", card.digest());
        object.put("licence", card.licence());
        object.put("origin", card.origin());
        object.put("paper", card.paper());
        object.put("parameters", card.parameters());
        card.imagenetTop1().ifPresent(accuracy -> object.put("imagenet_top1", accuracy));
        object.set("preprocessing", JSON.valueToTree(PreprocessingJson.write(card.preprocessing())));
        ArrayNode names = object.putArray("labels");
        labels.forEach(names::add);
        ArrayNode remarks = object.putArray("remarks");
        card.remarks().forEach(remarks::add);
        return object.toString();
    }

    /** @param file for messages */
    static BackboneCard card(String json, String file) throws BackboneException {
        JsonNode object = parsed(json, file);
        JsonNode top1 = object.path("imagenet_top1");
        try {
            return new BackboneCard(
                    object.required("name").asString(),
                    object.path("description").asString(""),
                    object.path("source").asString(file),
                    object.path("digest").asString(""),
                    object.path("licence").asString(""),
                    object.path("origin").asString(""),
                    object.path("paper").asString(""),
                    object.path("parameters").asLong(0),
                    0,
                    top1.isNumber() ? OptionalDouble.of(top1.doubleValue()) : OptionalDouble.empty(),
                    preprocessing(object.required("preprocessing")),
                    Optional.empty(),
                    BackboneCard.Use.defaults(),
                    strings(object.path("remarks")));
        } catch (JacksonException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    static List<String> labels(String json, String file) throws BackboneException {
        return strings(parsed(json, file).path("labels"));
    }

    private static JsonNode parsed(String json, String file) throws BackboneException {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw damaged(file, e);
        }
    }

    private static BackboneException damaged(String file, RuntimeException e) {
        return new BackboneException(file + ": metadata '" + KEY + "' is damaged: " + e.getMessage(), e);
    }

    /** @throws IllegalArgumentException if it is not a preprocessing */
    static Preprocessing preprocessing(JsonNode object) {
        return PreprocessingJson.read(JSON.convertValue(object, Map.class));
    }

    static List<Float> floats(JsonNode array) {
        List<Float> values = new ArrayList<>();
        array.forEach(value -> values.add((float) value.doubleValue()));
        return values;
    }

    private static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asString()));
        return values;
    }
}
