package terzi.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;

/**
 * Class activation maps (Zhou et al. 2016, "Learning deep features for discriminative localization"): with features that are
 * the means of maps A_f and logits {@code z_k = b_k + sum_f w_kf mean(A_f)}, the map of a label is {@code sum_f w_kf A_f}, of
 * exactly the maps whose means the head takes.
 */
class ActivationMapTest {

    private static final Preprocessing GRAY = Preprocessing.plain(2, 2, Channels.GRAY);
    private static final ClassifierSpec SPEC = new ClassifierSpec(GRAY, List.of("a", "b"));

    /** Pixels 0, 0.2, 0.4 and 1 of 1. */
    private static final Image IMAGE = new Image(2, 2, 1, new byte[] {0, 51, 102, (byte) 255});

    /** Two maps x and 2x; and their negatives, -x and -2x, which are pooled as well: both have two channels. */
    private final GraphBuilder graph = new GraphBuilder("two poolings", 18);

    private final String weight =
            graph.initializer(Tensor.ofFloats("weight", new long[] {2, 2}, new float[] {1, 10, 100, 1000}));

    private final TensorType logits = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2));

    private void pools() {
        graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(2), Dim.of(2)));
        graph.initializer(Tensor.ofFloats("kernel", new long[] {2, 1, 1, 1}, new float[] {1, 2}));
        graph.node("maps", "Conv", List.of("input", "kernel"), Map.of());
        graph.node("negatives", "Neg", List.of("maps"), Map.of());
        pool("maps", "means");
        pool("negatives", "others");
    }

    private void pool(String maps, String means) {
        graph.node(means + ".pool", "GlobalAveragePool", List.of(maps), Map.of());
        graph.node(means, "Flatten", List.of(means + ".pool"), Map.of());
    }

    private ImageClassifier classifier() throws Exception {
        Model model = graph.build();
        return ImageClassifier.load(
                ClassifierFileTest.sealed(ClassifierFile.assemble(model, SPEC)),
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1));
    }

    private static void assertMap(Outputs outputs, int label, double factor) {
        float[] expected = {0, (float) (0.2 * factor), (float) (0.4 * factor), (float) factor};
        assertArrayEquals(
                expected, outputs.activationMap(0, label).orElseThrow().values(), (float) Math.abs(factor) * 1e-6f);
        // the mean of x is 0.4
        assertEquals(0.4 * factor, outputs.logits()[0][label], Math.abs(factor) * 1e-5);
    }

    /** Of two poolings of the same width, the maps are those of the one that the head takes. */
    @Test
    void mapsAreThoseWhoseMeansTheHeadTakes() throws Exception {
        pools();
        graph.output(
                graph.node("scores", "Gemm", List.of("others", weight), Map.of("transB", Attribute.of(1))), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertMap(outputs, 0, -(1 + 2 * 10));
            assertMap(outputs, 1, -(100 + 2 * 1000));
            assertArrayEquals(new float[] {-0.4f, -0.8f}, outputs.features()[0], 1e-6f);
        }
    }

    /** With weights [F, K] as MatMul has them, and a bias, which no place speaks for. */
    @Test
    void weightsOfAMatMulAreTurned() throws Exception {
        pools();
        graph.node("product", "MatMul", List.of("means", weight), Map.of());
        String bias = graph.initializer(Tensor.ofFloats("bias", new long[] {2}, 7, 8));
        graph.output(graph.node("scores", "Add", List.of(bias, "product"), Map.of()), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            float[] map = outputs.activationMap(0, 1).orElseThrow().values();
            assertArrayEquals(new float[] {0, 0.2f * 2010, 0.4f * 2010, 2010}, map, 1e-3f);
            assertEquals(0.4 * 2010 + 8, outputs.logits()[0][1], 1e-2);
            assertEquals(0.4 * 201 + 7, outputs.logits()[0][0], 1e-3);
        }
    }

    /** Of joined poolings the first counts, with the first of the weights. */
    @Test
    void ofJoinedPoolingsTheFirstHasMaps() throws Exception {
        pools();
        graph.node("joined", "Concat", List.of("means", "others"), Map.of("axis", Attribute.of(1)));
        String four = graph.initializer(
                Tensor.ofFloats("four", new long[] {2, 4}, new float[] {1, 10, 5, 5, 100, 1000, 5, 5}));
        graph.output(graph.node("scores", "Gemm", List.of("joined", four), Map.of("transB", Attribute.of(1))), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            for (int label = 0; label < 2; label++) {
                float factor = label == 0 ? 21 : 2100;
                assertArrayEquals(
                        new float[] {0, 0.2f * factor, 0.4f * factor, factor},
                        outputs.activationMap(0, label).orElseThrow().values(),
                        factor * 1e-6f);
                // the others take 5 * 0.4 * 3 away
                assertEquals(0.4 * factor - 6, outputs.logits()[0][label], factor * 1e-5);
            }
        }
    }

    /** Features that the network names itself are others than those the head takes: no place can speak for a label. */
    @Test
    void aHeadOnOtherFeaturesThanTheNamedOnesHasNoMaps() throws Exception {
        pools();
        String scores = graph.node("scores", "Gemm", List.of("others", weight), Map.of("transB", Attribute.of(1)));
        graph.output(scores, "logits", logits);
        graph.output("means", "features", logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertTrue(outputs.activationMap(0, 0).isEmpty());
            assertTrue(classifier.heatMap(IMAGE, 0).isEmpty());
            assertArrayEquals(new float[] {0.4f, 0.8f}, outputs.features()[0], 1e-6f);
            assertEquals(-0.4 * 21, outputs.logits()[0][0], 1e-4);
        }
    }

    /** Maps that the network gives itself are taken as they are. */
    @Test
    void mapsOfTheNetworksOwnStay() throws Exception {
        pools();
        String scores = graph.node("scores", "Gemm", List.of("others", weight), Map.of("transB", Attribute.of(1)));
        graph.output(scores, "logits", logits);
        graph.output(
                "maps", "activation_map", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2), Dim.of(2), Dim.of(2)));
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertArrayEquals(
                    new float[] {0, 0.4f, 0.8f, 2},
                    outputs.activationMap(0, 1).orElseThrow().values(),
                    1e-6f);
        }
    }

    /** A product of the means, a part of their weights and a mean over other axes are not means of maps. */
    @Test
    void featuresThatAreNotMeansOfMapsHaveNoMaps() throws Exception {
        pools();
        graph.node("doubled", "Add", List.of("means", "means"), Map.of());
        graph.output(
                graph.node("scores", "Gemm", List.of("doubled", weight), Map.of("transB", Attribute.of(1))), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertTrue(outputs.activationMap(0, 0).isEmpty());
            assertArrayEquals(new float[] {0.8f, 1.6f}, outputs.features()[0], 1e-6f);
        }
    }

    /** As exporters write it: the weight behind a Transpose, and a change of shape after the head. */
    @Test
    void aHeadIsFoundWhereFineTuningFindsIt() throws Exception {
        pools();
        graph.node("turned", "Transpose", List.of(weight), Map.of("perm", Attribute.ints(1, 0)));
        graph.node("product", "MatMul", List.of("means", "turned"), Map.of());
        graph.output(graph.node("scores", "Flatten", List.of("product"), Map.of()), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertMap(outputs, 0, 1 + 2 * 10);
            assertMap(outputs, 1, 100 + 2 * 1000);
        }
    }

    /** With a scaled product (alpha), a Gemm is not a plain linear layer. */
    @Test
    void aScaledHeadHasNeitherFeaturesNorMaps() throws Exception {
        pools();
        Map<String, Attribute> scaled = Map.of("transB", Attribute.of(1), "alpha", Attribute.of(2f));
        graph.output(graph.node("scores", "Gemm", List.of("means", weight), scaled), logits);
        try (ImageClassifier classifier = classifier()) {
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertTrue(outputs.activationMap(0, 0).isEmpty());
            assertArrayEquals(new float[1][0], outputs.features());
            assertEquals(2 * 0.4 * 21, outputs.logits()[0][0], 1e-4);
        }
    }
}
