package terzi.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;

/** Small networks whose answers plain Java can work out, and images. */
final class Fixtures {

    private Fixtures() {}

    static List<String> labels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "label " + i).toList();
    }

    static Image noise(int width, int height, int channels, long seed) {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).nextBytes(pixels);
        return new Image(width, height, channels, pixels);
    }

    /** Waves with edges: closer to a photo than noise, and no two neighbours equal. */
    static Image waves(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    double wave = 127 + 90 * Math.sin(x * 0.13 + c) * Math.cos(y * 0.07 - c);
                    pixels[at++] = (byte) (int) ((x / 7 + y / 5) % 3 == 0 ? 255 - wave : wave);
                }
            }
        }
        return new Image(width, height, channels, pixels);
    }

    /** A network whose logits are its input, value by value. */
    static Model identity(Preprocessing preprocessing) {
        int c = preprocessing.channels().count();
        int h = preprocessing.height();
        int w = preprocessing.width();
        GraphBuilder graph = new GraphBuilder("identity", 18);
        String input =
                graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(c), Dim.of(h), Dim.of(w)));
        String flat = graph.node("Flatten", List.of(input), Map.of("axis", Attribute.of(1)));
        graph.output(flat, "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of((long) c * h * w)));
        return graph.build();
    }

    /** Flatten and one linear layer. */
    static Model linear(Preprocessing preprocessing, int classes, long seed) {
        return Sequential.build(
                new InputShape(preprocessing.channels().count(), preprocessing.height(), preprocessing.width()),
                List.of(new Layer.Flatten(), new Layer.Dense(classes)),
                seed);
    }

    /** What {@link #linear} must give, in double precision. */
    static float[] linearLogits(Model network, float[] input) {
        Tensor weight = network.graph().initializers().stream()
                .filter(t -> t.rank() == 2)
                .findFirst()
                .orElseThrow();
        Tensor bias = network.graph().initializers().stream()
                .filter(t -> t.rank() == 1)
                .findFirst()
                .orElseThrow();
        float[] logits = bias.floats().clone();
        float[] weights = weight.floats();
        for (int k = 0; k < logits.length; k++) {
            double sum = logits[k];
            for (int i = 0; i < input.length; i++) {
                sum += (double) weights[k * input.length + i] * input[i];
            }
            logits[k] = (float) sum;
        }
        return logits;
    }

    static List<Golden> linearGoldens(Model network, Preprocessing preprocessing, int count) {
        List<Golden> goldens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Image image = noise(
                    preprocessing.width(),
                    preprocessing.height(),
                    preprocessing.channels().count(),
                    i);
            goldens.add(new Golden(image, linearLogits(network, preprocessing.tensor(image))));
        }
        return goldens;
    }
}
