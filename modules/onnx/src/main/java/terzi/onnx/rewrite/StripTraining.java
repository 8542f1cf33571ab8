package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.List;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;

/**
 * Converts a graph that was saved in training mode to inference mode: batch normalisation with running statistics and
 * one output, dropout as the identity. It removes {@code training_mode}, {@code is_test}, outputs of statistics and
 * dropout masks.
 */
public final class StripTraining {

    private StripTraining() {}

    /**
     * {@return the model in inference mode}
     *
     * @param model the model
     * @throws IllegalArgumentException if a node or an output uses the statistics or the mask that would be removed
     */
    public static Model apply(Model model) {
        Graph graph = model.graph();
        GraphIndex index = new GraphIndex(graph);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.is("BatchNormalization")) {
                nodes.add(firstOutput(withoutModes(node, model.opset()), index));
            } else if (node.is("Dropout")) {
                Node plain = withoutModes(firstOutput(node, index), model.opset());
                nodes.add(
                        plain.inputs().size() > 2
                                ? plain.withInputs(plain.inputs().subList(0, 2))
                                : plain);
            } else {
                nodes.add(node);
            }
        }
        return model.withGraph(Prune.apply(graph.withNodes(nodes)));
    }

    /** Below opset 7 the flag is the other way round: without {@code is_test} a node trains. */
    private static Node withoutModes(Node node, long opset) {
        Node plain = node.attributes().containsKey("training_mode") ? node.without("training_mode") : node;
        return opset < 7 ? plain.with("is_test", Attribute.of(1)) : plain;
    }

    private static Node firstOutput(Node node, GraphIndex index) {
        for (int i = 1; i < node.outputs().size(); i++) {
            String output = node.outputs().get(i);
            if (!output.isEmpty() && index.uses(output) > 0) {
                throw new IllegalArgumentException(node.describe() + ": its output " + output
                        + " exists in training only, but the graph uses it; cut the graph before that use");
            }
        }
        return node.outputs().size() > 1 ? node.withOutputs(node.outputs().subList(0, 1)) : node;
    }
}
