package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.backbones.PixelValues;
import terzi.export.ClassifierFile;
import terzi.images.Filter;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.inference.ImageClassifier;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

class PackagingTest {
    private static final List<String> COLOURS = List.of("red", "green", "blue");
    private static final float FACTOR = 10;

    @TempDir
    Path folder;

    private Path network;

    @BeforeEach
    void makeNetwork() throws IOException {
        network = network(folder.resolve("network.onnx"), false);
    }

    /** Probabilities are the softmax of ten times the mean of each channel, whatever exporters call things. */
    @Test
    void aBareNetworkAnswersAsItsFormulaSays() throws IOException {
        NetworkFacts facts = NetworkFacts.none().withLabels(COLOURS).withPixels(PixelValues.ZERO_TO_ONE);
        for (boolean isSoftmaxInside : new boolean[] {false, true}) {
            Path bare = network(folder.resolve("bare" + isSoftmaxInside + ".onnx"), isSoftmaxInside);
            Packaged packaged = Packaging.of(bare.toString()).withNetwork(facts).run();
            assertEquals(folder.resolve("bare" + isSoftmaxInside + "-classifier.onnx"), packaged.file());
            assertTrue(packaged.logitDifference() <= 1e-5, packaged.toString());
            assertTrue(packaged.probabilityDifference() <= 1e-5, packaged.toString());
            assertEquals(4, packaged.goldens());
            try (ImageClassifier classifier = ImageClassifier.load(packaged.file())) {
                assertEquals(COLOURS, classifier.info().labels());
                assertArrayEquals(
                        softmax(200 / 255f, 100 / 255f, 50 / 255f),
                        classifier.classify(filled(200, 100, 50)).probabilities(),
                        1e-5f);
            }
            assertEquals(4, ClassifierFile.verify(packaged.file()).goldens());
        }
    }

    @Test
    void anExistingFileIsReplacedOnlyIfItIsNamed() throws IOException {
        Packaging request = Packaging.of(network.toString())
                .withNetwork(NetworkFacts.none().withLabels(COLOURS).withPixels(PixelValues.RAW));
        request.run();
        IOException there = assertThrows(IOException.class, request::run);
        assertTrue(there.getMessage().contains("is there already"), there.getMessage());
        request.withTarget(folder.resolve("network-classifier.onnx")).run();
    }

    @Test
    void whatIsNotToldIsRefused() {
        NetworkFacts labels = NetworkFacts.none().withLabels(COLOURS);
        assertRefused(labels, "nothing says how images are prepared", "withPixels(...)");
        assertRefused(NetworkFacts.none().withPixels(PixelValues.RAW), "3 classes apart and nothing names them");
        assertRefused(
                NetworkFacts.none().withLabels(List.of("a", "b")).withPixels(PixelValues.RAW),
                "tells 3 classes apart, given are 2 labels");
        assertFalse(Files.exists(folder.resolve("network-classifier.onnx")));
    }

