package terzi.onnx.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.ModelChecker;
import terzi.onnx.Node;
import terzi.onnx.OperatorSchema;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/**
 * Makes a graph node by node, in order of computation. A value must exist before a node takes it, and a node's inputs and attributes
 * are checked against ONNX's specification before it is added, so a mistake shows at the line that made it:
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
 * All mistakes are met with {@link IllegalArgumentException}. Not safe for use by several threads.
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
     * An empty graph.
     *
     * @param opset version of ONNX's own operators that the nodes are written in
     */
    public GraphBuilder(String graphName, long opset) {
        Require.that(!graphName.isEmpty(), "a graph needs a name");
        this.graphName = graphName;
        opset("", opset);
    }

    /** Imports operators of another domain, which are taken unchecked. */
    public GraphBuilder opset(String domain, long version) {
        Require.that(version > 0, "opset of domain '%s' must be positive, not %s", domain, version);
        opsets.put(domain, version);
        return this;
    }

    /** Declares an input and returns its name. */
    public String input(String name, ValueType type) {
        inputs.put(claim(name), new ValueInfo(name, type));
        return name;
    }

    /** Adds a constant under its own name, which must be free, and returns that. */
    public String initializer(Tensor tensor) {
        initializers.put(claim(tensor.name()), tensor);
        return tensor.name();
    }

    /** Adds a constant under its own name, or that name and a number when it is taken, and returns the name it got. */
    public String freshInitializer(Tensor tensor) {
        return initializer(tensor.withName(fresh(tensor.name())));
    }

    /** Adds a node with one output and no attributes; see {@link #node(String, String, List, Map)}. */
    public String node(String opType, List<String> nodeInputs) {
        return node(opType, nodeInputs, Map.of());
    }

    /** Adds a node with one output, called after its operator; see {@link #node(String, String, List, Map)}. */
    public String node(String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        return node(fresh(opType.toLowerCase(Locale.ROOT)), opType, nodeInputs, attributes);
    }

    /**
     * Adds a node of ONNX's own domain with one output.
     *
     * @param name of the node and of the value it makes; must be free
     * @param nodeInputs names of values that exist, or the empty name for an omitted one
     * @return the name of the value it makes
     * @throws IllegalArgumentException if an input does not exist or ONNX's specification does not allow the node
     */
    public String node(String name, String opType, List<String> nodeInputs, Map<String, Attribute> attributes) {
        add(Node.of(name, opType, nodeInputs, List.of(name)).withAttributes(attributes));
        return name;
    }

    /**
     * Adds any node: several outputs, another domain, subgraphs.
     *
     * @throws IllegalArgumentException as in {@link #node(String, String, List, Map)}
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
     * Adds all nodes and constants of another graph, its inputs being values of this one. Names that are taken here get a number.
     *
     * @param bindings for each true input of {@code graph} the value here that it stands for
     * @return for each output of {@code graph} the name that its value has here
     * @throws IllegalArgumentException if an input is left without a value
     */
    public Map<String, String> inline(Graph graph, Map<String, String> bindings) {
        Map<String, String> names = new LinkedHashMap<>();
        for (ValueInfo input : graph.trueInputs()) {
            String value = bindings.getOrDefault(input.name(), "nothing");
            Require.that(
                    values.contains(value),
                    "graph %s: input %s stands for %s, which is no value of graph %s",
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

    /** Gives a value another name wherever it is used, so that the name of an output can be chosen at the end. */
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

    /** Declares an existing value as an output, under the name it has. */
    public GraphBuilder output(String value, TensorType type) {
        Require.that(values.contains(value), "output %s does not exist; outputs are declared last", value);
        Require.that(
                outputs.put(value, new ValueInfo(value, type)) == null, "output %s is declared a second time", value);
        return this;
    }

    /** Declares an existing value as an output and gives it {@code name}. */
    public GraphBuilder output(String value, String name, TensorType type) {
        return rename(value, name).output(name, type);
    }

    /** A name that no value has: {@code hint}, or {@code hint_1}, {@code hint_2} and so on. It stays free until it is used. */
    public String fresh(String hint) {
        return fresh(hint, values);
    }

    /** Whether there is a value of that name. */
    public boolean has(String value) {
        return values.contains(value);
    }

    /** The graph as it stands, unchecked. */
    public Graph graph() {
        return new Graph(
                graphName,
                nodes,
                List.copyOf(initializers.values()),
                List.copyOf(inputs.values()),
                List.copyOf(outputs.values()));
    }

    /**
     * The finished model, checked.
     *
     * @throws terzi.onnx.InvalidModelException if the whole does not hold together: no output, types that do not fit
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
