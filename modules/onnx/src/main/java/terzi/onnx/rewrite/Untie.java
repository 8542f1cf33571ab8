package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * Gives every use of a floating-point tensor its own copy. Exporters store equal constants once and share them,
 * directly or through {@code Identity} nodes, for example the initial scales of all batch normalisations. In training
 * they would stay equal forever. Scalars stay shared, since they are settings and not weights.
 */
public final class Untie {

    private Untie() {}

    /**
     * {@return the model with every weight used once; it computes the same values, and the copies share their memory}
     *
     * @param model the model
     */
    public static Model apply(Model model) {
        Graph graph = model.graph();
        GraphIndex index = new GraphIndex(graph);
        Set<String> outputs = new HashSet<>();
        graph.outputs().forEach(output -> outputs.add(output.name()));
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        graph.initializers().forEach(tensor -> initializers.put(tensor.name(), tensor));

        List<Node> withoutIdentities = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Tensor source = node.is("Identity") ? initializers.get(node.inputs().get(0)) : null;
            String copy = node.outputs().get(0);
            if (source != null && isWeight(source) && !outputs.contains(copy)) {
                initializers.put(copy, source.withName(copy));
            } else {
                withoutIdentities.add(node);
            }
        }

        Set<String> used = new HashSet<>(outputs);
        withoutIdentities.forEach(node -> used.addAll(GraphIndex.captures(node)));
        List<Node> nodes = new ArrayList<>();
        for (Node node : withoutIdentities) {
            List<String> inputs = new ArrayList<>(node.inputs());
            for (int i = 0; i < inputs.size(); i++) {
                Tensor tensor = initializers.get(inputs.get(i));
                if (tensor != null && isWeight(tensor) && !used.add(tensor.name())) {
                    String copy = index.claim(tensor.name());
                    initializers.put(copy, tensor.withName(copy));
                    inputs.set(i, copy);
                }
            }
            nodes.add(inputs.equals(node.inputs()) ? node : node.withInputs(inputs));
        }
        return GraphIndex.edited(
                model, Prune.apply(graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values()))));
    }

    private static boolean isWeight(Tensor tensor) {
        return tensor.type().isFloat() && tensor.rank() > 0;
    }
}
