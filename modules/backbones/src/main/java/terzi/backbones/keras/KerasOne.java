package terzi.backbones.keras;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Settings of Keras 1 under the names of today. */
final class KerasOne {
    private static final Map<String, String> NAMES = Map.of(
            "nb_filter", "filters",
            "subsample", "strides",
            "border_mode", "padding",
            "bias", "use_bias",
            "output_dim", "units",
            "dim_ordering", "data_format",
            "p", "rate");

    private KerasOne() {}

    static JsonNode modern(String className, JsonNode config) {
        if (!(config instanceof ObjectNode old)) {
            return config;
        }
        ObjectNode modern = old.deepCopy();
        NAMES.forEach((from, to) -> {
            if (old.has(from) && !old.has(to)) {
                modern.set(to, old.get(from));
            }
        });
        if (old.has("nb_row") && old.has("nb_col")) {
            modern.putArray("kernel_size").add(old.get("nb_row")).add(old.get("nb_col"));
        }
        switch (old.path("dim_ordering").asString("")) {
            case "th" -> modern.put("data_format", "channels_first");
            case "tf" -> modern.put("data_format", "channels_last");
            default -> {}
        }
        return modern;
    }
}
