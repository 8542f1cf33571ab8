package terzi.training.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.shapes.ShapeInference;
import terzi.training.recipe.Depth;

/**
 * Lets the head see one stage further back: the means of the maps that the network's last stage begins with join the
 * features. A network's last layers are made for its own classes, those before them less so.
 */
final class MultiStageFeatures {
    private static final String PREFIX = "lookback/";

    private MultiStageFeatures() {}

    /**
     * @param network ends in a Gemm of zeros on its features
     * @return the network unchanged, where its last stage does not begin with maps
     */
    static Model apply(Model network, int classes) {
        Blocks blocks = Blocks.of(Cut.at(network, List.of(Prepared.FEATURES)));
        int learning = blocks.learning(new Depth.Stages(1));
        if (learning == 0 || learning == blocks.blocks().size()) {
            return network;
        }
        String maps = blocks.cut(learning);
        Map<String, TensorType> types = ShapeInference.infer(network);
        Optional<Integer> earlier = width(types.get(maps), 4);
        Optional<Integer> own = width(types.get(Prepared.FEATURES), 2);
        if (earlier.isEmpty() || own.isEmpty()) {
            return network;
        }
        return joined(network, maps, own.get() + earlier.get(), classes);
    }

    private static Optional<Integer> width(@Nullable TensorType type, int rank) {
        return Optional.ofNullable(type)
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == rank)
                .map(shape -> shape.get(1))
                .filter(Dim.Fixed.class::isInstance)
                .map(width -> Math.toIntExact(((Dim.Fixed) width).size()));
    }

    private static Model joined(Model network, String maps, int width, int classes) {
        Graph graph = network.graph();
        String last = PREFIX + "last";
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.outputs().contains(Prepared.FEATURES)) {
                nodes.add(node.withOutputs(List.of(last)));
                nodes.add(Node.of(PREFIX + "pooled", "GlobalAveragePool", List.of(maps), List.of(PREFIX + "pooled")));
                nodes.add(Node.of(PREFIX + "flat", "Flatten", List.of(PREFIX + "pooled"), List.of(PREFIX + "flat")));
                nodes.add(
                        Node.of(PREFIX + "joined", "Concat", List.of(last, PREFIX + "flat"), List.of(Prepared.FEATURES))
                                .with("axis", Attribute.of(1)));
            } else {
                nodes.add(node);
            }
        }
        String weight = graph.producer(Prepared.LOGITS).orElseThrow().inputs().get(1);
        Tensor zeros = Tensor.ofFloats(weight, new long[] {classes, width}, new float[classes * width]);
        List<ValueInfo> outputs = graph.outputs().stream()
                .map(output -> output.name().equals(Prepared.FEATURES)
                        ? new ValueInfo(
                                Prepared.FEATURES,
                                TensorType.of(
                                        DataType.FLOAT,
                                        output.tensorType()
                                                .orElseThrow()
                                                .shape()
                                                .orElseThrow()
                                                .get(0),
                                        Dim.of(width)))
                        : output)
                .toList();
        return network.withGraph(graph.withNodes(nodes)
                .withInitializers(graph.initializers().stream()
                        .map(tensor -> tensor.name().equals(weight) ? zeros : tensor)
                        .toList())
                .withOutputs(outputs));
    }
}
