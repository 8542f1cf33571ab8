package terzi.onnx.rewrite;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.shapes.ShapeWalk;

/**
 * The elements of the small tensors that a graph computes from sizes: integers and booleans of any rank, and the floats
 * that they become on the way, such as the scales of a Resize. Floats that come from weights are not followed.
 */
final class SmallTensors {
    private static final int MOST_ELEMENTS = 4096;

    private static final Map<String, DoubleUnaryOperator> UNARY = Map.of(
            "Identity", x -> x,
            "Neg", x -> -x,
            "Abs", Math::abs,
            "Floor", Math::floor,
            "Ceil", Math::ceil,
            "Round", Math::rint,
            "Sqrt", Math::sqrt,
            "Reciprocal", x -> 1 / x,
            "Not", x -> 1 - x);

    private static final Map<String, DoubleBinaryOperator> BINARY = Map.ofEntries(
            Map.entry("Add", Double::sum),
            Map.entry("Sub", (a, b) -> a - b),
            Map.entry("Mul", (a, b) -> a * b),
            Map.entry("Div", (a, b) -> a / b),
            Map.entry("Mod", (a, b) -> a - Math.floor(a / b) * b),
            Map.entry("Pow", Math::pow),
            Map.entry("Min", Math::min),
            Map.entry("Max", Math::max),
            Map.entry("And", Math::min),
            Map.entry("Or", Math::max),
            Map.entry("Equal", (a, b) -> a == b ? 1 : 0),
            Map.entry("Less", (a, b) -> a < b ? 1 : 0),
            Map.entry("Greater", (a, b) -> a > b ? 1 : 0),
            Map.entry("LessOrEqual", (a, b) -> a <= b ? 1 : 0),
            Map.entry("GreaterOrEqual", (a, b) -> a >= b ? 1 : 0));

    private static final List<String> SAME_ORDER = List.of("Reshape", "Squeeze", "Unsqueeze", "Flatten");

    private final ShapeWalk walk;
    private final Map<String, Values> known = new HashMap<>();

    /** @param walk has seen what this sees, a step before */
    SmallTensors(ShapeWalk walk) {
        this.walk = walk;
    }

    /** Elements in row-major order; booleans are 0 and 1. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    record Values(DataType type, long[] dims, double[] elements) {
        long[] longs() {
            return Arrays.stream(elements).mapToLong(element -> (long) element).toArray();
        }

        Optional<Tensor> tensor(String name) {
            return switch (type) {
                case INT64 -> Optional.of(Tensor.ofLongs(name, dims, longs()));
                case INT32 ->
                    Optional.of(Tensor.ofInts(
                            name,
                            dims,
                            Arrays.stream(elements)
                                    .mapToInt(element -> (int) element)
                                    .toArray()));
                case FLOAT -> {
                    float[] floats = new float[elements.length];
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = (float) elements[i];
                    }
                    yield Optional.of(Tensor.ofFloats(name, dims, floats));
                }
                case BOOL -> {
                    boolean[] booleans = new boolean[elements.length];
                    for (int i = 0; i < booleans.length; i++) {
                        booleans[i] = elements[i] != 0;
                    }
                    yield Optional.of(Tensor.ofBooleans(name, dims, booleans));
                }
                default -> Optional.empty();
            };
        }
    }

    Optional<Values> find(String value) {
        return Optional.ofNullable(known.get(value));
    }

    /** Keeps a constant, if it is of the kind that sizes are computed with. */
    void add(Tensor constant) {
        boolean integer = constant.type() == DataType.INT64
                || constant.type() == DataType.INT32
                || constant.type() == DataType.BOOL;
        boolean number = constant.type() == DataType.FLOAT && constant.rank() == 0;
        if ((integer || number) && constant.elementCount() <= MOST_ELEMENTS) {
            known.put(constant.name(), new Values(constant.type(), constant.dims(), constant.doubles()));
        }
    }

    /** Computes the outputs of a node, if all that they need is known. */
    void add(Node node) {
        if (!node.domain().isEmpty() || node.outputs().isEmpty()) {
            return;
        }
        if (node.is("Split")) {
            split(node);
            return;
        }
        String output = node.outputs().get(0);
        Optional<TensorType> inferred =
                walk.type(output).filter(known -> known.fixedShape().isPresent());
        if (inferred.isEmpty()) {
            return;
        }
        TensorType type = inferred.get();
        long[] dims = type.fixedShape().orElseThrow();
        if (count(dims) > MOST_ELEMENTS || !isFollowed(type.elementType())) {
            return;
        }
        try {
            elements(node, dims)
                    .ifPresent(elements -> known.put(output, rounded(new Values(type.elementType(), dims, elements))));
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            // a node that no engine could compute either
        }
    }

