package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.vision.Preprocessing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The configuration that Hugging Face keeps beside a network: {@code config.json} and {@code preprocessor_config.json}. */
final class HubConfig {
    static final String LABELS = "config.json";
    static final String PREPROCESSING = "preprocessor_config.json";

    private static final int BILINEAR = 2;

    private HubConfig() {}

    /** The file beside the network or, for {@code onnx/model.onnx}, in the folder above. */
    static Optional<Path> near(Path network, String name) {
        List<Path> places = new ArrayList<>();
        Path folder = network.toAbsolutePath().normalize().getParent();
        for (int i = 0; i < 2 && folder != null; i++) {
            places.add(folder.resolve(name));
            folder = folder.endsWith("onnx") ? folder.getParent() : null;
        }
        return places.stream().filter(Files::isRegularFile).findFirst();
    }

    /** Labels in the order of their numbers; empty if the file has none. */
    static Optional<List<String>> labels(Path file) throws IOException {
        JsonNode names = json(file).path("id2label");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            JsonNode name = names.path(Integer.toString(i));
            if (!name.isString()) {
                throw new BackboneException(file + ": id2label has " + names.size() + " labels but none for " + i);
            }
            labels.add(name.stringValue());
        }
        return labels.isEmpty() ? Optional.empty() : Optional.of(different(labels));
    }

    /** Two classes of one name are told apart by their numbers. */
    static List<String> different(List<String> labels) {
        Map<String, Integer> counts = new HashMap<>();
        labels.forEach(label -> counts.merge(label, 1, Integer::sum));
        List<String> different = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            boolean isShared = counts.getOrDefault(labels.get(i), 0) > 1;
            different.add(isShared ? labels.get(i) + " (" + i + ")" : labels.get(i));
        }
        return different;
    }

    /** @param remarks gets a sentence for what Terzi does in another way */
    static Preprocessing preprocessing(Path file, List<String> remarks) throws IOException {
        JsonNode json = json(file);
        int[] size = size(file, json.path("size"), 224);
        boolean isShortest = json.path("size").isNumber() || json.path("size").has("shortest_edge");
        boolean isCropped = json.path("do_center_crop").asBoolean(json.has("crop_size"));
        double kept = json.path("crop_pct").asDouble(1);
        int[] window = isCropped ? size(file, json.path("crop_size"), Math.min(size[0], size[1])) : size;
        int resizeTo = (int) Math.round(Math.min(size[0], size[1]) / (kept > 0 && kept < 1 ? kept : 1));
        boolean isCrop = isCropped || (isShortest && json.path("size").isObject());
        if (isCropped && !isShortest) {
            remarks.add(file.getFileName() + " stretches pictures to " + size[0] + " x " + size[1]
                    + " and cuts the centre; here the shortest edge becomes " + resizeTo + ", nothing is stretched");
        }
        int resample = json.path("resample").asInt(BILINEAR);
        if (resample != BILINEAR) {
            remarks.add(file.getFileName() + " resizes with another filter (resample " + resample
                    + "); here it is the antialiased bilinear one, so answers differ a little");
        }
        boolean isScaled = json.path("do_rescale").asBoolean(true);
        boolean isNormalised = json.path("do_normalize").asBoolean(true);
        float scale = isScaled ? (float) json.path("rescale_factor").asDouble(1 / 255.0) : 1f;
        boolean isFlipped = json.path("do_flip_channel_order").asBoolean(false);
        Preprocessing.Channels channels = isFlipped ? Preprocessing.Channels.BGR : Preprocessing.Channels.RGB;
        try {
            return new Preprocessing(
                    window[1],
                    window[0],
                    channels,
                    isCrop ? Preprocessing.Fit.CROP : Preprocessing.Fit.STRETCH,
                    Math.max(resizeTo, Math.max(window[0], window[1])),
                    isNormalised ? values(json, "image_mean", 0) : Collections.nCopies(3, 0f),
                    isNormalised ? values(json, "image_std", 1) : Collections.nCopies(3, 1f),
                    scale);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(file + ": " + e.getMessage(), e);
        }
    }

    private static List<Float> values(JsonNode json, String key, float otherwise) {
        JsonNode values = json.path(key);
        return values.isArray()
                ? BackboneJson.floats(values)
                : Collections.nCopies(3, (float) values.asDouble(otherwise));
    }

    /** Height and width: a number, or an object with shortest_edge, or with height and width. */
    private static int[] size(Path file, JsonNode size, int otherwise) throws BackboneException {
        int edge =
                size.isNumber() ? size.intValue() : size.path("shortest_edge").asInt(otherwise);
        int height = size.path("height").asInt(edge);
        int width = size.path("width").asInt(edge);
        if (height < 1 || width < 1) {
            throw new BackboneException(file + ": expected a positive size, found " + size);
        }
        return new int[] {height, width};
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new BackboneException(file + ": is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
