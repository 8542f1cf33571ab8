package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** Repositories of Hugging Face without a card. */
class HubNetworkTest {
    private static final String NET = "somebody/some-net";

    @TempDir
    Path folder;

    private final Map<String, byte[]> files = new TreeMap<>();
    private HubServer hub;
    private BackboneOptions options;

    @BeforeEach
    void start() throws IOException {
        hub = new HubServer();
        put(
                "config.json",
                "{\"id2label\": {\"0\": \"cat\", \"1\": \"dog\", \"2\": \"cat\"}, \"model_type\": \"resnet\"}");
        put(
                "preprocessor_config.json",
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"do_center_crop\": true, \"size\": {\"shortest_edge\": 40}, \"crop_size\": {\"height\": 32,"
                        + " \"width\": 24}, \"image_mean\": [0.5, 0.4, 0.3], \"image_std\": [0.2, 0.3, 0.4],"
                        + " \"rescale_factor\": 0.00392156862745098, \"resample\": 3}");
        files.put("onnx/model.onnx", network());
        hub.put(NET, "onnx/model.onnx", files.get("onnx/model.onnx"));
        put("README.md", "hello");
        options = BackboneOptions.defaults().withCache(folder.resolve("cache")).withHub(hub.address());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void put(String file, String content) {
        files.put(file, content.getBytes(StandardCharsets.UTF_8));
        hub.put(NET, file, content);
    }

    @Test
    void aRepositoryIsFetchedOnceAndReadWithItsConfiguration() throws IOException {
        Backbone backbone = Backbones.open("hf:somebody/some-net", options);
        assertEquals(List.of("cat (0)", "dog", "cat (2)"), backbone.labels());
        Preprocessing expected = new Preprocessing(
                24,
                32,
                Preprocessing.Channels.RGB,
                Preprocessing.Fit.CROP,
                40,
                List.of(0.5f, 0.4f, 0.3f),
                List.of(0.2f, 0.3f, 0.4f),
                1f / 255);
        assertEquals(expected.withFilter(Filter.CUBIC), backbone.preprocessing());
        assertEquals(
                List.of("input"),
                backbone.network().graph().trueInputs().stream()
                        .map(ValueInfo::name)
                        .toList());
        assertEquals(
                List.of("logits", "features"),
                backbone.network().graph().outputs().stream()
                        .map(ValueInfo::name)
                        .toList());
        assertEquals(18, backbone.network().opset());
        int before = hub.requests().size();
        assertTrue(
                hub.requests().contains("/somebody/some-net/resolve/" + HubServer.COMMIT + "/onnx/model.onnx"),
                hub.requests().toString());
        Backbone again = Backbones.open("hf:somebody/some-net", options.withDownloads(BackboneOptions.Downloads.NEVER));
        assertEquals(backbone.labels(), again.labels());
        assertEquals(before, hub.requests().size());
    }

    @Test
    void aBrokenDownloadGoesOnWhereItStopped() throws IOException {
        byte[] model = files.get("onnx/model.onnx");
        Path onnx = Files.createDirectories(folder.resolve("cache/backbones/hf/somebody--some-net/onnx"));
        Files.write(onnx.resolve("model.onnx.part"), Arrays.copyOf(model, 100));
        assertEquals(3, Backbones.open("hf:somebody/some-net", options).labels().size());
        assertTrue(
                hub.requests().stream().anyMatch(request -> request.endsWith("bytes=100-")),
                hub.requests().toString());
    }

    @Test
    void aRepositoryWithoutOnnxSaysWhatItHasAndWhatToDo() {
        hub.remove(NET, "onnx/model.onnx");
        BackboneException missing =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:somebody/some-net", options));
        assertTrue(missing.getMessage().contains("has no onnx/model.onnx; it has README.md"), missing.getMessage());
        assertTrue(missing.getMessage().contains("optimum-cli export onnx"), missing.getMessage());
    }

    @Test
    void withoutConfigurationTheUsualIsAssumedAndSaid() throws IOException {
        hub.remove(NET, "config.json");
        hub.remove(NET, "preprocessor_config.json");
        Backbone backbone = Backbones.open("hf:somebody/some-net", options);
        assertEquals(List.of("class_0", "class_1", "class_2"), backbone.labels());
        assertEquals(Preprocessing.imagenet(256, 224), backbone.preprocessing());
        String remarks = backbone.card().remarks().toString();
        assertTrue(remarks.contains("nothing says how images are prepared"), remarks);
        assertTrue(remarks.contains("nothing names the classes"), remarks);
    }

    @Test
    void aProcessorThatIsNotKnownIsRefusedWithTheRemedy() {
        put("preprocessor_config.json", "{\"image_processor_type\": \"NougatImageProcessor\"}");
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:somebody/some-net", options));
        assertTrue(
                refused.getMessage()
                        .contains("preprocessor_config.json: the steps of the image processor"
                                + " 'NougatImageProcessor' are not known here"),
                refused.getMessage());
        assertTrue(
                refused.getMessage().contains("\"image_processor_type\": \"CLIPImageProcessor\""),
                refused.getMessage());
    }

    @Test
    void aFilterThatOnnxDoesNotHaveIsRefusedBeforeTraining() {
        put(
                "preprocessor_config.json",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"resample\": 1, \"size\": 32}");
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:somebody/some-net", options));
        assertTrue(refused.getMessage().contains("the filter LANCZOS, which ONNX does not have"), refused.getMessage());
        assertTrue(refused.getMessage().contains("\"resample\": 3"), refused.getMessage());
    }

    @Test
    void timmsPartOfTheConfigurationIsRead() throws IOException {
        hub.remove(NET, "preprocessor_config.json");
        put(
                "config.json",
                "{\"architecture\": \"resnet50\", \"label_names\": [\"a\", \"b\", \"c\"], \"pretrained_cfg\":"
                        + " {\"input_size\": [3, 32, 32], \"crop_pct\": 0.8, \"interpolation\": \"bilinear\"}}");
        Backbone backbone = Backbones.open("hf:somebody/some-net", options);
        assertEquals(List.of("a", "b", "c"), backbone.labels());
        assertEquals(
                Preprocessing.imagenet(40, 32).withCropOrigin(Preprocessing.CropOrigin.HALF_TO_EVEN),
                backbone.preprocessing());
    }

    @Test
    void anUnknownRepositoryIsNamed() {
        BackboneException unknown =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:nobody/nothing", options));
        assertTrue(unknown.getMessage().contains("no such public repository"), unknown.getMessage());
        assertThrows(BackboneException.class, () -> Backbones.open("hf:../etc", options));
    }

    @Test
    void withoutNetworkTheMessageSaysWhichFilesToPutTogether() {
        BackboneOptions offline = options.withDownloads(BackboneOptions.Downloads.NEVER);
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:somebody/some-net", offline));
        assertTrue(refused.getMessage().contains("onnx/model.onnx"), refused.getMessage());
        hub.close();
        BackboneException unreachable =
                assertThrows(BackboneException.class, () -> Backbones.open("hf:somebody/some-net", options));
        assertTrue(unreachable.getMessage().contains("Is there a network connection?"), unreachable.getMessage());
    }

    @Test
    void aFolderInAJarWillDo() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = jar.getPath("/net").resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.write(target, file.getValue());
            }
            Backbone backbone = Backbones.open(jar.getPath("/net"), options);
            assertEquals(List.of("cat (0)", "dog", "cat (2)"), backbone.labels());
            assertEquals(32, backbone.preprocessing().height());
        }
    }

    @Test
    void aFolderOfTheSameLayoutWillDo() throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve("local").resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        Backbone backbone = Backbones.open(folder.resolve("local").toString(), options);
        assertEquals(List.of("cat (0)", "dog", "cat (2)"), backbone.labels());
        assertEquals(32, backbone.preprocessing().height());
        Files.delete(folder.resolve("local/onnx/model.onnx"));
        BackboneException missing = assertThrows(
                BackboneException.class,
                () -> Backbones.open(folder.resolve("local").toString(), options));
        assertTrue(missing.getMessage().contains("expected onnx/model.onnx"), missing.getMessage());
        assertTrue(missing.getMessage().contains("preprocessor_config.json"), missing.getMessage());
    }

    @Test
    void twoInputsAreNoImage() throws IOException {
        GraphBuilder graph = new GraphBuilder("two", 18);
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        String sum = graph.node("Add", List.of(graph.input("a", type), graph.input("b", type)));
        graph.output(sum, type);
        Path file = folder.resolve("two.onnx");
        ModelFile.write(graph.build(), file);
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open(file.toString(), options));
        assertTrue(refused.getMessage().contains("takes 2 inputs"), refused.getMessage());
    }

    /** As exporters write them: other names, and a softmax at the end. */
    private static byte[] network() {
        GraphBuilder graph = new GraphBuilder("main", 12);
        String input = graph.input(
                "pixel_values", TensorType.of(DataType.FLOAT, Dim.of("batch"), Dim.of(3), Dim.of("h"), Dim.of("w")));
        String pooled = graph.node("GlobalAveragePool", List.of(input));
        String flat = graph.node("Flatten", List.of(pooled));
        String weight = graph.initializer(Tensor.ofFloats("logits", new long[] {3, 3}, new float[9]));
        String product = graph.node("MatMul", List.of(flat, weight));
        String bias = graph.initializer(Tensor.ofFloats("bias", new long[] {3}, new float[3]));
        String sum = graph.node("Add", List.of(product, bias));
        graph.output(graph.node("Softmax", List.of(sum)), TensorType.of(DataType.FLOAT, Dim.of("batch"), Dim.of(3)));
        return ModelFile.toBytes(graph.build());
    }
}
