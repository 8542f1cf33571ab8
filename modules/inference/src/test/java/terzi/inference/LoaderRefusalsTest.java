package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** What a classifier file must say about itself, and how it must look; each part wrong by itself. */
class LoaderRefusalsTest {

    private static final String PREPROCESSING =
            "{\"width\":8,\"height\":6,\"channels\":\"rgb\",\"fit\":\"crop\",\"resize_to\":9,"
                    + "\"mean\":[0.5,0.25,0],\"std\":[1,2,4],\"scale\":0.5}";

    private Map<String, String> metadata;
    private Model model;

    @BeforeEach
    void good() throws IOException {
        model = ModelFile.read(FormatOne.bytes());
        metadata = new LinkedHashMap<>(model.metadata());
        metadata.put(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER);
    }

    private ImageClassifier load() throws IOException {
        byte[] bytes = ModelFile.toBytes(model.withMetadata(metadata));
        ClassifierDigest.seal(bytes);
        return ImageClassifier.load(bytes, FormatOne.CPU);
    }

    private void assertRefused(String part) {
        ClassifierFileException e = assertThrows(ClassifierFileException.class, this::load);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void everyPartOfThePreprocessingIsRead() throws Exception {
        metadata.put("terzi.preprocessing", PREPROCESSING);
        try (ImageClassifier classifier = load()) {
            assertEquals(
                    new Preprocessing(
                            8,
                            6,
                            Preprocessing.Channels.RGB,
                            Preprocessing.Fit.CROP,
                            9,
                            List.of(0.5f, 0.25f, 0f),
                            List.of(1f, 2f, 4f),
                            0.5f),
                    classifier.info().preprocessing().orElseThrow());
        }
        metadata.put(
                "terzi.preprocessing",
                "{\"width\":8,\"height\":6,\"channels\":\"bgr\",\"fit\":\"stretch\","
                        + "\"mean\":[0,0,0],\"std\":[1,1,1],\"scale\":1,\"filter\":\"cubic\",\"crop_origin\":\"half_to_even\"}");
        try (ImageClassifier classifier = load()) {
            Preprocessing read = classifier.info().preprocessing().orElseThrow();
            assertEquals(Filter.CUBIC, read.filter());
            assertEquals(Preprocessing.CropOrigin.HALF_TO_EVEN, read.cropOrigin());
            assertEquals(Preprocessing.Channels.BGR, read.channels());
            assertEquals(Preprocessing.Fit.STRETCH, read.fit());
        }
        metadata.remove("terzi.preprocessing");
        try (ImageClassifier classifier = load()) {
            assertEquals(Optional.empty(), classifier.info().preprocessing());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"width\":8,|\"width\":\"8\",|'width': expected a number, found \"8\"",
                "\"height\":6,|~~|'height': expected a number, found nothing",
                "\"rgb\"|\"cmyk\"|'channels': expected one of rgb, bgr, gray, found \"cmyk\"",
                "\"crop\"|3|'fit': expected one of stretch, crop, stretch_crop, found 3",
                "[0.5,0.25,0]|[0.5,\"a\",0]|'mean': expected a number, found \"a\"",
                "[1,2,4]|7|'std': expected an array of numbers, found 7",
                "\"scale\":0.5|\"scale\":true|'scale': expected a number, found true",
                "{|[|'terzi.preprocessing' is damaged"
            })
    void aDamagedPreprocessingIsNamed(String part, String instead, String message) {
        assertTrue(PREPROCESSING.contains(part));
        metadata.put("terzi.preprocessing", PREPROCESSING.replace(part, instead));
        assertRefused(message);
    }

    @Test
    void labelsAndTemperatureAreRequired() throws Exception {
        metadata.put("terzi.labels", "[\"a\",\"b\"]");
        assertRefused("2 labels for 3 outputs of the network");
        metadata.put("terzi.labels", "{}");
        assertRefused("'terzi.labels' is damaged: JSON: expected an array of strings");
        metadata.remove("terzi.labels");
        assertRefused("the metadata has no 'terzi.labels'");
        metadata.put("terzi.labels", "[\"a\",\"b\",\"c\"]");
        metadata.put("terzi.temperature", "warm");
        assertRefused("'terzi.temperature' is not a number: 'warm'");
        metadata.remove("terzi.temperature");
        try (ImageClassifier classifier = load()) {
            assertEquals(1f, classifier.info().temperature());
            assertEquals(1, classifier.info().formatVersion());
            assertEquals(3, classifier.info().channels());
            assertTrue(classifier.info().features());
            assertTrue(classifier.info().activationMap());
        }
    }

    @Test
    void anotherFormatNamesItsWriter() {
        metadata.put("terzi.version", "9.9");
        metadata.put("terzi.format", "3");
        assertRefused("as new as the program that wrote the file (terzi 9.9)");
        metadata.remove("terzi.format");
        assertRefused("is an ONNX model but no classifier file");
    }

    @Test
    void aFileWithoutADigestIsRefused() {
        metadata.remove(ClassifierDigest.KEY);
        byte[] bytes = ModelFile.toBytes(model.withMetadata(metadata));
        ClassifierFileException e =
                assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(bytes, FormatOne.CPU));
        assertTrue(e.getMessage().contains("has no digest"), e.getMessage());
    }

