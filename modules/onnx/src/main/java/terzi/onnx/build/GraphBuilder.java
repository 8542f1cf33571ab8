package terzi.onnx.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.OperatorSchema;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.shapes.ModelChecker;

/**
 * Builds a graph node by node, in order of computation. A value must exist before a node takes it, and the inputs and
 * attributes of a node are checked against the ONNX specification before it is added, so that a mistake shows at the
 * line that made it:
 *
 * <pre>{@code
 * GraphBuilder graph = new GraphBuilder("doubling", 18);
 * TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
 * String x = graph.input("x", type);
 * String two = graph.initializer(Tensor.scalar("two", 2f));
 * graph.output(graph.node("Mul", List.of(x, two)), "y", type);
 * Model model = graph.build();
 * }</pre>
 *
 * All methods throw {@link IllegalArgumentException} for mistakes. Not thread-safe.
 */
public final class GraphBuilder {

    private final String graphName;
    private final Map<String, Long> opsets = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final Map<String, ValueInfo> inputs = new LinkedHashMap<>();
    private final Map<String, ValueInfo> outputs = new LinkedHashMap<>();
    private final Set<String> values = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();

    /**
     * Creates an empty graph.
     *
     * @param graphName name of the graph, not empty
     * @param opset version of ONNX's own operator set for the nodes, at least 1
     * @throws IllegalArgumentException if the name is empty or the opset is below 1
     */
    public GraphBuilder(String graphName, long opset) {
        Require.that(!graphName.isEmpty(), "a graph needs a name");
        this.graphName = graphName;
        opset("", opset);
    }

    /**
     * Imports the operators of another domain, whose nodes are not checked.
     *
     * @param domain domain of the operators
     * @param version version of the operator set, at least 1
     * @return this builder
     * @throws IllegalArgumentException if the version is below 1
     */
    public GraphBuilder opset(String domain, long version) {
        Require.that(version > 0, "opset of domain '%s' must be positive, not %s", domain, version);
        opsets.put(domain, version);
        return this;
    }

    /**
     * Declares an input.
     *
     * @param name name of the input, not empty and not in use
     * @param type type of the input
     * @return {@code name}
     * @throws IllegalArgumentException if the name is empty or in use
     */
    public String input(String name, ValueType type) {
        inputs.put(claim(name), new ValueInfo(name, type));
        return name;
    }

    /**
     * Adds a constant under its own name.
     *
     * @param tensor the constant
     * @return the name of the tensor
     * @throws IllegalArgumentException if the name is empty or in use
     */
    public String initializer(Tensor tensor) {
        initializers.put(claim(tensor.name()), tensor);
        return tensor.name();
    }

    /**
     * Adds a constant under its own name, with a number added if that name is in use.
     *
     * @param tensor the constant
     * @return the name of the constant in this graph
     * @throws IllegalArgumentException if the name is empty
     */
    public String freshInitializer(Tensor tensor) {
        return initializer(tensor.withName(fresh(tensor.name())));
    }

    /**
     * Adds a node of ONNX's own domain with one output, without attributes and named after its operator.
     *
     * @param opType type of the operator, such as {@code Relu}
     * @param nodeInputs names of existing values; empty for an omitted input
     * @return the name of the output
     * @throws IllegalArgumentException if an input does not exist or the ONNX specification does not allow the node
     */
    public String node(String opType, List<String> nodeInputs) {
        return node(opType, nodeInputs, Map.of());
    }

    /**
     * Adds a node of ONNX's own domain with one output, named after its operator.
     *
     * @param opType type of the operator, such as {@code Conv}
     * @param nodeInputs names of existing values; empty for an omitted input
     * @param attributes attributes by name
     * @return the name of the output
     * @throws IllegalArgumentException if an input does not exist or the ONNX specification does not allow the node
     */
    public String node(String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        return node(fresh(opType.toLowerCase(Locale.ROOT)), opType, nodeInputs, attributes);
    }

    /**
     * Adds a node of ONNX's own domain with one output.
     *
     * @param name name of the node and of its output, not in use
     * @param opType type of the operator, such as {@code Conv}
     * @param nodeInputs names of existing values; empty for an omitted input
     * @param attributes attributes by name
     * @return {@code name}
     * @throws IllegalArgumentException if the name is in use, an input does not exist, or the ONNX specification does
     *     not allow the node
     */
    public String node(String name, String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        // by name: Map.of has another order in every JVM, and the same network should be the same file
        add(Node.of(name, opType, nodeInputs, List.of(name)).withAttributes(new TreeMap<>(attributes)));
        return name;
    }

    /**
     * Adds any node, also one with several outputs, of another domain, or with subgraphs.
     *
     * @param node the node; its name and its outputs must not be in use
     * @return this builder
     * @throws IllegalArgumentException if a name is in use, the domain is not imported, an input does not exist, or the
     *     ONNX specification does not allow the node
     */
    public GraphBuilder add(Node node) {
        long opset = opsets.getOrDefault(node.domain(), 0L);
        Require.that(
                opset > 0,
                "%s: domain %s is not imported; call opset(\"%s\", version) first",
                node.describe(),
                node.domain(),
                node.domain());
        List<String> problems = new ArrayList<>(OperatorSchema.problems(node, opset));
        for (String input : node.inputs()) {
            if (!input.isEmpty() && !values.contains(input)) {
                problems.add(node.describe(opset) + ": input " + input
                        + " does not exist yet; a value must be made before a node takes it");
            }
        }
        if (!node.name().isEmpty() && nodeNames.contains(node.name())) {
            problems.add(node.describe(opset) + ": another node has the name " + node.name());
        }
        Require.that(problems.isEmpty(), "%s", String.join("\n", problems));
        node.outputs().stream().filter(output -> !output.isEmpty()).forEach(this::claim);
        if (!node.name().isEmpty()) {
            nodeNames.add(node.name());
        }
        nodes.add(node);
        return this;
    }

