package terzi.backbones;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.Renaming;
import terzi.onnx.build.Sequential;
import terzi.onnx.rewrite.ExpandBatchNorm;
import terzi.onnx.rewrite.Head;
import terzi.onnx.rewrite.LiftConstants;
import terzi.onnx.rewrite.Prune;
import terzi.onnx.rewrite.RaiseOpset;
import terzi.onnx.rewrite.ReplaceHead;

/** Gives any classifier the names of Terzi's convention: {@code input}, {@code logits} before softmax, {@code features}. */
final class Convention {
    private Convention() {}

    /**
     * The same network under the names of the convention; other outputs are left out.
     *
     * @param location where the features are, if the network has no head of its own
     * @param file for messages
     * @param remarks gets a sentence for what could not be done
     */
    static Model apply(Model given, Optional<FeatureLocation> location, String file, List<String> remarks)
            throws BackboneException {
        Model raised = raised(LiftConstants.apply(given), remarks);
        ValueInfo input = image(raised.graph(), file);
        if (raised.graph().outputs().isEmpty()) {
            throw new BackboneException(file + ": has no output, so it is not a classifier");
        }
        Model model = location.isPresent() ? FeatureTail.apply(raised, location.get(), file) : raised;
        ValueInfo output = ReplaceHead.answer(model.graph());
        String logits = output.name();
        Optional<Node> softmax = model.graph().nodes().stream()
                .filter(node -> node.is("Softmax") && node.outputs().contains(output.name()))
                .findFirst();
        if (softmax.isPresent()) {
            logits = softmax.get().inputs().get(0);
            remarks.add("the softmax at the end was taken off: the output is the logits before it");
        }
        Optional<Head> head = head(model, remarks);
        Map<String, String> names = new LinkedHashMap<>();
        names.put(input.name(), "input");
        names.put(logits, "logits");
        Optional<Head> vector = head.filter(h -> h.rank() == 2 && !h.takes().equals(input.name()));
        vector.ifPresent(h -> names.put(h.takes(), "features"));
        freeNames(model.graph(), names);
        Graph graph = Renaming.apply(model.graph(), names);
        List<ValueInfo> outputs = new ArrayList<>();
        outputs.add(new ValueInfo("logits", output.type()));
        vector.ifPresent(h ->
                outputs.add(new ValueInfo("features", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(h.width())))));
        return Prune.apply(model.withGraph(graph.withOutputs(outputs)));
    }

    /** What is fine-tuned becomes a classifier file, which needs a newer opset than many exporters write. */
    private static Model raised(Model model, List<String> remarks) {
        try {
            return RaiseOpset.apply(ExpandBatchNorm.apply(model), Sequential.OPSET);
        } catch (IllegalArgumentException e) {
            remarks.add("it stays in opset " + model.opset() + ", too old for a classifier file: " + e.getMessage());
            return model;
        }
    }

    private static ValueInfo image(Graph graph, String file) throws BackboneException {
        List<ValueInfo> inputs = graph.trueInputs();
        if (inputs.size() != 1) {
            throw new BackboneException(
                    file + ": takes " + inputs.size() + " inputs; a network that can be fine-tuned takes one image");
        }
        ValueInfo input = inputs.get(0);
        TensorType type = input.tensorType().orElse(TensorType.of(DataType.UNDEFINED));
        if (type.elementType() == DataType.UINT8) {
            throw new BackboneException(file
                    + ": takes uint8 pixels, so it is a finished classifier; give the network that it was made from");
        }
        if (type.elementType() != DataType.FLOAT || type.rank().orElse(4) != 4) {
            throw new BackboneException(
                    file + ": expected one float32 input [N,C,H,W], found " + input.name() + " " + input.type());
        }
        return input;
    }

    private static Optional<Head> head(Model model, List<String> remarks) {
        try {
            return Optional.of(ReplaceHead.find(model));
        } catch (IllegalArgumentException e) {
            remarks.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Whoever has a name of the convention without being it gets another. */
    private static void freeNames(Graph graph, Map<String, String> names) {
        for (String reserved : List.of("input", "logits", "features")) {
            boolean isTaken =
                    graph.nodes().stream().anyMatch(node -> node.outputs().contains(reserved))
                            || graph.initializers().stream()
                                    .anyMatch(tensor -> tensor.name().equals(reserved));
            if (isTaken && !names.containsKey(reserved)) {
                names.put(reserved, reserved + "_of_network");
            }
        }
    }
}
