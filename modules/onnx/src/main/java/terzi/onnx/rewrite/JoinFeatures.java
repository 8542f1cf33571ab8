package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Function;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.Renaming;

/**
 * Makes one network of two that see the same image: its features are those of the first, followed by those of the second. The
 * result follows the convention of {@link ReplaceHead}, with a head of zeros for one class.
 */
public final class JoinFeatures {
    /** The node that puts the features together. */
    private static final String JOINED = "joined_features";

    private static final String SECOND = "second/";

    private JoinFeatures() {}

    /**
     * How the input of the second network is computed from that of the first: {@code x[order[c]] * factor[c] + offset[c]}
     * for each channel c of the second.
     *
     * @param order channel of the first network for each of the second
     * @param factor one factor per channel of the second
     * @param offset one offset per channel of the second
     */
    public record Adapter(List<Integer> order, List<Float> factor, List<Float> offset) {
        /**
         * Creates an adapter from copies of the lists.
         *
         * @param order channel of the first network for each of the second
         * @param factor one factor per channel of the second
         * @param offset one offset per channel of the second
         * @throws IllegalArgumentException if the lists differ in length
         */
        public Adapter {
            order = List.copyOf(order);
            factor = List.copyOf(factor);
            offset = List.copyOf(offset);
            if (order.size() != factor.size() || order.size() != offset.size()) {
                throw new IllegalArgumentException("expected an order, a factor and an offset for each channel, found "
                        + order.size() + ", " + factor.size() + " and " + offset.size());
            }
        }
    }

    /**
     * {@return the joined network, with the input {@code input} {@code [N, C, H, W]} of the first}
     *
     * @param first a network with a head that {@link ReplaceHead#find} finds
     * @param second another one
     * @param adapter computes the input of the second from that of the first
     * @throws IllegalArgumentException if a head is not found, the networks cannot have the same opset, or they take
     *     images of different fixed sizes
     */
    public static Model apply(Model first, Model second, Adapter adapter) {
        Model own = featuresOf(first);
        Model other = featuresOf(second);
        long opset = Math.max(own.opset(), other.opset());
        own = RaiseOpset.apply(own, opset);
        other = RaiseOpset.apply(other, opset);
        String prefix = SECOND;
        while (anyStartsWith(own.graph(), prefix)) {
            prefix = "_" + prefix;
        }
        Graph left = Renaming.apply(own.graph(), Map.of("features", "first_features"));
        Graph right = renamed(other.graph(), prefix);
        String rightInput = right.trueInputs().get(0).name();
        String rightFeatures = right.outputs().get(0).name();

        List<Node> nodes = new ArrayList<>(left.nodes());
        List<Tensor> initializers = new ArrayList<>(left.initializers());
        initializers.addAll(right.initializers());
        adapt(adapter, prefix, rightInput, nodes, initializers);
        nodes.addAll(right.nodes());
        nodes.add(Node.of(JOINED, "Concat", List.of("first_features", rightFeatures), List.of("features"))
                .with("axis", Attribute.of(1)));
        long width = width(own.graph()) + width(other.graph());
        initializers.add(Tensor.ofFloats(prefix + "head.weight", new long[] {1, width}, new float[(int) width]));
        initializers.add(Tensor.ofFloats(prefix + "head.bias", new long[] {1}, new float[1]));
        nodes.add(Node.of(
                        "head",
                        "Gemm",
                        List.of("features", prefix + "head.weight", prefix + "head.bias"),
                        List.of("logits"))
                .with("transB", Attribute.of(1)));

        List<Dim> input = input(left, right);
        Dim batch = input.get(0);
        Graph joined = left.withNodes(nodes)
                .withInitializers(initializers)
                .withInputs(List.of(new ValueInfo("input", TensorType.of(DataType.FLOAT, input))))
                .withValues(Stream.concat(left.values().stream(), right.values().stream())
                        .toList())
                .withOutputs(List.of(
                        new ValueInfo("logits", TensorType.of(DataType.FLOAT, batch, Dim.of(1))),
                        new ValueInfo("features", TensorType.of(DataType.FLOAT, batch, Dim.of(width)))));
        return GraphIndex.edited(own, joined)
                .withIrVersion(Math.max(Math.max(own.irVersion(), other.irVersion()), 4))
                .withOpsets(merged(own.opsets(), other.opsets()))
                .withFunctions(functions(own, other));
    }

    /**
     * {@return the head that takes the features of the first network alone, where a network was joined by {@link #apply}}
     *
     * @param joined any network
     */
    public static Optional<Head> first(Model joined) {
        return joined.graph().nodes().stream()
                .filter(node -> node.is("Concat") && node.name().equals(JOINED))
                .findFirst()
                .map(node -> ReplaceHead.at(joined, node.inputs().get(0)));
    }

