package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;
import terzi.training.torchscript.CompiledGraph.Slot;

/** Compiles one graph: walks its nodes in order, keeps what is known of each value, and collects statements and slots. */
final class GraphCompiler {

    /** Integer constants up to this many elements are taken apart into single numbers. */
    private static final int MAX_SIZES = 64;

    /**
     * Dropout as Srivastava et al. (2014) have it, with a mask drawn as 15-bit whole numbers: the same distribution as
     * libtorch's own but for {@code share} being rounded to 1/32768, at a third of the time on a processor.
     */
    private static final String DROPOUT =
            """
            def dropout(self, x: Tensor, share: float, training: bool) -> Tensor:
              if bool(training and share > 0.):
                cut = int(share * 32768. + 0.5)
                kept = torch.gt(torch.random_(torch.empty_like(x.detach(), dtype=2)), cut - 1)
                y = torch.mul(x, torch.mul_(torch.to(kept, ops.prim.dtype(x)), 32768. / max(32768. - cut, 1.)))
              else:
                y = x
              return y
            """;

    private final Model model;
    private final Precision precision;
    private final MemoryLayout layout;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Tensor> initializers = new HashMap<>();
    private final Slots parameters = new Slots("p");
    private final Slots buffers = new Slots("b");
    private final Set<String> used = new HashSet<>();
    private final StringBuilder statements = new StringBuilder();
    private @Nullable Map<String, TensorType> inferred;
    private int variables;
    private boolean dropsOut;
    private String anyInput = "x";

    GraphCompiler(Model model, Precision precision) {
        this(model, precision, MemoryLayout.CHANNELS_LAST);
    }

    GraphCompiler(Model model, Precision precision, MemoryLayout layout) {
        this.model = model;
        this.precision = precision;
        this.layout = layout;
        Graph graph = model.graph();
        for (Tensor initializer : graph.initializers()) {
            initializers.put(initializer.name(), initializer);
            values.put(initializer.name(), new Value.Constant(initializer, true));
        }
        graph.nodes().forEach(node -> used.addAll(node.inputs()));
        graph.outputs().forEach(output -> used.add(output.name()));
    }

    Precision precision() {
        return precision;
    }

    MemoryLayout layout() {
        return layout;
    }

    String anyInput() {
        return anyInput;
    }

    boolean isUsed(String name) {
        return used.contains(name);
    }

    /** A graph with one float input, called as the compiled graph's Javadoc says. */
    CompiledGraph compileNetwork() {
        List<ValueInfo> inputs = model.graph().trueInputs();
        if (inputs.size() != 1 || typeOf(inputs.get(0)).elementType() != DataType.FLOAT) {
            throw new IllegalArgumentException("graph " + model.graph().name()
                    + ": training needs a network with one float32 input, found "
                    + inputs.stream()
                            .map(input -> input.name() + " " + input.type())
                            .toList()
                    + "; cut off what prepares the images");
        }
        values.put(
                inputs.get(0).name(),
                new Value.Computed("x", DataType.FLOAT, typeOf(inputs.get(0)).rank()));
        List<String> outputs = new ArrayList<>();
        for (String output : compileNodes()) {
            outputs.add(output + ".float()");
        }
        return compiled("x: Tensor", outputs);
    }

    /** Any graph, with its inputs as a list {@code x} of tensors and its outputs in their own types: what operator tests need. */
    CompiledGraph compileAny() {
        List<ValueInfo> inputs = model.graph().trueInputs();
        anyInput = "x[0]";
        for (int i = 0; i < inputs.size(); i++) {
            TensorType type = typeOf(inputs.get(i));
            values.put(inputs.get(i).name(), new Value.Computed("x[" + i + "]", type.elementType(), type.rank()));
        }
        return compiled("x: List[Tensor]", compileNodes());
    }

    private TensorType typeOf(ValueInfo input) {
        return input.tensorType()
                .orElseThrow(() ->
                        new IllegalArgumentException("graph " + model.graph().name() + ": input " + input.name()
                                + " must be a tensor, it is " + input.type()));
    }

