package terzi.backbones.keras;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;
import terzi.onnx.build.GraphBuilder;
import tools.jackson.databind.JsonNode;

/** One call of a layer while it becomes nodes: its settings, weights and inputs, and the graph that grows. */
final class LayerEmission {
    private final GraphBuilder graph;
    private final KerasLayer layer;
    private final Dialect dialect;
    private final String weightsName;
    private final String name;
    private final List<KerasValue> inputs;
    private final List<JsonNode> constants;

    /**
     * What holds for the whole file.
     *
     * @param isChannelsFirst whether Keras has images as {@code [N,C,H,W]}
     * @param major version of Keras
     */
    record Dialect(boolean isChannelsFirst, int major) {}

    /** @param path name of the layer with those of the networks around it */
    LayerEmission(
            GraphBuilder graph,
            Dialect dialect,
            String path,
            KerasLayer layer,
            List<KerasValue> inputs,
            List<JsonNode> constants) {
        this.graph = graph;
        this.dialect = dialect;
        this.layer = layer;
        this.weightsName = path;
        this.name = freeName(graph, path);
        this.inputs = List.copyOf(inputs);
        this.constants = List.copyOf(constants);
    }

    /** A second call of a shared layer gets a number; nobody gets the names that Terzi's convention gives to outputs. */
    private static String freeName(GraphBuilder graph, String path) {
        boolean isReserved = List.of("input", "logits", "features").contains(path);
        return graph.fresh(isReserved ? path + "_layer" : path);
    }

    LayerConfig config() {
        return layer.config();
    }

    Dialect dialect() {
        return dialect;
    }

    /** All inputs; zeros around them are in the graph. */
    List<KerasValue> inputs() {
        return inputs.stream().map(this::padded).toList();
    }

    /** Numbers among the arguments of a layer that is mere arithmetic. */
    List<JsonNode> constants() {
        return constants;
    }

    /** The one input; zeros around it are in the graph. */
    KerasValue input() throws KerasFormatException {
        return padded(unpaddedInput());
    }

    /** The one input; zeros around it may be waiting. */
    KerasValue unpaddedInput() throws KerasFormatException {
        if (inputs.size() != 1) {
            throw refused("expected one input, found " + inputs.size());
        }
        return inputs.get(0);
    }

    /** The one input, an image; zeros around it may be waiting. */
    KerasValue unpaddedImage() throws KerasFormatException {
        KerasValue value = unpaddedInput();
        if (!value.isImage()) {
            throw refused("expected images [N,H,W,C], found " + value.describe());
        }
        return value;
    }

    /** The one input, an image; zeros around it are in the graph. */
    KerasValue image() throws KerasFormatException {
        return padded(unpaddedImage());
    }

    /** The value with the zeros around it in the graph. */
    KerasValue padded(KerasValue value) {
        return padded(value, 0);
    }

    /** The value with what is around it in the graph, as {@code filling}. */
    KerasValue padded(KerasValue value, float filling) {
        if (!value.isPadded()) {
            return value;
        }
        KerasValue.Padding p = value.padding();
        String pads = graph.freshInitializer(
                Tensor.ofLongs(name + ".pads", 0, 0, p.top(), p.left(), 0, 0, p.bottom(), p.right()));
        List<String> padInputs =
                filling == 0 ? List.of(value.name(), pads) : List.of(value.name(), pads, constant("filling", filling));
        String padded = graph.node(graph.fresh(name + ".pad"), "Pad", padInputs, Map.of());
        return new KerasValue(padded, value.shape(), KerasValue.Padding.NONE, value.isNonNegative());
    }

    /** Adds the node that gives the layer its name. */
    String node(String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        return graph.node(graph.fresh(name), opType, nodeInputs, attributes);
    }

    /** Adds a further node. */
    String node(String suffix, String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        return graph.node(graph.fresh(name + "." + suffix), opType, nodeInputs, attributes);
    }

