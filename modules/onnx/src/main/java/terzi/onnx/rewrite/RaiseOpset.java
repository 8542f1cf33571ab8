package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.OperatorSchema;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.shapes.ShapeInference;

/**
 * Converts a network to a newer opset, for the operators of image classifiers: operators whose newer form only accepts
 * more stay as they are; axes and splits that were attributes become inputs.
 */
public final class RaiseOpset {

    /** The oldest opset that is raised: before it, arithmetic needed attributes to broadcast. */
    private static final long OLDEST = 7;

    /** The newer forms, up to opset 18, only allow more: types, ranks, optional inputs and attributes. */
    private static final Set<String> WIDENED = Set.of(
            "Abs",
            "Add",
            "And",
            "ArgMax",
            "AveragePool",
            "BatchNormalization",
            "Cast",
            "Ceil",
            "Clip",
            "Concat",
            "Constant",
            "Conv",
            "CumSum",
            "DepthToSpace",
            "Div",
            "Equal",
            "Erf",
            "Exp",
            "Expand",
            "Flatten",
            "Floor",
            "Gather",
            "Gemm",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "Greater",
            "GreaterOrEqual",
            "HardSwish",
            "Identity",
            "LRN",
            "LeakyRelu",
            "Less",
            "LessOrEqual",
            "Log",
            "MatMul",
            "Max",
            "MaxPool",
            "Min",
            "Mul",
            "Neg",
            "Not",
            "Or",
            "PRelu",
            "Pad",
            "Pow",
            "Reciprocal",
            "Relu",
            "Reshape",
            "Shape",
            "Sigmoid",
            "Slice",
            "Sqrt",
            "Sub",
            "Sum",
            "Tanh",
            "Tile",
            "Transpose",
            "Where");

    private static final Set<String> AXES = Set.of(
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSum",
            "ReduceSumSquare",
            "Squeeze",
            "Unsqueeze");

    /** Took as attributes what are inputs since opset 10 or 11, or had another meaning before. */
    private static final Set<String> BEFORE_11 = Set.of("Clip", "Pad", "Resize", "Slice");

    private static final Set<String> SOFTMAX = Set.of("Softmax", "LogSoftmax", "Hardmax");

    private RaiseOpset() {}

