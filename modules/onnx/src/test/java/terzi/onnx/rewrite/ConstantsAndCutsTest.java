package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

/** Constants of every kind, cuts at several values, and what subgraphs take from around them. */
class ConstantsAndCutsTest {

    private static final TensorType VECTOR = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
    private static final TensorType OPEN = TensorType.of(DataType.FLOAT);

    private final GraphBuilder graph = new GraphBuilder("g", 18);

    private static Model constant(String attribute, Attribute value) {
        Node node = Node.of("c", "Constant", List.of(), List.of("c")).with(attribute, value);
        return Model.of(
                new Graph("g", List.of(node), List.of(), List.of(), List.of(new ValueInfo("c", ValueType.UNTYPED))),
                18);
    }

    private static Tensor lifted(String attribute, Attribute value) {
        Model lifted = LiftConstants.apply(constant(attribute, value));
        assertEquals(List.of(), lifted.graph().nodes());
        return lifted.graph().initializer("c").orElseThrow();
    }

    @Test
    void constantsOfEveryKindAreLifted() {
        assertEquals(Tensor.scalar("c", 7L), lifted("value_int", Attribute.of(7)));
        assertEquals(Tensor.scalar("c", 0.5f), lifted("value_float", Attribute.of(0.5f)));
        assertEquals(Tensor.ofLongs("c", 1, 2), lifted("value_ints", Attribute.ints(1, 2)));
        assertEquals(Tensor.ofFloats("c", new long[] {2}, 1, 2), lifted("value_floats", Attribute.floats(1, 2)));
        assertEquals(Tensor.ofStrings("c", new long[0], "a"), lifted("value_string", Attribute.of("a")));
        assertEquals(
                Tensor.ofStrings("c", new long[] {2}, "a", "b"), lifted("value_strings", Attribute.strings("a", "b")));
        assertEquals(
                Tensor.ofLongs("c", new long[] {1, 1}, 3),
                lifted("value", Attribute.of(Tensor.ofLongs("other", new long[] {1, 1}, 3))));
    }

    @Test
    void sparseConstantsAndModelsWithoutConstantsStay() {
        SparseTensor sparse = new SparseTensor(
                Tensor.ofFloats("s", new long[] {1}, 3f), Tensor.ofLongs("i", new long[] {1}, 4), List.of(3L, 3L));
        Model model = constant("sparse_value", new Attribute.SparseValue(sparse));
        assertSame(model, LiftConstants.apply(model));
        Model network = Networks.smallCnn(1);
        assertSame(network, LiftConstants.apply(network));
    }

    /** Before IR version 4 every constant was an input too. */
    @Test
    void filesOfOldVersionsAreRaisedWithTheirConstants() {
        Model model = constant("value_int", Attribute.of(7));
        assertEquals(4, LiftConstants.apply(model.withIrVersion(3)).irVersion());
        assertEquals(4, LiftConstants.apply(model.withIrVersion(4)).irVersion());
        assertEquals(8, LiftConstants.apply(model.withIrVersion(8)).irVersion());
    }

