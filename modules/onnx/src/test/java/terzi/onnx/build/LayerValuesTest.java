package terzi.onnx.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.build.Layer.AveragePool;
import terzi.onnx.build.Layer.BatchNorm;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.Dense;
import terzi.onnx.build.Layer.DepthwiseConv2d;
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

/** Layers compute what their papers say. */
class LayerValuesTest {

    /** The features of a network whose layers come before a dense one that does not matter. */
    private static float[] features(InputShape shape, List<Layer> layers, float... image) {
        List<Layer> all = new java.util.ArrayList<>(layers);
        all.add(new Flatten());
        all.add(new Dense(1));
        Model model = Sequential.build(shape, all, 1);
        Tensor input = Tensor.ofFloats("input", new long[] {1, shape.channels(), shape.height(), shape.width()}, image);
        return Oracle.run(ones(model), input).get("features").floats();
    }

    /** Weights of convolutions are 1, biases 0. */
    private static Model ones(Model model) {
        return model.withGraph(model.graph()
                .withInitializers(model.graph().initializers().stream()
                        .map(tensor -> {
                            boolean weight = tensor.name().matches("(conv|depthwise)\\d+\\.(weight|bias)");
                            if (!weight) {
                                return tensor;
                            }
                            float[] values = new float[(int) tensor.elementCount()];
                            Arrays.fill(values, tensor.name().endsWith("weight") ? 1 : 0);
                            return Tensor.ofFloats(tensor.name(), tensor.dims(), values);
                        })
                        .toList()));
    }

    private static void assertActivation(Layer.Activation activation, float... expected) {
        float[] found = features(new InputShape(1, 1, 3), List.of((Layer) activation), -1, 0.5f, 2);
        assertArrayEquals(expected, found, 1e-5f, activation.toString());
    }

    /** At -1, 0.5 and 2. */
    @Test
    void activationsHaveTheValuesOfTheirFormulas() {
        assertActivation(new Relu(), 0, 0.5f, 2);
        assertActivation(new LeakyRelu(0.2), -0.2f, 0.5f, 2);
        assertActivation(new Tanh(), -0.761594f, 0.462117f, 0.964028f);
        assertActivation(new Sigmoid(), 0.268941f, 0.622459f, 0.880797f);
        assertActivation(new Silu(), -0.268941f, 0.31123f, 1.761594f); // x sigmoid(x)
        assertActivation(new HardSwish(), -0.333333f, 0.291667f, 1.666667f); // x min(max(x + 3, 0), 6) / 6
        assertActivation(new Gelu(), -0.158655f, 0.345731f, 1.9545f); // x Phi(x)
        assertActivation(new Layer.Linear(), -1, 0.5f, 2);
    }

    /** Of an odd number of pixels to add, one more comes at the end: TensorFlow's way. */
    @Test
    void samePaddingGivesOnePixelMoreToTheEnd() {
        InputShape row = new InputShape(1, 1, 4);
        // windows of 3 at 0 and 2, the last one over the end
        assertArrayEquals(
                new float[] {1 + 2 + 4, 4 + 8},
                features(row, List.of(new Conv2d(1, 3, 2, Padding.SAME, false, new Layer.Linear())), 1, 2, 4, 8));
        // a window of 2 at every pixel, the last one over the end
        assertArrayEquals(
                new float[] {2, 4, 8, 8}, features(row, List.of(new MaxPool(2, 1, Padding.SAME)), 1, 2, 4, 8));
        // the mean is of what is there
        assertArrayEquals(
                new float[] {1.5f, 3, 6, 8}, features(row, List.of(new AveragePool(2, 1, Padding.SAME)), 1, 2, 4, 8));
        assertArrayEquals(
                new float[] {3, 7, 14, 12},
                features(row, List.of(new Conv2d(1, 3, 1, Padding.SAME, true, new Layer.Linear())), 1, 2, 4, 8));
    }

