package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The figures of scikit-learn and scipy, made by benchmarks/peers/metrics_golden.py. */
final class Golden {

    private Golden() {}

    static JsonNode read() {
        return read("golden.json");
    }

    static JsonNode read(String file) {
        try (InputStream in = Golden.class.getResourceAsStream(file)) {
            return JsonMapper.builder().build().readTree(Objects.requireNonNull(in, file));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Stream<Arguments> named(String list) {
        return stream(read().get(list))
                .map(node -> Arguments.argumentSet(node.get("name").asString(), node));
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static int[] ints(JsonNode array) {
        return stream(array).mapToInt(JsonNode::asInt).toArray();
    }

    static float[][] rows(JsonNode array) {
        return stream(array)
                .map(row -> {
                    float[] values = new float[row.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = row.get(i).floatValue();
                    }
                    return values;
                })
                .toArray(float[][]::new);
    }

    /** Equal up to rounding: within 1e-12 of the value, or of 1 for small ones. */
    static void assertClose(JsonNode expected, double found, String what) {
        double value = expected.asDouble();
        assertEquals(value, found, 1e-12 * Math.max(1, Math.abs(value)), what);
    }

    static void assertClose(JsonNode expected, Interval found, String what) {
        assertClose(expected.get(0), found.low(), what + ".low");
        assertClose(expected.get(1), found.high(), what + ".high");
    }

    static Evaluation evaluation(JsonNode golden) {
        return Evaluation.of(
                stream(golden.get("labels")).map(JsonNode::asString).toList(),
                ints(golden.get("truth")),
                rows(golden.get("probabilities")));
    }
}