    @Test
    void aConstantIsFoundThroughIdentities() {
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3));
        String a = graph.node("a", "Identity", List.of(w), Map.of());
        String b = graph.node("b", "Identity", List.of(a), Map.of());
        String c = graph.node("c", "Neg", List.of(b), Map.of());
        graph.output(c, OPEN);
        GraphIndex index = new GraphIndex(graph.build().graph());
        assertEquals(w, index.constant("b").orElseThrow().name());
        assertTrue(index.constant("c").isEmpty());
        assertEquals(1, index.uses("c"));
        assertEquals(1, index.uses("w"));
        assertEquals(0, index.uses("nothing"));
        assertEquals("w_1", index.claim("w"));
        assertEquals("w_2", index.claim("w"));
        assertEquals("free", index.claim("free"));
        assertEquals("free_1", index.claim("free"));
    }

    private static Graph branch(String name, String captured) {
        return new Graph(
                name,
                List.of(
                        Node.of(name, "Mul", List.of(captured, name + ".own"), List.of(name + ".made")),
                        Node.of(name + ".id", "Identity", List.of(name + ".made"), List.of(name + ".out"))),
                List.of(Tensor.scalar(name + ".own", 2f)),
                List.of(),
                List.of(new ValueInfo(name + ".out", OPEN)));
    }

    private static Node either(String a, String b) {
        return Node.of("if", "If", List.of("yes"), List.of("y"))
                .with("then_branch", Attribute.of(branch("then", a)))
                .with("else_branch", Attribute.of(branch("else", b)));
    }

    @Test
    void capturesAreWhatASubgraphNeitherMakesNorOwns() {
        assertEquals(List.of("yes", "a", "b"), GraphIndex.takes(either("a", "b")));
        Node loop = Node.of("loop", "Scan", List.of("x", ""), List.of("y"))
                .with("bodies", new Attribute.Graphs(List.of(branch("one", "p"), branch("two", "q"))));
        assertEquals(List.of("x", "p", "q"), GraphIndex.takes(loop));
        // what a subgraph gives on as it is, is taken from around it too
        Graph through = new Graph("t", List.of(), List.of(), List.of(), List.of(new ValueInfo("outer", VECTOR)));
        assertEquals(
                List.of("outer"),
                List.copyOf(GraphIndex.captures(
                        Node.of("n", "Loop", List.of(), List.of("y")).with("body", Attribute.of(through)))));
        Graph own = new Graph(
                "t",
                List.of(Node.of("n", "Relu", List.of("in"), List.of("o"))),
                List.of(),
                List.of(new ValueInfo("in", VECTOR)),
                List.of(new ValueInfo("o", VECTOR)));
        assertEquals(
                List.of(),
                List.copyOf(GraphIndex.captures(
                        Node.of("n", "Loop", List.of(), List.of("y")).with("body", Attribute.of(own)))));
    }

    /** A weight that a subgraph takes keeps its name; the one outside gets a copy. */
    @Test
    void aWeightThatASubgraphTakesIsUntiedFromTheOneOutside() {
        String x = graph.input("x", VECTOR);
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3));
        graph.initializer(Tensor.ofBooleans("yes", new long[0], true));
        graph.node("scaled", "Mul", List.of(x, w), Map.of());
        graph.add(either("w", "scaled"));
        graph.node("sum", "Add", List.of("scaled", "y"), Map.of());
        Model model = graph.output("sum", VECTOR).build();
        Model untied = Untie.apply(model);
        assertEquals(List.of("x", "w_1"), untied.graph().nodes().get(0).inputs());
        Tensor input = Networks.noise("x", new Random(1), 2, 3);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(model, input).get("sum"),
                        Oracle.run(untied, input).get("sum")));
    }

    /** What is not a weight in training stays one tensor: scalars and integers. An output keeps its name. */
    @Test
    void scalarsIntegersAndOutputsStayShared() {
        String x = graph.input("x", VECTOR);
        String half = graph.initializer(Tensor.scalar("half", 0.5f));
        String shape = graph.initializer(Tensor.ofLongs("shape", -1, 3));
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3));
        graph.node("a", "Mul", List.of(x, half), Map.of());
        graph.node("b", "Mul", List.of("a", half), Map.of());
        graph.node("c", "Reshape", List.of("b", shape), Map.of());
        graph.node("d", "Reshape", List.of("c", shape), Map.of());
        graph.node("e", "Mul", List.of("d", w), Map.of());
        graph.node("copy", "Identity", List.of(w), Map.of());
        Model model = graph.output("e", VECTOR).output("copy", OPEN).build();
        Model untied = Untie.apply(model);
        List<Node> nodes = untied.graph().nodes();
        assertEquals(model.graph().nodes().subList(0, 5), nodes.subList(0, 5));
        // an Identity that makes an output is still needed, and is a use of its own
        assertEquals(Node.of("copy", "Identity", List.of("w_1"), List.of("copy")), nodes.get(5));
    }

    @Test
    void aCutMakesItsOutputsInTheOrderThatIsAsked() {
        Model whole = Networks.smallCnn(1);
        Model cut = Cut.at(whole, List.of("features", "maxpool1"));
        Oracle.check(cut);
        assertEquals(
                List.of("features", "maxpool1"),
                cut.graph().outputs().stream().map(ValueInfo::name).toList());
        assertEquals("float32[N,4,13,13]", cut.graph().outputs().get(1).type().toString());
        assertEquals(
                whole.graph().outputs().stream()
                        .filter(o -> o.name().equals("features"))
                        .findFirst()
                        .orElseThrow(),
                cut.graph().outputs().get(0));
        assertThrows(IllegalArgumentException.class, () -> Cut.at(whole, List.of()));
        assertThrows(IllegalArgumentException.class, () -> Cut.between(whole, List.of("none"), List.of("logits")));
        assertThrows(IllegalArgumentException.class, () -> Cut.between(whole, List.of("features"), List.of()));
    }

    /** A node with two results is cut at both or at none. */
    @Test
    void aCutTakesAllResultsOfANodeOrNone() {
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)));
        graph.add(Node.of("split", "Split", List.of(x), List.of("a", "b"))
                .with("axis", Attribute.of(1))
                .with("num_outputs", Attribute.of(2)));
        graph.node("sum", "Add", List.of("a", "b"), Map.of());
        Model model = graph.output("sum", OPEN).build();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Cut.between(model, List.of("a"), List.of("sum")));
        assertTrue(e.getMessage().contains("makes [a, b]; cut at all of them or at none"), e.getMessage());
        Model cut = Cut.between(model, List.of("a", "b"), List.of("sum"));
        assertEquals(
                List.of("a float32[N,2]", "b float32[N,2]"),
                cut.graph().inputs().stream()
                        .map(input -> input.name() + " " + input.type())
                        .toList());
        assertArrayEqualsSum(cut);
    }

    private static void assertArrayEqualsSum(Model cut) {
        Map<String, Tensor> run = Oracle.run(
                cut, Tensor.ofFloats("a", new long[] {1, 2}, 1, 2), Tensor.ofFloats("b", new long[] {1, 2}, 10, 20));
        assertEquals(Tensor.ofFloats("sum", new long[] {1, 2}, 11, 22), run.get("sum"));
    }

    /** A constant that becomes an input is one no longer. */
    @Test
    void aCutAtAConstantMakesItAnInput() {
        String x = graph.input("x", VECTOR);
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3));
        Model model = graph.output(graph.node("y", "Mul", List.of(x, w), Map.of()), OPEN)
                .build();
        Model cut = Cut.between(model, List.of("x", "w"), List.of("y"));
        assertEquals(List.of(), cut.graph().initializers());
        assertEquals(
                List.of("x", "w"),
                cut.graph().trueInputs().stream().map(ValueInfo::name).toList());
    }

    /** Inputs that nothing needs stay; declarations and constants that nothing needs go. */
    @Test
    void pruningKeepsTrueInputsAndDropsTheRest() {
        graph.input("x", VECTOR);
        graph.input("unused", VECTOR);
        graph.initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3));
        graph.initializer(Tensor.ofFloats("lost", new long[] {3}, 1, 2, 3));
        graph.node("y", "Mul", List.of("x", "w"), Map.of());
        graph.node("dead", "Neg", List.of("y"), Map.of());
        Model built = graph.output("y", OPEN).build();
        Model model = built.withGraph(built.graph()
                .withInputs(List.of(
                        new ValueInfo("x", VECTOR),
                        new ValueInfo("unused", VECTOR),
                        new ValueInfo("w", TensorType.of(DataType.FLOAT, 3)),
                        new ValueInfo("lost", TensorType.of(DataType.FLOAT, 3))))
                .withValues(List.of(new ValueInfo("y", OPEN), new ValueInfo("dead", OPEN))));
        Graph pruned = Prune.apply(model).graph();
        assertEquals(List.of("y"), pruned.nodes().stream().map(Node::name).toList());
        assertEquals(
                List.of("x", "unused", "w"),
                pruned.inputs().stream().map(ValueInfo::name).toList());
        assertEquals(List.of("y"), pruned.values().stream().map(ValueInfo::name).toList());
        assertEquals(
                List.of("w"), pruned.initializers().stream().map(Tensor::name).toList());
    }

    /** Below opset 7 a node trains unless it says {@code is_test}. */
    @Test
    void strippingBelowOpset7SaysThatItIsUse() {
        Node dropout = Node.of("drop", "Dropout", List.of("x"), List.of("y", "mask"));
        Graph old = new Graph(
                "old",
                List.of(dropout),
                List.of(),
                List.of(new ValueInfo("x", VECTOR)),
                List.of(new ValueInfo("y", VECTOR)));
        assertEquals(
                Node.of("drop", "Dropout", List.of("x"), List.of("y")).with("is_test", Attribute.of(1)),
                StripTraining.apply(Model.of(old, 6)).graph().nodes().get(0));
        assertEquals(
                Node.of("drop", "Dropout", List.of("x"), List.of("y")),
                StripTraining.apply(Model.of(old, 7)).graph().nodes().get(0));
    }
}
