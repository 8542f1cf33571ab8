package terzi.onnx.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Node;

/** Renames values in a node and in what its subgraphs take from around them. */
final class Renaming {

    private Renaming() {}

    /** The node with every name that {@code names} has replaced; other names stay. */
    static Node apply(Node node, Map<String, String> names) {
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
            return new Attribute.GraphValue(apply(graph.value(), names));
        }
        if (attribute instanceof Attribute.Graphs graphs) {
            return new Attribute.Graphs(
                    graphs.values().stream().map(graph -> apply(graph, names)).toList());
        }
        return attribute;
    }

    private static Graph apply(Graph subgraph, Map<String, String> outer) {
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
                .withOutputs(subgraph.outputs().stream()
                        .map(output -> output.withName(names.getOrDefault(output.name(), output.name())))
                        .toList());
    }
}
