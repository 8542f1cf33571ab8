package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.shapes.ShapeInference;

/**
 * Extracts the part of a graph that computes chosen outputs from the inputs of the graph or from intermediate values.
 */
public final class Cut {

    private Cut() {}

    /**
     * {@return the part of a model that computes the given values}
     *
     * @param model the model
     * @param outputs names of values, at least one, which become the outputs in this order
     * @throws IllegalArgumentException if a value does not exist
     */
    public static Model at(Model model, List<String> outputs) {
        return outputs(model, outputs, types(model));
    }

    /**
     * {@return the part of a model between values}
     *
     * @param model the model
     * @param inputs names of values, at least one, which become the only inputs
     * @param outputs names of values, at least one, which become the outputs in this order
     * @throws IllegalArgumentException if a value does not exist, the outputs also depend on an input of the model that
     *     is not in {@code inputs}, or {@code inputs} has some but not all outputs of a node
     */
    public static Model between(Model model, List<String> inputs, List<String> outputs) {
        Map<String, ValueType> types = types(model);
        requireValues(model.graph(), inputs);
        List<Node> nodes = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            if (node.outputs().stream().noneMatch(inputs::contains)) {
                nodes.add(node);
            } else if (!inputs.containsAll(node.outputs())) {
                throw new IllegalArgumentException(
                        node.describe() + ": makes " + node.outputs() + "; cut at all of them or at none");
            }
        }
        List<ValueInfo> declared = inputs.stream()
                .map(name -> new ValueInfo(name, types.getOrDefault(name, ValueType.UNTYPED)))
                .toList();
        Graph graph = model.graph();
        List<String> formerInputs =
                graph.trueInputs().stream().map(ValueInfo::name).toList();
        Graph opened = graph.withNodes(nodes)
                .withInitializers(graph.initializers().stream()
                        .filter(tensor -> !inputs.contains(tensor.name()))
                        .toList())
                .withInputs(declared);
        Model cut = outputs(model.withGraph(opened), outputs, types);
        for (Node node : cut.graph().nodes()) {
            for (String value : GraphIndex.takes(node)) {
                if (formerInputs.contains(value) && !inputs.contains(value)) {
                    throw new IllegalArgumentException(node.describe() + ": takes the input " + value
                            + " past the cut at " + inputs + "; add it to the cut");
                }
            }
        }
        return GraphIndex.edited(cut, cut.graph());
    }

    private static Model outputs(Model model, List<String> outputs, Map<String, ValueType> types) {
        Graph graph = model.graph();
        requireValues(graph, outputs);
        List<ValueInfo> declared = outputs.stream()
                .map(name -> graph.outputs().stream()
                        .filter(output -> output.name().equals(name))
                        .findFirst()
                        .orElseGet(() -> new ValueInfo(name, types.getOrDefault(name, ValueType.UNTYPED))))
                .toList();
        return model.withGraph(Prune.apply(graph.withOutputs(declared)));
    }

    private static void requireValues(Graph graph, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("graph " + graph.name() + ": no value to cut at was given");
        }
        GraphIndex index = new GraphIndex(graph);
        for (String name : names) {
            if (!index.has(name)) {
                List<Node> nodes = graph.nodes();
                List<String> last = nodes.subList(Math.max(0, nodes.size() - 8), nodes.size()).stream()
                        .flatMap(node -> node.outputs().stream())
                        .toList();
                throw new IllegalArgumentException("graph " + graph.name() + ": has no value " + name
                        + "; its last ones are " + String.join(", ", last));
            }
        }
    }

    /** What is known about each value, declarations before inferences. */
    static Map<String, ValueType> types(Model model) {
        Map<String, ValueType> types = new HashMap<>();
        for (Map.Entry<String, TensorType> entry : ShapeInference.infer(model).entrySet()) {
            types.put(entry.getKey(), entry.getValue());
        }
        Graph graph = model.graph();
        graph.values().forEach(value -> types.putIfAbsent(value.name(), value.type()));
        graph.inputs().forEach(value -> types.put(value.name(), value.type()));
        graph.outputs().forEach(value -> types.put(value.name(), value.type()));
        return types;
    }
}
