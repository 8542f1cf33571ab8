package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.RunFile;
import terzi.inference.ImageClassifier;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.codec.ModelFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BackboneChoiceTest {
    @TempDir
    Path folder;

    private FineTuning request(String backbone, Path images) {
        return FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(backbone)
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")));
    }

    /** A network whose features are 0 for every image. */
    private static Path blind(Path target) throws IOException {
        Model network = ModelFile.read(Photos.network(target));
        Graph graph = network.graph();
        List<Tensor> zeros = graph.initializers().stream()
                .map(tensor -> Tensor.ofFloats(tensor.name(), tensor.dims(), new float[tensor.floats().length]))
                .toList();
        ModelFile.write(network.withGraph(graph.withInitializers(zeros)), target);
        return target;
    }

    @Test
    void theNetworkThatTellsTheImagesApartIsTaken() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        Path blind = blind(folder.resolve("blind.onnx"));
        Path seeing = Photos.network(folder.resolve("seeing.onnx"));
        Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "no network");
        FineTuned tuned = request("auto:" + blind + "," + seeing + "," + damaged, images)
                .withWithin(Duration.ofSeconds(5))
                .run();
        ComparedBackbones compared = tuned.backbones().orElseThrow();
        assertEquals(seeing.toString(), compared.chosen());
        assertEquals(5000, compared.withinMillis().orElseThrow());
        assertEquals(3, compared.candidates().size());
        double accuracy = compared.candidates().get(1).figures().orElseThrow().accuracy();
        assertTrue(accuracy > 0.9, "seeing: " + accuracy);
        assertTrue(compared.candidates().get(0).figures().orElseThrow().accuracy() < 0.6);
        ComparedBackbones.Time time = compared.candidates().get(1).time().orElseThrow();
        assertTrue(0 < time.low() && time.low() <= time.millis() && time.millis() <= time.high(), time.toString());
        assertTrue(compared.candidates().get(2).figures().isEmpty());
        assertTrue(compared.candidates().get(2).reason().contains("damaged.onnx"), compared.toString());
        assertEquals(1, compared.sentences().size());
        assertTrue(compared.table(200).contains("chosen"), compared.table(200));

        assertTrue(Files.readString(RunFile.RECIPE.in(tuned.folder())).contains("seeing.onnx"));
        String page = Files.readString(RunFile.BACKBONES_PAGE.in(tuned.folder()));
        assertTrue(page.contains("2 networks side by side"), "the page has another title");
        JsonNode json = JsonMapper.shared().readTree(Files.readString(RunFile.BACKBONES.in(tuned.folder())));
        assertEquals(seeing.toString(), json.path("chosen").asString());
        assertEquals(accuracy, json.path("candidates").get(1).path("accuracy").asDouble());
        try (ImageClassifier classifier = ImageClassifier.load(tuned.classifier())) {
            assertEquals(
                    "green",
                    classifier
                            .classify(images.resolve("green").resolve("1.png"))
                            .label());
        }
    }

    @Test
    void aLimitThatNoNetworkMeetsIsToldWithTheFastest() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 30);
        Path one = Photos.network(folder.resolve("one.onnx"));
        Path two = Photos.network(folder.resolve("two.onnx"));
        FineTuning impossible = request("auto:" + one + "," + two, images).withWithin(Duration.ofNanos(1000));
        IOException refused = assertThrows(IOException.class, impossible::run);
        assertTrue(
                refused.getMessage().startsWith("no network answers within 0.001 ms; the fastest, "),
                refused.getMessage());
        assertFalse(Files.exists(folder.resolve("runs").resolve("finetune").resolve("images")));
    }

    @Test
    void whatIsNotAComparisonIsRefused() {
        for (String backbone : List.of("auto:", "auto:resnet50", "auto:resnet50,resnet50", "auto:a.onnx,")) {
            IOException refused = assertThrows(IOException.class, () -> BackboneChoice.candidates(backbone));
            assertTrue(refused.getMessage().contains("expected two or more different networks"), refused.getMessage());
        }
        IOException alone =
                assertThrows(IOException.class, () -> request("resnet50", Photos.folder(folder.resolve("images"), 6))
                        .withWithin(Duration.ofMillis(20))
                        .run());
        assertTrue(
                alone.getMessage().startsWith("withWithin(...) limits the networks that the backbone auto compares"),
                alone.getMessage());
        IOException tuned = assertThrows(IOException.class, () -> Tuning.on(folder.resolve("images"))
                .withSettings(FineTuningSettings.defaults().withBackbone("auto"))
                .run());
        assertTrue(tuned.getMessage().startsWith("backbone auto: a search takes one network"), tuned.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> request("auto", folder).withWithin(Duration.ZERO));
    }

    /** Of 15 rounds the 4th and the 12th value enclose the median with 1 - 2 (1 + 15 + 105 + 455) / 2^15 = 96.5 %. */
    @Test
    void theIntervalOfATimeIsThatOfOrderStatistics() {
        double[] shuffled =
                IntStream.range(0, 15).mapToDouble(i -> (i * 7) % 15 + 1).toArray();
        assertEquals(new ComparedBackbones.Time(8, 4, 12), ResponseTimes.time(shuffled));
    }
}
