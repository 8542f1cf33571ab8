package terzi.backbones.keras;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the description that Keras writes of a network, in the dialects of Keras 1, 2 and 3. */
final class NetworkReader {
    private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");

    private NetworkReader() {}

    /** @param description an object with {@code class_name} and {@code config} */
    static KerasNetwork read(JsonNode description, WeightSource weights) throws IOException {
        return network(description, weights, "network");
    }

    private static KerasNetwork network(JsonNode description, WeightSource weights, String where) throws IOException {
        String className = description.path("class_name").asString("");
        JsonNode config = description.path("config");
        if (className.equals("Sequential")) {
            return sequential(config, description, weights, where);
        }
        if (isNetwork(description)) {
            return functional(config, weights, where);
        }
        throw new KerasFormatException(
                where + ": expected a Sequential or a Functional model, found "
                        + (className.isEmpty() ? "no class_name" : className)
                        + "; a subclassed model has no description of its layers: rebuild it with the functional API and load its weights");
    }

    /** Models of one's own class that were made by the functional API keep its description. */
    private static boolean isNetwork(JsonNode description) {
        JsonNode config = description.path("config");
        return FUNCTIONAL.contains(description.path("class_name").asString("")) || config.has("output_layers");
    }

    private static KerasLayer layer(JsonNode description, WeightSource weights, String where) throws IOException {
        JsonNode config = description.path("config");
        String className = description.path("class_name").asString("");
        String name = config.path("name").asString(description.path("name").asString(""));
        if (className.isEmpty() || (name.isEmpty() && !config.isArray())) {
            throw new KerasFormatException(where + ": has a layer without a name or a class");
        }
        String layerWhere = "layer " + name + " (" + className + ")";
        boolean nested = className.equals("Sequential") || isNetwork(description);
        if (nested) {
            KerasNetwork inner = network(description, weights.nested(name, className), layerWhere);
            return new KerasLayer(
                    name, className, new LayerConfig(layerWhere, config), LayerWeights.NONE, Optional.of(inner));
        }
        return new KerasLayer(
                name,
                className,
                new LayerConfig(layerWhere, KerasOne.modern(className, config)),
                weights.layer(name, className),
                Optional.empty());
    }

    // ---- functional ----

    private static KerasNetwork functional(JsonNode config, WeightSource weights, String where) throws IOException {
        List<KerasCall> calls = new ArrayList<>();
        for (JsonNode description : config.path("layers")) {
            KerasLayer layer = layer(description, weights, where);
            JsonNode nodes = description.path("inbound_nodes");
            if (nodes.isEmpty()) {
                calls.add(new KerasCall(layer, 0, List.of()));
            }
            for (int node = 0; node < nodes.size(); node++) {
                calls.add(new KerasCall(layer, node, arguments(nodes.get(node))));
            }
        }
        List<ValueRef> inputs = refs(config.path("input_layers"));
        List<ValueRef> outputs = refs(config.path("output_layers"));
        if (calls.isEmpty() || inputs.isEmpty() || outputs.isEmpty()) {
            throw new KerasFormatException(
                    where + ": expected layers, input_layers and output_layers, one of them is missing");
        }
        return new KerasNetwork(config.path("name").asString("model"), renumbered(calls, outputs), inputs, outputs);
    }

    /** Keras 2 counts the making of a network as its first call, which is not in the file: its calls in another begin at 1. */
    private static List<KerasCall> renumbered(List<KerasCall> calls, List<ValueRef> outputs) {
        Map<String, Integer> highest = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (KerasCall call : calls) {
            counts.merge(call.layer().name(), 1, Integer::sum);
            call.values().forEach(value -> highest.merge(value.layer(), value.node(), Math::max));
        }
        outputs.forEach(value -> highest.merge(value.layer(), value.node(), Math::max));
        List<KerasCall> renumbered = new ArrayList<>();
        for (KerasCall call : calls) {
            String name = call.layer().name();
            boolean isShifted = call.layer().nested().isPresent()
                    && highest.getOrDefault(name, 0).equals(counts.get(name));
            renumbered.add(isShifted ? new KerasCall(call.layer(), call.node() + 1, call.arguments()) : call);
        }
        return renumbered;
    }

    private static List<KerasCall.Argument> arguments(JsonNode node) throws IOException {
        List<KerasCall.Argument> arguments = new ArrayList<>();
        if (node.isObject()) {
            collect(node.path("args"), arguments);
            for (JsonNode keyword : node.path("kwargs")) {
                if (keyword.isObject()
                        && !keyword.path("config").path("keras_history").isMissingNode()) {
                    collect(keyword, arguments);
                }
            }
            return arguments;
        }
        JsonNode list = isRef(node) ? JsonNodeFactory.instance.arrayNode().add(node) : node;
        for (JsonNode entry : list) {
            if (!isRef(entry)) {
                throw new KerasFormatException("inbound_nodes: expected [layer, node, tensor], found " + entry);
            }
            arguments.add(value(entry));
            // operators as layers: [layer, node, tensor, {"y": 3.0}]
            JsonNode operand = entry.path(3).path("y");
            if (isRef(operand)) {
                arguments.add(value(operand));
            } else if (!operand.isMissingNode() && !operand.isNull()) {
                arguments.add(new KerasCall.Argument(Optional.empty(), operand));
            }
        }
        return arguments;
    }

