package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.ShapeInference;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/**
 * Frees the batch axis of a network that was exported for a fixed number of images. The number stands in the types of input
 * and output, and in the constant shapes of {@code Reshape} nodes, whose first axis then follows their input.
 *
 * <p>Where the number is elsewhere, in a token that is joined to every image for example, the result may compute wrong
 * answers for several images: compare them with those to one.
 */
public final class FreeBatch {

    private static final Dim N = Dim.of("N");

    private FreeBatch() {}

    /**
     * The network with the input {@code [N, ...]}; unchanged when its batch is free, or it has not one input.
     *
     * @throws IllegalArgumentException when an output keeps the fixed batch; the message says what to do
     */
    public static Model apply(Model model) {
        List<ValueInfo> inputs = model.graph().trueInputs();
        Optional<TensorType> type = inputs.size() == 1 ? inputs.get(0).tensorType() : Optional.empty();
        List<Dim> shape = type.flatMap(TensorType::shape).orElse(List.of());
        if (shape.size() < 2 || !(shape.get(0) instanceof Dim.Fixed batch)) {
            return model;
        }
        Model lifted = LiftConstants.apply(model);
        Graph graph = lifted.graph();
        Map<String, TensorType> types = ShapeInference.infer(lifted);
        GraphIndex index = new GraphIndex(graph);
        List<Node> nodes = new ArrayList<>();
        List<Tensor> initializers = new ArrayList<>(graph.initializers());
        for (Node node : graph.nodes()) {
            nodes.add(node.is("Reshape") ? freed(node, batch, types, index, initializers) : node);
        }
        String input = inputs.get(0).name();
        Graph free = graph.withNodes(nodes)
                .withInitializers(initializers)
                .withInputs(graph.inputs().stream()
                        .map(value -> value.name().equals(input) ? freed(value, batch) : value)
                        .toList())
                .withOutputs(graph.outputs().stream()
                        .map(value -> freed(value, batch))
                        .toList())
                .withValues(List.of()); // declared for the fixed batch; they can be inferred
        Model result = Prune.apply(GraphIndex.edited(lifted, free));
        requireFree(result, batch);
        return result;
    }

    private static ValueInfo freed(ValueInfo value, Dim.Fixed batch) {
        Optional<TensorType> type = value.tensorType();
        List<Dim> shape = type.flatMap(TensorType::shape).orElse(List.of());
        return shape.isEmpty() || !shape.get(0).equals(batch)
                ? value
                : value.withType(type.orElseThrow().withShape(freed(shape)));
    }

    private static List<Dim> freed(List<Dim> shape) {
        List<Dim> freed = new ArrayList<>(shape);
        freed.set(0, N);
        return freed;
    }

    /** A Reshape whose first axis is its input's where that is the batch, else what is left of the elements. */
    private static Node freed(
            Node node, Dim.Fixed batch, Map<String, TensorType> types, GraphIndex index, List<Tensor> initializers) {
        Optional<long[]> wanted = node.input(1).flatMap(index::constant).map(Tensor::longs);
        List<Dim> data = Optional.ofNullable(types.get(node.inputs().get(0)))
                .flatMap(TensorType::shape)
                .orElse(List.of());
        boolean isOfBatch = wanted.isPresent()
                && wanted.get().length > 0
                && wanted.get()[0] > 0
                && wanted.get()[0] % batch.size() == 0
                && index.constant(node.inputs().get(0)).isEmpty();
        if (!isOfBatch) {
            return node;
        }
        long[] freed = wanted.get().clone();
        boolean hasRest = false;
        for (long size : freed) {
            hasRest |= size == -1;
        }
        boolean keepsAxis = freed[0] == batch.size()
                && !data.isEmpty()
                && data.get(0).equals(batch)
                && node.intAttribute("allowzero", 0) == 0;
        if (!keepsAxis && hasRest) {
            return node;
        }
        freed[0] = keepsAxis ? 0 : -1;
        String name = index.claim(node.outputs().get(0) + ".shape");
        initializers.add(Tensor.ofLongs(name, freed));
        return node.withInputs(List.of(node.inputs().get(0), name));
    }

    private static void requireFree(Model model, Dim.Fixed batch) {
        Map<String, TensorType> types = ShapeInference.infer(model);
        for (ValueInfo output : model.graph().outputs()) {
            List<Dim> shape = Optional.ofNullable(types.get(output.name()))
                    .flatMap(TensorType::shape)
                    .orElse(List.of());
            if (!shape.isEmpty() && shape.get(0) instanceof Dim.Fixed) {
                throw new IllegalArgumentException("network " + model.graph().name() + ": has a fixed batch of "
                        + batch.size() + ", and output " + output.name() + " " + shape
                        + " does not follow when the input's batch is freed. Export it again with a free batch axis"
                        + " (PyTorch: dynamic_axes={'input': {0: 'N'}})");
            }
        }
    }
}
