package terzi.training.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The values that {@code benchmarks/peers/optimizers_golden.py} and {@code steps_golden.py} computed with PyTorch. */
final class Golden {
    private Golden() {}

    static JsonNode read() throws IOException {
        return read("optimizers_golden.json");
    }

    static JsonNode read(String name) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream(name)) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
        }
    }

    static double[] doubles(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    static float[] floats(JsonNode list) {
        double[] wide = doubles(list);
        float[] narrow = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
        }
        return narrow;
    }
}
