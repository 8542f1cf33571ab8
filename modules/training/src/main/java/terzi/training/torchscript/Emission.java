package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import terzi.onnx.DataType;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/** What an {@link Operator} sees of the node it compiles, and where it writes its statements. */
final class Emission {

    private final GraphCompiler compiler;
    private final Node node;
    private final long opset;

    Emission(GraphCompiler compiler, Node node, long opset) {
        this.compiler = compiler;
        this.node = node;
        this.opset = opset;
    }

    Node node() {
        return node;
    }

    long opset() {
        return opset;
    }

    boolean bf16() {
        return compiler.precision() == Precision.BF16;
    }

    /** An exception that names the node and says why it cannot be compiled. */
    UnsupportedOperatorException unsupported(String why) {
        return new UnsupportedOperatorException(node.describe(opset) + ": " + why);
    }

    // ---- inputs

    int inputCount() {
        return node.inputs().size();
    }

    boolean has(int input) {
        return node.input(input).isPresent();
    }

    /** What is known of an input that must be there. */
    Value value(int input) {
        String name = node.input(input)
                .orElseThrow(() -> unsupported("input " + input + " is missing; is the file complete?"));
        return compiler.value(name, this);
    }

    DataType type(int input) {
        return value(input).type();
    }

    boolean isFloat(int input) {
        return type(input).isFloat();
    }

    /** Number of axes of an input. */
    int rank(int input) {
        return value(input)
                .rank()
                .orElseThrow(() -> unsupported("the number of axes of input "
                        + node.inputs().get(input) + " is not known; declare its shape in the file"));
    }

    /** The script's expression for an input as a tensor; float initializers become parameters on this way. */
    String tensor(int input) {
        return compiler.tensor(value(input));
    }

    /** As {@link #tensor}, or {@code None} when the input is not given. */
    String tensorOrNone(int input) {
        return has(input) ? tensor(input) : "None";
    }

    /** An input whose initializer is a state that gradients do not reach, such as a running mean. */
    String buffer(int input) {
        return compiler.buffer(value(input));
    }

    /** An input in float32 even where training is in bfloat16: for sums of many terms, exponentials and the like. */
    String wide(int input) {
        return bf16() && isFloat(input) && value(input) instanceof Value.Computed
                ? tensor(input) + ".float()"
                : tensor(input);
    }

    /**
     * An input or weight in the number format of matrix products. Weight decay applies to initializers of two or more axes that are used in this way.
     */
    String narrow(int input) {
        String tensor = compiler.weight(value(input));
        return bf16() && isFloat(input) ? "torch.to(" + tensor + ", 15)" : tensor;
    }

    /** As {@link #narrow}, and laid out channels-last where it is an image or a kernel, if that is the layout: convolutions are mostly faster then. */
    String image(int input) {
        boolean isImage = value(input).rank().equals(OptionalInt.of(4));
        if (!isImage || compiler.layout() == MemoryLayout.CHANNELS_FIRST) {
            return narrow(input);
        }
        String tensor = compiler.weight(value(input));
        return bf16()
                ? "torch.to(" + tensor + ", 15, False, False, 2)"
                : "torch.contiguous(" + tensor + ", memory_format=2)";
    }

    /** As {@link #narrow}, or {@code None} when the input is not given. */
    String narrowOrNone(int input) {
        return has(input) ? narrow(input) : "None";
    }

    /** An input's elements when they are known at compile time. */
    Optional<Tensor> constant(int input) {
        return has(input) && value(input) instanceof Value.Constant constant
                ? Optional.of(constant.tensor())
                : Optional.empty();
    }

    /** An int64 input as single numbers, when they are known one by one. */
    Optional<Value.Ints> sizes(int input) {
        return has(input) ? compiler.sizes(value(input)) : Optional.empty();
    }

    /** The script's {@code List[int]} for an int64 vector of any kind. */
    String intList(int input) {
        return sizes(input)
                .map(Value.Ints::list)
                .orElseGet(() -> "annotate(List[int], " + tensor(input) + ".tolist())");
    }