    private CompiledGraph compiled(String inputs, List<String> outputs) {
        String source = (dropsOut ? DROPOUT : "") + "def network(self, " + inputs
                + ", p: List[Tensor], b: List[Tensor], training: bool) -> List[Tensor]:\n" + statements + "  return "
                + Emission.list(outputs) + "\n";
        return new CompiledGraph(source, parameters.list(), buffers.list(), precision, model);
    }

    private List<String> compileNodes() {
        model.graph().nodes().forEach(this::compile);
        return model.graph().outputs().stream()
                .map(output -> {
                    Value value = values.get(output.name());
                    if (value == null) {
                        throw new IllegalArgumentException(
                                "graph " + model.graph().name() + ": nothing makes output " + output.name());
                    }
                    return tensor(value);
                })
                .toList();
    }

    private void compile(Node node) {
        long opset = model.opset(node.domain());
        Operators operators = Operators.standard();
        Operator operator = operators
                .find(node.domain(), node.opType(), opset)
                .orElseThrow(() -> new UnsupportedOperatorException(
                        unknown(node, opset, operators.oldest(node.domain(), node.opType())) + "; supported operators: "
                                + operators.list()));
        statements.append("  # ").append(comment(node)).append('\n');
        operator.emit(new Emission(this, node, opset));
    }

    private static String unknown(Node node, long opset, Optional<Long> oldest) {
        return oldest.map(version -> node.describe(opset) + ": this operator is supported since opset " + version
                        + "; convert the model to a newer opset")
                .orElseGet(() -> node.describe(opset) + ": training does not support operator " + node.opType()
                        + " of domain " + (node.domain().isEmpty() ? "ai.onnx" : node.domain()) + " in opset " + opset);
    }

    /** Names come from files, so nothing that could end the comment may pass. */
    private static String comment(Node node) {
        return (node.opType() + " " + node.name())
                .replaceAll("[^A-Za-z0-9_./:-]", " ")
                .strip();
    }

    // ---- values

    Value value(String name, Emission user) {
        Value value = values.get(name);
        if (value == null) {
            throw user.unsupported("nothing makes its input " + name);
        }
        return value;
    }

    /** The size of one axis of a value, where the shapes that the graph declares settle it. */
    OptionalLong knownSize(String name, int axis) {
        return inferred(name)
                .flatMap(TensorType::shape)
                .filter(shape -> axis < shape.size())
                .map(shape -> shape.get(axis) instanceof Dim.Fixed fixed
                        ? OptionalLong.of(fixed.size())
                        : OptionalLong.empty())
                .orElse(OptionalLong.empty());
    }

    private Optional<TensorType> inferred(String name) {
        if (inferred == null) {
            inferred = ShapeInference.infer(model);
        }
        return Optional.ofNullable(inferred.get(name));
    }

    void define(String name, Value value) {
        Value known = value;
        if (value instanceof Value.Computed computed && computed.rank().isEmpty()) {
            known = new Value.Computed(
                    computed.expression(),
                    computed.type(),
                    inferred(name).map(TensorType::rank).orElse(OptionalInt.empty()));
        }
        values.put(name, known);
    }

    String let(String expression) {
        String variable = "v" + variables++;
        statements
                .append("  ")
                .append(variable)
                .append(" = ")
                .append(expression)
                .append('\n');
        return variable;
    }

    /** The expression for {@code tensor} with a share of its elements zeroed in training and the others scaled up. */
    String dropout(String tensor, String share) {
        dropsOut = true;
        return "(self).dropout(" + tensor + ", " + share + ", training)";
    }

    /** The expression for a value as a tensor. */
    String tensor(Value value) {
        if (value instanceof Value.Computed computed) {
            return computed.expression();
        } else if (value instanceof Value.Ints ints) {
            return intTensor(ints.list(), ints.scalar() ? "[]" : null, DataType.INT64);
        }
        Tensor tensor = ((Value.Constant) value).tensor();
        if (!tensor.type().isFloat()) {
            return constantInts(tensor);
        } else if (tensor.rank() == 0) {
            return "torch.tensor(" + Emission.literal(tensor.doubles()[0]) + ", dtype=" + torchType(tensor.type())
                    + ", device=ops.prim.device(" + anyInput + "))";
        } else if (!((Value.Constant) value).trainable()) {
            return buffer(value);
        }
        return parameter(tensor, false);
    }