    private void assertRefused(NetworkFacts facts, String... expected) {
        Packaging request = Packaging.of(network.toString()).withNetwork(facts);
        IOException refused = assertThrows(IOException.class, request::run);
        for (String part : expected) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    @Test
    void aHuggingFaceFolderIsClassifiedMeasuredAndPackagedAsItIs() throws IOException {
        Path hub = hub();
        Path images = Photos.folder(folder.resolve("images"), 30);
        Evaluated measured = Evaluating.of(hub).withData(images).run();
        assertEquals(30, measured.metrics().predictions().size());
        assertEquals(1, measured.metrics().accuracy());
        Path output = folder.resolve("report");
        Evaluating.of(hub).withData(images).withOutput(output).run();
        assertTrue(Files.isRegularFile(output.resolve("report.html")));

        String image = images.resolve("green/1.png").toString();
        ClassifiedImages.Labelled classified = (ClassifiedImages.Labelled)
                Classifying.of(hub, List.of(image)).run().images().get(0);
        Packaged packaged = Packaging.of(hub.toString()).run();
        assertEquals(folder.resolve("hub-classifier.onnx"), packaged.file());
        ClassifiedImages.Labelled again = (ClassifiedImages.Labelled)
                Classifying.of(packaged.file(), List.of(image)).run().images().get(0);
        assertEquals(classified.toString(), again.toString());
        assertTrue(classified.toString().contains("green"), classified.toString());
    }

    @Test
    void aBareNetworkIsMeasuredWithItsFacts() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 12);
        NetworkFacts facts = NetworkFacts.none()
                .withLabels(COLOURS)
                .withPreprocessing(NetworkFacts.readPreprocessing(
                        "width=32,height=32,fit=stretch,mean=[0.5,0.5,0.5],std=[0.2,0.2,0.2]"));
        Evaluated measured =
                Evaluating.of(network).withNetwork(facts).withData(images).run();
        assertEquals(1, measured.metrics().accuracy());
        IOException unknown = assertThrows(
                IOException.class, () -> Evaluating.of(network).withData(images).run());
        assertTrue(unknown.getMessage().contains("'terzi package'"), unknown.getMessage());
        NetworkFacts other = facts.withLabels(List.of("a", "b", "c"));
        IOException foreign = assertThrows(
                IOException.class,
                () -> Evaluating.of(network).withNetwork(other).withData(images).run());
        assertTrue(foreign.getMessage().contains("labels that the classifier does not know"), foreign.getMessage());
    }

    @Test
    void aClassifierFileTellsItsFactsItself() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 3);
        NetworkFacts facts = NetworkFacts.none().withLabels(COLOURS).withPixels(PixelValues.IMAGENET);
        Path file = Packaging.of(network.toString()).withNetwork(facts).run().file();
        IOException needless = assertThrows(IOException.class, () -> Classifying.of(file, List.of(images.toString()))
                .withNetwork(facts)
                .run());
        assertTrue(needless.getMessage().contains("leave withLabels(...)"), needless.getMessage());
        Evaluated together = Evaluating.of(List.of(file, network))
                .withNetwork(facts)
                .withData(images)
                .run();
        assertEquals(2, together.answers());
        assertTrue(new Inspecting(hub()).run().file().endsWith("model.onnx"));
    }

    /** Tokens are the pixels, so their mean is the mean of the prepared colours, of a photo of one colour: that colour. */
    @Test
    void aNetworkWithoutAHeadIsFineTunedOnItsTokens() throws IOException {
        pixelsAsTokens(32);
        Path images = Photos.folder(folder.resolve("images"), 60);
        FineTuned tuned = FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(network + "#mean")
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run();
        assertTrue(tuned.outOfFold().orElseThrow().accuracy() > 0.9, tuned.head());
        float[] expected = {
            (200 / 255f - 0.485f) / 0.229f, (100 / 255f - 0.456f) / 0.224f, (50 / 255f - 0.406f) / 0.225f
        };
        try (ImageClassifier classifier = ImageClassifier.load(tuned.classifier())) {
            assertArrayEquals(
                    expected, classifier.run(List.of(filled(200, 100, 50))).features()[0], 1e-4f);
        }
    }

    @Test
    void aNetworkWithoutClassesIsNotPackaged() throws IOException {
        pixelsAsTokens(8);
        assertRefused(
                NetworkFacts.none().withPixels(PixelValues.ZERO_TO_ONE), "has no classes of its own", "fine-tune it");
    }

    @Test
    void factsAreReadFromFilesAndFromText() throws IOException {
        assertEquals(List.of("a", "b c"), NetworkFacts.readLabels("a, b c"));
        Path labels = Files.writeString(folder.resolve("labels.txt"), "x\n\n y \n");
        assertEquals(List.of("x", "y"), NetworkFacts.readLabels(labels.toString()));
        assertThrows(IOException.class, () -> NetworkFacts.readLabels("labels"));
        assertEquals(
                Map.of("fit", "crop", "resize_to", 256, "mean", Arrays.asList(0.5, 0.5, 0.5)),
                NetworkFacts.readPreprocessing("fit=crop, resize_to=256,mean=[0.5,0.5,0.5]"));
        Path json = Files.writeString(folder.resolve("p.json"), "{\"width\": 96, \"filter\": \"cubic\"}");
        assertEquals(Map.of("width", 96, "filter", "cubic"), NetworkFacts.readPreprocessing(json.toString()));
        Path processor = Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 32, \"resample\": 3}");
        Map<String, Object> hub = NetworkFacts.readPreprocessing(processor.toString());
        assertEquals(32, hub.get("width"));
        assertEquals("cubic", hub.get("filter"));
        IllegalArgumentException key = assertThrows(
                IllegalArgumentException.class, () -> NetworkFacts.none().withPreprocessing(Map.of("widht", 3)));
        assertTrue(key.getMessage().startsWith("preprocessing: expected the keys width"), key.getMessage());
        assertThrows(IOException.class, () -> NetworkFacts.readPreprocessing("crop"));
    }

    @Test
    void settingsChangeOnlyWhatTheyName() throws IOException {
        Preprocessing own = Preprocessing.imagenet(256, 224);
        NetworkFacts facts = NetworkFacts.none().withPreprocessing(Map.of("width", 112, "height", 112));
        Preprocessing half = facts.over(own);
        assertEquals(128, half.resizeTo());
        assertEquals(own.mean(), half.mean());
        Preprocessing cubic =
                NetworkFacts.none().withPreprocessing(Map.of("filter", "cubic")).over(own);
        assertEquals(own.withFilter(Filter.CUBIC), cubic);
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> NetworkFacts.none()
                .withPreprocessing(Map.of("fit", "pad"))
                .over(own));
        assertTrue(wrong.getMessage().startsWith("preprocessing: 'fit': expected one of"), wrong.getMessage());
    }

    private void pixelsAsTokens(int size) throws IOException {
        GraphBuilder graph = new GraphBuilder("tokens", 17);
        String input = graph.input(
                "pixel_values", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(size), Dim.of(size)));
        String shape = graph.initializer(Tensor.ofLongs("shape", 0, 3, -1));
        String tokens = graph.node(
                "Transpose",
                List.of(graph.node("Reshape", List.of(input, shape))),
                Map.of("perm", Attribute.ints(0, 2, 1)));
        graph.output(tokens, "last_hidden_state", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of("T"), Dim.of(3)));
        ModelFile.write(graph.build(), network);
    }

    private Path hub() throws IOException {
        Path hub = folder.resolve("hub");
        Files.createDirectories(hub.resolve("onnx"));
        Files.copy(network, hub.resolve("onnx/model.onnx"));
        Files.writeString(
                hub.resolve("config.json"),
                "{\"model_type\": \"resnet\", \"id2label\": {\"0\": \"red\", \"1\": \"green\", \"2\": \"blue\"}}");
        Files.writeString(
                hub.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"height\": 24, \"width\": 24},"
                        + " \"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]}");
        return hub;
    }

    /** Logits are ten times the mean of each channel. */
    private static Path network(Path target, boolean isSoftmaxInside) throws IOException {
        GraphBuilder graph = new GraphBuilder("colours", 14);
        String input = graph.input(
                "pixel_values", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W")));
        String flat = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(input))));
        float[] weight = {FACTOR, 0, 0, 0, FACTOR, 0, 0, 0, FACTOR};
        String logits = graph.node(
                "Gemm",
                List.of(
                        flat,
                        graph.initializer(Tensor.ofFloats("w", new long[] {3, 3}, weight)),
                        graph.initializer(Tensor.ofFloats("b", new long[] {3}, new float[3]))));
        String answer = isSoftmaxInside ? graph.node("Softmax", List.of(logits)) : logits;
        graph.output(answer, "scores", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        ModelFile.write(graph.build(), target);
        return target;
    }

    private static Image filled(int red, int green, int blue) {
        byte[] pixels = new byte[40 * 30 * 3];
        for (int i = 0; i < pixels.length; i += 3) {
            pixels[i] = (byte) red;
            pixels[i + 1] = (byte) green;
            pixels[i + 2] = (byte) blue;
        }
        return new Image(40, 30, 3, pixels);
    }

    private static float[] softmax(float... means) {
        double sum = 0;
        for (float mean : means) {
            sum += Math.exp(FACTOR * mean);
        }
        float[] probabilities = new float[means.length];
        for (int i = 0; i < means.length; i++) {
            probabilities[i] = (float) (Math.exp(FACTOR * means[i]) / sum);
        }
        return probabilities;
    }
}
