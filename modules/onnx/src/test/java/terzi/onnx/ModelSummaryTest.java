package terzi.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

class ModelSummaryTest {

    /** By Keras's rule; not trained are running mean and variance of 32 + 64 + 128 + 512 channels. */
    @Test
    void countsTheDeepFashionNetworkAsKerasDoes() {
        ModelSummary summary = ModelSummary.of(Networks.fashionDeep(1));
        assertEquals(538_346, summary.total());
        assertEquals(536_874, summary.trainable());
        assertEquals(1_472, summary.nonTrainable());
    }

    @Test
    void hasARowForEachNodeWithShapeAndParameters() {
        ModelSummary summary = ModelSummary.of(Networks.smallCnn(1));
        assertEquals(
                new ModelSummary.Row("conv1", "Conv", "[N,4,26,26]", 36),
                summary.rows().get(0));
        assertEquals(
                new ModelSummary.Row("bn1", "BatchNormalization", "[N,4,26,26]", 16),
                summary.rows().get(1));
        assertEquals(
                new ModelSummary.Row("dense2", "Gemm", "[N,10]", 330),
                summary.rows().get(9));
    }

    @Test
    void rendersATable() {
        GraphBuilder graph = new GraphBuilder("tiny", 18);
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3, 400}, new float[1200]));
        graph.output(
                graph.node("dense", "MatMul", List.of(x, w), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(400)));
        assertEquals(
                """
                Model: "tiny"
                _________________________________________
                 Layer (type)     Output Shape   Param #
                =========================================
                 dense (MatMul)   [N,400]          1,200
                =========================================
                Total params: 1,200 (4.69 KB)
                Trainable params: 1,200
                Non-trainable params: 0
                _________________________________________
                """,
                ModelSummary.of(graph.build()).text());
    }

    @Test
    void countsASharedWeightOnceAndNoSettings() {
        GraphBuilder graph = new GraphBuilder("shared", 18);
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        String x = graph.input("x", type);
        String mean = graph.initializer(Tensor.ofFloats("mean", new long[] {3}, 1, 2, 3));
        String w = graph.initializer(Tensor.ofFloats("w", new long[] {3, 3}, new float[9]));
        String again = graph.node("Identity", List.of(w));
        String half = graph.initializer(Tensor.scalar("half", 0.5f));
        String shift = graph.initializer(Tensor.ofFloats("shift", new long[] {3}, 1, 2, 3));
        String centred = graph.node("Add", List.of(x, mean));
        String first = graph.node("MatMul", List.of(centred, w));
        String second = graph.node("MatMul", List.of(first, again));
        String halved = graph.node("Mul", List.of(second, half));
        graph.output(graph.node("Add", List.of(halved, shift)), type);
        assertEquals(9 + 3, ModelSummary.of(graph.build()).total());
    }
}
