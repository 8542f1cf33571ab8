package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueType;

/** Walks from a classifier's output back to its last weights. */
final class HeadSearch {

    private static final Set<String> SHAPED = Set.of("Identity", "Flatten", "Reshape", "Squeeze", "Dropout");
    private static final Set<String> CHANGED = Set.of("Softmax", "LogSoftmax", "Sigmoid", "Cast");
    private static final Set<String> POOLING = Set.of("GlobalAveragePool", "AveragePool", "ReduceMean", "Relu");

    private final GraphIndex index;
    private final Map<String, ValueType> types;
    private final List<String> passed = new ArrayList<>();
    private boolean sameValues = true; // so far, on the way back from the output

    HeadSearch(Model model) {
        index = new GraphIndex(model.graph());
        types = Cut.types(model);
    }

    Head from(String output) {
        String value = output;
        boolean pooling = false;
        while (true) {
            Node node = index.producer(value).orElse(null);
            if (node == null) {
                throw stopped("value " + value + ", which no node makes");
            }
            passed.add(name(node));
            boolean weighted = node.is("Gemm") || node.is("MatMul") || node.is("Conv") || node.is("Add");
            if (weighted) {
                if (pooling && !node.is("Conv")) {
                    throw stopped(node.describe() + ", which is followed by pooling or an activation");
                }
                return node.is("Conv") ? convolution(node) : dense(node);
            }
            boolean shaped = SHAPED.contains(node.opType());
            boolean pools = POOLING.contains(node.opType());
            if (!node.domain().isEmpty() || !(shaped || pools || CHANGED.contains(node.opType()))) {
                throw stopped(node.describe());
            }
            pooling |= pools;
            sameValues &= shaped;
            value = node.inputs().get(0);
        }
    }

    private Head dense(Node node) {
        if (node.is("Gemm")) {
            long[] dims = weight(node, 2);
            boolean transposed = node.intAttribute("transB", 0) != 0;
            if (node.intAttribute("transA", 0) != 0) {
                throw stopped(node.describe() + ", which takes its input transposed");
            }
            sameValues &= node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1;
            return dense(node, dims[transposed ? 1 : 0], dims[transposed ? 0 : 1], transposed);
        }
        Node product = node;
        if (node.is("Add")) {
            product = node.inputs().stream()
                    .flatMap(input -> index.producer(input).stream())
                    .filter(candidate -> candidate.is("MatMul"))
                    .findFirst()
                    .filter(candidate -> node.inputs().stream()
                            .anyMatch(input -> index.constant(input).isPresent()))
                    .orElseThrow(() -> stopped(node.describe() + ", which is not a bias after a MatMul"));
            passed.add(name(product));
        }
        long[] dims = weight(product, 2);
        return dense(product, dims[0], dims[1], false);
    }

    private Head dense(Node product, long width, long classes, boolean classesFirst) {
        Optional<Head.Weight> weight =
                Optional.of(new Head.Weight(product.inputs().get(1), classesFirst));
        return head(Head.Kind.DENSE, product.inputs().get(0), width, classes, weight.filter(linear -> sameValues));
    }

    private Head convolution(Node node) {
        long[] dims = weight(node, 4);
        boolean pointwise = node.intAttribute("group", 1) == 1
                && Arrays.stream(dims).skip(2).allMatch(size -> size == 1)
                && Arrays.stream(node.ints("pads").orElse(new long[0])).allMatch(pad -> pad == 0);
        if (!pointwise) {
            throw stopped(node.describe() + ", whose weight is " + Arrays.toString(dims)
                    + " and not that of a 1x1 convolution");
        }
        return head(Head.Kind.CONVOLUTION, node.inputs().get(0), dims[1], dims[0], Optional.empty());
    }

    private Head head(Head.Kind kind, String takes, long width, long classes, Optional<Head.Weight> weight) {
        int rank = kind == Head.Kind.DENSE ? 2 : 4;
        OptionalInt known = types.getOrDefault(takes, ValueType.UNTYPED) instanceof TensorType type
                ? type.rank()
                : OptionalInt.empty();
        if (known.isPresent() && known.getAsInt() != rank) {
            throw stopped("value " + takes + " " + types.get(takes) + ", but a head takes " + rank + " axes");
        }
        Collections.reverse(passed);
        return new Head(kind, takes, rank, Math.toIntExact(width), OptionalLong.of(classes), passed, weight);
    }

    /** The shape of the node's constant weight; exporters may put Transpose or Reshape between. */
    private long[] weight(Node node, int rank) {
        String value = node.inputs().get(1);
        return index.constant(value)
                .map(Tensor::dims)
                .or(() -> index.producer(value).flatMap(this::changedShape))
                .filter(dims -> dims.length == rank)
                .orElseThrow(() -> stopped(
                        node.describe() + ", whose weight " + value + " is not a constant of " + rank + " axes"));
    }

    private Optional<long[]> changedShape(Node node) {
        Optional<Tensor> constant = node.input(0).flatMap(index::constant);
        if (node.is("Transpose")) {
            return constant.filter(tensor -> tensor.rank() == 2)
                    .map(tensor -> new long[] {tensor.dims()[1], tensor.dims()[0]});
        }
        if (node.is("Reshape") && constant.isPresent()) {
            return node.input(1).flatMap(index::constant).map(Tensor::longs).filter(dims -> Arrays.stream(dims)
                    .allMatch(size -> size > 0));
        }
        return Optional.empty();
    }

    private IllegalArgumentException stopped(String where) {
        return new IllegalArgumentException(
                "no classification head found: going back from the output, the search stopped at " + where
                        + "; name the value that a new head shall take");
    }

    static String name(Node node) {
        return node.name().isEmpty() ? node.outputs().get(0) : node.name();
    }
}
