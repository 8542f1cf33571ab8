package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.rewrite.JoinFeatures;
import terzi.onnx.shapes.ModelChecker;

/** Two networks as one: each must see what it would see alone. */
class JoinedNetworksTest {
    private static final int IMAGES = 3;
    private static final int PLANE = Shapes.SIZE * Shapes.SIZE;
    private static final Model FIRST = Shapes.residual(1);
    private static final Model SECOND = Shapes.network(2);
    private static final JoinFeatures.Adapter TURNED =
            new JoinFeatures.Adapter(List.of(2, 1, 0), List.of(0.5f, 2f, 1.5f), List.of(0.25f, -0.5f, 0.125f));

    private static float[][] features(Model network, float[] values) throws OrtException, IOException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Model features = Cut.at(network, List.of("features"));
        long[] shape = {IMAGES, 3, Shapes.SIZE, Shapes.SIZE};
        try (OrtSession session = environment.createSession(ModelFile.toBytes(features));
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    /** Channel c of the second network is channel 2 - c of the first, times a factor, plus an offset. */
    @Test
    void eachNetworkSeesItsOwnInput() throws OrtException, IOException {
        Model joined = JoinFeatures.apply(FIRST, SECOND, TURNED);
        ModelChecker.check(joined);
        Random random = new Random(3);
        float[] own = new float[IMAGES * 3 * PLANE];
        for (int i = 0; i < own.length; i++) {
            own[i] = (float) random.nextGaussian();
        }
        float[] other = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            int channel = i / PLANE % 3;
            int from = i + (2 - 2 * channel) * PLANE;
            other[i] =
                    own[from] * TURNED.factor().get(channel) + TURNED.offset().get(channel);
        }
        float[][] left = features(FIRST, own);
        float[][] right = features(SECOND, other);
        float[][] both = features(joined, own);
        for (int i = 0; i < IMAGES; i++) {
            float[] expected = Arrays.copyOf(left[i], left[i].length + right[i].length);
            System.arraycopy(right[i], 0, expected, left[i].length, right[i].length);
            assertArrayEquals(expected, both[i], 1e-5f);
        }
        assertEquals(
                "features", JoinFeatures.first(joined).orElseThrow().takes().replace("first_", ""));
        assertTrue(JoinFeatures.first(FIRST).isEmpty());
    }

    @Test
    void aHeadTakesTheFirstNetworkOrBoth() {
        Model joined = JoinFeatures.apply(FIRST, SECOND, TURNED);
        Prepared prepared = Prepared.of(joined, Shapes.headOnly().withInput(Shapes.input(0)), 4);
        int first = Prepared.of(FIRST, Shapes.headOnly(), 4).width();
        int second = Prepared.of(SECOND, Shapes.headOnly(), 4).width();
        assertEquals(
                List.of(
                        new FeatureSet(first, " on the first network", true),
                        new FeatureSet(first + second, " on both networks", true)),
                prepared.sets());
        Model alone = prepared.network(new LinearHead(new float[4 * first], new float[4]));
        assertTrue(alone.graph().nodes().size() < joined.graph().nodes().size());
        assertFalse(alone.graph().initializers().stream()
                .anyMatch(tensor -> tensor.name().startsWith("second/")));
    }

    @Test
    void networksForImagesOfDifferentSizesAreRefused() {
        Model small = Sequential.build(
                new InputShape(3, 16, 16),
                List.of(new Layer.Conv2d(4, 3), new Layer.GlobalAveragePool(), new Layer.Dense(2)),
                1);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> JoinFeatures.apply(FIRST, small, TURNED));
        assertEquals(
                "one network takes images of 20 x 20 pixels, the other of 16 x 16; export one of them with a free height"
                        + " and width",
                refused.getMessage());
    }

    /** The same network twice: all names are kept apart. */
    @Test
    void aNetworkCanBeJoinedWithItself() throws OrtException, IOException {
        JoinFeatures.Adapter same =
                new JoinFeatures.Adapter(List.of(0, 1, 2), List.of(1f, 1f, 1f), List.of(0f, 0f, 0f));
        Model twice = JoinFeatures.apply(FIRST, FIRST, same);
        ModelChecker.check(twice);
        float[] values = new float[IMAGES * 3 * PLANE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.37);
        }
        for (float[] row : features(twice, values)) {
            int half = row.length / 2;
            assertArrayEquals(Arrays.copyOf(row, half), Arrays.copyOfRange(row, half, row.length), 1e-6f);
        }
        assertEquals(
                twice.graph().nodes().size(),
                twice.graph().nodes().stream()
                        .flatMap(node -> Stream.of(node.outputs().get(0)))
                        .distinct()
                        .count());
    }
}
