package terzi.samples.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.Golden;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;

class ClassifyImageTest {

    private static final Path IMAGES = Path.of("../images");

    @TempDir
    Path folder;

    @Test
    void theSampleSaysHowBrightAnImageIs() throws Exception {
        Path classifier = folder.resolve("brightness.onnx");
        writeBrightnessClassifier(classifier);
        List<String> lines = run(classifier, IMAGES.resolve("ankle-boot.png"));
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(List.of("dark", "bright").contains(lines.get(0)), lines.toString());
        assertTrue(lines.get(1).startsWith(lines.get(0) + " "), lines.toString());
        assertTrue(lines.get(1).matches("\\w+ \\d+\\.\\d %, \\w+ \\d+\\.\\d %"), lines.toString());
    }

    @Test
    void theSampleKnowsABootWithTheTrainedModel() throws Exception {
        Path classifier = Path.of("../../models/fashion-mnist-deep/classifier.onnx");
        Assumptions.assumeTrue(Files.exists(classifier), "models/fashion-mnist-deep is not trained yet");
        assertEquals(
                "Ankle boot", run(classifier, IMAGES.resolve("ankle-boot.png")).get(0));
    }

    private static List<String> run(Path classifier, Path image) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            ClassifyImage.main(new String[] {classifier.toString(), image.toString()});
        } finally {
            System.setOut(console);
        }
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Two labels by the mean gray value: logits 8 - 16 m and 16 m - 8 for a mean m of 0..1. */
    private static void writeBrightnessClassifier(Path file) throws Exception {
        Preprocessing preprocessing = Preprocessing.plain(8, 8, Preprocessing.Channels.GRAY);
        GraphBuilder graph = new GraphBuilder("brightness", 18);
        String input =
                graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(8), Dim.of(8)));
        String mean = graph.node("GlobalAveragePool", List.of(input));
        String features = graph.node("Flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        String weight = graph.initializer(Tensor.ofFloats("weight", new long[] {2, 1}, -16, 16));
        String bias = graph.initializer(Tensor.ofFloats("bias", new long[] {2}, 8, -8));
        String logits = graph.node("Gemm", List.of(features, weight, bias), Map.of("transB", Attribute.of(1)));
        graph.output(logits, "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2)));
        Model network = graph.build();
        Golden black = new Golden(new Image(8, 8, 1, new byte[64]), new float[] {8, -8});
        ClassifierFile.write(
                network, new ClassifierSpec(preprocessing, List.of("dark", "bright")), List.of(black), file);
    }
}