    @Test
    void validWindowsStayInside() {
        InputShape square = new InputShape(1, 3, 3);
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertArrayEquals(new float[] {5, 6, 8, 9}, features(square, List.of(new MaxPool(2, 1, Padding.VALID)), image));
        assertArrayEquals(new float[] {5}, features(square, List.of(new MaxPool(2)), image));
        assertArrayEquals(new float[] {3}, features(square, List.of(new AveragePool(2, 2, Padding.VALID)), image));
        assertArrayEquals(new float[] {45}, features(square, List.of(new Conv2d(1, 3)), image));
        assertArrayEquals(new float[] {45}, features(square, List.of(new DepthwiseConv2d(3)), image));
        assertArrayEquals(new float[] {5}, features(square, List.of(new GlobalAveragePool()), image));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> features(square, List.of(new MaxPool(4)), image));
        assertTrue(e.getMessage().contains("a window of 4x4 does not fit"), e.getMessage());
    }

    /** Two channels that are not mixed, and two that are. */
    @Test
    void depthwiseConvolutionsKeepChannelsApart() {
        InputShape two = new InputShape(2, 1, 2);
        assertArrayEquals(new float[] {1, 2, 10, 20}, features(two, List.of(new DepthwiseConv2d(1)), 1, 2, 10, 20));
        assertArrayEquals(new float[] {11, 22}, features(two, List.of(new Conv2d(1, 1)), 1, 2, 10, 20));
    }

    @Test
    void aBlockAddsItsBodyToItsShortcut() {
        InputShape row = new InputShape(1, 1, 3);
        Layer body = new MaxPool(3, 1, Padding.SAME);
        assertArrayEquals(
                new float[] {1 + 2, 2 + 4, 4 + 4},
                features(row, List.of(new Residual(List.of(body), List.of())), 1, 2, 4));
        assertArrayEquals(
                new float[] {4, 8, 8}, features(row, List.of(new Residual(List.of(body), List.of(body))), 1, 2, 4));
    }

    /** Fresh statistics: mean 0, variance 1, scale 1, shift 0. */
    @Test
    void aFreshNormalisationDividesByTheRootOfOneAndEpsilon() {
        InputShape row = new InputShape(1, 1, 2);
        Layer norm = new BatchNorm(0.75, 0.5625);
        assertArrayEquals(new float[] {2, 4}, features(row, List.of(norm), 2.5f, 5), 1e-6f); // root of 1.5625
        Node node = Sequential.build(row, List.of(norm, new Flatten(), new Dense(2)), 1)
                .graph()
                .nodes()
                .get(0);
        assertEquals(0.75f, node.floatAttribute("momentum", 0));
        assertEquals(0.5625f, node.floatAttribute("epsilon", 0));
    }

    /** The JDK's SplittableRandom is SplitMix64 too, and its first number mixes the seed. */
    @Property(tries = 100, seed = "20261130")
    void numbersAreThoseOfSplitMix64(@ForAll long seed, @ForAll long stream) {
        long gamma = 0x9E3779B97F4A7C15L;
        long state = new SplittableRandom(seed - gamma).nextLong()
                ^ new SplittableRandom(stream * gamma + 1 - gamma).nextLong();
        SplittableRandom expected = new SplittableRandom(state);
        SeededRandom random = new SeededRandom(seed, stream);
        for (int i = 0; i < 5; i++) {
            assertEquals(expected.nextLong(), random.nextLong());
        }
        // the top 24 bits in steps of 2^-23, from -1
        float value = new SeededRandom(seed, stream).nextSymmetric(3);
        assertEquals((float) (3 * ((new SplittableRandom(state).nextLong() >>> 40) / 8388608.0 - 1)), value);
    }

    @Test
    void valuesOfAnImageAreCountedUpToTheLargestInt() {
        assertEquals(Integer.MAX_VALUE, new Flow("x", List.of(1, 1, Integer.MAX_VALUE)).elements());
        assertEquals(12, new Flow("x", List.of(2, 3, 2)).elements());
        for (List<Integer> shape :
                List.of(List.of(2, 1 << 30, 1), List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new Flow("x", shape).elements());
            assertTrue(e.getMessage().contains("values for each image, more than 2147483647"), e.getMessage());
        }
    }

    @Test
    void aWeightOfMoreThanAFileHoldsIsRefused() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Initialization.PYTORCH.weight("w", new long[] {1 << 29, 1}, 1, 0));
        assertTrue(e.getMessage().contains("at most 536870911"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Initialization.PYTORCH.weight("w", new long[] {5}, 1, 0));
        // fan-in is input channels times the kernel; biases have that of their weight
        for (float value : Initialization.PYTORCH
                .weight("w", new long[] {50, 4, 5, 5}, 1, 0)
                .floats()) {
            assertTrue(Math.abs(value) <= 0.1f);
        }
        float most = 0;
        for (float value : Initialization.PYTORCH
                .bias("b", new long[] {5000, 4, 5, 5}, 1, 0)
                .floats()) {
            most = Math.max(most, Math.abs(value));
        }
        assertTrue(most <= 0.1f && most > 0.099f, "" + most);
        most = 0;
        for (float value :
                Initialization.KERAS.weight("w", new long[] {50, 4, 5, 5}, 1, 0).floats()) {
            most = Math.max(most, Math.abs(value));
        }
        double glorot = Math.sqrt(6 / (4.0 * 25 + 50 * 25));
        assertTrue(most <= glorot && most > 0.99 * glorot, "" + most);
    }
}
