package terzi.onnx.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
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
import terzi.onnx.codec.ModelFile;
import terzi.onnx.shapes.InvalidModelException;

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

    /** The order of {@code Map.of} differs between JVMs, and with it the bytes of a file would. */
    @Test
    void attributesStandInTheOrderOfTheirNames() {
        graph.node(
                "window",
                "AveragePool",
                List.of(graph.input(
                        "images", TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(1), Dim.of(4), Dim.of(4)))),
                Map.of(
                        "strides", Attribute.ints(1, 1),
                        "pads", Attribute.ints(0, 0, 0, 0),
                        "kernel_shape", Attribute.ints(2, 2),
                        "count_include_pad", Attribute.of(1),
                        "ceil_mode", Attribute.of(0)));
        graph.output("window", "y", TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(1), Dim.of(3), Dim.of(3)));
        assertEquals(
                List.of("ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"),
                List.copyOf(graph.build().graph().nodes().get(0).attributes().keySet()));
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
                "node f (FusedConv, opset 18): FusedConv is not an operator of ONNX; is its domain missing, or the"
                        + " name misspelt?",
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
    void namesAndVersionsAreChecked() {
        assertRefused("a graph needs a name", () -> new GraphBuilder("", 18));
        assertRefused("opset of domain 'com.example' must be positive, not 0", () -> graph.opset("com.example", 0));
        assertEquals(
                1,
                graph.opset("com.example", 1).output(x, VECTOR).build().opsets().get("com.example"));
        assertRefused("graph test: a value needs a name", () -> graph.initializer(Tensor.scalar("", 1f)));
        assertRefused("value later cannot be renamed: it does not exist", () -> graph.rename("later", "now"));
        assertRefused("output later does not exist; outputs are declared last", () -> graph.output("later", VECTOR));
        assertRefused("output x is declared a second time", () -> graph.output(x, VECTOR));
    }

    @Test
    void nodesHaveDifferentNamesOrNone() {
        graph.add(Node.of("r", "Relu", List.of(x), List.of("a")));
        assertRefused(
                "node r (Relu, opset 18): another node has the name r",
                () -> graph.add(Node.of("r", "Relu", List.of(x), List.of("b"))));
        assertFalse(graph.has("b"));
        graph.add(Node.of("", "Relu", List.of(x), List.of("b")));
        graph.add(Node.of("", "Relu", List.of("b"), List.of("c")));
        assertTrue(graph.has("c"));
        assertEquals(3, graph.output("c", VECTOR).build().graph().nodes().size());
    }

    @Test
    void outputsOfANodeCanBeOmitted() {
        String image = graph.input("image", TensorType.of(DataType.FLOAT, 1, 1, 4, 4));
        graph.add(Node.of("p", "MaxPool", List.of(image), List.of("y", "")).with("kernel_shape", Attribute.ints(2, 2)));
        graph.add(Node.of("q", "MaxPool", List.of("y"), List.of("z", "")).with("kernel_shape", Attribute.ints(2, 2)));
        Oracle.check(
                graph.output("z", TensorType.of(DataType.FLOAT, 1, 1, 2, 2)).build());
    }

    @Test
    void theWholeIsCheckedAtTheEnd() {
        graph.output(x, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        String y = graph.node(
                "y", "MatMul", List.of(x, graph.initializer(Networks.noise("w", new Random(1), 4, 2))), Map.of());
        graph.output(y, VECTOR);
        InvalidModelException refusal = assertThrows(InvalidModelException.class, graph::build);
        assertEquals(
                List.of("node y (MatMul, opset 18): the input has 3 features, the weight takes 4"), refusal.problems());
    }

    /** The order of inputs, outputs and constants stays, so that callers by position do not notice. */
    @Test
    void renamingKeepsTheOrder() {
        String z = graph.input("z", VECTOR);
        String two = graph.initializer(Tensor.scalar("two", 2f));
        String three = graph.initializer(Tensor.scalar("three", 3f));
        String doubled = graph.node("doubled", "Mul", List.of(x, two), Map.of());
        String tripled = graph.node("tripled", "Mul", List.of(z, three), Map.of());
        graph.output(doubled, VECTOR).output(tripled, VECTOR);
        for (String old : List.of("x", "z", "two", "three", "doubled", "tripled")) {
            graph.rename(old, old + "2").rename(old + "2", old + "2");
            assertFalse(graph.has(old));
        }
        Graph renamed = graph.build().graph();
        assertEquals(
                List.of("x2", "z2"),
                renamed.inputs().stream().map(ValueInfo::name).toList());
        assertEquals(
                List.of("two2", "three2"),
                renamed.initializers().stream().map(Tensor::name).toList());
        assertEquals(
                List.of("doubled2", "tripled2"),
                renamed.outputs().stream().map(ValueInfo::name).toList());
        Map<String, Tensor> run = Oracle.run(
                graph.build(),
                Tensor.ofFloats("x2", new long[] {1, 3}, 1, 2, 3),
                Tensor.ofFloats("z2", new long[] {1, 3}, 1, 2, 3));
        assertArrayEquals(new float[] {2, 4, 6}, run.get("doubled2").floats());
        assertArrayEquals(new float[] {3, 6, 9}, run.get("tripled2").floats());
    }

    @Test
    void sparseConstantsCannotBeInlined() throws IOException {
        OnnxMl.ModelProto.Builder message =
                OnnxMl.ModelProto.parseFrom(
                        ModelFile.toBytes(graph.output(x, VECTOR).build()))
                        .toBuilder();
        message.getGraphBuilder()
                .addSparseInitializer(OnnxMl.SparseTensorProto.newBuilder()
                        .setValues(OnnxMl.TensorProto.newBuilder()
                                .setName("sparse")
                                .setDataType(1)
                                .addDims(1)
                                .addFloatData(2))
                        .setIndices(OnnxMl.TensorProto.newBuilder()
                                .setDataType(7)
                                .addDims(1)
                                .addInt64Data(3))
                        .addDims(9));
        Graph sparse = ModelFile.read(message.build().toByteArray()).graph();
        assertRefused(
                "graph test: has sparse initializers, which cannot be moved into another graph",
                () -> graph.inline(sparse, Map.of("x", "x")));
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
        String image =
                twice.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(1), Dim.of(3)));
        Map<String, String> first = twice.inline(step, Map.of("input", image));
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
                "graph network: input input stands for nothing, which is not a value of graph test",
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
