package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

class ExpandBatchNormTest {
    private static final TensorType IMAGES =
            TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(5), Dim.of(5));

    /** Batch normalisation in training mode, as exporters write it in that opset. */
    private static Node training(long opset, String x, List<String> scaleAndBias) {
        List<String> inputs = List.of(x, scaleAndBias.get(0), scaleAndBias.get(1), "zeros", "ones");
        return opset < 14
                ? Node.of("norm", "BatchNormalization", inputs, List.of("y", "m", "v", "saved_m", "saved_v"))
                : Node.of("norm", "BatchNormalization", inputs, List.of("y", "m", "v"))
                        .with("training_mode", Attribute.of(1));
    }

    /** A convolution whose kernels {@code [4, 3, 3, 3]} are standardised, as PyTorch exports timm's {@code ScaledStdConv2d}. */
    private static Model standardised(long opset, float epsilon) {
        GraphBuilder graph = new GraphBuilder("standardised", opset);
        String x = graph.input("input", IMAGES);
        graph.initializer(Networks.noise("kernels", new Random(1), 1, 4, 27));
        graph.initializer(Tensor.ofFloats("scale", new long[] {4}, 0.5f, 1, 2, -1));
        graph.initializer(Tensor.ofFloats("bias", new long[] {4}, 0, 0.1f, -0.2f, 0.3f));
        graph.initializer(Tensor.ofFloats("zeros", new long[] {4}, 0, 0, 0, 0));
        graph.initializer(Tensor.ofFloats("ones", new long[] {4}, 1, 1, 1, 1));
        graph.add(training(opset, "kernels", List.of("scale", "bias")).with("epsilon", Attribute.of(epsilon)));
        String shape = graph.initializer(Tensor.ofLongs("shape", 4, 3, 3, 3));
        String kernels = graph.node("reshaped", "Reshape", List.of("y", shape), Map.of());
        String out = graph.node("out", "Conv", List.of(x, kernels), Map.of());
        return graph.output(out, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4), Dim.of(3), Dim.of(3)))
                .build();
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 13, 14, 18})
    void aNetworkOfStandardisedWeightsAnswersAsBefore(long opset) {
        Model network = standardised(opset, 0.03f);
        Model expanded = ExpandBatchNorm.apply(network);
        assertTrue(expanded.graph().nodes().stream().noneMatch(node -> node.is("BatchNormalization")));
        Oracle.check(expanded);
        Tensor input = Networks.noise("input", new Random(3), 2, 3, 5, 5);
        Tensor before = Oracle.run(network, input).get("out");
        assertEquals(0, Oracle.distance(before, Oracle.run(expanded, input).get("out")), 1e-5);
        Model raised = RaiseOpset.apply(expanded, 18);
        assertEquals(0, Oracle.distance(before, Oracle.run(raised, input).get("out")), 1e-5);
    }

    /** The weights 0 2 | 1 5 have the means 1 and 3 and the variances 1 and 4: with epsilon 0 they are ±1, times scale, plus bias. */
    @Test
    void theStatisticsAreThoseOfTheWeights() {
        GraphBuilder graph = new GraphBuilder("paper", 18);
        String x = graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2), Dim.of(2)));
        graph.initializer(Tensor.ofFloats("weights", new long[] {1, 2, 2}, 0, 2, 1, 5));
        graph.initializer(Tensor.ofFloats("scale", new long[] {2}, 3, 10));
        graph.initializer(Tensor.ofFloats("bias", new long[] {2}, 0.5f, 0));
        graph.initializer(Tensor.ofFloats("zeros", new long[] {2}, 0, 0));
        graph.initializer(Tensor.ofFloats("ones", new long[] {2}, 1, 1));
        graph.add(training(18, "weights", List.of("scale", "bias")).with("epsilon", Attribute.of(0f)));
        String out = graph.node("out", "Add", List.of(x, "y"), Map.of());
        Model network = graph.output(out, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2), Dim.of(2)))
                .build();
        Tensor zero = Tensor.ofFloats("input", new long[] {1, 2, 2}, 0, 0, 0, 0);
        assertArrayEquals(
                new float[] {-2.5f, 3.5f, -10, 10},
                Oracle.run(ExpandBatchNorm.apply(network), zero).get("out").floats(),
                1e-5f);
    }

    @Test
    void batchNormalisationOfImagesStays() {
        GraphBuilder graph = new GraphBuilder("images", 18);
        String x = graph.input("input", IMAGES);
        for (String name : List.of("scale", "bias", "zeros", "ones")) {
            graph.initializer(Tensor.ofFloats(name, new long[] {3}, 1, 1, 1));
        }
        graph.add(training(18, x, List.of("scale", "bias")));
        Model network = graph.output("y", IMAGES).build();
        assertSame(network, ExpandBatchNorm.apply(network));
    }

    @Test
    void statisticsThatTheGraphUsesAreNamed() {
        Model network = standardised(18, 1e-5f);
        Model used = network.withGraph(
                network.graph().withOutputs(List.of(new ValueInfo("m", TensorType.of(DataType.FLOAT, Dim.of(4))))));
        String message = assertThrows(IllegalArgumentException.class, () -> ExpandBatchNorm.apply(used))
                .getMessage();
        assertTrue(message.contains("norm") && message.contains("output m"), message);
    }
}
