package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;

/**
 * Replaces the batch normalisation of weights by arithmetic. Networks with weight standardisation (Qiao et al., 2019;
 * NFNet) are exported with {@code BatchNormalization} in training mode, whose statistics are those of the weights and
 * not of a batch of images: {@code y = (x - mean(x)) / sqrt(var(x) + epsilon) * scale + bias}, over all axes but the
 * second. Batch normalisation of images stays.
 */
public final class ExpandBatchNorm {

    private ExpandBatchNorm() {}

    /**
     * {@return the model without batch normalisation of weights; the same object if it has none}
     *
     * @param model the model
     * @throws IllegalArgumentException if the rank of such weights is not known, or the graph uses their statistics
     */
    public static Model apply(Model model) {
        Graph graph = model.graph();
        Set<String> ofImages = dependents(graph);
        if (graph.nodes().stream().noneMatch(node -> standardises(node, model.opset(), ofImages))) {
            return model;
        }
        Map<String, TensorType> types = ShapeInference.infer(model);
        GraphIndex index = new GraphIndex(graph);
        List<Node> nodes = new ArrayList<>();
        List<Tensor> initializers = new ArrayList<>(graph.initializers());
        for (Node node : graph.nodes()) {
            if (standardises(node, model.opset(), ofImages)) {
                nodes.addAll(expanded(node, model.opset(), rank(node, types), index, initializers));
            } else {
                nodes.add(node);
            }
        }
        return GraphIndex.edited(model, Prune.apply(graph.withNodes(nodes).withInitializers(initializers)));
    }

    /** The values that depend on an input of the graph. */
    private static Set<String> dependents(Graph graph) {
        Set<String> dependents = new HashSet<>();
        graph.trueInputs().stream().map(ValueInfo::name).forEach(dependents::add);
        for (Node node : graph.nodes()) {
            if (GraphIndex.takes(node).stream().anyMatch(dependents::contains)) {
                dependents.addAll(node.outputs());
            }
        }
        return dependents;
    }

    /** Before opset 14 the number of outputs says whether a node trains. */
    private static boolean standardises(Node node, long opset, Set<String> ofImages) {
        boolean trains = opset < 14 ? node.outputs().size() > 1 : node.intAttribute("training_mode", 0) != 0;
        return node.is("BatchNormalization")
                && trains
                && !ofImages.contains(node.inputs().get(0));
    }

    private static int rank(Node node, Map<String, TensorType> types) {
        TensorType type = types.get(node.inputs().get(0));
        return Optional.ofNullable(type)
                .flatMap(TensorType::shape)
                .orElseThrow(() -> new IllegalArgumentException(node.describe()
                        + ": the rank of its input is not known; export the network again with opset 18"))
                .size();
    }

    private static List<Node> expanded(Node node, long opset, int rank, GraphIndex index, List<Tensor> initializers) {
        for (String statistic : node.outputs().subList(1, node.outputs().size())) {
            if (index.uses(statistic) > 0) {
                throw new IllegalArgumentException(node.describe() + ": its output " + statistic
                        + " exists in training only, but the graph uses it; cut the graph before that use");
            }
        }
        Steps steps = new Steps(node.name(), index);
        String x = node.inputs().get(0);
        long[] axes = new long[rank - 1];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i + 1L;
        }
        long[] perChannel = new long[rank - 1]; // [C, 1, ...] beside x [n, C, ...]
        Arrays.fill(perChannel, 1);
        perChannel[0] = -1;
        Tensor shape = Tensor.ofLongs(index.claim(node.name() + "/shape"), perChannel);
        Tensor epsilon = Tensor.scalar(index.claim(node.name() + "/epsilon"), node.floatAttribute("epsilon", 1e-5f));
        Tensor axesInput = Tensor.ofLongs(index.claim(node.name() + "/axes"), axes);
        initializers.addAll(List.of(shape, epsilon));
        if (opset >= 18) {
            initializers.add(axesInput);
        }
        String mean = steps.mean("mean", x, opset, axesInput);
        String centred = steps.add("Sub", "centred", x, mean);
        String variance = steps.mean("variance", steps.add("Mul", "squares", centred, centred), opset, axesInput);
        String deviation = steps.add("Sqrt", "deviation", steps.add("Add", "shifted", variance, epsilon.name()));
        String standardised = steps.add("Div", "standardised", centred, deviation);
        String scale = steps.add("Reshape", "scale", node.inputs().get(1), shape.name());
        String bias = steps.add("Reshape", "bias", node.inputs().get(2), shape.name());
        String scaled = steps.add("Mul", "scaled", standardised, scale);
        steps.last("Add", "shift", List.of(scaled, bias), node.outputs().get(0));
        return steps.nodes;
    }

    /** The nodes that take one's place, named after it. */
    private static final class Steps {
        private final List<Node> nodes = new ArrayList<>();
        private final String name;
        private final GraphIndex index;

        Steps(String name, GraphIndex index) {
            this.name = name;
            this.index = index;
        }

        String add(String operator, String step, String... inputs) {
            return last(operator, step, List.of(inputs), index.claim(name + "/" + step));
        }

        String last(String operator, String step, List<String> inputs, String output) {
            nodes.add(Node.of(name + "/" + step, operator, inputs, List.of(output)));
            return output;
        }

        String mean(String step, String input, long opset, Tensor axes) {
            String output = index.claim(name + "/" + step);
            List<String> inputs = opset < 18 ? List.of(input) : List.of(input, axes.name());
            Node node = Node.of(name + "/" + step, "ReduceMean", inputs, List.of(output));
            nodes.add(opset < 18 ? node.with("axes", Attribute.ints(axes.longs())) : node);
            return output;
        }
    }
}
