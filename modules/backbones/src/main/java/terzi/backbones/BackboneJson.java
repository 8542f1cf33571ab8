package terzi.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a converted network's file says about itself, as one JSON object under {@link #KEY}; written by hand so that renaming a class
 * cannot change it.
 */
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
        object.set("preprocessing", preprocessing(card.preprocessing()));
        ArrayNode names = object.putArray("labels");
        labels.forEach(names::add);
        ArrayNode remarks = object.putArray("remarks");
        card.remarks().forEach(remarks::add);
        return object.toString();
    }

    /** @param file for messages */
    static BackboneCard card(String json, String file) throws BackboneException {
        JsonNode object = parsed(json, file);
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
                    preprocessing(object.required("preprocessing")),
                    Optional.empty(),
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

    private static ObjectNode preprocessing(Preprocessing preprocessing) {
        ObjectNode object = JSON.createObjectNode();
        object.put("width", preprocessing.width());
        object.put("height", preprocessing.height());
        object.put("channels", preprocessing.channels().name().toLowerCase(Locale.ROOT));
        object.put("fit", preprocessing.fit().name().toLowerCase(Locale.ROOT));
        if (preprocessing.fit() != Preprocessing.Fit.STRETCH) {
            object.put("resize_to", preprocessing.resizeTo());
        }
        ArrayNode mean = object.putArray("mean");
        preprocessing.mean().forEach(mean::add);
        ArrayNode std = object.putArray("std");
        preprocessing.std().forEach(std::add);
        object.put("scale", preprocessing.scale());
        if (preprocessing.filter() != Filter.TRIANGLE) {
            object.put("filter", preprocessing.filter().name().toLowerCase(Locale.ROOT));
        }
        if (preprocessing.cropOrigin() != Preprocessing.CropOrigin.ROUNDED_DOWN) {
            object.put("crop_origin", preprocessing.cropOrigin().name().toLowerCase(Locale.ROOT));
        }
        return object;
    }

    /** @throws IllegalArgumentException if it is none */
    static Preprocessing preprocessing(JsonNode object) {
        return new Preprocessing(
                object.required("width").intValue(),
                object.required("height").intValue(),
                Preprocessing.Channels.valueOf(upper(object.required("channels"))),
                Preprocessing.Fit.valueOf(upper(object.required("fit"))),
                object.path("resize_to").intValue(0),
                floats(object.required("mean")),
                floats(object.required("std")),
                object.required("scale").floatValue(),
                Filter.valueOf(upper(object.path("filter"), Filter.TRIANGLE)),
                Preprocessing.CropOrigin.valueOf(
                        upper(object.path("crop_origin"), Preprocessing.CropOrigin.ROUNDED_DOWN)));
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

    private static String upper(JsonNode text, Enum<?> otherwise) {
        return text.isMissingNode() ? otherwise.name() : upper(text);
    }

    private static String upper(JsonNode text) {
        return text.stringValue().toUpperCase(Locale.ROOT);
    }
}
