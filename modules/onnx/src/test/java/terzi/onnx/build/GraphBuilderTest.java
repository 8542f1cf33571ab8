package terzi.onnx.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import terzi.onnx.Origin;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

class GraphBuilderTest {

    private static final TensorType VECTOR = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));

    private final GraphBuilder graph = new GraphBuilder("test", 18);
    private final String x = graph.input("x", VECTOR);

    @Test
    void buildsAGraphThatRuns() {
        String two = graph.initializer(Tensor.scalar("two", 2f));
        graph.output(graph.node("Mul", List.of(x, two)), "y", VECTOR);
        Model model = graph.build();
        Oracle.check(model);
        assertEquals(8, model.irVersion());
        assertArrayEquals(
                new float[] {2, 4, 6},
                Oracle.run(model, Tensor.ofFloats("x", new long[] {1, 3}, 1, 2, 3))
                        .get("y")
                        .floats());
    }

    @Test
    void namesAreFreshWhereNoneIsGiven() {
        assertEquals("relu", graph.node("Relu", List.of(x)));
        assertEquals("relu_1", graph.node("Relu", List.of(x)));
        assertEquals("relu_2", graph.fresh("relu"));
        assertEquals("x_1", graph.freshInitializer(Tensor.scalar("x", 1f)));
    }

    @Test
    void aNodeWithTooFewInputsIsRefused() {
        assertRefused(
                "node conv (Conv, opset 18): takes 2 to 3 inputs, it has 1",
                () -> graph.node("conv", "Conv", List.of(x), Map.of()));
    }

    @Test
    void aMisspeltAttributeIsRefusedWithTheOnesThereAre() {
        assertRefused(
                "node flat (Flatten, opset 18): has no attribute axes; it has [axis]",
                () -> graph.node("flat", "Flatten", List.of(x), Map.of("axes", Attribute.of(1))));
    }

    @Test
    void anAttributeOfTheWrongKindIsRefused() {
        assertRefused(
                "node flat (Flatten, opset 18): attribute axis must be Int, it is Ints",
                () -> graph.node("flat", "Flatten", List.of(x), Map.of("axis", Attribute.ints(1))));
    }

    @Test
    void aMissingAttributeIsRefused() {
        assertRefused(
                "node cast (Cast, opset 18): needs the attribute to",
                () -> graph.node("cast", "Cast", List.of(x), Map.of()));
    }

    @Test
    void anOperatorOfALaterOpsetIsRefused() {
        assertRefused(
                "node g (Gelu, opset 18): Gelu exists since opset 20",
                () -> graph.node("g", "Gelu", List.of(x), Map.of()));
    }

    @Test
    void aWithdrawnOperatorIsRefused() {
        assertRefused(
                "node up (Upsample, opset 18): Upsample was withdrawn in opset 10",
                () -> graph.node("up", "Upsample", List.of(x, x), Map.of()));
    }

    @Test
    void anUnknownOperatorIsRefused() {
        assertRefused(
                "node f (FusedConv, opset 18): FusedConv is not an operator of ONNX; is its domain missing, or the name misspelt?",
                () -> graph.node("f", "FusedConv", List.of(x), Map.of()));
    }

    @Test
    void anOperatorOfADomainThatIsNotImportedIsRefused() {
        Node node = new Node("f", "com.microsoft", "FusedConv", List.of(x), List.of("y"), Map.of(), Origin.NONE);
        assertRefused(
                "node f (com.microsoft.FusedConv): domain com.microsoft is not imported; "
                        + "call opset(\"com.microsoft\", version) first",
                () -> graph.add(node));
        graph.opset("com.microsoft", 1).add(node);
        assertEquals(1, graph.graph().nodes().size());
    }

    @Test
    void aValueThatDoesNotExistYetIsRefused() {
        assertRefused(
                "node r (Relu, opset 18): input later does not exist yet; a value must be made before a node takes it",
                () -> graph.node("r", "Relu", List.of("later"), Map.of()));
    }

    @Test
    void aNameCannotBeTakenTwice() {
        assertRefused(
                "graph test: there is a value x already; ask fresh(\"x\")",
                () -> graph.initializer(Tensor.scalar("x", 1f)));
    }

    @Test
    void renamingReachesInputsOutputsAndSubgraphs() {
        String yes = graph.initializer(Tensor.ofBooleans("yes", new long[0], true));
        String doubled = graph.node("doubled", "Add", List.of(x, x), Map.of());
        String chosen = graph.node(
                "chosen",
                "If",
                List.of(yes),
                Map.of("then_branch", branch("a", doubled), "else_branch", branch("b", x)));
        graph.output(chosen, VECTOR)
                .rename("doubled", "twice")
                .rename("x", "input")
                .rename("chosen", "y");
        Model model = graph.build();
        Oracle.check(model);
        assertArrayEquals(
                new float[] {2, 4, 6},
                Oracle.run(model, Tensor.ofFloats("input", new long[] {1, 3}, 1, 2, 3))
                        .get("y")
                        .floats());
    }

    @Test
    void aWholeGraphIsInlinedTwiceUnderNamesOfItsOwn() {
        Graph step = Sequential.build(new InputShape(1, 1, 3), List.of(new Layer.Flatten(), new Layer.Dense(3)), 1)
                .graph();
        GraphBuilder twice = new GraphBuilder("twice", 18);
        String picture =
                twice.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(1), Dim.of(3)));
        Map<String, String> first = twice.inline(step, Map.of("input", picture));
        Map<String, String> second = twice.inline(step, Map.of("input", first.getOrDefault("logits", "")));
        twice.output(second.getOrDefault("logits", ""), "y", VECTOR);
        Model model = twice.build();
        Oracle.check(model);
        assertEquals(
                List.of("flatten1", "dense1", "flatten1_1", "dense1_1"),
                model.graph().nodes().stream().map(Node::name).toList());

        Tensor input = Networks.noise("input", new Random(2), 2, 1, 1, 3);
        Model once = Model.of(step, 18);
        Tensor middle =
                Oracle.run(once, input).get("logits").withDims(2, 1, 1, 3).withName("input");
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(once, middle).get("logits"),
                        Oracle.run(model, input).get("y")));
    }

    @Test
    void inliningWithoutAValueForAnInputIsRefused() {
        Graph step = Networks.smallCnn(1).graph();
        assertRefused(
                "graph network: input input stands for nothing, which is no value of graph test",
                () -> graph.inline(step, Map.of()));
    }

    private static Attribute branch(String name, String captured) {
        return Attribute.of(new Graph(
                name,
                List.of(Node.of(name, "Identity", List.of(captured), List.of(name + ".out"))),
                List.of(),
                List.of(),
                List.of(new ValueInfo(name + ".out", VECTOR))));
    }

    private static void assertRefused(String message, Runnable step) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, step::run).getMessage());
    }
}