    private static boolean isRef(JsonNode node) {
        return node.isArray()
                && node.size() >= 3
                && node.get(0).isString()
                && node.get(1).isNumber()
                && node.get(2).isNumber();
    }

    private static KerasCall.Argument value(JsonNode ref) {
        return new KerasCall.Argument(Optional.of(ref(ref)), MissingNode.getInstance());
    }

    private static ValueRef ref(JsonNode ref) {
        return new ValueRef(
                ref.path(0).asString(""), ref.path(1).asInt(0), ref.path(2).asInt(0));
    }

    /** Keras 3: arguments are tensors, numbers, or lists of them. */
    private static void collect(JsonNode argument, List<KerasCall.Argument> arguments) {
        JsonNode history = argument.path("config").path("keras_history");
        if (!history.isMissingNode()) {
            arguments.add(value(history));
        } else if (argument.isArray()) {
            for (JsonNode entry : argument) {
                collect(entry, arguments);
            }
        } else if (argument.isNumber()) {
            arguments.add(new KerasCall.Argument(Optional.empty(), argument));
        }
    }

    /** {@code [[layer, 0, 0], ...]}, or {@code [layer, 0, 0]} for one; Keras 3 may nest deeper or name them by a dictionary. */
    private static List<ValueRef> refs(JsonNode node) {
        if (isRef(node)) {
            return List.of(ref(node));
        }
        List<ValueRef> refs = new ArrayList<>();
        for (JsonNode entry : node) {
            refs.addAll(refs(entry));
        }
        return refs;
    }

    // ---- sequential ----

    private static KerasNetwork sequential(JsonNode config, JsonNode description, WeightSource weights, String where)
            throws IOException {
        JsonNode descriptions = config.isArray() ? config : config.path("layers");
        if (descriptions.isEmpty()) {
            throw new KerasFormatException(where + ": has no layers");
        }
        List<KerasLayer> layers = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        for (JsonNode entry : descriptions) {
            KerasLayer layer = layer(entry, weights, where);
            int before = names.merge(layer.name(), 1, Integer::sum);
            layers.add(
                    before == 1
                            ? layer
                            : new KerasLayer(
                                    layer.name() + "_" + (before - 1),
                                    layer.className(),
                                    layer.config(),
                                    layer.weights(),
                                    layer.nested()));
        }
        if (!layers.get(0).className().equals("InputLayer")) {
            layers.add(0, input(shape(descriptions.get(0), config, description, where), where));
        }
        List<KerasCall> calls = new ArrayList<>();
        ValueRef last = new ValueRef(layers.get(0).name(), 0, 0);
        calls.add(new KerasCall(layers.get(0), 0, List.of()));
        for (KerasLayer layer : layers.subList(1, layers.size())) {
            calls.add(new KerasCall(
                    layer, 0, List.of(new KerasCall.Argument(Optional.of(last), MissingNode.getInstance()))));
            last = new ValueRef(layer.name(), 0, 0);
        }
        return new KerasNetwork(
                config.path("name").asString("sequential"),
                calls,
                List.of(new ValueRef(layers.get(0).name(), 0, 0)),
                List.of(last));
    }

    private static KerasLayer input(JsonNode shape, String where) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set("batch_input_shape", shape);
        String name = "input of " + where;
        return new KerasLayer(name, "InputLayer", new LayerConfig(name, config), LayerWeights.NONE, Optional.empty());
    }

    /** A Sequential without an InputLayer has its input's shape in its first layer, or in what it was built with. */
    private static JsonNode shape(JsonNode first, JsonNode config, JsonNode description, String where)
            throws IOException {
        JsonNode inner = first;
        while (true) {
            JsonNode firstConfig = inner.path("config");
            for (String key : List.of("batch_input_shape", "batch_shape")) {
                if (firstConfig.path(key).isArray()) {
                    return firstConfig.path(key);
                }
            }
            JsonNode layers = firstConfig.isArray() ? firstConfig : firstConfig.path("layers");
            if (layers.isEmpty()) {
                break;
            }
            inner = layers.get(0);
        }
        for (JsonNode built : List.of(
                config.path("build_input_shape"),
                description.path("build_config").path("input_shape"))) {
            if (built.isArray()) {
                return built;
            }
        }
        throw new KerasFormatException(
                where
                        + ": does not say what shape its input has; give the first layer an input_shape, or call build(), and save it again");
    }
}
