package terzi.onnx.rewrite;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.shapes.ShapeInference;

/**
 * The feature maps that a network pools globally before its head, so that their means are the features.
 *
 * @param maps name of a value {@code [N, W, h, w]}
 * @param width number of channels W
 */
public record PooledMaps(String maps, int width) {
    private static final Set<String> SAME_VALUES =
            Set.of("Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Cast");

    /**
     * Finds the feature maps of features by walking back over changes of shape to a global pooling. If the features
     * concatenate several poolings, the first one counts.
     *
     * @param model the model
     * @param features name of a value {@code [N, F]}, whose first W columns are the means of the maps
     * @return the feature maps; empty if the features are not means of maps, or if W is not known
     */
    public static Optional<PooledMaps> of(Model model, String features) {
        Graph graph = model.graph();
        Optional<Node> node = graph.producer(features);
        while (node.isPresent() && (isSameValues(node.get()) || isJoin(node.get()))) {
            node = graph.producer(node.get().inputs().get(0));
        }
        if (node.isEmpty() || !(node.get().is("GlobalAveragePool") || isSpatialMean(graph, node.get()))) {
            return Optional.empty();
        }
        String maps = node.get().inputs().get(0);
        Map<String, TensorType> types = ShapeInference.infer(model);
        return Optional.ofNullable(types.get(maps))
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == 4)
                .map(shape -> shape.get(1))
                .filter(Dim.Fixed.class::isInstance)
                .map(width -> new PooledMaps(maps, Math.toIntExact(((Dim.Fixed) width).size())));
    }

    private static boolean isSameValues(Node node) {
        return SAME_VALUES.contains(node.opType()) && node.domain().isEmpty();
    }

    private static boolean isJoin(Node node) {
        return node.is("Concat") && node.intAttribute("axis", 0) == 1;
    }

    private static boolean isSpatialMean(Graph graph, Node node) {
        if (!node.is("ReduceMean")) {
            return false;
        }
        Optional<long[]> axes =
                node.input(1).flatMap(graph::initializer).map(Tensor::longs).or(() -> node.ints("axes"));
        return axes.map(given -> LongStream.of(given).boxed().toList())
                .filter(given -> given.equals(List.of(2L, 3L)) || given.equals(List.of(-2L, -1L)))
                .isPresent();
    }
}
