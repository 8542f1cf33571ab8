package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Origin;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
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
    void cutsLongNamesWhereTheTableIsTooWide() {
        String row = "a/very/long/name (Conv)";
        ModelSummary summary = new ModelSummary(
                "g", List.of(new ModelSummary.Row("a/very/long/name", "Conv", "[N,4]", 36)), 36, 0, 144);
        assertTrue(summary.text().contains(" " + row + " "), summary.text());
        String narrow = summary.text(43);
        assertTrue(narrow.contains(" …ong/name (Conv)   [N,4] "), narrow);
        assertEquals(43, narrow.lines().mapToInt(String::length).max().orElse(0), narrow);
        assertEquals(summary.text(), summary.text(200));
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

    /**
     * {@code opset | values | nodes | rows | trainable, not trainable, bytes}: of each operator the inputs that hold what it has
     * learnt, by its specification. A matrix [4,3] has 12 parameters; an LSTM of H units on I features has 4H(I + H) weights and
     * 8H biases, a GRU 3H(I + H) and 6H.
     */
    private static final String COUNTS =
            """
            13 | x float32[N,4]; w zeros float32[3,4] | t = Transpose w; y = MatMul x t | MatMul | 12 0 48
            13 | x float32[N,4]; w zeros float16[4,3] | t = Cast w to=float32; y = MatMul x t | MatMul | 12 0 24
            13 | x float32[N,4]; w zeros int8[4,3]; s (0.5) | t = DequantizeLinear w s; y = MatMul x t | MatMul \
                    | 0 12 12
            13 | x float32[N,4]; w zeros int8[4,3]; s (0.5) | t = DequantizeLinear w s; u = Identity t; y = MatMul x u \
                    | MatMul | 0 12 12
            13 | x float32[N,3]; | w = Constant value={1.0,2.0,3.0}; y = MatMul x w | MatMul | 3 0 12
            13 | x float32[N,4] | t = Transpose x; u = Cast t to=float16; y = Identity u | Transpose Cast Identity \
                    | 0 0 0
            13 | x int8[N,4]; s (0.5) | y = DequantizeLinear x s             | DequantizeLinear | 0 0 0
            10 | x uint8[N,4]; w zeros uint8[4,3]; z zeros uint8[3] | y = MatMulInteger x w _ z | MatMulInteger \
                    | 0 12 12
            10 | x uint8[1,2,5,5]; w zeros uint8[3,2,2,2]; z zeros uint8[1] | y = ConvInteger x w z | ConvInteger \
                    | 0 24 24
            10 | x uint8[N,4]; w zeros int8[4,3]; s (0.5); z zeros uint8[]; v zeros int8[3]; f zeros float32[3] \
                    | y = QLinearMatMul x s z w f v s z | QLinearMatMul | 0 12 12
            10 | x uint8[1,2,5,5]; w zeros int8[3,2,2,2]; s (0.5); z zeros uint8[]; v zeros int8[3]; b zeros int32[3] \
                    | y = QLinearConv x s z w s v s z b | QLinearConv | 0 27 36
            13 | x float32[1,2,5,5]; w zeros float32[3,2,2,2]; b zeros float32[3] | y = Conv x w b | Conv | 27 0 108
            13 | x float32[1,3,5,5]; w zeros float32[3,2,2,2]; b zeros float32[2] | y = ConvTranspose x w b \
                    | ConvTranspose | 26 0 104
            13 | x float32[N,4]; w zeros float32[4,3]; b zeros float32[3] | y = Gemm x w b | Gemm | 15 0 60
            13 | x float32[N,4,5]; s zeros float32[4]; b zeros float32[4] | y = InstanceNormalization x s b \
                    | InstanceNormalization | 8 0 32
            17 | x float32[N,4]; s zeros float32[4]; b zeros float32[4] | y = LayerNormalization x s b \
                    | LayerNormalization | 8 0 32
            15 | x float32[N,4]; s zeros float32[4]; b zeros float32[4]; m zeros float32[4]; v zeros float32[4] \
                    | y = BatchNormalization x s b m v | BatchNormalization | 8 8 64
            15 | x float32[N,4]; s zeros float32[4]; m zeros float32[4]; v zeros float32[4] \
                    | y = BatchNormalization x s s m v | BatchNormalization | 4 8 48
            13 | x float32[N,4]; s zeros float32[4] | y = PRelu x s           | PRelu | 4 0 16
            13 | x int64[N]; t zeros float32[9,4] | y = Gather t x           | Gather | 36 0 144
            13 | x int64[N]; t {4,5,6}  | y = Gather t x                     | Gather | 0 0 0
            13 | x float32[N,4]; w zeros float32[4,3] | y = Einsum x w equation='ij,jk->ik' | Einsum | 12 0 48
            14 | x float32[5,N,3]; w zeros float32[1,16,3]; r zeros float32[1,16,4]; b zeros float32[1,32]; \
                    h zeros float32[1,1,4] | y = LSTM x w r b _ h h hidden_size=4 | LSTM | 144 0 576
            14 | x float32[5,N,3]; w zeros float32[1,12,3]; r zeros float32[1,12,4]; b zeros float32[1,24]; \
                    h zeros float32[1,1,4] | y = GRU x w r b _ h hidden_size=4 | GRU | 108 0 432
            13 | x float32[N,4]; b zeros float32[4] | r = Relu x; y = Add r b | Relu Add | 0 0 0
            13 | x float32[N,4]; w zeros float32[4,3]; b zeros float32[3] | d = MatMul x w; r = Relu d; y = Add b r \
                    | MatMul Relu Add | 15 0 60
            13 | x float32[N,4]; w zeros float32[4,3]; b (1.0) | d = MatMul x w; y = Mul d b | MatMul Mul | 12 0 48
            13 | x float32[1,4]; w zeros float32[4,3]; c zeros float32[1,3] | d = MatMul x w; y = Concat c d axis=0 \
                    | MatMul Concat | 15 0 60
            13 | x float32[1,4]; w zeros float32[4,3]; c zeros float32[3] | d = MatMul x w; y = Sub d c | MatMul Sub \
                    | 12 0 48
            """;

    static Stream<String> counts() {
        return COUNTS.lines();
    }

    @ParameterizedTest
    @MethodSource("counts")
    void parametersAreWhereOperatorsHaveThem(String text) {
        ModelSummary summary = ModelSummary.of(ShapeLine.parse(text).model());
        String[] parts = text.split("\\|", -1);
        assertEquals(
                parts[3].trim(),
                summary.rows().stream().map(ModelSummary.Row::type).collect(Collectors.joining(" ")));
        assertEquals(parts[4].trim(), summary.trainable() + " " + summary.nonTrainable() + " " + summary.weightBytes());
        assertEquals(
                summary.total(),
                summary.rows().stream().mapToLong(ModelSummary.Row::parameters).sum());
    }

    /** What no rule works out may be declared, for values within the graph and for its outputs; the rest is open. */
    @Test
    void shapesMayBeDeclared() {
        ValueInfo x = new ValueInfo("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        List<Node> nodes = List.of(
                Node.of("", "Einsum", List.of("x"), List.of("a")),
                new Node("own", "com.example", "Own", List.of("a"), List.of("b"), Map.of(), Origin.NONE),
                Node.of("last", "Einsum", List.of("b"), List.of("y")),
                Node.of("sink", "Einsum", List.of("y"), List.of()));
        Graph graph = new Graph("g", nodes, List.of(), List.of(x), List.of(x.withName("y")));
        assertEquals(
                List.of(
                        new ModelSummary.Row("a", "Einsum", "[N,3]", 0),
                        new ModelSummary.Row("own", "com.example.Own", "?", 0),
                        new ModelSummary.Row("last", "Einsum", "[N,3]", 0),
                        new ModelSummary.Row("sink", "Einsum", "?", 0)),
                ModelSummary.of(Model.of(graph.withValues(List.of(x.withName("a"))), 13))
                        .rows());
    }

    /** 2^20 bytes are 1 MB, one float32 less is 1024 KB. */
    @Test
    void megabytesBeginAtTwoToTheTwentieth() {
        assertTrue(textOf(262_143).contains("(1024.00 KB)"));
        assertTrue(textOf(262_144).contains("(1.00 MB)"));
        assertTrue(textOf(262_144).contains("Non-trainable params: 262,144\n"));
    }

    private static String textOf(long floats) {
        return new ModelSummary("g", List.of(), 0, floats, 4 * floats).text();
    }
}