    /**
     * {@return the model in a newer opset; the same object if it is that new already}
     *
     * @param model a model of opset 7 or newer
     * @param opset the opset to reach, up to 18
     * @throws IllegalArgumentException if the model is older than opset 7 or has an operator that cannot be raised; the
     *     message names the node
     */
    public static Model apply(Model model, long opset) {
        long from = model.opset();
        if (from >= opset) {
            return model;
        }
        if (from < OLDEST || opset > 18) {
            throw new IllegalArgumentException("graph " + model.graph().name() + " is written in opset " + from
                    + "; opsets from " + OLDEST + " on can be raised, up to 18. Export it again with opset 18");
        }
        Graph graph = model.graph();
        Map<String, TensorType> types = ShapeInference.infer(model);
        GraphIndex index = new GraphIndex(graph);
        List<Node> nodes = new ArrayList<>();
        List<Tensor> initializers = new ArrayList<>(graph.initializers());
        for (Node node : graph.nodes()) {
            Node raised = isSame(node, from, opset) ? node : raised(node, from, types, index, initializers);
            List<String> problems = OperatorSchema.problems(raised, opset);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", problems));
            }
            nodes.add(raised);
        }
        Map<String, Long> opsets = new LinkedHashMap<>(model.opsets());
        opsets.keySet().removeIf(domain -> domain.equals("ai.onnx"));
        opsets.put("", opset);
        return GraphIndex.edited(model, graph.withNodes(nodes).withInitializers(initializers))
                .withOpsets(opsets);
    }

    private static boolean isSame(Node node, long from, long to) {
        if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
            return true;
        }
        if (SOFTMAX.contains(node.opType()) && from < 13) {
            return false; // its form is the same, its meaning is not
        }
        if (from < 11 && BEFORE_11.contains(node.opType())) {
            return false;
        }
        if (from < 9
                && node.is("BatchNormalization")
                && node.attribute("spatial").isPresent()) {
            return false;
        }
        Optional<Integer> old = OperatorSchema.of(node.opType(), from).map(OperatorSchema::sinceVersion);
        boolean isSame = old.isPresent()
                && old.equals(OperatorSchema.of(node.opType(), to).map(OperatorSchema::sinceVersion));
        boolean isTraining = node.is("BatchNormalization") && node.outputs().size() > 1;
        return !isTraining && (isSame || WIDENED.contains(node.opType()));
    }

    private static Node raised(
            Node node, long from, Map<String, TensorType> types, GraphIndex index, List<Tensor> initializers) {
        if (AXES.contains(node.opType())) {
            return moved(node, "axes", index, initializers);
        }
        if (from < 11 && node.is("Clip")) {
            return bounded(node, index, initializers);
        }
        if (from < 11 && node.is("Pad")) {
            Node moved = moved(node, "pads", index, initializers);
            float value = node.floatAttribute("value", 0);
            return value == 0
                    ? moved.without("value")
                    : moved.without("value")
                            .withInputs(with(moved.inputs(), scalar(node, "value", value, index, initializers)));
        }
        if (node.is("Slice")) {
            return from < 10 ? sliced(node, index, initializers) : node;
        }
        if (node.is("BatchNormalization") && node.outputs().size() == 1 && node.intAttribute("spatial", 1) == 1) {
            return node.without("spatial");
        }
        if (node.is("Split")) {
            Node moved = moved(node, "split", index, initializers);
            boolean isGiven = moved.inputs().size() > 1;
            return isGiven
                    ? moved
                    : moved.with("num_outputs", Attribute.of(node.outputs().size()));
        }
        if (node.is("Resize") && from >= 11) {
            // before opset 13 sizes came with scales of no elements, which later ones refuse beside sizes
            boolean hasSizes = node.input(3).isPresent();
            return hasSizes
                    ? node.withInputs(List.of(
                            node.inputs().get(0),
                            node.inputs().get(1),
                            "",
                            node.inputs().get(3)))
                    : node;
        }
        if (node.is("Dropout")) {
            // its ratio was an attribute, and says nothing where a network is used
            return Node.of(
                    node.name(),
                    "Identity",
                    node.inputs().subList(0, 1),
                    node.outputs().subList(0, 1));
        }
        if (SOFTMAX.contains(node.opType()) && from < 13) {
            int rank = Optional.ofNullable(types.get(node.inputs().get(0)))
                    .map(type -> type.rank().orElse(0))
                    .orElse(0);
            long axis = node.intAttribute("axis", 1);
            if (axis == -1 || (rank > 0 && axis == rank - 1)) {
                return node.with("axis", Attribute.of(-1));
            }
        }
        throw new IllegalArgumentException(
                node.describe(from) + ": its meaning changed in a later opset; export the network again with opset 18");
    }

    /** Limits that were attributes become inputs; one that was not given stays out. */
    private static Node bounded(Node node, GraphIndex index, List<Tensor> initializers) {
        List<String> inputs = new ArrayList<>(node.inputs());
        boolean hasMaximum = node.attribute("max").isPresent();
        if (node.attribute("min").isPresent()) {
            inputs.add(scalar(node, "min", node.floatAttribute("min", 0), index, initializers));
        } else if (hasMaximum) {
            inputs.add("");
        }
        if (hasMaximum) {
            inputs.add(scalar(node, "max", node.floatAttribute("max", 0), index, initializers));
        }
        return node.without("min").without("max").withInputs(inputs);
    }

    private static Node sliced(Node node, GraphIndex index, List<Tensor> initializers) {
        List<String> inputs = new ArrayList<>(node.inputs());
        for (String attribute : List.of("starts", "ends", "axes")) {
            node.ints(attribute).ifPresent(values -> {
                String name = index.claim(node.outputs().get(0) + "." + attribute);
                initializers.add(Tensor.ofLongs(name, values));
                inputs.add(name);
            });
        }
        return node.without("starts").without("ends").without("axes").withInputs(inputs);
    }

    private static String scalar(
            Node node, String attribute, float value, GraphIndex index, List<Tensor> initializers) {
        String name = index.claim(node.outputs().get(0) + "." + attribute);
        initializers.add(Tensor.scalar(name, value));
        return name;
    }

    private static List<String> with(List<String> inputs, String more) {
        List<String> all = new ArrayList<>(inputs);
        all.add(more);
        return all;
    }

    /** An attribute with whole numbers becomes the second input. */
    private static Node moved(Node node, String attribute, GraphIndex index, List<Tensor> initializers) {
        Optional<long[]> values = node.ints(attribute);
        if (values.isEmpty()) {
            return node;
        }
        String name = index.claim(node.outputs().get(0) + "." + attribute);
        initializers.add(Tensor.ofLongs(name, values.get()));
        return node.without(attribute).withInputs(List.of(node.inputs().get(0), name));
    }
}
