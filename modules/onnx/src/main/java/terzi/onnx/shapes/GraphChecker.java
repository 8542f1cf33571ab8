package terzi.onnx.shapes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Function;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.OperatorSchema;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/** Checks one graph, its subgraphs in turn, or the body of a function. */
final class GraphChecker {
    /** What holds for all nodes: opsets by domain, the file format, and the operators the model defines itself. */
    record Context(Map<String, Long> opsets, long irVersion, Set<String> ownOperators) {
        long opset(String domain) {
            return opsets.getOrDefault(domain, 0L);
        }
    }

    private final Context context;
    private final Consumer<String> problems;
    /** Values of outer graphs, which nodes of a subgraph may use. */
    private final Set<String> outer;
    /** Values made so far in this graph. */
    private final Set<String> made = new HashSet<>();
    /** Which node makes a value, to tell a wrong order from a value that nothing makes. */
    private final Map<String, Node> makers = new HashMap<>();

    GraphChecker(Context context, Consumer<String> problems) {
        this(context, problems, Set.of());
    }

    private GraphChecker(Context context, Consumer<String> problems, Set<String> outer) {
        this.context = context;
        this.problems = problems;
        this.outer = outer;
    }

    void check(Graph graph) {
        if (graph.name().isEmpty() && outer.isEmpty()) {
            problems.accept("the graph has no name; ONNX wants one");
        }
        for (ValueInfo input : graph.inputs()) {
            define(input.name(), "graph input");
            if (outer.isEmpty()) {
                checkType(input);
            }
        }
        checkInitializers(graph);
        checkNodes(graph.nodes());
        Set<String> outputs = new HashSet<>();
        for (ValueInfo output : graph.outputs()) {
            if (!sees(output.name())) {
                problems.accept("graph output " + output.name() + " is made by no node; the graph makes "
                        + nearby(graph.nodes()));
            }
            if (!outputs.add(output.name())) {
                problems.accept("graph output " + output.name() + " is listed twice");
            }
        }
    }

    void check(Function function) {
        function.inputs().forEach(input -> define(input, "input of function " + function.name()));
        checkNodes(function.nodes());
        for (String output : function.outputs()) {
            if (!sees(output)) {
                problems.accept("function " + function.name() + ": output " + output + " is made by no node of it");
            }
        }
    }

    private boolean sees(String name) {
        return made.contains(name) || outer.contains(name);
    }

    private void define(String name, String what) {
        if (name.isEmpty()) {
            problems.accept(what + " has no name");
        } else if (!made.add(name)) {
            problems.accept(what + " " + name + ": the name is used twice; every value needs its own");
        }
    }

    private void checkType(ValueInfo input) {
        boolean untyped = input.type() instanceof ValueType.Untyped
                || input.tensorType()
                        .map(t -> t.elementType() == DataType.UNDEFINED)
                        .orElse(false);
        if (untyped) {
            problems.accept("graph input " + input.name() + " has no element type; declare one");
        }
    }

    private void checkInitializers(Graph graph) {
        Map<String, ValueInfo> inputs = new HashMap<>();
        graph.inputs().forEach(input -> inputs.put(input.name(), input));
        Set<String> names = new HashSet<>();
        for (Tensor tensor : graph.initializers()) {
            checkInitializer(tensor.name(), tensor.tensorType(), inputs, names);
        }
        for (SparseTensor tensor : graph.sparseInitializers()) {
            checkInitializer(tensor.name(), TensorType.of(tensor.values().type()), inputs, names);
        }
    }

    private void checkInitializer(String name, TensorType type, Map<String, ValueInfo> inputs, Set<String> names) {
        if (name.isEmpty() || !names.add(name)) {
            problems.accept(name.isEmpty() ? "an initializer has no name" : "initializer " + name + " is given twice");
            return;
        }
        ValueInfo input = inputs.get(name);
        if (input == null) {
            made.add(name);
            if (context.irVersion() < 4 && outer.isEmpty()) {
                problems.accept("initializer " + name + " must be a graph input too in IR version "
                        + context.irVersion() + "; IR version 4 lifts this");
            }
        } else {
            input.tensorType()
                    .filter(declared -> !fits(type, declared))
                    .ifPresent(declared -> problems.accept(
                            "initializer " + name + " is " + type + ", the graph input of that name is " + declared));
        }
    }

    private static boolean fits(TensorType type, TensorType declared) {
        if (type.elementType() != declared.elementType()) {
            return declared.elementType() == DataType.UNDEFINED;
        }
        if (type.shape().isEmpty() || declared.shape().isEmpty()) {
            return true;
        }
        List<Dim> a = type.shape().get();
        List<Dim> b = declared.shape().get();
        boolean same = a.size() == b.size();
        for (int i = 0; same && i < a.size(); i++) {
            same = !(b.get(i) instanceof Dim.Fixed) || a.get(i).equals(b.get(i));
        }
        return same;
    }

    private void checkNodes(List<Node> nodes) {
        for (Node node : nodes) {
            node.outputs().forEach(output -> makers.putIfAbsent(output, node));
        }
        for (Node node : nodes) {
            long opset = context.opset(node.domain());
            String where = opset == 0 ? node.describe() : node.describe(opset);
            checkOperator(node, where, opset);
            checkInputs(node, where);
            checkSubgraphs(node);
            for (String output : node.outputs()) {
                if (!output.isEmpty() && !made.add(output)) {
                    problems.accept(where + ": output " + output + " has a name that is in use already; rename it");
                }
            }
        }
    }

    private void checkOperator(Node node, String where, long opset) {
        if (node.opType().isEmpty()) {
            problems.accept(where + ": has no operator");
        } else if (context.ownOperators().contains(ModelChecker.operator(node.domain(), node.opType()))) {
            return;
        } else if (opset == 0) {
            // files of the first IR versions imported nothing
            if (context.irVersion() >= 3) {
                problems.accept(where + ": the model imports no operator set of domain \"" + node.domain()
                        + "\"; it imports " + context.opsets());
            }
        } else if (opset <= Model.NEWEST_OPSET) {
            OperatorSchema.problems(node, opset).forEach(problems);
        }
        if (node.inputs().isEmpty() && node.outputs().isEmpty()) {
            problems.accept(where + ": has neither inputs nor outputs");
        }
    }

    private void checkInputs(Node node, String where) {
        for (String input : node.inputs()) {
            if (input.isEmpty() || sees(input)) {
                continue;
            }
            Optional<Node> maker = Optional.ofNullable(makers.get(input));
            problems.accept(where + ": input " + input
                    + maker.map(m -> m.equals(node)
                                    ? " is its own output"
                                    : " is made only later, by " + m.describe() + "; sort the nodes")
                            .orElse(" is made by nothing in the graph"));
        }
    }

    private void checkSubgraphs(Node node) {
        for (Attribute attribute : node.attributes().values()) {
            if (attribute instanceof Attribute.GraphValue graph) {
                checkSubgraph(graph.value());
            } else if (attribute instanceof Attribute.Graphs graphs) {
                graphs.values().forEach(this::checkSubgraph);
            }
        }
    }

    private void checkSubgraph(Graph graph) {
        Set<String> inSight = new HashSet<>(outer);
        inSight.addAll(made);
        // never empty, so that it is told from a main graph
        inSight.add("");
        new GraphChecker(context, problems, inSight).check(graph);
    }

    private static String nearby(List<Node> nodes) {
        return nodes.isEmpty()
                ? "nothing"
                : "last " + nodes.get(nodes.size() - 1).outputs();
    }
}
