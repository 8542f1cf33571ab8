package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The graph with computed weights, against the PyTorch package with the same ones: benchmarks/peers/efficientnet_lite_golden.py. */
class EfficientNetLiteTest {
    private static final Map<Integer, EfficientNetLite> NETWORKS =
            Map.of(0, new EfficientNetLite(1.0, 1.0), 2, new EfficientNetLite(1.1, 1.2));

    private static JsonNode golden(int number) throws IOException {
        try (InputStream stream = EfficientNetLiteTest.class.getResourceAsStream("/torch/efficientnet-lite.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(stream)).required(Integer.toString(number));
        }
    }

    private static Map<String, Tensor> weights(JsonNode golden) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        golden.required("shapes").forEachEntry((name, shape) -> {
            long[] dims = Stream.of(shape.asString().split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
            weights.put(name, computed(name, dims));
        });
        return weights;
    }

    /** The script's function of the same name. */
    private static Tensor computed(String name, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elementCount(name, dims))];
        boolean isFactor = name.endsWith("running_var") || (name.endsWith("weight") && name.contains("bn"));
        for (int k = 0; k < values.length; k++) {
            long i = k + 31L * name.length();
            double value = ((i * 7919 + i * i % 1009) % 2001 - 1000) / 1000.0;
            if (dims.length > 1) {
                value = value * 2.5 / Math.sqrt((double) values.length / dims[0]);
            } else if (isFactor) {
                value = 1 + value / 4;
            }
            values[k] = (float) value;
        }
        return Tensor.ofFloats(name, dims, values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theLogitsAreThoseOfPyTorchAtEverySize(int number) throws Exception {
        JsonNode golden = golden(number);
        Model network = Objects.requireNonNull(NETWORKS.get(number)).network(weights(golden));
        assertEquals(2, golden.required("cases").size());
        for (JsonNode example : golden.required("cases")) {
            int size = example.required("size").intValue();
            float[] right = new float[5];
            for (int i = 0; i < right.length; i++) {
                right[i] = (float) example.required("logits").get(i).doubleValue();
            }
            float[][] found = Ort.run(network, "logits", new long[] {1, 3, size, size}, input(size));
            assertTrue(Math.abs(right[0]) > 0.01, "the signal must not have vanished");
            assertArrayEquals(right, found[0], 1e-4f, "Lite" + number + " at " + size + " pixels");
            assertEquals(1280, Ort.run(network, "features", new long[] {1, 3, size, size}, input(size))[0].length);
        }
    }

    private static float[] input(int size) {
        Image image = GoldenImage.draw(size);
        float[] values = new float[3 * size * size];
        Preprocessing.plain(size, size, Preprocessing.Channels.RGB)
                .withValues(Preprocessing.Channels.RGB, List.of(127f, 127f, 127f), List.of(128f, 128f, 128f), 1)
                .normalise(image, values, 0);
        return values;
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedByName() throws IOException {
        Map<String, Tensor> weights = weights(golden(0));
        EfficientNetLite other = Objects.requireNonNull(NETWORKS.get(2));
        BackboneException shape = assertThrows(BackboneException.class, () -> other.network(weights));
        assertTrue(
                shape.getMessage()
                                .contains("weight _blocks.1._depthwise_conv.weight: expected float32[96,1,3,3], found")
                        || shape.getMessage().contains("expected float32["),
                shape.getMessage());
        EfficientNetLite right = Objects.requireNonNull(NETWORKS.get(0));
        weights.put("_more", Tensor.scalar("_more", 1f));
        BackboneException more = assertThrows(BackboneException.class, () -> right.network(weights));
        assertTrue(more.getMessage().contains("have _more, which this network does not have"), more.getMessage());
        weights.remove("_fc.bias");
        assertThrows(BackboneException.class, () -> right.network(weights));
    }
}
