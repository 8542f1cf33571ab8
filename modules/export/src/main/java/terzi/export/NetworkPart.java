package terzi.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import terzi.images.Preprocessing;
import terzi.inference.ClassifierFileException;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.rewrite.Cut;

/** Takes the network out of a classifier file again, from the value that {@link ImageGraph} makes to the logits. */
final class NetworkPart {
    private static final Set<String> KEPT = Set.of("features", "activation_map", "strangeness");

    private NetworkPart() {}

    static Model of(Model classifier, Preprocessing preprocessing) throws ClassifierFileException {
        Graph graph = classifier.graph();
        String input = "";
        for (Node node : graph.nodes()) {
            // its nodes come first
            if (!node.name().startsWith(ImageGraph.PREFIX)) {
                break;
            }
            input = node.outputs().get(0);
        }
        if (input.isEmpty()) {
            throw new ClassifierFileException(
                    "cannot find the network in the classifier file: no node at its beginning is called "
                            + ImageGraph.PREFIX + "...; was the file changed by another program?");
        }
        List<String> outputs = new ArrayList<>(List.of("logits"));
        Set<String> declared = graph.outputs().stream().map(ValueInfo::name).collect(Collectors.toSet());
        KEPT.stream().sorted().filter(declared::contains).forEach(outputs::add);
        Model network = Cut.between(classifier, List.of(input), outputs);
        TensorType type = TensorType.of(
                DataType.FLOAT,
                Dim.of("N"),
                Dim.of(preprocessing.channels().count()),
                Dim.of(preprocessing.height()),
                Dim.of(preprocessing.width()));
        return network.withGraph(network.graph().withName("network").withInputs(List.of(new ValueInfo(input, type))))
                .withMetadata(Map.of());
    }
}
