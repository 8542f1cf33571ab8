package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.ReplaceHead;

class FeatureTailTest {
    private static final long[] SHAPE = {2, 3, 24, 16};

    @TempDir
    Path folder;

    private Path file;
    private float[] images;

    @BeforeEach
    void makeNetwork() throws IOException {
        file = Files.createDirectories(folder.resolve("onnx")).resolve("model.onnx");
        Files.write(file, TinyNetworks.tokens(3));
        Random random = new Random(5);
        images = new float[2 * 3 * 24 * 16];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
    }

    @Test
    void eachLocationIsComputedFromTheOutputsOfTheNetwork() throws Exception {
        float[][][] tokens = (float[][][]) output("last_hidden_state");
        float[][] pooler = (float[][]) output("pooler_output");
        assertEquals(1 + 3 * 2, tokens[0].length);
        for (int n = 0; n < 2; n++) {
            float[] cls = tokens[n][0];
            float[] others = mean(tokens[n], 1);
            assertArrayEquals(cls, features("#cls")[n], 1e-6f);
            assertArrayEquals(mean(tokens[n], 0), features("#mean")[n], 1e-6f);
            assertArrayEquals(pooler[n], features("#pooler_output")[n], 1e-6f);
            float[] both = features("#cls+mean")[n];
            assertEquals(2 * TinyNetworks.WIDTH, both.length);
            for (int i = 0; i < TinyNetworks.WIDTH; i++) {
                assertEquals(cls[i], both[i], 1e-6f);
                assertEquals(others[i], both[TinyNetworks.WIDTH + i], 1e-6f);
            }
        }
    }

    @Test
    void theHeadOfZerosIsFoundAndReplaced() throws IOException {
        Backbone backbone = open("#cls+mean");
        assertEquals(List.of(), backbone.labels());
        assertEquals(FeatureLocation.CLS_AND_MEAN, backbone.card().use().features());
        assertEquals(8, ReplaceHead.find(backbone.network()).width());
        assertEquals("features", ReplaceHead.find(backbone.network()).takes());
    }

    @Test
    void withoutALocationTheModelTypeDecidesAndThatIsSaid() throws IOException {
        assertEquals(FeatureLocation.CLS, open("").card().use().features());
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"dinov2\"}");
        Backbone dino = open("");
        assertEquals(FeatureLocation.CLS_AND_MEAN, dino.card().use().features());
        assertTrue(dino.card().remarks().toString().contains("features are assumed at cls+mean"), "" + dino.card());
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"siglip_vision_model\"}");
        assertEquals(FeatureLocation.POOLER_OUTPUT, open("").card().use().features());
    }

    /** Legacy exporters give the last axis a name; the bias behind the last LayerNorm has its length. */
    @Test
    void aWidthThatIsNotDeclaredIsThatOfTheLastBias() throws IOException {
        Model tokens = ModelFile.read(file);
        Graph graph = tokens.graph();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        List<Tensor> constants = new ArrayList<>(graph.initializers());
        constants.add(Tensor.ofFloats("shared", new long[] {TinyNetworks.WIDTH}, 1, 2, 3, 4));
        nodes.add(Node.of("copy", "Identity", List.of("shared"), List.of("layernorm.bias")));
        nodes.add(Node.of("norm", "Add", List.of("last_hidden_state", "layernorm.bias"), List.of("normed")));
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("batch"), Dim.of("sequence"), Dim.of("any"));
        ModelFile.write(
                tokens.withGraph(graph.withNodes(nodes)
                        .withInitializers(constants)
                        .withOutputs(List.of(new ValueInfo("normed", type)))),
                file);
        assertEquals(4, ReplaceHead.find(open("#cls").network()).width());
        assertEquals(8, ReplaceHead.find(open("#cls+mean").network()).width());
    }

    @Test
    void aClassifierKeepsItsOwnHead() throws IOException {
        Files.write(file, TinyNetworks.classifier(3, 1));
        assertEquals(FeatureLocation.POOLED, open("").card().use().features());
        assertEquals(3, open("").labels().size());
        BackboneException missing = assertThrows(BackboneException.class, () -> open("#cls"));
        assertTrue(
                missing.getMessage().contains("has no tokens [N,T,F]; its outputs are logits"), missing.getMessage());
        BackboneException noPooler = assertThrows(BackboneException.class, () -> open("#pooler_output"));
        assertTrue(noPooler.getMessage().contains("has no output pooler_output"), noPooler.getMessage());
    }

    @Test
    void anUnknownLocationListsTheKnownOnes() {
        BackboneException unknown = assertThrows(BackboneException.class, () -> open("#last"));
        assertTrue(
                unknown.getMessage()
                        .contains("expected one of pooled, cls, mean, cls+mean, pooler_output, found 'last'"),
                unknown.getMessage());
        BackboneException own =
                assertThrows(BackboneException.class, () -> Backbones.open("resnet50#cls", BackboneOptions.defaults()));
        assertTrue(own.getMessage().contains("has a head of its own"), own.getMessage());
    }

    private Backbone open(String location) throws IOException {
        return Backbones.open(folder + location, BackboneOptions.defaults());
    }

    private float[][] features(String location) throws Exception {
        return Ort.run(open(location).network(), "features", SHAPE, images);
    }

    private Object output(String name) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), SHAPE);
                OrtSession.Result result = session.run(Map.of("pixel_values", tensor))) {
            return result.get(name).orElseThrow().getValue();
        }
    }

    private static float[] mean(float[][] tokens, int from) {
        float[] mean = new float[tokens[0].length];
        for (int t = from; t < tokens.length; t++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += tokens[t][i] / (tokens.length - from);
            }
        }
        return mean;
    }
}