    /** Whole numbers that must be known at compile time. */
    Optional<long[]> longs(int input) {
        if (!has(input)) {
            return Optional.empty();
        }
        return Optional.of(sizes(input)
                .map(Value.Ints::elements)
                .filter(elements -> elements.stream().allMatch(Size::isKnown))
                .map(elements -> elements.stream()
                        .map(Size::value)
                        .mapToLong(OptionalLong::getAsLong)
                        .toArray())
                .orElseThrow(() -> unsupported("input " + node.inputs().get(input)
                        + " must be a constant; is it computed from other inputs?")));
    }

    /** The axes that an attribute lists in older opsets and an input in newer ones. */
    Optional<long[]> axes(int input) {
        Optional<long[]> attribute = node.ints("axes");
        return attribute.isPresent() ? attribute : longs(input);
    }

    /** A scalar input as a Python number. */
    String number(int input) {
        Optional<Tensor> constant = constant(input);
        if (constant.isPresent() && constant.get().elementCount() == 1) {
            return constant.get().type().isFloat()
                    ? literal(constant.get().doubles()[0])
                    : Long.toString(constant.get().longs()[0]);
        }
        return (isFloat(input) ? "float(" : "int(") + tensor(input) + ")";
    }

    /** A non-negative axis from one that may count from the end. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= Math.max(rank, 1)) {
            throw unsupported("axis " + axis + " of a tensor with " + rank + " axes");
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** The size of one axis of an input. */
    Size size(int input, int axis) {
        if (value(input) instanceof Value.Constant constant) {
            return Size.of(constant.tensor().dims()[axis]);
        }
        return Size.of("torch.size(" + tensor(input) + ", " + axis + ")");
    }

    /** The size of one axis of an input, where the shapes that the graph declares settle it. */
    OptionalLong knownSize(int input, int axis) {
        return node.input(input).map(name -> compiler.knownSize(name, axis)).orElse(OptionalLong.empty());
    }

    /** The sizes of the axes {@code from} (included) to {@code to} (excluded) of an input. */
    List<Size> sizes(int input, int from, int to) {
        List<Size> sizes = new ArrayList<>();
        for (int axis = from; axis < to; axis++) {
            sizes.add(size(input, axis));
        }
        return sizes;
    }

    /** Whether an output is needed by other nodes or by the graph. */
    boolean isUsed(int output) {
        return node.output(output).filter(compiler::isUsed).isPresent();
    }

    // ---- text

    /** An input of the method: what is made from nothing goes to its device. */
    String anyInput() {
        return compiler.anyInput();
    }

    /** A variable of the script that holds the value of an expression. */
    String let(String expression) {
        return compiler.let(expression);
    }

    /** A tensor with a share of its elements zeroed in training and the others scaled up to keep the sum's expectation. */
    String dropout(String tensor, String share) {
        return compiler.dropout(tensor, share);
    }

    /** A call of a function in {@code torch}. */
    static String call(String function, Object... arguments) {
        StringBuilder text = new StringBuilder("torch.").append(function).append('(');
        for (int i = 0; i < arguments.length; i++) {
            text.append(i == 0 ? "" : ", ").append(arguments[i]);
        }
        return text.append(')').toString();
    }

    static String list(long... numbers) {
        return LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    static String list(Collection<String> expressions) {
        return "[" + String.join(", ", expressions) + "]";
    }

    static String bool(boolean value) {
        return value ? "True" : "False";
    }

    /** A float literal that Python reads back as the same number. */
    static String literal(double value) {
        if (Double.isNaN(value)) {
            return "float('nan')";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "float('inf')" : "float('-inf')";
        }
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }

    /** A float attribute as people wrote it: 0.1f becomes 0.1 and not 0.10000000149. */
    static String literal(float value) {
        return Float.isNaN(value) || Float.isInfinite(value)
                ? literal((double) value)
                : Float.toString(value).toLowerCase(Locale.ROOT);
    }

    // ---- outputs

    /** States output 0: a tensor like input 0. */
    void result(String expression) {
        result(0, expression, type(0), value(0).rank());
    }

    /** States output 0: a tensor of input 0's type. */
    void result(String expression, int rank) {
        result(0, expression, type(0), OptionalInt.of(rank));
    }

    /** States an output. */
    void result(int output, String expression, DataType type, OptionalInt rank) {
        if (node.output(output).isPresent()) {
            result(output, new Value.Computed(compiler.let(expression), type, rank));
        }
    }

    /** States an output that needs no statement of its own. */
    void result(int output, Value value) {
        node.output(output).ifPresent(name -> compiler.define(name, value));
    }
}
