package terzi.export;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.PreprocessingJson;
import terzi.inference.ClassifierFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON in a classifier file's metadata, written by hand so that renaming a class cannot change the format. */
final class SpecJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SpecJson() {}

    static String labels(List<String> labels) {
        ArrayNode array = JSON.createArrayNode();
        labels.forEach(array::add);
        return array.toString();
    }

    static List<String> labels(String json) throws ClassifierFileException {
        return read(MetadataKeys.LABELS, json, root -> {
            List<String> labels = new ArrayList<>();
            root.forEach(label -> labels.add(label.stringValue()));
            return labels;
        });
    }

    static String preprocessing(Preprocessing preprocessing) {
        return JSON.writeValueAsString(PreprocessingJson.write(preprocessing));
    }

    static Preprocessing preprocessing(String json) throws ClassifierFileException {
        return read(
                MetadataKeys.PREPROCESSING, json, root -> PreprocessingJson.read(JSON.convertValue(root, Map.class)));
    }

    static String goldens(List<Golden> goldens) {
        ArrayNode array = JSON.createArrayNode();
        for (Golden golden : goldens) {
            Image image = golden.image();
            ObjectNode object = array.addObject();
            object.put("width", image.width());
            object.put("height", image.height());
            object.put("channels", image.channels());
            object.put("pixels", Base64.getEncoder().encodeToString(image.pixels()));
            ArrayNode logits = object.putArray("logits");
            for (float logit : golden.logits()) {
                logits.add(logit);
            }
        }
        return array.toString();
    }

    static List<Golden> goldens(String json) throws ClassifierFileException {
        return read(MetadataKeys.GOLDEN, json, root -> {
            List<Golden> goldens = new ArrayList<>();
            for (JsonNode object : root) {
                Image image = new Image(
                        object.required("width").intValue(),
                        object.required("height").intValue(),
                        object.required("channels").intValue(),
                        Base64.getDecoder().decode(object.required("pixels").stringValue()));
                List<Float> values = floats(object.required("logits"));
                float[] logits = new float[values.size()];
                for (int i = 0; i < logits.length; i++) {
                    logits[i] = values.get(i);
                }
                goldens.add(new Golden(image, logits));
            }
            return goldens;
        });
    }

    private static List<Float> floats(JsonNode array) {
        List<Float> values = new ArrayList<>();
        array.forEach(value -> values.add((float) value.doubleValue()));
        return values;
    }

    private interface Reader<T> {
        T read(JsonNode root);
    }

    private static <T> T read(String key, String json, Reader<T> reader) throws ClassifierFileException {
        try {
            return reader.read(JSON.readTree(json));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ClassifierFileException("metadata '" + key + "' is damaged: " + e.getMessage(), e);
        }
    }
}
