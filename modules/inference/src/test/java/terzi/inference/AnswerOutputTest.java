package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** Which of a network's outputs is the answer of its head, and which are features. */
class AnswerOutputTest {

    private static final Preprocessing PLAIN = Preprocessing.plain(2, 2, Preprocessing.Channels.RGB);
    private static final List<String> LABELS = List.of("a", "b", "c");

    /** Each pixel (255, 51, 0): means 1, 0.2 and 0; the features of the network. */
    private static final Image IMAGE = new Image(2, 2, 3, new byte[] {-1, 51, 0, -1, 51, 0, -1, 51, 0, -1, 51, 0});

    @TempDir
    Path folder;

    /** Features: the means of the channels. Head: features times a matrix, which gives 0.2, 1, 2. */
    private Path network(String first, String second, String third) throws IOException {
        GraphBuilder graph = new GraphBuilder("outputs", 18);
        String input =
                graph.input("pixels", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W")));
        String maps = graph.node("maps", "Relu", List.of(input), Map.of());
        String mean = graph.node("mean", "GlobalAveragePool", List.of(maps), Map.of());
        graph.node("means", "Flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        String weight = graph.initializer(
                Tensor.ofFloats("weight", new long[] {3, 3}, new float[] {0, 1, 2, 1, 0, 0, 7, 7, 7}));
        graph.node("scores", "MatMul", List.of("means", weight), Map.of());
        TensorType rows = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        TensorType image = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W"));
        for (String output : List.of(first, second, third)) {
            int equals = output.indexOf('=');
            String value = output.substring(equals + 1);
            graph.output(value, output.substring(0, equals), value.equals("maps") ? image : rows);
        }
        return Files.write(folder.resolve("network.onnx"), ModelFile.toBytes(graph.build()));
    }

    /** softmax(0.2, 1, 2) = 1 / (1 + e^0.8 + e^1.8), ... */
    private static float[] expected() {
        double sum = Math.exp(0.2) + Math.exp(1) + Math.exp(2);
        return new float[] {(float) (Math.exp(0.2) / sum), (float) (Math.exp(1) / sum), (float) (Math.exp(2) / sum)};
    }

    @ParameterizedTest
    @CsvSource({
        "features=means, answer=scores, last=maps",
        "features=means, last=maps, logits=scores",
        "last=maps, features=means, answer=scores",
        "answer=scores, features=means, last=maps",
        "logits=scores, last=maps, features=means",
        // as many exporters do: the hidden state first, under a name of its own
        "last=maps, embedding=means, logits=scores",
    })
    void theAnswerIsTheHeadsWhateverTheOrder(String first, String second, String third) throws Exception {
        try (ImageClassifier classifier =
                ImageClassifier.load(network(first, second, third), PLAIN, LABELS, FormatOne.CPU)) {
            assertArrayEquals(expected(), classifier.classify(IMAGE).probabilities(), 1e-6f);
            assertEquals("c", classifier.classify(IMAGE).label());
            Outputs outputs = classifier.run(List.of(IMAGE));
            assertArrayEquals(new float[] {0.2f, 1, 2}, outputs.logits()[0], 1e-6f);
            boolean named = List.of(first, second, third).contains("features=means");
            assertEquals(named, classifier.info().features());
            if (named) {
                assertArrayEquals(new float[] {1, 0.2f, 0}, classifier.features(IMAGE), 1e-6f);
                assertArrayEquals(new float[] {1, 0.2f, 0}, outputs.features()[0], 1e-6f);
            }
        }
    }

    @Test
    void featuresOfFourAxesAreNotTaken() throws Exception {
        Path file = network("features=maps", "answer=scores", "more=means");
        try (ImageClassifier classifier = ImageClassifier.load(file, PLAIN, LABELS, FormatOne.CPU)) {
            assertFalse(classifier.info().features());
            assertArrayEquals(expected(), classifier.classify(IMAGE).probabilities(), 1e-6f);
            UnsupportedOperationException e =
                    assertThrows(UnsupportedOperationException.class, () -> classifier.features(IMAGE));
            assertTrue(e.getMessage().contains("no output 'features'"), e.getMessage());
        }
    }

    @Test
    void aNetworkWithoutAnOutputOfTwoAxesIsRefused() throws Exception {
        GraphBuilder graph = new GraphBuilder("maps", 18);
        TensorType image = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W"));
        graph.output(graph.node("Relu", List.of(graph.input("pixels", image))), "logits", image);
        Path file = Files.write(folder.resolve("network.onnx"), ModelFile.toBytes(graph.build()));
        ClassifierFileException e = assertThrows(
                ClassifierFileException.class, () -> ImageClassifier.load(file, PLAIN, LABELS, FormatOne.CPU));
        assertTrue(e.getMessage().contains("expected a float32 output [N, K]"), e.getMessage());
    }
}
