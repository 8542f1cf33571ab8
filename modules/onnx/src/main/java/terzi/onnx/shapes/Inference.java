package terzi.onnx.shapes;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/** One pass over a graph that works out types, shapes and the integers that shapes are computed from. */
final class Inference {
    /** Integer tensors with more elements than this are weights, not shapes. */
    static final int MOST_ELEMENTS = 1024;

    private final long opset;
    private final Consumer<String> problems;
    private final Map<String, TensorType> types;
    private final Map<String, List<Quantity>> integers;
    private final Map<String, Tensor> constants;
    private final Map<String, TensorType> declared = new HashMap<>();

    private Inference(
            long opset,
            Consumer<String> problems,
            Map<String, TensorType> types,
            Map<String, List<Quantity>> integers,
            Map<String, Tensor> constants) {
        this.opset = opset;
        this.problems = problems;
        this.types = types;
        this.integers = integers;
        this.constants = constants;
    }

    /** The types of a model's main graph; contradictions that come to light go to {@code problems}. */
    static Map<String, TensorType> run(Model model, Consumer<String> problems) {
        Inference inference =
                new Inference(model.opset(), problems, new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
        inference.walk(model.graph());
        return inference.types;
    }

    /** An inference that has seen a model's inputs and initializers, and whose nodes come one by one. */
    static Inference begun(Model model) {
        Inference inference =
                new Inference(model.opset(), problem -> {}, new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
        inference.begin(model.graph());
        return inference;
    }

    /** The types of a subgraph's outputs, in order, with all values of the outer graph in sight. */
    List<Optional<TensorType>> outputsOf(Graph subgraph) {
        Inference inner = new Inference(
                opset, problems, new LinkedHashMap<>(types), new HashMap<>(integers), new HashMap<>(constants));
        inner.walk(subgraph);
        return subgraph.outputs().stream()
                .map(output -> Optional.ofNullable(inner.types.get(output.name())))
                .toList();
    }

    private void begin(Graph graph) {
        for (ValueInfo input : graph.inputs()) {
            input.tensorType().filter(Inference::usable).ifPresent(type -> types.put(input.name(), type));
        }
        graph.initializers().forEach(this::add);
        for (SparseTensor tensor : graph.sparseInitializers()) {
            long[] dims = tensor.dims().stream().mapToLong(Long::longValue).toArray();
            if (Arrays.stream(dims).allMatch(d -> d >= 0)) {
                types.put(tensor.name(), TensorType.of(tensor.values().type(), dims));
            }
        }
        for (ValueInfo value : graph.values()) {
            value.tensorType().filter(Inference::usable).ifPresent(type -> declared.put(value.name(), type));
        }
        for (ValueInfo output : graph.outputs()) {
            output.tensorType().filter(Inference::usable).ifPresent(type -> declared.put(output.name(), type));
        }
    }

    private void walk(Graph graph) {
        begin(graph);
        graph.nodes().forEach(this::add);
    }

    void add(Tensor constant) {
        types.put(constant.name(), constant.tensorType());
        putConstant(constant.name(), constant);
    }

    void add(Node node) {
        infer(node);
        for (String output : node.outputs()) {
            TensorType known = declared.get(output);
            if (known != null && !types.containsKey(output)) {
                types.put(output, known);
            }
        }
    }

    private static boolean usable(TensorType type) {
        return type.elementType() != DataType.UNDEFINED;
    }

    private void infer(Node node) {
        Optional<ShapeRule> rule = ShapeRules.find(node);
        if (rule.isEmpty()) {
            return;
        }
        try {
            rule.get().infer(new NodeShapes(this, node));
        } catch (NodeShapes.NotKnown e) {
            // what the rule found before that stays
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            // an attribute or constant of the wrong kind or size, which the checker's other rules name
        }
    }

    /** The elements of a small integer tensor of at most one axis. */
    static Optional<List<Quantity>> integersOf(Tensor tensor) {
        boolean integer = tensor.type() == DataType.INT64 || tensor.type() == DataType.INT32;
        if (!integer || tensor.rank() > 1 || tensor.elementCount() > MOST_ELEMENTS) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(tensor.longs()).mapToObj(Quantity::of).toList());
    }

    /** Remembers a constant's elements if it is small enough to be a shape, axes or scales. */
    void putConstant(String name, Tensor tensor) {
        if (tensor.elementCount() <= MOST_ELEMENTS) {
            constants.put(name, tensor);
        }
        integersOf(tensor).ifPresent(values -> integers.put(name, values));
    }

    Optional<float[]> floats(String name) {
        return Optional.ofNullable(constants.get(name))
                .filter(tensor -> tensor.type() == DataType.FLOAT)
                .map(Tensor::floats);
    }

    long opset() {
        return opset;
    }

    Optional<TensorType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    Optional<List<Quantity>> integers(String name) {
        return Optional.ofNullable(integers.get(name));
    }

    void problem(String message) {
        problems.accept(message);
    }

    void putIntegers(String name, List<Quantity> values) {
        if (values.size() <= MOST_ELEMENTS) {
            integers.put(name, List.copyOf(values));
        }
    }

    /** Records what a rule found about an output, joined with what the file declares. */
    void put(Node node, String name, TensorType found) {
        TensorType known = declared.get(name);
        if (known == null) {
            types.put(name, found);
            return;
        }
        if (known.elementType() != found.elementType()) {
            problem(node.describe(opset) + ": gives " + name + " as " + found + ", the graph declares " + known);
            types.put(name, found);
            return;
        }
        if (found.shape().isEmpty() || known.shape().isEmpty()) {
            types.put(name, found.shape().isPresent() ? found : known);
            return;
        }
        List<Dim> a = found.shape().get();
        List<Dim> b = known.shape().get();
        if (a.size() != b.size() || contradicts(a, b)) {
            problem(node.describe(opset) + ": gives " + name + " as " + found + ", the graph declares " + known);
            types.put(name, found);
            return;
        }
        types.put(name, found.withShape(Dims.mostExact(a, b)));
    }

    private static boolean contradicts(List<Dim> a, List<Dim> b) {
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i) instanceof Dim.Fixed x && b.get(i) instanceof Dim.Fixed y && x.size() != y.size()) {
                return true;
            }
        }
        return false;
    }
}
