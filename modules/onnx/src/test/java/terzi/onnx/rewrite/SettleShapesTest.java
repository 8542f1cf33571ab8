package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

class SettleShapesTest {
    private static final int CHANNELS = 4;

    /** Reshapes as exporters trace them: into windows and back, and to rows, each with the batch written in. */
    private static Model fixed(int batch) {
        GraphBuilder graph = new GraphBuilder("fixed", 17);
        String x = graph.input(
                "input", TensorType.of(DataType.FLOAT, Dim.of(batch), Dim.of(CHANNELS), Dim.of(6), Dim.of(6)));
        String windows = graph.initializer(Tensor.ofLongs("windows", batch * 2L, 2, 6, 6));
        String back = graph.initializer(Tensor.ofLongs("back", batch, CHANNELS, 6, 6));
        String rows = graph.initializer(Tensor.ofLongs("rows", batch, -1));
        String split = graph.node("split", "Reshape", List.of(x, windows), Map.of());
        String soft = graph.node("soft", "Softmax", List.of(split), Map.of("axis", Attribute.of(1)));
        String joined = graph.node("joined", "Reshape", List.of(soft, back), Map.of());
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(joined), Map.of());
        String flat = graph.node("flat", "Reshape", List.of(pooled, rows), Map.of());
        return graph.output(flat, TensorType.of(DataType.FLOAT, Dim.of(batch), Dim.of(CHANNELS)))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aFreedNetworkAnswersEveryImageAsTheFixedOneDoes(int batch) {
        Model fixed = fixed(batch);
        Model free = SettleShapes.apply(fixed);
        Oracle.check(free);
        assertEquals(
                Dim.of("N"),
                free.graph()
                        .trueInputs()
                        .get(0)
                        .tensorType()
                        .orElseThrow()
                        .shape()
                        .orElseThrow()
                        .get(0));
        int all = batch * 2;
        Tensor images = Networks.noise("input", new Random(1), all, CHANNELS, 6, 6);
        float[] found = Oracle.run(free, images).get("flat").floats();
        int each = CHANNELS * 6 * 6;
        for (int from = 0; from < all; from += batch) {
            Tensor part = Tensor.ofFloats(
                    "input",
                    new long[] {batch, CHANNELS, 6, 6},
                    Arrays.copyOfRange(images.floats(), from * each, (from + batch) * each));
            float[] expected = Oracle.run(fixed, part).get("flat").floats();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[from * CHANNELS + i], 1e-6f);
            }
        }
        // also for numbers that the fixed batch does not divide
        Tensor one = Tensor.ofFloats("input", new long[] {1, CHANNELS, 6, 6}, Arrays.copyOf(images.floats(), each));
        float[] alone = Oracle.run(free, one).get("flat").floats();
        for (int i = 0; i < CHANNELS; i++) {
            assertEquals(found[i], alone[i], 1e-6f);
        }
    }

    @Test
    void everyImageGetsItsCopyOfAClassToken() {
        GraphBuilder graph = new GraphBuilder("token", 17);
        String x = graph.input("input", TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(2), Dim.of(3), Dim.of(2)));
        String rows = graph.initializer(Tensor.ofLongs("rows", 1, 2, 6));
        String patches = graph.node("patches", "Reshape", List.of(x, rows), Map.of());
        String token = graph.initializer(Tensor.ofFloats("cls", new long[] {1, 1, 6}, new float[] {1, 2, 3, 4, 5, 6}));
        String all = graph.node("all", "Concat", List.of(token, patches), Map.of("axis", Attribute.of(1)));
        String sum = graph.node(
                "sum", "ReduceMean", List.of(all), Map.of("axes", Attribute.ints(1), "keepdims", Attribute.of(0)));
        Model fixed = graph.output(sum, TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(6)))
                .build();
        Model free = SettleShapes.apply(fixed);
        Oracle.check(free);
        Tensor images = Networks.noise("input", new Random(2), 3, 2, 3, 2);
        float[] found = Oracle.run(free, images).get("sum").floats();
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 6; k++) {
                float[] pixels = images.floats();
                assertEquals((k + 1 + pixels[i * 12 + k] + pixels[i * 12 + 6 + k]) / 3, found[i * 6 + k], 1e-6f);
            }
        }
    }

    @Test
    void aFreeNetworkStaysAsItIs() {
        Model model = Networks.smallCnn(1);
        assertSame(model, SettleShapes.apply(model));
    }

    @Test
    void aBatchThatCannotBeFreedIsRefusedWithTheRemedy() {
        GraphBuilder graph = new GraphBuilder("token", 17);
        String x = graph.input("input", TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(2), Dim.of(4)));
        // all images become one row
        String shape = graph.initializer(Tensor.ofLongs("shape", 1, -1));
        String turned = graph.node("turned", "Transpose", List.of(x), Map.of("perm", Attribute.ints(1, 0, 2)));
        graph.output(
                graph.node("row", "Reshape", List.of(turned, shape), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of(1), Dim.of(8)));
        Model model = graph.build();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SettleShapes.apply(model));
        assertTrue(refused.getMessage().contains("fixed batch of 1"), refused.getMessage());
        assertTrue(refused.getMessage().contains("dynamic_axes"), refused.getMessage());
    }
}
