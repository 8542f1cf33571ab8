package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.backbones.BackboneException;
import terzi.export.ClassifierFile;
import terzi.inference.ImageClassifier;
import terzi.onnx.Model;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;

/** What can be done with a file that fine-tuning wrote, whatever its head is. */
class FineTunedFileTest {
    @TempDir
    private Path folder;

    private FineTuned fineTune(String backbone, Path images, String form, String run) throws IOException {
        return FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(backbone)
                        .with("head.form", form)
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withFolder(folder.resolve(run)))
                .run();
    }

    private static List<String> outputs(Path file) throws IOException {
        Model network = ClassifierFile.readNetwork(file);
        return network.graph().outputs().stream().map(ValueInfo::name).sorted().toList();
    }

    /** Its own head, sets and strangeness do not get in the way of another head. */
    @ParameterizedTest
    @ValueSource(strings = {"discriminant", "kernel", "linear"})
    void theNetworkInTheFileIsABackbone(String form) throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        FineTuned first =
                fineTune(Photos.network(folder.resolve("network.onnx")).toString(), images, form, "first");
        List<String> outputs = outputs(first.classifier());
        assertTrue(outputs.contains("strangeness"), outputs.toString());
        Path network = folder.resolve("taken.onnx");
        ModelFile.write(ClassifierFile.readNetwork(first.classifier()), network);
        Path two = images.resolveSibling("two");
        for (String label : List.of("red", "blue")) {
            Files.createDirectories(two);
            Files.move(images.resolve(label), two.resolve(label));
        }
        FineTuned second = fineTune(network.toString(), two, "discriminant", "second");
        assertTrue(second.summary().accuracy() > 0.9, second.summary().toString());
        assertEquals(List.of("activation_map", "features", "logits", "strangeness"), outputs(second.classifier()));
        Model again = ClassifierFile.readNetwork(second.classifier());
        assertTrue(
                again.graph().initializers().stream()
                        .noneMatch(tensor -> tensor.name().endsWith("strangeness2/bank")),
                "the images of the first file are gone");
        try (ImageClassifier classifier = second.openClassifier()) {
            assertEquals(List.of("blue", "red"), classifier.info().labels());
            assertTrue(classifier.info().strangeness());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"discriminant", "kernel", "linear"})
    void theFileIsEvaluatedAndExplainedAndIsRefusedAsABackbone(String form) throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        String network = Photos.network(folder.resolve("network.onnx")).toString();
        FineTuned first = fineTune(network, images, form, "first");
        MetricsSummary evaluated = Evaluating.of(first.classifier())
                .withData(images)
                .withPart(DataPart.ALL)
                .run()
                .summary();
        assertEquals(60, evaluated.count());
        assertTrue(evaluated.accuracy() >= first.summary().accuracy() - 0.05, evaluated.toString());

        Path image = images.resolve("red").resolve("0.png");
        Explained explained = Explaining.of(first.classifier(), List.of(image.toString()))
                .withTarget(folder.resolve("maps"))
                .run();
        assertEquals(1, explained.explained(), explained.toString());

        BackboneException refused = assertThrows(
                BackboneException.class, () -> fineTune(first.classifier().toString(), images, form, "again"));
        assertTrue(refused.getMessage().contains("so it is a finished classifier"), refused.getMessage());
    }
}