    /** Images to features, with the names of the convention. */
    private static Model featuresOf(Model network) {
        Head head = ReplaceHead.find(network);
        Tensor weight = Tensor.ofFloats("weight", new long[] {1, head.width()}, new float[head.width()]);
        Model conventional =
                ReplaceHead.apply(network, head, weight, Tensor.ofFloats("bias", new long[] {1}, new float[1]));
        return Cut.at(conventional, List.of("features"));
    }

    private static long width(Graph features) {
        List<Dim> shape = features.outputs()
                .get(0)
                .tensorType()
                .flatMap(TensorType::shape)
                .orElseThrow();
        return ((Dim.Fixed) shape.get(1)).size();
    }

    private static boolean anyStartsWith(Graph graph, String prefix) {
        return Stream.of(
                        graph.nodes().stream()
                                .flatMap(node -> Stream.concat(Stream.of(node.name()), node.outputs().stream())),
                        graph.initializers().stream().map(Tensor::name))
                .flatMap(names -> names)
                .anyMatch(name -> name.startsWith(prefix));
    }

    private static Graph renamed(Graph graph, String prefix) {
        Map<String, String> names = new HashMap<>();
        graph.inputs().forEach(input -> names.put(input.name(), prefix + input.name()));
        graph.initializers().forEach(tensor -> names.put(tensor.name(), prefix + tensor.name()));
        for (Node node : graph.nodes()) {
            node.outputs().stream()
                    .filter(output -> !output.isEmpty())
                    .forEach(output -> names.put(output, prefix + output));
        }
        Graph renamed = Renaming.apply(graph, names);
        return renamed.withNodes(renamed.nodes().stream()
                .map(node -> node.withName(node.name().isEmpty() ? "" : prefix + node.name()))
                .toList());
    }

    private static void adapt(
            Adapter adapter, String prefix, String into, List<Node> nodes, List<Tensor> initializers) {
        int channels = adapter.order().size();
        long[] perChannel = {1, channels, 1, 1};
        String order = prefix + "adapter.order";
        String factor = prefix + "adapter.factor";
        String offset = prefix + "adapter.offset";
        initializers.add(Tensor.ofLongs(
                order,
                new long[] {channels},
                adapter.order().stream().mapToLong(Integer::longValue).toArray()));
        initializers.add(Tensor.ofFloats(factor, perChannel, floats(adapter.factor())));
        initializers.add(Tensor.ofFloats(offset, perChannel, floats(adapter.offset())));
        String ordered = prefix + "adapter.ordered";
        String scaled = prefix + "adapter.scaled";
        nodes.add(Node.of(ordered, "Gather", List.of("input", order), List.of(ordered))
                .with("axis", Attribute.of(1)));
        nodes.add(Node.of(scaled, "Mul", List.of(ordered, factor), List.of(scaled)));
        nodes.add(Node.of(prefix + "adapter", "Add", List.of(scaled, offset), List.of(into)));
    }

    private static float[] floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    /** The input of the first, with the sides that the second fixes. */
    private static List<Dim> input(Graph first, Graph second) {
        List<Dim> own = shape(first);
        List<Dim> other = shape(second);
        List<Dim> joined = new ArrayList<>(own);
        for (int axis = 2; axis < 4; axis++) {
            if (other.get(axis) instanceof Dim.Fixed fixed) {
                if (own.get(axis) instanceof Dim.Fixed known && known.size() != fixed.size()) {
                    throw new IllegalArgumentException("one network takes images of " + own.get(3) + " x " + own.get(2)
                            + " pixels, the other of " + other.get(3) + " x " + other.get(2)
                            + "; export one of them with a free height and width");
                }
                joined.set(axis, fixed);
            }
        }
        return joined;
    }

    private static List<Dim> shape(Graph graph) {
        ValueInfo input = graph.trueInputs().get(0);
        return input.tensorType()
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == 4)
                .orElseThrow(() -> new IllegalArgumentException(
                        "graph " + graph.name() + ": expected an input [N,C,H,W], found " + input.type()));
    }

    private static Map<String, Long> merged(Map<String, Long> own, Map<String, Long> other) {
        Map<String, Long> all = new LinkedHashMap<>(own);
        other.forEach((domain, version) -> all.merge(domain, version, Math::max));
        return all;
    }

    private static List<Function> functions(Model own, Model other) {
        return Stream.concat(own.functions().stream(), other.functions().stream())
                .distinct()
                .toList();
    }
}
