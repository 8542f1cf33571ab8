package terzi.onnx.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Node;
import terzi.onnx.ValueInfo;

/**
 * Renames the values of graphs, also where subgraphs refer to values of the outer graph. The new names must not be in
 * use.
 */
public final class Renaming {

    private Renaming() {}

    /**
     * {@return a copy of a graph with renamed values}
     *
     * @param graph the graph
     * @param names new names by old name; values without an entry keep their name
     */
    public static Graph apply(Graph graph, Map<String, String> names) {
        return graph.withNodes(
                        graph.nodes().stream().map(node -> apply(node, names)).toList())
                .withInitializers(graph.initializers().stream()
                        .map(tensor -> tensor.withName(names.getOrDefault(tensor.name(), tensor.name())))
                        .toList())
                .withInputs(declarations(graph.inputs(), names))
                .withOutputs(declarations(graph.outputs(), names))
                .withValues(declarations(graph.values(), names));
    }

    /**
     * {@return a copy of a node with renamed inputs and outputs} The name of the node itself stays.
     *
     * @param node the node
     * @param names new names by old name; values without an entry keep their name
     */
    public static Node apply(Node node, Map<String, String> names) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll((name, attribute) -> apply(attribute, names));
        return node.withInputs(apply(node.inputs(), names))
                .withOutputs(apply(node.outputs(), names))
                .withAttributes(attributes);
    }

    private static List<String> apply(List<String> values, Map<String, String> names) {
        return values.stream().map(value -> names.getOrDefault(value, value)).toList();
    }

    private static Attribute apply(Attribute attribute, Map<String, String> names) {
        if (attribute instanceof Attribute.GraphValue graph) {
            return new Attribute.GraphValue(inside(graph.value(), names));
        }
        if (attribute instanceof Attribute.Graphs graphs) {
            return new Attribute.Graphs(
                    graphs.values().stream().map(graph -> inside(graph, names)).toList());
        }
        return attribute;
    }

    private static Graph inside(Graph subgraph, Map<String, String> outer) {
        Map<String, String> names = new LinkedHashMap<>(outer);
        // what the subgraph makes itself hides an outer value of the same name
        subgraph.inputs().forEach(input -> names.remove(input.name()));
        subgraph.initializers().forEach(tensor -> names.remove(tensor.name()));
        subgraph.nodes().forEach(node -> node.outputs().forEach(names::remove));
        if (names.isEmpty()) {
            return subgraph;
        }
        return subgraph.withNodes(subgraph.nodes().stream()
                        .map(node -> apply(node, names))
                        .toList())
                .withOutputs(declarations(subgraph.outputs(), names));
    }

    private static List<ValueInfo> declarations(List<ValueInfo> values, Map<String, String> names) {
        return values.stream()
                .map(value -> value.withName(names.getOrDefault(value.name(), value.name())))
                .toList();
    }
}
