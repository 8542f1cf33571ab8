package terzi.onnx.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.Attribute;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.build.Layer.Activation;
import terzi.onnx.build.Layer.AveragePool;
import terzi.onnx.build.Layer.BatchNorm;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.Dense;
import terzi.onnx.build.Layer.DepthwiseConv2d;
import terzi.onnx.build.Layer.Dropout;
import terzi.onnx.build.Layer.Flatten;
import terzi.onnx.build.Layer.GlobalAveragePool;
import terzi.onnx.build.Layer.LeakyRelu;
import terzi.onnx.build.Layer.Linear;
import terzi.onnx.build.Layer.MaxPool;
import terzi.onnx.build.Layer.Padding;
import terzi.onnx.build.Layer.Relu;
import terzi.onnx.build.Layer.Residual;

/** What layers accept, up to the bounds that their documentation states, and what arrives at them. */
class LayerLimitsTest {
    private static final Activation NONE = new Linear();

    /** The layer with the setting, the setting's name, and its largest value. */
    static Stream<Arguments> sizes() {
        return Stream.of(
                size("Conv2d: filters", 65_536, n -> new Conv2d(n, 1)),
                size("Conv2d: kernel", 8192, n -> new Conv2d(1, n)),
                size("Conv2d: stride", 8192, n -> new Conv2d(1, 1).withStride(n)),
                size("DepthwiseConv2d: kernel", 8192, DepthwiseConv2d::new),
                size("DepthwiseConv2d: stride", 8192, n -> new DepthwiseConv2d(1, n, Padding.VALID, true, NONE)),
                size("MaxPool: size", 8192, n -> new MaxPool(n, 1, Padding.VALID)),
                size("MaxPool: stride", 8192, n -> new MaxPool(1, n, Padding.VALID)),
                size("AveragePool: size", 8192, n -> new AveragePool(n, 1, Padding.VALID)),
                size("AveragePool: stride", 8192, n -> new AveragePool(1, n, Padding.VALID)),
                size("Dense: units", 1_048_576, Dense::new),
                size("input: channels", 65_536, n -> new InputShape(n, 1, 1)),
                size("input: height", 65_536, n -> new InputShape(1, n, 1)),
                size("input: width", 65_536, n -> new InputShape(1, 1, n)));
    }

    private static Arguments size(String what, int most, IntFunction<Object> made) {
        return Arguments.of(what, most, made);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aSizeIsFromOneToItsLargest(String what, int most, IntFunction<Object> made) {
        assertNotNull(made.apply(1));
        assertNotNull(made.apply(most));
        for (int wrong : new int[] {0, -1, most + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertEquals(what + " must be from 1 to " + most + ", not " + wrong, refusal(() -> made.apply(wrong)));
        }
    }

    static Stream<Arguments> numbers() {
        DoubleFunction<Object> slope = LeakyRelu::new;
        DoubleFunction<Object> momentum = m -> new BatchNorm(m, 1e-3);
        DoubleFunction<Object> epsilon = e -> new BatchNorm(0.9, e);
        DoubleFunction<Object> rate = Dropout::new;
        return Stream.of(
                Arguments.of("LeakyRelu: slope must be from -1000 to 1000", -1000, 1000, slope),
                Arguments.of("BatchNorm: momentum must be within 0..1", 0, 1, momentum),
                Arguments.of("BatchNorm: epsilon must be within 0..1", Double.MIN_VALUE, Math.nextDown(1.0), epsilon),
                Arguments.of("Dropout: rate must be at least 0 and below 1", 0, Math.nextDown(1.0), rate));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberIsWithinItsBounds(String what, double lowest, double highest, DoubleFunction<Object> made) {
        assertNotNull(made.apply(lowest));
        assertNotNull(made.apply(highest));
        for (double wrong : new double[] {Math.nextDown(lowest), Math.nextUp(highest), Double.NaN}) {
            assertEquals(what + ", not " + wrong, refusal(() -> made.apply(wrong)));
        }
    }

    @Test
    void aBlockAndANetworkNeedALayerThatComputesAndABodyWithOne() {
        assertEquals("Residual: the body has no layer", refusal(() -> new Residual(List.of(), List.of(new Relu()))));
        assertEquals("a network needs at least one layer", refusal(() -> build(List.of())));
    }

    static Stream<Layer> layersThatTakeImages() {
        return Stream.of(
                new Conv2d(1, 1), new DepthwiseConv2d(1), new MaxPool(1), new AveragePool(1), new GlobalAveragePool());
    }

    @ParameterizedTest
    @MethodSource("layersThatTakeImages")
    void aVectorIsRefusedWhereAnImageIsTaken(Layer layer) {
        assertEquals(
                "layer 2 (" + layer.getClass().getSimpleName()
                        + "): takes images [N,C,H,W], but vectors [N,16] arrive; put it before Flatten or GlobalAveragePool",
                refusal(() -> build(List.of(new Flatten(), layer))));
    }

    @Test
    void layersAreNumberedThroughABlockAndItsShortcut() {
        Layer wide = new Conv2d(4, 9);
        List<Layer> body = List.of(new Relu(), new Relu());
        assertEquals(
                "layer 2.4 (Conv2d): a window of 9x9 does not fit into what arrives, [N,1,4,4]; use fewer pools, a smaller window or"
                        + " padding same",
                refusal(() -> build(List.of(new Relu(), new Residual(body, List.of(new Relu(), wide))))));
    }

    /** Features are what the last dense layer takes, wherever it stands; what the network itself takes are none. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void featuresAreWhatTheLastDenseLayerTakes(int before) {
        List<Layer> layers = Stream.concat(
                        Stream.<Layer>of(new Flatten()),
                        IntStream.range(0, before).mapToObj(i -> (Layer) new Dense(7 + i)))
                .toList();
        List<Layer> all = Stream.concat(layers.stream(), Stream.of(new Dense(3), new Relu()))
                .toList();
        Model model = build(all);
        assertEquals(
                List.of("logits", "features"),
                model.graph().outputs().stream().map(output -> output.name()).toList());
        String width = before == 0 ? "16" : Integer.toString(6 + before);
        assertEquals(
                "float32[N," + width + "]",
                model.graph().outputs().get(1).type().toString());
        Model headless = build(List.of(new Relu(), new GlobalAveragePool()));
        assertEquals(1, headless.graph().outputs().size(), "no dense layer, no features");
    }

    @Test
    void averagesLeaveOutThePaddingAndVectorsBeginAtTheChannels() {
        Model model = build(List.of(new AveragePool(2, 1, Padding.SAME), new Flatten()));
        Node pool = model.graph().nodes().get(0);
        assertEquals(Attribute.of(0), pool.attributes().get("count_include_pad"));
        Node flatten = model.graph().nodes().get(1);
        assertEquals(Attribute.of(1), flatten.attributes().get("axis"));
    }

    private static Model build(List<Layer> layers) {
        return Sequential.build(new InputShape(1, 4, 4), layers, 1);
    }

    private static String refusal(Supplier<Object> made) {
        return assertThrows(IllegalArgumentException.class, () -> assertNotNull(made.get()))
                .getMessage();
    }
}
