package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.inference.ImageClassifier;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.codec.ModelFile;

class JoinedNetworksTest {
    @TempDir
    Path folder;

    private FineTuned run(Path first, Path second, Path images) throws IOException {
        return FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(first + "," + second)
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run();
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

    /** The file answers with both networks, as ONNX Runtime computes it. */
    @Test
    void theSecondNetworkIsTakenWhereItHelps() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        Path blind = blind(folder.resolve("blind.onnx"));
        Path seeing = Photos.network(folder.resolve("seeing.onnx"));
        FineTuned joined = run(blind, seeing, images);
        assertTrue(joined.head().contains("on both networks"), joined.head());
        assertTrue(
                joined.outOfFold().orElseThrow().accuracy() > 0.9,
                joined.outOfFold().toString());
        try (ImageClassifier classifier = ImageClassifier.load(joined.classifier())) {
            assertTrue(classifier.info().strangeness());
            assertEquals(
                    "blue",
                    classifier.classify(images.resolve("blue").resolve("2.png")).label());
        }
    }

    /** The same network twice: the second tells nothing new, so the file has one of them. */
    @Test
    void theSecondNetworkIsLeftOutWhereItDoesNotHelp() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        Path seeing = Photos.network(folder.resolve("seeing.onnx"));
        FineTuned joined = run(seeing, seeing, images);
        assertTrue(joined.head().contains("on the first network"), joined.head());
        long values = ModelFile.read(joined.classifier()).graph().initializers().stream()
                .filter(tensor -> tensor.name().startsWith("second/"))
                .count();
        assertEquals(0, values);
    }
}
