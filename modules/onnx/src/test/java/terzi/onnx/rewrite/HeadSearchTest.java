package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

/** Which layer is the head, and where the search for it stops. */
class HeadSearchTest {

    private static final TensorType VECTOR = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(6));
    private static final TensorType MAPS = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(6), Dim.of(3), Dim.of(3));
    private static final TensorType OPEN = TensorType.of(DataType.FLOAT);

    private final Random random = new Random(1);
    private final GraphBuilder graph = new GraphBuilder("network", 18);

    private String weight(int... dims) {
        return graph.initializer(Networks.noise("w", random, dims));
    }

    private Head find(String output) {
        return ReplaceHead.find(graph.output(output, OPEN).build());
    }

    private void assertStopsAt(String place, String output) {
        Model model = graph.output(output, OPEN).build();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ReplaceHead.find(model));
        assertTrue(e.getMessage().contains("the search stopped at " + place), e.getMessage());
    }

    private static Head dense(boolean linear, boolean classesFirst, String... nodes) {
        Optional<Head.Weight> weight = Optional.of(new Head.Weight("w", classesFirst));
        return new Head(Head.Kind.DENSE, "x", 2, 6, OptionalLong.of(4), List.of(nodes), weight.filter(one -> linear));
    }

    /** After a change of values the head is not a linear layer any more. */
    @ParameterizedTest
    @CsvSource({
        "Softmax,false",
        "LogSoftmax,false",
        "Sigmoid,false",
        "Identity,true",
        "Flatten,true",
        "Squeeze,true",
        "Dropout,true"
    })
    void whatFollowsAHeadIsPartOfIt(String after, boolean linear) {
        String x = graph.input("x", VECTOR);
        graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        assertEquals(dense(linear, false, "fc", "after"), find(graph.node("after", after, List.of("fc"), Map.of())));
    }

    @Test
    void aGemmMayHaveItsWeightEitherWay() {
        String x = graph.input("x", VECTOR);
        String fc = graph.node("fc", "Gemm", List.of(x, weight(4, 6)), Map.of("transB", Attribute.of(1)));
        assertEquals(dense(true, true, "fc"), find(fc));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha", "beta"})
    void aScaledGemmIsNotALinearLayer(String scale) {
        String x = graph.input("x", VECTOR);
        String fc = graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of(scale, Attribute.of(2f)));
        assertEquals(dense(false, false, "fc"), find(fc));
    }

    @Test
    void aCastIsNotPartOfALinearLayer() {
        String x = graph.input("x", VECTOR);
        graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        assertEquals(
                dense(false, false, "fc", "cast"),
                find(graph.node("cast", "Cast", List.of("fc"), Map.of("to", Attribute.of(1)))));
    }

    @Test
    void aHeadCanBeSoughtFromAnyValue() {
        String x = graph.input("x", VECTOR);
        graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        Model model = graph.output(graph.node("after", "Softmax", List.of("fc"), Map.of()), OPEN)
                .build();
        assertEquals(Optional.of(dense(true, false, "fc")), ReplaceHead.search(model, "fc"));
        assertEquals(Optional.of(dense(false, false, "fc", "after")), ReplaceHead.search(model, "after"));
        assertEquals(Optional.empty(), ReplaceHead.search(model, "x"));
    }

    @Test
    void aTransposedInputIsRefused() {
        String x = graph.input("x", VECTOR);
        assertStopsAt(
                "node fc (Gemm), which takes its input transposed",
                graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of("transA", Attribute.of(1))));
    }

    @Test
    void aMatMulNeedsNoBias() {
        String x = graph.input("x", VECTOR);
        assertEquals(dense(true, false, "mm"), find(graph.node("mm", "MatMul", List.of(x, weight(6, 4)), Map.of())));
    }

    @Test
    void nodesWithoutNamesGoByWhatTheyMake() {
        graph.input("x", VECTOR);
        graph.add(Node.of("", "MatMul", List.of("x", weight(6, 4)), List.of("made")));
        assertEquals(dense(true, false, "made"), find("made"));
    }

    @Test
    void aSumOfTwoBranchesIsNotAHead() {
        String x = graph.input("x", VECTOR);
        graph.node("mm", "MatMul", List.of(x, weight(6, 6)), Map.of());
        assertStopsAt(
                "node add (Add), which is not a bias after a MatMul",
                graph.node("add", "Add", List.of("mm", x), Map.of()));
    }

    @Test
    void aSumWithoutAProductIsNotAHead() {
        String x = graph.input("x", VECTOR);
        String relu = graph.node("relu", "Relu", List.of(x), Map.of());
        assertStopsAt(
                "node add (Add), which is not a bias after a MatMul",
                graph.node("add", "Add", List.of(relu, weight(6)), Map.of()));
    }

    @Test
    void aDenseLayerBeforeAnActivationOrPoolingIsNotAHead() {
        String x = graph.input("x", VECTOR);
        graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        assertStopsAt(
                "node fc (Gemm), which is followed by pooling or an activation",
                graph.node("relu", "Relu", List.of("fc"), Map.of()));
    }

    @Test
    void aWeightThatIsComputedIsNone() {
        String x = graph.input("x", VECTOR);
        String w = graph.node("computed", "Exp", List.of(weight(6, 4)), Map.of());
        assertStopsAt(
                "node fc (Gemm), whose weight computed is not a constant of 2 axes",
                graph.node("fc", "Gemm", List.of(x, w), Map.of()));
    }

    @Test
    void aWeightOfOtherRankIsNone() {
        String x = graph.input("x", VECTOR);
        assertStopsAt(
                "node mm (MatMul), whose weight w is not a constant of 2 axes",
                graph.node("mm", "MatMul", List.of(x, weight(1, 6, 4)), Map.of()));
    }

    @Test
    void aWeightThatIsReshapedByARestIsNotKnown() {
        String x = graph.input("x", VECTOR);
        String shape = graph.initializer(Tensor.ofLongs("shape", 6, -1));
        String w = graph.node("shaped", "Reshape", List.of(weight(24), shape), Map.of());
        assertStopsAt("node mm (MatMul), whose weight shaped", graph.node("mm", "MatMul", List.of(x, w), Map.of()));
    }

    @Test
    void anOperatorOfAnotherDomainEndsTheSearch() {
        String x = graph.input("x", VECTOR);
        graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        graph.opset("org.example", 1);
        graph.add(new Node(
                "own",
                "org.example",
                "Softmax",
                List.of("fc"),
                List.of("own"),
                Map.of(),
                Node.of("n", "Relu", List.of("x"), List.of("y")).origin()));
        assertStopsAt("node own (org.example.Softmax)", "own");
    }

    @Test
    void anOutputThatNoNodeMakesHasNoHead() {
        String x = graph.input("x", VECTOR);
        assertStopsAt("value x, which no node makes", x);
    }

    @Test
    void aGraphWithoutOutputsHasNoHead() {
        Model model =
                Model.of(new Graph("none", List.of(), List.of(), List.of(new ValueInfo("x", VECTOR)), List.of()), 18);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ReplaceHead.find(model));
        assertEquals("graph none: has no output, so it has no head", e.getMessage());
    }

    @Test
    void aProductOverTokensIsNotAHead() {
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(9), Dim.of(6)));
        assertStopsAt(
                "value x float32[N,9,6], but a head takes 2 axes",
                graph.node("mm", "MatMul", List.of(x, weight(6, 4)), Map.of()));
    }

    @Test
    void aPointwiseConvolutionBeforePoolingIsAHead() {
        String x = graph.input("x", MAPS);
        graph.node("conv", "Conv", List.of(x, weight(4, 6, 1, 1)), Map.of("pads", Attribute.ints(0, 0, 0, 0)));
        graph.node("pool", "GlobalAveragePool", List.of("conv"), Map.of());
        assertEquals(
                new Head(
                        Head.Kind.CONVOLUTION,
                        "x",
                        4,
                        6,
                        OptionalLong.of(4),
                        List.of("conv", "pool", "flat"),
                        Optional.empty()),
                find(graph.node("flat", "Flatten", List.of("pool"), Map.of())));
    }

    @Test
    void otherConvolutionsAreNone() {
        List<Map<String, Attribute>> attributes =
                List.of(Map.of("pads", Attribute.ints(0, 1, 0, 0)), Map.of("group", Attribute.of(2)), Map.of());
        List<int[]> weights = List.of(new int[] {4, 6, 1, 1}, new int[] {4, 3, 1, 1}, new int[] {4, 6, 1, 3});
        for (int i = 0; i < 3; i++) {
            HeadSearchTest one = new HeadSearchTest();
            String x = one.graph.input("x", MAPS);
            one.graph.node("conv", "Conv", List.of(x, one.weight(weights.get(i))), attributes.get(i));
            one.assertStopsAt(
                    "node conv (Conv), whose weight is ",
                    one.graph.node("pool", "GlobalAveragePool", List.of("conv"), Map.of()));
        }
    }

    /** A network with logits 4 wide and features 6 wide, in the order given. */
    private Model network(String... outputs) {
        String x = graph.input("x", VECTOR);
        graph.node("hidden", "Gemm", List.of(x, graph.initializer(Networks.noise("h", random, 6, 6))), Map.of());
        graph.node("means", "Relu", List.of("hidden"), Map.of());
        graph.node("scores", "Gemm", List.of("means", weight(6, 4)), Map.of());
        for (String output : outputs) {
            String value = output.equals("features") || output.equals("embedding") ? "means" : "scores";
            graph.output(graph.node("out " + output, "Identity", List.of(value), Map.of()), output, OPEN);
        }
        return graph.build();
    }

    /** Features that come first are an output of their own and not that of the head. */
    @ParameterizedTest
    @ValueSource(
            strings = {"features,answer", "answer,features", "features,logits", "logits,features", "embedding,logits"})
    void theHeadIsThatOfTheAnswer(String outputs) {
        Head head = ReplaceHead.find(network(outputs.split(",")));
        assertEquals("means", head.takes());
        assertEquals(OptionalLong.of(4), head.classes());
        assertEquals("scores", head.nodes().get(0));
    }

    /** A network whose only output is called features is taken at its word: that is where the answer is. */
    @Test
    void theOnlyOutputIsTheAnswer() {
        String x = graph.input("x", VECTOR);
        String fc = graph.node("fc", "Gemm", List.of(x, weight(6, 4)), Map.of());
        graph.output(fc, "features", OPEN);
        assertEquals(OptionalLong.of(4), ReplaceHead.find(graph.build()).classes());
    }

    @Test
    void aHeadTakesTwoOrFourAxesAndSomeFeatures() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Head(Head.Kind.DENSE, "x", 3, 6, OptionalLong.empty(), List.of(), Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Head(Head.Kind.DENSE, "x", 2, 0, OptionalLong.empty(), List.of(), Optional.empty()));
        assertEquals(
                1, new Head(Head.Kind.DENSE, "x", 2, 1, OptionalLong.empty(), List.of(), Optional.empty()).width());
        assertEquals(
                "convolution head a -> b, takes x [N,6,h,w], 4 classes",
                new Head(Head.Kind.CONVOLUTION, "x", 4, 6, OptionalLong.of(4), List.of("a", "b"), Optional.empty())
                        .describe());
        assertEquals(
                "chosen head a, takes x [N,6]",
                new Head(Head.Kind.CHOSEN, "x", 2, 6, OptionalLong.empty(), List.of("a"), Optional.empty()).describe());
    }

    @Test
    void aValueOfThreeAxesOrOfUnknownWidthCannotBeChosen() {
        graph.input("tokens", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(9), Dim.of(6)));
        graph.input("open", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of("F")));
        graph.node("a", "Relu", List.of("tokens"), Map.of());
        graph.node("b", "Relu", List.of("open"), Map.of());
        graph.output("a", OPEN);
        graph.output("b", OPEN);
        Model model = graph.build();
        for (String value : List.of("a", "b")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> ReplaceHead.at(model, value));
            assertTrue(e.getMessage().contains("a head takes [N,F] or [N,F,h,w] with a known F"), e.getMessage());
        }
    }

    @Test
    void aNewHeadOnTheInputItselfHasFeaturesToo() {
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("batch"), Dim.of(6)));
        String w = weight(6, 4);
        Model model = graph.output(graph.node("fc", "Gemm", List.of(x, w), Map.of()), OPEN)
                .build();
        Tensor weight = Tensor.ofFloats("", new long[] {1, 6}, 1, 2, 3, 4, 5, 6);
        Model changed =
                ReplaceHead.apply(model, ReplaceHead.find(model), weight, Tensor.ofFloats("", new long[] {1}, 0.5f));
        Oracle.check(changed);
        Map<String, Tensor> run = Oracle.run(changed, Tensor.ofFloats("input", new long[] {1, 6}, 1, 1, 0, 0, 0, 1));
        assertArrayEquals(new float[] {1 + 2 + 6 + 0.5f}, run.get("logits").floats());
        assertArrayEquals(new float[] {1, 1, 0, 0, 0, 1}, run.get("features").floats());
        assertEquals(
                List.of("float32[batch,1]", "float32[batch,6]"),
                changed.graph().outputs().stream()
                        .map(output -> output.type().toString())
                        .toList());
    }

    @Test
    void whatCannotBeAHeadIsRefused() {
        graph.input("x", VECTOR);
        graph.input("z", VECTOR);
        graph.node("sum", "Add", List.of("x", "z"), Map.of());
        Model model = graph.output(graph.node("fc", "Gemm", List.of("sum", weight(6, 4)), Map.of()), OPEN)
                .build();
        Head head = ReplaceHead.find(model);
        IllegalArgumentException two =
                assertThrows(IllegalArgumentException.class, () -> ReplaceHead.apply(model, head, 3, 1));
        assertTrue(two.getMessage().contains("with one input, this has [x, z]"), two.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ReplaceHead.apply(model, head, 0, 1));
        Tensor weight = Tensor.ofFloats("w", new long[] {2, 6}, new float[12]);
        Tensor bias = Tensor.ofFloats("b", new long[] {2}, 0, 0);
        List<Tensor[]> wrong = List.of(
                new Tensor[] {Tensor.ofDoubles("w", new long[] {2, 6}, new double[12]), bias},
                new Tensor[] {weight, Tensor.ofDoubles("b", new long[] {2}, 0, 0)},
                new Tensor[] {weight.withDims(12), bias},
                new Tensor[] {weight.withDims(3, 4), bias},
                new Tensor[] {weight, bias.withDims(2, 1)},
                new Tensor[] {weight, Tensor.ofFloats("b", new long[] {3}, 0, 0, 0)});
        for (Tensor[] pair : wrong) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> ReplaceHead.apply(model, head, pair[0], pair[1]));
            assertTrue(e.getMessage().contains("needs a weight float32[K,6]"), e.getMessage());
        }
    }
}
