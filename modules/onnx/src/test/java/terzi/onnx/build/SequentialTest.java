package terzi.onnx.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.Layer.AveragePool;
import terzi.onnx.build.Layer.BatchNorm;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.Dense;
import terzi.onnx.build.Layer.DepthwiseConv2d;
import terzi.onnx.build.Layer.Dropout;
import terzi.onnx.build.Layer.Flatten;
import terzi.onnx.build.Layer.Gelu;
import terzi.onnx.build.Layer.GlobalAveragePool;
import terzi.onnx.build.Layer.HardSwish;
import terzi.onnx.build.Layer.LeakyRelu;
import terzi.onnx.build.Layer.MaxPool;
import terzi.onnx.build.Layer.Padding;
import terzi.onnx.build.Layer.Relu;
import terzi.onnx.build.Layer.Residual;
import terzi.onnx.build.Layer.Sigmoid;
import terzi.onnx.build.Layer.Silu;
import terzi.onnx.build.Layer.Tanh;
import terzi.onnx.codec.ModelFile;

class SequentialTest {

    private static final InputShape GRAY_28 = new InputShape(1, 28, 28);

    @Test
    void followsTheNetworkConvention() {
        Model model = Networks.smallCnn(7);
        assertEquals(
                List.of("input float32[N,1,28,28]"),
                model.graph().inputs().stream().map(SequentialTest::describe).toList());
        assertEquals(
                List.of("logits float32[N,10]", "features float32[N,32]"),
                model.graph().outputs().stream().map(SequentialTest::describe).toList());
        assertEquals(18, model.opset());
        assertTrue(model.irVersion() <= 9, () -> "IR " + model.irVersion());
    }

    @Test
    void callsNodesByKindAndNumber() {
        assertEquals(
                List.of(
                        "conv1",
                        "bn1",
                        "relu1",
                        "maxpool1",
                        "dropout1",
                        "flatten1",
                        "dense1",
                        "relu2",
                        "dropout2",
                        "dense2"),
                Networks.smallCnn(7).graph().nodes().stream().map(Node::name).toList());
        assertEquals(
                List.of(
                        "conv1.weight",
                        "bn1.weight",
                        "bn1.bias",
                        "bn1.running_mean",
                        "bn1.running_var",
                        "dropout1.ratio",
                        "dense1.weight",
                        "dense1.bias",
                        "dropout2.ratio",
                        "dense2.weight",
                        "dense2.bias"),
                Networks.smallCnn(7).graph().initializers().stream()
                        .map(Tensor::name)
                        .toList());
    }

    @Test
    void computesWhatItsShapesPromise() {
        Model model = Networks.smallCnn(7);
        Oracle.check(model);
        Map<String, Tensor> results = Oracle.run(model, noise("input", 3, 1, 28, 28));
        assertArrayEquals(new long[] {3, 10}, results.get("logits").dims());
        assertArrayEquals(new long[] {3, 32}, results.get("features").dims());
    }

    @Test
    void everyKindOfLayerRuns() {
        List<Layer> layers = List.of(
                new Conv2d(8, 3, 2, Padding.SAME, true, new LeakyRelu()),
                new DepthwiseConv2d(3, 2, Padding.SAME, true, new Gelu()),
                new Silu(),
                new HardSwish(),
                new Conv2d(4, 1).withActivation(new Tanh()),
                new AveragePool(2, 2, Padding.SAME),
                new MaxPool(3, 1, Padding.SAME),
                new Residual(
                        List.of(
                                new Conv2d(6, 3)
                                        .withPadding(Padding.SAME)
                                        .withStride(2)
                                        .withoutBias(),
                                new BatchNorm()),
                        List.of(new Conv2d(6, 1).withStride(2).withoutBias())),
                new Relu(),
                new Residual(List.of(new Conv2d(6, 3).withPadding(Padding.SAME)), List.of()),
                new Sigmoid(),
                new GlobalAveragePool(),
                new Dropout(0.1),
                new Dense(5));
        Model model = Sequential.build(new InputShape(3, 31, 30), layers, 1);
        Oracle.check(model);
        Tensor logits = Oracle.run(model, noise("input", 2, 3, 31, 30)).get("logits");
        assertArrayEquals(new long[] {2, 5}, logits.dims());
        for (float value : logits.floats()) {
            assertTrue(Float.isFinite(value));
        }
    }

    /** The Keras MNIST example: 34,826 parameters in its summary. */
    @Test
    void hasTheParametersOfTheKerasMnistExample() {
        Model model = Sequential.build(
                GRAY_28,
                List.of(
                        new Conv2d(32, 3).withActivation(new Relu()),
                        new MaxPool(2),
                        new Conv2d(64, 3).withActivation(new Relu()),
                        new MaxPool(2),
                        new Flatten(),
                        new Dropout(0.5),
                        new Dense(10)),
                1);
        assertEquals(34_826, elementsOfWeights(model));
    }

    @Test
    void hasTheParametersOfTheDeepFashionNetwork() {
        Model model = Networks.fashionDeep(1);
        assertEquals(538_346, elementsOfWeights(model));
        assertEquals(
                512,
                model.graph().initializer("dense1.weight").orElseThrow().dims()[1],
                "what Flatten gives when all is valid");
    }