    /** The expression for a value as the weight of a convolution or matrix product, which weight decay applies to. */
    String weight(Value value) {
        return value instanceof Value.Constant constant
                        && constant.trainable()
                        && constant.type().isFloat()
                        && constant.tensor().rank() > 1
                ? parameter(constant.tensor(), true)
                : tensor(value);
    }

    private String parameter(Tensor tensor, boolean decays) {
        return parameters.reference(tensor, decays, buffers);
    }

    /** The expression for a value that gradients do not reach. */
    String buffer(Value value) {
        return value instanceof Value.Constant constant && value.type().isFloat()
                ? buffers.reference(constant.tensor(), false, parameters)
                : tensor(value);
    }

    private String constantInts(Tensor tensor) {
        if (!tensor.type().isInteger() && tensor.type() != DataType.BOOL) {
            throw new UnsupportedOperatorException("constant " + tensor.name() + " has elements of type "
                    + tensor.type().label() + ", which training cannot hold");
        }
        String elements =
                LongStream.of(tensor.longs()).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
        return intTensor(
                elements.equals("[]") ? "annotate(List[int], [])" : elements,
                tensor.rank() == 1 ? null : Emission.list(tensor.dims()),
                tensor.type());
    }

    private String intTensor(String list, @Nullable String shape, DataType type) {
        String flat =
                "torch.tensor(" + list + ", dtype=" + torchType(type) + ", device=ops.prim.device(" + anyInput + "))";
        return shape == null
                ? flat
                : "torch.reshape(" + flat + ", " + (shape.equals("[]") ? "annotate(List[int], [])" : shape) + ")";
    }

    /** An int64 scalar or vector, element by element. */
    Optional<Value.Ints> sizes(Value value) {
        if (value instanceof Value.Ints ints) {
            return Optional.of(ints);
        }
        if (value instanceof Value.Constant constant
                && (value.type() == DataType.INT64 || value.type() == DataType.INT32)
                && constant.tensor().rank() <= 1
                && constant.tensor().elementCount() <= MAX_SIZES) {
            return Optional.of(new Value.Ints(
                    LongStream.of(constant.tensor().longs()).mapToObj(Size::of).toList(),
                    constant.tensor().rank() == 0));
        }
        return Optional.empty();
    }

    /** libtorch's number for an element type. */
    static int torchType(DataType type) {
        return switch (type) {
            case UINT8 -> 0;
            case INT8 -> 1;
            case INT16 -> 2;
            case INT32 -> 3;
            case INT64 -> 4;
            case FLOAT16 -> 5;
            case FLOAT -> 6;
            case DOUBLE -> 7;
            case BOOL -> 11;
            case BFLOAT16 -> 15;
            default ->
                throw new UnsupportedOperatorException(
                        "tensors of " + type.label() + " cannot be trained; cast them to float32");
        };
    }

    /** The tensors of one list that the method takes, in the order of their first use. */
    private static final class Slots {
        private final String list;
        private final Map<String, Integer> indices = new HashMap<>();
        private final List<Slot> slots = new ArrayList<>();

        Slots(String list) {
            this.list = list;
        }

        String reference(Tensor tensor, boolean decays, Slots others) {
            if (others.indices.containsKey(tensor.name())) {
                throw new IllegalArgumentException("initializer " + tensor.name()
                        + " is both trained and a running statistic; give each its own copy");
            }
            Integer index = indices.get(tensor.name());
            if (index == null) {
                index = slots.size();
                indices.put(tensor.name(), index);
                slots.add(new Slot(
                        tensor.name(), LongStream.of(tensor.dims()).boxed().toList(), decays));
            } else if (decays && !slots.get(index).decays()) {
                slots.set(index, new Slot(tensor.name(), slots.get(index).shape(), true));
            }
            return list + "[" + index + "]";
        }

        List<Slot> list() {
            return List.copyOf(slots);
        }
    }
}
