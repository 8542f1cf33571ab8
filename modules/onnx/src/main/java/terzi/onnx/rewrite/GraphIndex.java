package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/** Who makes and who takes each value of a graph, as it was when the index was made. */
final class GraphIndex {

    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, Tensor> initializers = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    GraphIndex(Graph graph) {
        for (Tensor tensor : graph.initializers()) {
            initializers.put(tensor.name(), tensor);
            names.add(tensor.name());
        }
        graph.inputs().forEach(input -> names.add(input.name()));
        for (Node node : graph.nodes()) {
            for (String output : node.outputs()) {
                producers.put(output, node);
                names.add(output);
            }
            takes(node).forEach(value -> uses.merge(value, 1, Integer::sum));
        }
        graph.outputs().forEach(output -> uses.merge(output.name(), 1, Integer::sum));
    }

    Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** How often a value is taken: by nodes, by their subgraphs, and as an output of the graph. */
    int uses(String value) {
        return uses.getOrDefault(value, 0);
    }

    boolean has(String value) {
        return names.contains(value);
    }

    /** The constant that a value is, directly or through Identity nodes; {@code Constant} nodes are lifted before. */
    Optional<Tensor> constant(String value) {
        String name = value;
        Node producer = producers.get(name);
        for (int steps = 0; producer != null && producer.is("Identity") && steps < producers.size(); steps++) {
            name = producer.inputs().get(0);
            producer = producers.get(name);
        }
        return Optional.ofNullable(initializers.get(name));
    }

    /** A name that is free here and is free no longer. */
    String claim(String hint) {
        String name = hint;
        for (int number = 1; !names.add(name); number++) {
            name = hint + "_" + number;
        }
        return name;
    }

    /** All values a node takes, one entry for each time: its inputs, and what its subgraphs take from around them. */
    static List<String> takes(Node node) {
        List<String> taken = new ArrayList<>();
        node.inputs().stream().filter(input -> !input.isEmpty()).forEach(taken::add);
        taken.addAll(captures(node));
        return taken;
    }

    /** The values that a node's subgraphs take from around them. */
    static Set<String> captures(Node node) {
        Set<String> captured = new LinkedHashSet<>();
        for (Attribute attribute : node.attributes().values()) {
            if (attribute instanceof Attribute.GraphValue graph) {
                captured.addAll(captures(graph.value()));
            } else if (attribute instanceof Attribute.Graphs graphs) {
                graphs.values().forEach(graph -> captured.addAll(captures(graph)));
            }
        }
        return captured;
    }

    private static Set<String> captures(Graph subgraph) {
        Set<String> taken = new LinkedHashSet<>();
        subgraph.nodes().forEach(node -> taken.addAll(takes(node)));
        subgraph.outputs().forEach(output -> taken.add(output.name()));
        subgraph.inputs().stream().map(ValueInfo::name).forEach(taken::remove);
        subgraph.initializers().stream().map(Tensor::name).forEach(taken::remove);
        subgraph.nodes().forEach(node -> node.outputs().forEach(taken::remove));
        return taken;
    }

    /**
     * The model with an edited graph. Before IR version 4 constants had to be inputs too; that would leave the new ones out and let
     * callers replace the others, so older files are raised to 4 and keep their true inputs only.
     */
    static Model edited(Model model, Graph graph) {
        Model changed = model.withGraph(graph.withInputs(graph.trueInputs()));
        return model.irVersion() < 4 ? changed.withIrVersion(4) : changed;
    }
}