    @Test
    void sameSeedGivesTheSameBytesAndAnotherSeedOthers() {
        assertArrayEquals(ModelFile.toBytes(Networks.smallCnn(7)), ModelFile.toBytes(Networks.smallCnn(7)));
        assertNotEquals(
                Networks.smallCnn(7).graph().initializer("conv1.weight"),
                Networks.smallCnn(8).graph().initializer("conv1.weight"));
    }

    @Test
    void laterLayersDoNotChangeTheWeightsOfEarlierOnes() {
        Model few = Sequential.build(GRAY_28, List.of(new Conv2d(4, 3), new Flatten(), new Dense(2)), 3);
        Model many = Sequential.build(GRAY_28, List.of(new Conv2d(4, 3), new Flatten(), new Dense(9)), 3);
        assertEquals(few.graph().initializer("conv1.weight"), many.graph().initializer("conv1.weight"));
    }

    /** Computed by an independent SplitMix64; a change here changes every network that anyone has trained from a seed. */
    @Test
    void initialWeightsArePinned() {
        float[] weight = Networks.smallCnn(7)
                .graph()
                .initializer("conv1.weight")
                .orElseThrow()
                .floats();
        assertArrayEquals(
                new float[] {0.278352f, 0.16034953f, 0.07144499f},
                new float[] {weight[0], weight[1], weight[2]},
                1e-7f);
    }

    @Test
    void pytorchWeightsAreUniformWithinOneOverRootOfFanIn() {
        float[] weight = Initialization.PYTORCH
                .weight("w", new long[] {64, 16, 5, 5}, 1, 0)
                .floats();
        assertUniform(weight, 1 / Math.sqrt(16 * 25));
        assertUniform(
                Initialization.PYTORCH
                        .bias("b", new long[] {4096, 16, 5, 5}, 1, 0)
                        .floats(),
                1 / Math.sqrt(16 * 25));
    }

    @Test
    void kerasWeightsAreUniformWithinGlorotsBoundAndBiasesZero() {
        float[] weight = Initialization.KERAS
                .weight("w", new long[] {64, 16, 5, 5}, 1, 0)
                .floats();
        assertUniform(weight, Math.sqrt(6.0 / (16 * 25 + 64 * 25)));
        assertArrayEquals(
                new float[8],
                Initialization.KERAS.bias("b", new long[] {8, 16, 5, 5}, 1, 0).floats());
    }

    @Test
    void denseOnImagesIsRefusedWithTheLayersNumber() {
        assertMessage(
                "layer 2 (Dense): takes vectors [N,F], but images [N,4,26,26] arrive; put Flatten or GlobalAveragePool before it",
                List.of(new Conv2d(4, 3), new Dense(10)));
    }

    @Test
    void aWindowThatIsTooLargeIsRefusedWithTheNumberInsideTheBlock() {
        assertMessage(
                "layer 3.2 (Conv2d): a window of 5x5 does not fit into what arrives, [N,4,3,3]; "
                        + "use fewer pools, a smaller window or padding same",
                List.of(
                        new Conv2d(4, 3).withStride(3),
                        new MaxPool(3),
                        new Residual(List.of(new Relu(), new Conv2d(4, 5)), List.of()),
                        new Flatten(),
                        new Dense(10)));
    }

    @Test
    void aBlockWhoseSidesDifferIsRefused() {
        assertMessage(
                "layer 1 (Residual): the body gives [N,4,26,26] and the shortcut [N,1,28,28]; "
                        + "give the shortcut a Conv2d of kernel 1 with the body's filters and stride",
                List.of(new Residual(List.of(new Conv2d(4, 3)), List.of()), new Flatten(), new Dense(10)));
    }

    @Test
    void aNetworkThatEndsInAnImageIsRefused() {
        assertMessage(
                "the last layer gives [N,4,26,26], but a classifier ends in [N,K], one number a class; "
                        + "end in Dense, or in GlobalAveragePool",
                List.of(new Conv2d(4, 3)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.0, Double.NaN})
    void aDropoutRateOutsideItsRangeIsRefused(double rate) {
        assertThrows(IllegalArgumentException.class, () -> new Dropout(rate));
    }

    private static void assertMessage(String message, List<Layer> layers) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Sequential.build(GRAY_28, layers, 1))
                        .getMessage());
    }

    /** Mean, variance and range of a uniform distribution, each within five standard errors or so. */
    private static void assertUniform(float[] values, double bound) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(0, sum / values.length / bound, 3 / Math.sqrt(values.length));
        assertEquals(1 / 3.0, squares / values.length / bound / bound, 2 / Math.sqrt(values.length));
        assertTrue(largest <= bound && largest > 0.99 * bound, "largest " + largest + ", bound " + bound);
    }

    private static long elementsOfWeights(Model model) {
        return model.graph().initializers().stream()
                .filter(tensor -> tensor.rank() > 0)
                .mapToLong(Tensor::elementCount)
                .sum();
    }

    private static String describe(ValueInfo value) {
        return value.name() + " " + value.type();
    }

    private static Tensor noise(String name, int... dims) {
        return Networks.noise(name, new Random(5), dims);
    }
}