    /** A network with these types, whose answer is the mean of the image's channels. */
    private void network(DataType type, Dim channels, int logits, int probabilities) {
        GraphBuilder graph = new GraphBuilder("network", 18);
        graph.input("image", TensorType.of(type, Dim.of("N"), Dim.of("H"), Dim.of("W"), channels));
        String real =
                graph.node("Cast", List.of("image"), Map.of("to", terzi.onnx.Attribute.of(DataType.FLOAT.onnxCode())));
        String axes = graph.initializer(terzi.onnx.Tensor.ofLongs("axes", 1, 2));
        String mean = graph.node("ReduceMean", List.of(real, axes), Map.of("keepdims", terzi.onnx.Attribute.of(0)));
        for (Map.Entry<String, Integer> output :
                List.of(Map.entry("logits", logits), Map.entry("probabilities", probabilities))) {
            String weight = graph.initializer(terzi.onnx.Tensor.ofFloats(
                    output.getKey() + ".w", new long[] {3, output.getValue()}, new float[3 * output.getValue()]));
            graph.node(output.getKey(), "MatMul", List.of(mean, weight), Map.of());
        }
        for (String output : List.of("logits", "probabilities")) {
            int width = output.equals("logits") ? logits : probabilities;
            graph.output(output, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(width)));
        }
        model = graph.build();
        metadata.put("terzi.labels", "[\"a\",\"b\",\"c\"]");
    }

    @Test
    void inputsAndOutputsAreThoseOfTheFormat() throws Exception {
        network(DataType.UINT8, Dim.of(3), 3, 3);
        try (ImageClassifier classifier = load()) {
            assertEquals(false, classifier.info().features());
            assertEquals(false, classifier.info().activationMap());
            assertTrue(classifier.heatMap(FormatOne.noise(3, 3, 3, 1), 0).isEmpty());
        }
        network(DataType.UINT8, Dim.of(3), 3, 2);
        assertRefused("must be fixed and equal in the outputs 'logits' and 'probabilities', found 3 and 2");
        network(DataType.FLOAT, Dim.of(3), 3, 3);
        assertRefused("a classifier file has 'image', UINT8 of rank 4");
        network(DataType.UINT8, Dim.of("C"), 3, 3);
        assertRefused("with C = 1 or 3");
        network(DataType.UINT8, Dim.of(3), 3, 3);
        List<ValueInfo> outputs = model.graph().outputs();
        model = model.withGraph(model.graph().withOutputs(outputs.subList(0, 1)));
        assertRefused("a classifier file has 'probabilities', FLOAT of rank 2; found only [logits]");
    }
}