    private static boolean isFollowed(DataType type) {
        return type == DataType.INT64 || type == DataType.INT32 || type == DataType.BOOL || type == DataType.FLOAT;
    }

    private static Values rounded(Values values) {
        double[] rounded = values.elements();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = switch (values.type()) {
                case FLOAT -> (float) rounded[i];
                case BOOL -> rounded[i] != 0 ? 1 : 0;
                default -> rounded[i] < 0 ? Math.ceil(rounded[i]) : Math.floor(rounded[i]); // towards zero, as C does
            };
        }
        return values;
    }

    private static long count(long[] dims) {
        long count = 1;
        for (long dim : dims) {
            count = Math.multiplyExact(count, dim);
        }
        return count;
    }

    private Optional<Values> input(Node node, int index) {
        return node.input(index).flatMap(this::find);
    }

    private Optional<double[]> elements(Node node, long[] dims) {
        String op = node.opType();
        if (op.equals("Shape")) {
            return walk.shape(node.inputs().get(0)).flatMap(shape -> shape(node, shape));
        } else if (op.equals("Size")) {
            return walk.type(node.inputs().get(0))
                    .flatMap(TensorType::fixedShape)
                    .map(shape -> new double[] {count(shape)});
        } else if (op.equals("ConstantOfShape")) {
            double[] filled = new double[(int) count(dims)];
            node.tensor("value").ifPresent(value -> Arrays.fill(filled, value.doubles()[0]));
            return Optional.of(filled);
        } else if (op.equals("Concat")) {
            return concat(node, dims);
        }
        Optional<Values> first = input(node, 0);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Values a = first.get();
        if (UNARY.containsKey(op)) {
            return Optional.of(Arrays.stream(a.elements()).map(UNARY.get(op)).toArray());
        } else if (op.equals("Cast") || SAME_ORDER.contains(op)) {
            return Optional.of(a.elements().clone());
        } else if (BINARY.containsKey(op) && node.inputs().size() == 2) {
            return input(node, 1).map(b -> binary(BINARY.get(op), a, b, dims));
        } else if (op.equals("Where")) {
            return input(node, 1).flatMap(b -> input(node, 2).map(c -> where(a, b, c, dims)));
        } else if (op.equals("Expand") || op.equals("Tile")) {
            return Optional.of(picked(a, dims, i -> (int) sourceOf(i, dims, a.dims())));
        } else if (op.equals("Transpose")) {
            return Optional.of(transposed(node, a, dims));
        } else if (op.equals("Gather")) {
            return input(node, 1).map(indices -> gathered(node, a, indices, dims));
        } else if (op.equals("Slice")) {
            return sliced(node, a, dims);
        } else if (op.equals("Range")) {
            return input(node, 2).map(step -> {
                double[] range = new double[(int) dims[0]];
                Arrays.setAll(range, i -> a.elements()[0] + i * step.elements()[0]);
                return range;
            });
        } else if (op.equals("ReduceProd") && count(dims) == 1) {
            return Optional.of(new double[] {Arrays.stream(a.elements()).reduce(1, (x, y) -> x * y)});
        } else if (op.equals("ReduceSum") && count(dims) == 1) {
            return Optional.of(new double[] {Arrays.stream(a.elements()).sum()});
        }
        return Optional.empty();
    }

    private static Optional<double[]> shape(Node node, List<Dim> shape) {
        int start = bound(node.intAttribute("start", 0), shape.size());
        int end = Math.max(start, bound(node.intAttribute("end", shape.size()), shape.size()));
        double[] sizes = new double[end - start];
        for (int i = 0; i < sizes.length; i++) {
            if (!(shape.get(start + i) instanceof Dim.Fixed fixed)) {
                return Optional.empty();
            }
            sizes[i] = fixed.size();
        }
        return Optional.of(sizes);
    }

    private static int bound(long index, int size) {
        return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static double[] picked(Values from, long[] dims, IntUnaryOperator source) {
        double[] picked = new double[(int) count(dims)];
        Arrays.setAll(picked, i -> from.elements()[source.applyAsInt(i)]);
        return picked;
    }

    /** The place in a tensor that is repeated or broadcast to {@code dims} of what stands at a place there. */
    private static long sourceOf(long place, long[] dims, long[] from) {
        long source = 0;
        long stride = 1;
        long rest = place;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            long at = rest % dims[axis];
            rest /= dims[axis];
            int own = axis - dims.length + from.length;
            if (own >= 0) {
                source += at % from[own] * stride;
                stride *= from[own];
            }
        }
        return source;
    }

    private static double[] binary(DoubleBinaryOperator operator, Values a, Values b, long[] dims) {
        double[] result = new double[(int) count(dims)];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsDouble(
                    a.elements()[(int) sourceOf(i, dims, a.dims())], b.elements()[(int) sourceOf(i, dims, b.dims())]);
            if (!Double.isFinite(result[i])) {
                throw new ArithmeticException("not a finite number");
            }
        }
        return result;
    }

    private static double[] where(Values condition, Values yes, Values no, long[] dims) {
        double[] result = new double[(int) count(dims)];
        for (int i = 0; i < result.length; i++) {
            Values from = condition.elements()[(int) sourceOf(i, dims, condition.dims())] != 0 ? yes : no;
            result[i] = from.elements()[(int) sourceOf(i, dims, from.dims())];
        }
        return result;
    }

    private static double[] transposed(Node node, Values a, long[] dims) {
        int rank = dims.length;
        long[] order = node.ints("perm").orElseGet(() -> {
            long[] reversed = new long[rank];
            Arrays.setAll(reversed, i -> rank - 1 - i);
            return reversed;
        });
        long[] strides = strides(a.dims());
        return picked(a, dims, place -> {
            long source = 0;
            long rest = place;
            for (int axis = rank - 1; axis >= 0; axis--) {
                source += rest % dims[axis] * strides[(int) order[axis]];
                rest /= dims[axis];
            }
            return (int) source;
        });
    }

    private static long[] strides(long[] dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        return strides;
    }

    private static double[] gathered(Node node, Values a, Values indices, long[] dims) {
        int axis = fromFront(node.intAttribute("axis", 0), a.dims().length);
        long inner = count(Arrays.copyOfRange(a.dims(), axis + 1, a.dims().length));
        long picks = indices.elements().length;
        return picked(a, dims, place -> {
            long outer = place / (inner * picks);
            double index = indices.elements()[(int) (place / inner % picks)];
            long at = (long) (index < 0 ? index + a.dims()[axis] : index);
            return (int) ((outer * a.dims()[axis] + at) * inner + place % inner);
        });
    }

    private static int fromFront(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    private Optional<double[]> sliced(Node node, Values a, long[] dims) {
        Optional<long[]> starts = attributeOrInput(node, "starts", 1);
        if (starts.isEmpty()) {
            return Optional.empty();
        }
        long[] axes = attributeOrInput(node, "axes", 3).orElseGet(() -> {
            long[] all = new long[starts.get().length];
            Arrays.setAll(all, i -> i);
            return all;
        });
        long[] steps = input(node, 4).map(Values::longs).orElse(new long[0]);
        long[] from = new long[dims.length];
        long[] step = new long[dims.length];
        Arrays.fill(step, 1);
        for (int i = 0; i < axes.length; i++) {
            int axis = fromFront(axes[i], dims.length);
            long size = a.dims()[axis];
            step[axis] = steps.length == 0 ? 1 : steps[i];
            long start = starts.get()[i] < 0 ? Math.max(starts.get()[i] + size, 0) : starts.get()[i];
            from[axis] = Math.min(start, step[axis] < 0 ? size - 1 : size);
        }
        long[] strides = strides(a.dims());
        return Optional.of(picked(a, dims, place -> {
            long source = 0;
            long rest = place;
            for (int axis = dims.length - 1; axis >= 0; axis--) {
                source += (from[axis] + rest % dims[axis] * step[axis]) * strides[axis];
                rest /= dims[axis];
            }
            return (int) source;
        }));
    }

    private Optional<long[]> attributeOrInput(Node node, String attribute, int index) {
        return node.ints(attribute).or(() -> input(node, index).map(Values::longs));
    }

    private Optional<double[]> concat(Node node, long[] dims) {
        int axis = fromFront(node.intAttribute("axis", 1), dims.length);
        long inner = count(Arrays.copyOfRange(dims, axis + 1, dims.length));
        double[] joined = new double[(int) count(dims)];
        long before = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            Optional<Values> part = input(node, i);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            long own = part.get().dims()[axis] * inner;
            for (int from = 0; from < part.get().elements().length; from++) {
                long row = from / own;
                joined[(int) (row * dims[axis] * inner + before + from % own)] =
                        part.get().elements()[from];
            }
            before += own;
        }
        return Optional.of(joined);
    }

    /** Splits vectors, which is all that sizes need. */
    private void split(Node node) {
        Optional<Values> all = input(node, 0).filter(values -> values.dims().length == 1);
        int next = 0;
        for (String output : node.outputs()) {
            Optional<long[]> dims = walk.type(output).flatMap(TensorType::fixedShape);
            if (all.isEmpty() || dims.isEmpty()) {
                return;
            }
            int end = next + (int) dims.get()[0];
            known.put(
                    output,
                    new Values(
                            all.get().type(),
                            dims.get(),
                            Arrays.copyOfRange(all.get().elements(), next, end)));
            next = end;
        }
    }
}
