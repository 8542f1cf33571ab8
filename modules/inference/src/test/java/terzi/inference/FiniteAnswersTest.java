package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** An answer that is not a number is an error with a name, never a label. */
class FiniteAnswersTest {

    private static final List<String> LABELS = List.of("red", "green", "blue");
    private static final Preprocessing PREPROCESSING = new Preprocessing(
            8,
            8,
            Preprocessing.Channels.RGB,
            Preprocessing.Fit.STRETCH,
            0,
            List.of(0.5f, 0.5f, 0.5f),
            List.of(0.2f, 0.2f, 0.2f),
            1f / 255);

    @TempDir
    Path folder;

    /** The square root of 1 + the mean of each channel, which black images (mean -2.5) do not have. */
    private Path network(float one) throws IOException {
        GraphBuilder graph = new GraphBuilder("roots", 18);
        String input =
                graph.input("pixels", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W")));
        String mean = graph.node("GlobalAveragePool", List.of(input));
        String flat = graph.node("Flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        String sum = graph.node("Add", List.of(flat, graph.initializer(Tensor.scalar("one", one))));
        String root = graph.node("Sqrt", List.of(sum));
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        graph.output(graph.node("Identity", List.of(root)), "logits", type);
        graph.output(root, "features", type);
        return Files.write(folder.resolve("roots.onnx"), ModelFile.toBytes(graph.build()));
    }

    private static Image gray(int value) {
        byte[] pixels = new byte[8 * 8 * 3];
        java.util.Arrays.fill(pixels, (byte) value);
        return new Image(8, 8, 3, pixels);
    }

    private Path file(String name, int value) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, value * 0x010101);
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static void assertNames(String image, Executable call) {
        InferenceException e = assertThrows(InferenceException.class, call);
        assertTrue(e.getMessage().contains("of " + image + " must be finite numbers, found NaN"), e.getMessage());
        assertTrue(e.getMessage().contains("export the network again"), e.getMessage());
    }

    @Test
    void everyCallNamesTheImageWhoseAnswerIsNotANumber() throws Exception {
        Path black = file("black.png", 0);
        Path white = file("white.png", 255);
        try (ImageClassifier classifier = ImageClassifier.load(network(1), PREPROCESSING, LABELS, FormatOne.CPU)) {
            assertEquals(1 / 3f, classifier.classify(white).probability(), 1e-6f);
            assertNames(black.toString(), () -> classifier.classify(black));
            assertNames("the image", () -> classifier.classify(gray(0)));
            assertNames("image 2 of 3", () -> classifier.classify(List.of(gray(255), gray(0), gray(255))));
            assertNames("image 2 of 2", () -> classifier.run(List.of(gray(255), gray(0))));
            assertNames("image 1 of 2", () -> classifier.features(List.of(gray(0), gray(255))));
            assertNames(black.toString(), () -> classifier.features(black));
            InferenceException second =
                    assertThrows(InferenceException.class, () -> classifier.classify(List.of(gray(255), gray(0))));
            assertEquals(1, second.index().orElseThrow());

            ExecutionException async = assertThrows(
                    ExecutionException.class,
                    () -> classifier.classifyAsync(black).get());
            InferenceException cause = assertInstanceOf(InferenceException.class, async.getCause());
            assertTrue(cause.getMessage().contains("black.png"), cause.getMessage());

            try (Stream<Classified<Path>> all = classifier.classifyAll(Stream.of(white, black, white))) {
                List<Classified<Path>> answers = all.toList();
                assertEquals("red", answers.get(0).prediction().label());
                IOException failure = answers.get(1).failure().orElseThrow();
                assertTrue(failure.getMessage().contains("black.png"), failure.getMessage());
                assertInstanceOf(InferenceException.class, failure.getCause());
                assertEquals("red", answers.get(2).prediction().label());
            }
        }
    }

    @Test
    void aNetworkWhoseWeightsAreNotNumbersIsRefusedWhenItIsLoaded() throws Exception {
        for (float damaged : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Path file = network(damaged);
            ClassifierFileException e = assertThrows(
                    ClassifierFileException.class,
                    () -> ImageClassifier.load(file, PREPROCESSING, LABELS, FormatOne.CPU));
            assertTrue(e.getMessage().contains("must be finite numbers"), e.getMessage());
        }
    }
}