    /** Adds a weight once, however often the layer is called. */
    String initializer(String suffix, Tensor tensor) {
        String full = weightsName + "." + suffix;
        return graph.has(full) ? full : graph.initializer(tensor.withName(full));
    }

    /** Adds a constant of this call. */
    String constant(String suffix, float value) {
        return graph.freshInitializer(Tensor.scalar(name + "." + suffix, value));
    }

    /** Adds a constant of this call. */
    String constant(String suffix, long... values) {
        return graph.freshInitializer(Tensor.ofLongs(name + "." + suffix, values));
    }

    /**
     * A weight as the file has it.
     *
     * @param weight its name; where versions of Keras differ, the names with a bar between
     * @param position see {@link LayerWeights#find}
     * @param shape {@code -1} stands for any size
     */
    Tensor weight(String weight, int position, long... shape) throws IOException {
        Optional<Tensor> tensor = Optional.empty();
        for (String candidate : weight.split("\\|", -1)) {
            tensor = tensor.isPresent() ? tensor : layer.weights().find(candidate, position);
        }
        return fitting(weight, tensor.orElseThrow(() -> refused("the file has no weight " + weight)), shape);
    }

    private Tensor fitting(String weight, Tensor tensor, long... shape) throws KerasFormatException {
        long[] found = tensor.dims();
        boolean fits = found.length == shape.length
                && IntStream.range(0, shape.length).allMatch(i -> shape[i] == -1 || shape[i] == found[i]);
        if (!fits) {
            throw refused("weight " + weight + ": expected the shape " + text(shape) + ", found " + text(found)
                    + "; are the weights those of this network?");
        }
        return tensor;
    }

    private static String text(long... shape) {
        return IntStream.range(0, shape.length)
                .mapToObj(i -> shape[i] == -1 ? "?" : Long.toString(shape[i]))
                .toList()
                .toString();
    }

    /** The value with sizes that a layer needs to know. */
    KerasValue sized(KerasValue value) throws FreeSizeException {
        if (value.hasFreeSize()) {
            throw new FreeSizeException(config().where() + ": needs a fixed size, but gets " + value.describe()
                    + "; say which height and width the images have");
        }
        return value;
    }

    KerasFormatException refused(String reason) {
        return new KerasFormatException(config().where() + ": " + reason);
    }

    /** A layer inside this one, such as the activation of a convolution. */
    LayerEmission inner(LayerConfig innerConfig, KerasValue value) {
        KerasLayer inner =
                new KerasLayer(layer.name(), layer.className(), innerConfig, layer.weights(), layer.nested());
        return new LayerEmission(graph, dialect, weightsName, inner, List.of(value), List.of());
    }

    /** The axis of the graph that an axis of Keras is; axis 0 is the batch. */
    int graphAxis(KerasValue value, int kerasAxis) throws KerasFormatException {
        int rank = value.shape().size() + 1;
        int axis = kerasAxis < 0 ? kerasAxis + rank : kerasAxis;
        if (axis < 0 || axis >= rank) {
            throw refused("axis " + kerasAxis + " does not exist in " + value.describe());
        }
        return !value.isImage() || dialect.isChannelsFirst() ? axis : new int[] {0, 2, 3, 1}[axis];
    }

    /** The place in {@link KerasValue#shape} of an axis of the graph. */
    static int shapeIndex(KerasValue value, int graphAxis) {
        return value.isImage() ? new int[] {-1, 2, 0, 1}[graphAxis] : graphAxis - 1;
    }

    /** A value in the order of axes that Keras has, ready to be reshaped. */
    String inKerasOrder(KerasValue value) {
        boolean isVector = value.height() == 1 && value.width() == 1;
        return !value.isImage() || dialect.isChannelsFirst() || isVector
                ? value.name()
                : node("nhwc", "Transpose", List.of(value.name()), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
    }

    static List<Integer> with(List<Integer> shape, int index, int size) {
        List<Integer> changed = new ArrayList<>(shape);
        changed.set(index, size);
        return changed;
    }
}
