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
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.GlobalAveragePool;
import terzi.onnx.build.Layer.Relu;
import terzi.onnx.build.Networks;
import terzi.onnx.build.Sequential;

class ReplaceHeadTest {

    private static final TensorType VECTOR = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(6));

    @Test
    void findsTheGemmOfASequentialNetwork() {
        Head head = ReplaceHead.find(Networks.smallCnn(1));
        assertEquals(
                new Head(
                        Head.Kind.DENSE,
                        "features",
                        2,
                        32,
                        OptionalLong.of(10),
                        List.of("dense2"),
                        Optional.of(new Head.Weight("dense2.weight", true))),
                head);
        assertEquals("dense head dense2, takes features [N,32], 10 classes", head.describe());
    }

    @Test
    void aNewHeadTakesTheSameFeaturesAndHasTheNewNumberOfClasses() {
        Model network = Networks.smallCnn(1);
        Model changed = ReplaceHead.apply(network, ReplaceHead.find(network), 3, 9);
        Oracle.check(changed);
        Tensor input = Networks.noise("input", new Random(1), 2, 1, 28, 28);
        Map<String, Tensor> before = Oracle.run(network, input);
        Map<String, Tensor> after = Oracle.run(changed, input);
        assertEquals(0, Oracle.distance(before.get("features"), after.get("features")));
        assertArrayEquals(new long[] {2, 3}, after.get("logits").dims());
        assertEquals(List.of("logits", "features"), outputs(changed));
        assertTrue(changed.graph().initializer("dense2.weight").isEmpty(), "the old head's weights are gone");
    }

    @Test
    void givenWeightsOfTheOldHeadGiveTheOldAnswers() {
        Model network = Networks.smallCnn(1);
        Tensor weight = network.graph().initializer("dense2.weight").orElseThrow();
        Tensor bias = network.graph().initializer("dense2.bias").orElseThrow();
        Model changed = ReplaceHead.apply(network, ReplaceHead.find(network), weight, bias);
        Tensor input = Networks.noise("input", new Random(1), 2, 1, 28, 28);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(network, input).get("logits"),
                        Oracle.run(changed, input).get("logits")));
    }

    @Test
    void findsMatMulAndAddThroughSoftmaxAndATransposedWeight() {
        Random random = new Random(2);
        GraphBuilder graph = new GraphBuilder("matmul", 18);
        String x = graph.input("data", VECTOR);
        String hidden = graph.node("relu", "Relu", List.of(x), Map.of());
        String w = graph.initializer(Networks.noise("w", random, 4, 6));
        String transposed = graph.node("t", "Transpose", List.of(w), Map.of("perm", Attribute.ints(1, 0)));
        String b = graph.initializer(Networks.noise("b", random, 4));
        String product = graph.node("mm", "MatMul", List.of(hidden, transposed), Map.of());
        String sum = graph.node("add", "Add", List.of(b, product), Map.of());
        graph.output(
                graph.node("prob", "Softmax", List.of(sum), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)));
        Model model = graph.build();
        Head head = ReplaceHead.find(model);
        assertEquals(
                new Head(
                        Head.Kind.DENSE,
                        "relu",
                        2,
                        6,
                        OptionalLong.of(4),
                        List.of("mm", "add", "prob"),
                        Optional.empty()),
                head);
        Model changed = ReplaceHead.apply(model, head, 2, 1);
        Oracle.check(changed);
        assertEquals("input", changed.graph().inputs().get(0).name());
        assertArrayEquals(
                new long[] {3, 2},
                Oracle.run(changed, Networks.noise("input", random, 3, 6))
                        .get("logits")
                        .dims());
    }

    /** As Caffe2 writes it: the weight is reshaped on the way, and every constant is an input too. */
    @Test
    void findsAWeightThatIsReshapedAndKeepsOnlyTrueInputs() {
        Random random = new Random(2);
        GraphBuilder graph = new GraphBuilder("caffe2", 18);
        String x = graph.input("data", VECTOR);
        String hidden = graph.node("hidden", "Relu", List.of(x), Map.of());
        String w = graph.initializer(Networks.noise("w", random, 1, 1, 4, 6));
        String shape = graph.initializer(Tensor.ofLongs("shape", 4, 6));
        String matrix = graph.node("matrix", "Reshape", List.of(w, shape), Map.of());
        String fc = graph.node("fc", "Gemm", List.of(hidden, matrix), Map.of("transB", Attribute.of(1)));
        graph.output(fc, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)));
        Model built = graph.build();
        ValueInfo weight = new ValueInfo("w", TensorType.of(DataType.FLOAT, 1, 1, 4, 6));
        Model model = built.withGraph(
                built.graph().withInputs(List.of(built.graph().inputs().get(0), weight)));
        Head head = ReplaceHead.find(model);
        assertEquals(
                new Head(
                        Head.Kind.DENSE,
                        "hidden",
                        2,
                        6,
                        OptionalLong.of(4),
                        List.of("fc"),
                        Optional.of(new Head.Weight("matrix", true))),
                head);
        Model changed = ReplaceHead.apply(model, head, 2, 1);
        Oracle.check(changed);
        assertEquals(
                List.of("input"),
                changed.graph().inputs().stream().map(ValueInfo::name).toList());
    }

    /** SqueezeNet's way: 1x1 convolution, activation, mean over the image. */
    @Test
    void aConvolutionalHeadIsReplacedByMeanAndDense() {
        Model network = Sequential.build(
                new InputShape(3, 9, 9),
                List.of(
                        new Conv2d(5, 3).withActivation(new Relu()),
                        new Conv2d(7, 1).withActivation(new Relu()),
                        new GlobalAveragePool()),
                3);
        Head head = ReplaceHead.find(network);
        assertEquals(Head.Kind.CONVOLUTION, head.kind());
        assertEquals("relu1", head.takes());
        assertEquals(5, head.width());
        Model changed = ReplaceHead.apply(network, head, 2, 3);
        Oracle.check(changed);
        Map<String, Tensor> results = Oracle.run(changed, Networks.noise("input", new Random(1), 2, 3, 9, 9));
        assertArrayEquals(new long[] {2, 2}, results.get("logits").dims());
        assertArrayEquals(new long[] {2, 5}, results.get("features").dims());
    }

    @Test
    void aCallerMayChooseTheValueAHeadTakes() {
        Model network = Networks.smallCnn(1);
        Head head = ReplaceHead.at(network, "maxpool1");
        assertEquals(4, head.rank());
        assertEquals(4, head.width());
        assertEquals(List.of("dropout1", "flatten1", "dense1", "relu2", "dropout2", "dense2"), head.nodes());
        Model changed = ReplaceHead.apply(network, head, 6, 1);
        Oracle.check(changed);
        assertArrayEquals(
                new long[] {2, 6},
                Oracle.run(changed, Networks.noise("input", new Random(1), 2, 1, 28, 28))
                        .get("logits")
                        .dims());
    }

    @Test
    void namesOfTheConventionThatOthersHaveMakeRoom() {
        GraphBuilder graph = new GraphBuilder("clash", 18);
        String x = graph.input("data", VECTOR);
        String features = graph.node("features", "Relu", List.of(x), Map.of());
        String logits = graph.node("logits", "Tanh", List.of(features), Map.of());
        String w = graph.initializer(Networks.noise("input", new Random(1), 6, 4));
        graph.output(
                graph.node("fc", "Gemm", List.of(logits, w), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)));
        Model model = graph.build();
        Head head = ReplaceHead.find(model);
        assertEquals("logits", head.takes());
        Model changed = ReplaceHead.apply(model, head, 2, 1);
        Oracle.check(changed);
        assertEquals(List.of("logits", "features"), outputs(changed));
    }

    /** A fine-tuned head is more than a Gemm: it changes the features before. A file may name their number. */
    @Test
    void theHeadOfANetworkThatGivesItsFeaturesIsAllThatIsBehindThem() {
        for (Dim width : List.of(Dim.of(6), Dim.of("F"))) {
            GraphBuilder graph = new GraphBuilder("tuned", 18);
            String features = graph.node("features", "Relu", List.of(graph.input("x", VECTOR)), Map.of());
            String changed = graph.node("changed", "Abs", List.of(features), Map.of());
            String weight = graph.initializer(Tensor.ofFloats("w", new long[] {6, 2}, new float[12]));
            TensorType two = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2));
            graph.output(graph.node("logits", "MatMul", List.of(changed, weight), Map.of()), two);
            Model plain = graph.build();
            assertEquals(changed, ReplaceHead.find(plain).takes(), "nothing tells what the features are");
            ValueInfo row = new ValueInfo("features", TensorType.of(DataType.FLOAT, Dim.of("N"), width));
            Model named = plain.withGraph(
                    plain.graph().withOutputs(List.of(plain.graph().outputs().get(0), row)));
            Head head = ReplaceHead.find(named);
            assertEquals("features", head.takes());
            assertEquals(6, head.width());
            assertEquals(2, head.nodes().size(), head.toString());
        }
    }

    @Test
    void aNetworkWithoutAHeadIsRefusedWithThePlaceWhereTheSearchStopped() {
        GraphBuilder graph = new GraphBuilder("headless", 18);
        graph.output(graph.node("last", "Tanh", List.of(graph.input("x", VECTOR)), Map.of()), VECTOR);
        Model model = graph.build();
        assertEquals(
                "no classification head found: going back from the output, the search stopped at node last (Tanh); "
                        + "name the value that a new head shall take",
                assertThrows(IllegalArgumentException.class, () -> ReplaceHead.find(model))
                        .getMessage());
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        Model network = Networks.smallCnn(1);
        Head head = ReplaceHead.find(network);
        Tensor weight = Tensor.ofFloats("w", new long[] {2, 31}, new float[62]);
        Tensor bias = Tensor.ofFloats("b", new long[] {2}, 0, 0);
        assertEquals(
                "head at features: needs a weight float32[K,32] and a bias float32[K], given are float32[2,31] and float32[2]",
                assertThrows(IllegalArgumentException.class, () -> ReplaceHead.apply(network, head, weight, bias))
                        .getMessage());
    }

    private static List<String> outputs(Model model) {
        return model.graph().outputs().stream().map(ValueInfo::name).toList();
    }
}
