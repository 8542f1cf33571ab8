package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/** Removes the nodes, constants and declarations that no output of the graph depends on. All true inputs stay. */
public final class Prune {

    private Prune() {}

    /**
     * {@return the model without unused parts; the remaining nodes keep their order}
     *
     * @param model the model
     */
    public static Model apply(Model model) {
        return model.withGraph(apply(model.graph()));
    }

    static Graph apply(Graph graph) {
        Set<String> needed = new HashSet<>();
        graph.outputs().forEach(output -> needed.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                kept.add(node);
                needed.addAll(GraphIndex.takes(node));
            }
        }
        Collections.reverse(kept);
        Set<String> trueInputs = new HashSet<>();
        graph.trueInputs().forEach(input -> trueInputs.add(input.name()));
        List<Tensor> initializers = graph.initializers().stream()
                .filter(tensor -> needed.contains(tensor.name()))
                .toList();
        List<ValueInfo> inputs = graph.inputs().stream()
                .filter(input -> trueInputs.contains(input.name()) || needed.contains(input.name()))
                .toList();
        Set<String> made = new HashSet<>();
        kept.forEach(node -> made.addAll(node.outputs()));
        List<ValueInfo> values = graph.values().stream()
                .filter(value -> made.contains(value.name()))
                .toList();
        return graph.withNodes(kept)
                .withInitializers(initializers)
                .withInputs(inputs)
                .withValues(values);
    }
}