    /**
     * Adds all nodes and constants of another graph, with values of this graph as its inputs. Names that are in use
     * here get a number.
     *
     * @param graph the graph to add
     * @param bindings name of a value of this graph by name of each true input of {@code graph}
     * @return name of a value of this graph by name of each output of {@code graph}
     * @throws IllegalArgumentException if an input has no value, or the graph has sparse initializers or a node that
     *     {@link #add} refuses
     */
    public Map<String, String> inline(Graph graph, Map<String, String> bindings) {
        Map<String, String> names = new LinkedHashMap<>();
        for (ValueInfo input : graph.trueInputs()) {
            String value = bindings.getOrDefault(input.name(), "nothing");
            Require.that(
                    values.contains(value),
                    "graph %s: input %s stands for %s, which is not a value of graph %s",
                    graph.name(),
                    input.name(),
                    value,
                    graphName);
            names.put(input.name(), value);
        }
        Require.that(
                graph.sparseInitializers().isEmpty(),
                "graph %s: has sparse initializers, which cannot be moved into another graph",
                graph.name());
        for (Tensor tensor : graph.initializers()) {
            names.put(tensor.name(), freshInitializer(tensor));
        }
        for (Node node : graph.nodes()) {
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    names.put(output, fresh(output));
                }
            }
            String name = nodeNames.contains(node.name()) ? freshNodeName(node.name()) : node.name();
            add(Renaming.apply(node, names).withName(name));
        }
        Map<String, String> results = new LinkedHashMap<>();
        graph.outputs().forEach(output -> results.put(output.name(), names.getOrDefault(output.name(), output.name())));
        return results;
    }

    /**
     * Renames a value wherever it is used, so that the name of an output can be chosen at the end.
     *
     * @param value name of an existing value
     * @param newName new name, not in use
     * @return this builder
     * @throws IllegalArgumentException if the value does not exist, or the new name is empty or in use
     */
    public GraphBuilder rename(String value, String newName) {
        Require.that(values.contains(value), "value %s cannot be renamed: it does not exist", value);
        if (value.equals(newName)) {
            return this;
        }
        claim(newName);
        values.remove(value);
        Map<String, String> names = Map.of(value, newName);
        nodes.replaceAll(node -> Renaming.apply(node, names));
        replaceKey(initializers, value, newName, tensor -> tensor.withName(newName));
        replaceKey(inputs, value, newName, input -> input.withName(newName));
        replaceKey(outputs, value, newName, output -> output.withName(newName));
        return this;
    }

    /**
     * Declares an existing value as an output.
     *
     * @param value name of an existing value
     * @param type type of the output
     * @return this builder
     * @throws IllegalArgumentException if the value does not exist or is an output already
     */
    public GraphBuilder output(String value, TensorType type) {
        Require.that(values.contains(value), "output %s does not exist; outputs are declared last", value);
        Require.that(
                outputs.put(value, new ValueInfo(value, type)) == null, "output %s is declared a second time", value);
        return this;
    }

    /**
     * Renames an existing value and declares it as an output.
     *
     * @param value name of an existing value
     * @param name name of the output, not in use
     * @param type type of the output
     * @return this builder
     * @throws IllegalArgumentException if the value does not exist or the name is in use
     */
    public GraphBuilder output(String value, String name, TensorType type) {
        return rename(value, name).output(name, type);
    }

    /**
     * {@return a name that no value has: {@code hint}, {@code hint_1}, {@code hint_2} and so on} It is not reserved.
     *
     * @param hint the preferred name
     */
    public String fresh(String hint) {
        return fresh(hint, values);
    }

    /**
     * {@return whether there is a value of this name}
     *
     * @param value the name
     */
    public boolean has(String value) {
        return values.contains(value);
    }

    /** {@return the graph in its current state, without a check of the whole} */
    public Graph graph() {
        return new Graph(
                graphName,
                nodes,
                List.copyOf(initializers.values()),
                List.copyOf(inputs.values()),
                List.copyOf(outputs.values()));
    }

    /**
     * {@return the finished model, checked by {@link ModelChecker}}
     *
     * @throws terzi.onnx.shapes.InvalidModelException if the model is not valid, for example without an output or with types
     *     that do not fit
     */
    public Model build() {
        Model model = Model.of(graph(), opsets.getOrDefault("", 0L)).withOpsets(opsets);
        ModelChecker.check(model);
        return model;
    }

    private String freshNodeName(String hint) {
        return hint.isEmpty() ? hint : fresh(hint, nodeNames);
    }

    private static String fresh(String hint, Set<String> taken) {
        String name = hint;
        for (int number = 1; taken.contains(name); number++) {
            name = hint + "_" + number;
        }
        return name;
    }

    /** Replaces an entry in its place: the order of inputs and outputs is part of a graph. */
    private static <T> void replaceKey(Map<String, T> map, String key, String newKey, UnaryOperator<T> change) {
        if (map.containsKey(key)) {
            Map<String, T> entries = new LinkedHashMap<>(map);
            map.clear();
            entries.forEach((k, v) -> map.put(k.equals(key) ? newKey : k, k.equals(key) ? change.apply(v) : v));
        }
    }

    private String claim(String name) {
        Require.that(!name.isEmpty(), "graph %s: a value needs a name", graphName);
        Require.that(
                values.add(name), "graph %s: there is a value %s already; ask fresh(\"%s\")", graphName, name, name);
        return name;
    }
}
