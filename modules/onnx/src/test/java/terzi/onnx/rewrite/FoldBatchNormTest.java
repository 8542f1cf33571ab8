package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer.BatchNorm;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.Dense;
import terzi.onnx.build.Layer.DepthwiseConv2d;
import terzi.onnx.build.Layer.GlobalAveragePool;
import terzi.onnx.build.Layer.Padding;
import terzi.onnx.build.Layer.Relu;
import terzi.onnx.build.Networks;
import terzi.onnx.build.Sequential;

class FoldBatchNormTest {

    @RepeatedTest(5)
    void aFoldedNetworkAnswersAlike(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Model network = trained(
                Sequential.build(
                        new InputShape(3, 12, 12),
                        List.of(
                                new Conv2d(8, 3).withPadding(Padding.SAME).withoutBias(),
                                new BatchNorm(0.9, 1e-3),
                                new Relu(),
                                new DepthwiseConv2d(3),
                                new BatchNorm(),
                                new Conv2d(16, 1).withActivation(new Relu()),
                                new GlobalAveragePool(),
                                new Dense(12),
                                new BatchNorm(),
                                new Relu(),
                                new Dense(5)),
                        seed),
                new Random(seed));
        Model folded = FoldBatchNorm.apply(network);
        Oracle.check(folded);
        assertEquals(List.of(), nodes(folded, "BatchNormalization"), "seed " + seed);
        Tensor input = Networks.noise("input", new Random(seed + 100), 4, 3, 12, 12);
        assertTrue(
                Oracle.distance(
                                Oracle.run(network, input).get("logits"),
                                Oracle.run(folded, input).get("logits"))
                        < 1e-5,
                "seed " + seed);
        assertEquals(
                List.of(),
                folded.graph().initializers().stream()
                        .map(Tensor::name)
                        .filter(name -> name.startsWith("bn"))
                        .toList());
    }

    @Test
    void foldsIntoGemmWithAlphaBetaAndUntransposedWeight() {
        for (long transB : new long[] {0, 1}) {
            Random random = new Random(3);
            GraphBuilder graph = new GraphBuilder("gemm", 18);
            String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
            String w = graph.initializer(Networks.noise("w", random, 3, 3));
            String c = graph.initializer(Networks.noise("c", random, 1, 3));
            String gemm = graph.node(
                    "gemm",
                    "Gemm",
                    List.of(x, w, c),
                    Map.of("alpha", Attribute.of(0.5f), "beta", Attribute.of(2f), "transB", Attribute.of(transB)));
            Model model = finishWithNorm(graph, gemm, random);
            assertFoldsAlike(model, Networks.noise("x", random, 5, 3), 0);
        }
    }

    @Test
    void aValueThatOthersTakeTooIsNotFolded() {
        Random random = new Random(4);
        GraphBuilder graph = new GraphBuilder("shared value", 18);
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        String w = graph.initializer(Networks.noise("w", random, 3, 3));
        String gemm = graph.node("gemm", "Gemm", List.of(x, w), Map.of());
        graph.output(gemm, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        assertFoldsAlike(finishWithNorm(graph, gemm, random), Networks.noise("x", random, 5, 3), 1);
    }

    @Test
    void aWeightThatOthersTakeTooStaysAsItIs() {
        Random random = new Random(5);
        GraphBuilder graph = new GraphBuilder("shared weight", 18);
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        String x = graph.input("x", type);
        String w = graph.initializer(Networks.noise("w", random, 3, 3));
        String first = graph.node("first", "Gemm", List.of(x, w), Map.of());
        String second = graph.node("second", "Gemm", List.of(first, w), Map.of());
        assertFoldsAlike(finishWithNorm(graph, second, random), Networks.noise("x", random, 5, 3), 0);
    }

    @Test
    void aNormalisationBehindAnActivationStays() {
        Model network = Networks.fashionDeep(1);
        assertEquals(
                network.graph().nodes(), FoldBatchNorm.apply(network).graph().nodes());
    }

    private static Model finishWithNorm(GraphBuilder graph, String value, Random random) {
        List<String> inputs = List.of(
                value,
                graph.initializer(Networks.noise("scale", random, 3)),
                graph.initializer(Networks.noise("shift", random, 3)),
                graph.initializer(Networks.noise("mean", random, 3)),
                graph.initializer(Tensor.ofFloats("var", new long[] {3}, 0.5f, 2f, 3f)));
        graph.output(
                graph.node("bn", "BatchNormalization", inputs, Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        return graph.build();
    }

    private static void assertFoldsAlike(Model model, Tensor input, int normsLeft) {
        Model folded = FoldBatchNorm.apply(model);
        Oracle.check(folded);
        assertEquals(normsLeft, nodes(folded, "BatchNormalization").size());
        assertTrue(Oracle.distance(
                        Oracle.run(model, input).get("bn"),
                        Oracle.run(folded, input).get("bn"))
                < 1e-5);
    }

    private static List<String> nodes(Model model, String operator) {
        return model.graph().nodes().stream()
                .filter(node -> node.is(operator))
                .map(Node::name)
                .toList();
    }

    /** The network with normalisations that do something, as after training. */
    static Model trained(Model model, Random random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Tensor tensor : model.graph().initializers()) {
            Tensor changed = tensor;
            if (tensor.name().startsWith("bn")) {
                float[] values = tensor.floats();
                for (int i = 0; i < values.length; i++) {
                    values[i] = tensor.name().endsWith("var")
                            ? 0.2f + 3 * random.nextFloat()
                            : (float) random.nextGaussian();
                }
                changed = Tensor.ofFloats(tensor.name(), tensor.dims(), values);
            }
            tensors.put(changed.name(), changed);
        }
        return model.withGraph(model.graph().withInitializers(List.copyOf(tensors.values())));
    }
}
