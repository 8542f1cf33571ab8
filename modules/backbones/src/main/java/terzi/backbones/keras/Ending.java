package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Renaming;
import terzi.onnx.rewrite.Head;
import terzi.onnx.rewrite.Prune;
import terzi.onnx.rewrite.ReplaceHead;

/** Gives a converted graph the outputs of Terzi's convention: logits before any softmax, and the features below them. */
final class Ending {
    private static final Set<String> PROBABILITIES = Set.of("Softmax", "Sigmoid");
    private static final Set<String> SHAPED = Set.of("Reshape", "Flatten", "Squeeze", "Dropout");

    private Ending() {}

    static Model finish(GraphBuilder graph, KerasValue output, List<String> remarks) throws KerasFormatException {
        if (output.shape().size() != 1) {
            throw new KerasFormatException(
                    "the network gives " + output.describe()
                            + "; a classifier gives [N,K], one number a class. Save it with its head (include_top=True), or add a GlobalAveragePooling2D");
        }
        List<Node> nodes = graph.graph().nodes();
        String logits = output.name();
        if (logits.equals("input")) {
            throw new KerasFormatException("the network has no layer that computes anything");
        }
        Optional<Node> probabilities = probabilities(nodes, logits);
        if (probabilities.isPresent()) {
            Node node = probabilities.get();
            remarks.add("the " + node.opType().toLowerCase(java.util.Locale.ROOT)
                    + " at the end was taken off: the output is the logits before it");
            if (node.outputs().get(0).equals(logits)) {
                logits = node.inputs().get(0);
            }
        }
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(output.channels()));
        graph.output(logits, "logits", type);
        Model model = bypassed(graph.build(), probabilities);
        try {
            Head head = ReplaceHead.find(model);
            return Prune.apply(withFeatures(graph, head, probabilities));
        } catch (IllegalArgumentException e) {
            remarks.add("the network ends in no dense layer, so there is no output with features: " + e.getMessage());
            return Prune.apply(model);
        }
    }

    private static Model withFeatures(GraphBuilder graph, Head head, Optional<Node> probabilities) {
        if (head.takes().equals("input")) {
            return bypassed(graph.build(), probabilities);
        }
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(head.width()));
        String features = head.takes();
        if (head.rank() == 4) {
            String pooled = graph.node("features.pool", "GlobalAveragePool", List.of(features), Map.of());
            features = graph.node("features.flat", "Flatten", List.of(pooled), Map.of("axis", Attribute.of(1)));
        }
        graph.output(features, "features", type);
        return bypassed(graph.build(), probabilities);
    }

    /** The node that turns logits into probabilities, with nothing after it but changes of shape. */
    private static Optional<Node> probabilities(List<Node> nodes, String output) {
        String value = output;
        while (true) {
            String wanted = value;
            Optional<Node> producer = nodes.stream()
                    .filter(node -> node.outputs().contains(wanted))
                    .findFirst();
            if (producer.isEmpty() || PROBABILITIES.contains(producer.get().opType())) {
                return producer;
            }
            if (!SHAPED.contains(producer.get().opType())) {
                return Optional.empty();
            }
            value = producer.get().inputs().get(0);
        }
    }

    /** Lets who took the probabilities take the logits. */
    private static Model bypassed(Model model, Optional<Node> probabilities) {
        if (probabilities.isEmpty()) {
            return model;
        }
        Node bypassed = probabilities.get();
        Map<String, String> names =
                Map.of(bypassed.outputs().get(0), bypassed.inputs().get(0));
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean isIt = node.name().equals(bypassed.name());
            nodes.add(isIt ? node : Renaming.apply(node, names));
        }
        return model.withGraph(graph.withNodes(nodes));
    }
}
