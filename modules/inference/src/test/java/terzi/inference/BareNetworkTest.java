package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

/** Networks that are not classifier files: their images are prepared in Java. */
class BareNetworkTest {

    private static final List<String> LABELS = List.of("red", "green", "blue");
    private static final Preprocessing PREPROCESSING = new Preprocessing(
            24,
            32,
            Preprocessing.Channels.RGB,
            Preprocessing.Fit.CROP,
            40,
            List.of(0.5f, 0.4f, 0.3f),
            List.of(0.2f, 0.3f, 0.4f),
            1f / 255);

    @TempDir
    Path folder;

    /** Logits, or probabilities: the mean of each channel; its features are the same means. */
    private Path network(String file, boolean softmax) throws IOException {
        GraphBuilder graph = new GraphBuilder("means", 18);
        String input = graph.input(
                "pixel_values", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W")));
        String mean = graph.node("GlobalAveragePool", List.of(input));
        String flat = graph.node("Flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        String three = graph.initializer(Tensor.scalar("three", 3f));
        String sharp = graph.node("Mul", List.of(flat, three));
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        if (softmax) {
            graph.output(graph.node("Softmax", List.of(sharp), Map.of("axis", Attribute.of(1))), "answer", type);
        } else {
            graph.output(sharp, "logits", type);
        }
        graph.output(flat, "features", type);
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.write(path, ModelFile.toBytes(graph.build()));
    }

    private static float[] expected(Image image) {
        float[] tensor = PREPROCESSING.tensor(image);
        double[] powers = new double[3];
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            double mean = 0;
            for (int i = 0; i < 24 * 32; i++) {
                mean += tensor[c * 24 * 32 + i] / (24 * 32);
            }
            powers[c] = Math.exp(3 * mean);
            sum += powers[c];
        }
        return new float[] {(float) (powers[0] / sum), (float) (powers[1] / sum), (float) (powers[2] / sum)};
    }

    @Test
    void logitsAndProbabilitiesAreToldApart() throws Exception {
        Image image = FormatOne.noise(91, 57, 3, 1);
        Image other = FormatOne.noise(40, 70, 1, 2);
        for (boolean softmax : new boolean[] {true, false}) {
            Path file = network("network-" + softmax + ".onnx", softmax);
            try (ImageClassifier classifier = ImageClassifier.load(file, PREPROCESSING, LABELS, FormatOne.CPU)) {
                assertArrayEquals(expected(image), classifier.classify(image).probabilities(), 1e-5f);
                // images of different sizes run together: they have one size when they come in
                List<Prediction> both = classifier.classify(List.of(image, other));
                assertArrayEquals(expected(other), both.get(1).probabilities(), 1e-5f);
                Outputs outputs = classifier.run(List.of(image, other));
                assertArrayEquals(expected(image), outputs.probabilities()[0], 1e-5f);
                float[] logits = outputs.logits()[0];
                assertEquals(Math.log(expected(image)[0] / expected(image)[1]), logits[0] - logits[1], 1e-4);
                assertEquals(3, classifier.features(image).length);
                assertEquals(0, classifier.info().formatVersion());
                assertEquals(PREPROCESSING, classifier.info().preprocessing().orElseThrow());
                assertTrue(classifier.heatMap(image, 0).isEmpty());
                ByteBuffer raw = ByteBuffer.allocateDirect(91 * 57 * 3)
                        .put(image.pixels())
                        .flip();
                assertEquals(classifier.classify(image), classifier.classify(raw, 91, 57));
                assertArrayEquals(
                        classifier.run(List.of(image)).logits()[0],
                        classifier.run(raw, 1, 57, 91).logits()[0]);
            }
        }
    }

    @Test
    void aFolderOfHuggingFaceIsReadAsItIs() throws Exception {
        network("onnx/model.onnx", false);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"id2label\": {\"0\": \"red\", \"1\": \"green\", \"2\": \"red\"}, \"model_type\": null}");
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"do_center_crop\": true, \"size\": {\"shortest_edge\": 40}, \"crop_size\": {\"height\": 32,"
                        + " \"width\": 24}, \"image_mean\": [0.5, 0.4, 0.3], \"image_std\": [0.2, 0.3, 0.4],"
                        + " \"rescale_factor\": 0.00392156862745098, \"resample\": 2}");
        Image image = FormatOne.noise(91, 57, 3, 1);
        try (ImageClassifier classifier = ImageClassifier.load(folder, FormatOne.CPU)) {
            assertEquals(
                    List.of("red (0)", "green", "red (2)"), classifier.info().labels());
            assertEquals(PREPROCESSING, classifier.info().preprocessing().orElseThrow());
            assertArrayEquals(expected(image), classifier.classify(image).probabilities(), 1e-5f);
        }
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("hub.jar").toUri()), Map.of("create", "true"))) {
            Files.createDirectory(jar.getPath("/onnx"));
            for (String file : List.of("onnx/model.onnx", "config.json", "preprocessor_config.json")) {
                Files.copy(folder.resolve(file), jar.getPath("/" + file));
            }
            try (ImageClassifier classifier = ImageClassifier.load(jar.getPath("/"), FormatOne.CPU)) {
                assertArrayEquals(expected(image), classifier.classify(image).probabilities(), 1e-5f);
            }
        }
        Files.delete(folder.resolve("preprocessor_config.json"));
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder));
        assertTrue(e.getMessage().contains("preprocessor_config.json is missing"), e.getMessage());
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": -1}");
        e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder));
        assertTrue(e.getMessage().contains("positive size"), e.getMessage());
        Files.writeString(folder.resolve("config.json"), "{\"id2label\": {\"1\": \"red\"}}");
        e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder));
        assertTrue(e.getMessage().contains("1 labels but none for 0"), e.getMessage());
        Files.writeString(folder.resolve("config.json"), "{\"id2label\": {\"0\": \"red\"");
        e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(folder));
        assertTrue(e.getMessage().contains("config.json: JSON: expected"), e.getMessage());
    }

    @Test
    void whatDoesNotFitTogetherIsTold() throws Exception {
        Path file = network("network.onnx", false);
        assertMessage("2 labels for 3 outputs", file, PREPROCESSING, List.of("a", "b"));
        assertMessage(
                "expected one float32 input [N, 1, 8, 8]",
                file,
                Preprocessing.plain(8, 8, Preprocessing.Channels.GRAY),
                LABELS);
        assertMessage("expected one float32 input", FormatOne.PATH, PREPROCESSING, LABELS);
        Path text = Files.writeString(folder.resolve("text.onnx"), "hello");
        assertMessage("not an ONNX model", text, PREPROCESSING, LABELS);
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageClassifier.load(file, PREPROCESSING, List.of("a", "a", "b"), FormatOne.CPU));
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(file, FormatOne.CPU));
        assertTrue(e.getMessage().contains("no classifier file"), e.getMessage());
    }

    private static void assertMessage(String part, Path file, Preprocessing preprocessing, List<String> labels) {
        IOException e = assertThrows(
                ClassifierFileException.class, () -> ImageClassifier.load(file, preprocessing, labels, FormatOne.CPU));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
