package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.Attribute;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;

/**
 * Frees the batch axis of a network that was exported for a fixed number of images. The number stands in the types of
 * input and output, in the constant shapes of {@code Reshape} nodes, whose first axis then follows their input, and in
 * constants that are joined to one image, such as the class token of a transformer, of which every image then gets a
 * copy.
 *
 * <p>Where the number is elsewhere, the result may compute wrong answers for several images: compare them with those to
 * one.
 */
final class FreeBatch {

    private static final Dim N = Dim.of("N");

    private FreeBatch() {}

    /**
     * The network with the input {@code [N, ...]}; unchanged when its batch is free, or it has not one input.
     *
     * @throws IllegalArgumentException when an output keeps the fixed batch; the message says what to do
     */
    static Model apply(Model model) {
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
            if (node.is("Concat") && batch.size() == 1) {
                nodes.addAll(copied(node, types, index, initializers));
            } else {
                nodes.add(node.is("Reshape") ? freed(node, batch, types, index, initializers) : node);
            }
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
        List<Dim> data = dims(types, node.inputs().get(0));
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

    /** A Concat whose constants are first expanded to as many as there are images. */
    private static List<Node> copied(
            Node node, Map<String, TensorType> types, GraphIndex index, List<Tensor> initializers) {
        Optional<String> images = node.inputs().stream()
                .filter(input -> index.constant(input).isEmpty()
                        && dims(types, input).stream().findFirst().equals(Optional.of(Dim.of(1))))
                .findFirst();
        long axis = node.intAttribute("axis", 0);
        if (images.isEmpty() || axis == 0 || axis == -dims(types, images.get()).size()) {
            return List.of(node);
        }
        List<Node> nodes = new ArrayList<>();
        List<String> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            long[] dims = index.constant(input).map(Tensor::dims).orElse(new long[0]);
            if (dims.length < 2 || dims[0] != 1) {
                inputs.add(input);
                continue;
            }
            String name = index.claim(input + ".of_each");
            String zero = index.claim(name + ".zero");
            String rest = index.claim(name + ".rest");
            initializers.add(Tensor.ofLongs(zero, 0));
            initializers.add(Tensor.ofLongs(rest, Arrays.copyOfRange(dims, 1, dims.length)));
            String shape = index.claim(name + ".shape");
            nodes.add(Node.of(shape + ".of", "Shape", List.of(images.get()), List.of(shape + ".of")));
            nodes.add(Node.of(shape + ".n", "Gather", List.of(shape + ".of", zero), List.of(shape + ".n")));
            nodes.add(Node.of(shape, "Concat", List.of(shape + ".n", rest), List.of(shape))
                    .with("axis", Attribute.of(0)));
            nodes.add(Node.of(name, "Expand", List.of(input, shape), List.of(name)));
            inputs.add(name);
        }
        nodes.add(node.withInputs(inputs));
        return nodes;
    }

    private static List<Dim> dims(Map<String, TensorType> types, String value) {
        return Optional.ofNullable(types.get(value)).flatMap(TensorType::shape).orElse(List.of());
    }

    private static void requireFree(Model model, Dim.Fixed batch) {
        Map<String, TensorType> types = ShapeInference.infer(model);
        for (ValueInfo output : model.graph().outputs()) {
            List<Dim> shape = dims(types, output.name());
            if (!shape.isEmpty() && shape.get(0) instanceof Dim.Fixed) {
                throw new IllegalArgumentException("network " + model.graph().name() + ": has a fixed batch of "
                        + batch.size() + ", and output " + output.name() + " " + shape
                        + " does not follow when the input's batch is freed. Export it again with a free batch axis"
                        + " (PyTorch: dynamic_axes={'input': {0: 'N'}})");
            }
        }
    }
}
