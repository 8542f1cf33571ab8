package terzi.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.inference.ActivationMap;
import terzi.inference.ClassifierFileException;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

class ClassifierFileTest {

    private static final Preprocessing GRAY = Preprocessing.plain(12, 10, Channels.GRAY);
    private static final ClassifierSpec SPEC = new ClassifierSpec(GRAY, List.of("a", "b \"quoted\"", "\u00fc\n"));

    @TempDir
    Path folder;

    private final Model network = Fixtures.linear(GRAY, 3, 1);

    @Test
    void theFileRepeatsTheGoldensAndTellsWhatItWasMadeOf() throws Exception {
        Path file = folder.resolve("classifier.onnx");
        ClassifierSpec spec = SPEC.withTemperature(2).withMetadata(MetadataKeys.RECIPE, "epochs: 3\n");
        List<Golden> goldens = Fixtures.linearGoldens(network, GRAY, 4);

        ExportReport report = ClassifierFile.write(network, spec, goldens, file);

        assertEquals(4, report.goldens());
        assertTrue(report.maxDifference() <= 1e-5, report.toString());
        assertEquals(Files.size(file), report.bytes());
        assertEquals(file, report.file());
        assertEquals(spec, ClassifierFile.readSpec(file));
        assertEquals(goldens, ClassifierFile.readGoldens(file));
        assertEquals(report, ClassifierFile.verify(file));
        try (ImageClassifier classifier = ImageClassifier.load(file, cpu())) {
            assertEquals(spec.labels(), classifier.info().labels());
            assertEquals(2f, classifier.info().temperature());
            assertEquals("epochs: 3\n", classifier.info().metadata().get(MetadataKeys.RECIPE));
            assertEquals(report.digest(), classifier.info().metadata().get("terzi.weights.sha256"));
            Outputs outputs = classifier.run(List.of(goldens.get(0).image()));
            assertArrayEquals(softmax(goldens.get(0).logits(), 2), outputs.probabilities()[0], 1e-6f);
            float[] features = outputs.features()[0];
            assertArrayEquals(GRAY.tensor(goldens.get(0).image()), features, 1e-6f);
            assertTrue(outputs.activationMap(0, 0).isEmpty());
        }
        assertOnlyFile("classifier.onnx");
    }

    @Test
    void theMeanOfAnActivationMapPlusTheBiasIsTheLogit() throws Exception {
        Model pooled = Sequential.build(
                new InputShape(3, 24, 20),
                List.of(
                        new Layer.Conv2d(5, 3),
                        new Layer.Relu(),
                        new Layer.MaxPool(2),
                        new Layer.GlobalAveragePool(),
                        new Layer.Dropout(0.5),
                        new Layer.Dense(4)),
                3);
        Preprocessing rgb = Preprocessing.plain(20, 24, Channels.RGB);
        ClassifierSpec spec = new ClassifierSpec(rgb, Fixtures.labels(4));
        byte[] bytes = sealed(ClassifierFile.assemble(pooled, spec));
        float[] bias = pooled.graph().initializers().stream()
                .filter(t -> t.name().equals("dense1.bias"))
                .findFirst()
                .map(Tensor::floats)
                .orElseThrow();
        try (ImageClassifier classifier = ImageClassifier.load(bytes, cpu())) {
            Outputs outputs = classifier.run(List.of(Fixtures.noise(20, 24, 3, 1), Fixtures.waves(20, 24, 3)));
            assertEquals(5, outputs.features()[0].length);
            for (int image = 0; image < 2; image++) {
                for (int label = 0; label < 4; label++) {
                    ActivationMap map = outputs.activationMap(image, label).orElseThrow();
                    double sum = 0;
                    for (float value : map.values()) {
                        sum += value;
                    }
                    double mean = sum / (map.width() * map.height());
                    assertEquals(outputs.logits()[image][label], mean + bias[label], 1e-5);
                }
            }
        }
    }

    @Test
    void theNetworkCanBeTakenOutAgainAndAnswersTheSame() throws Exception {
        Path file = folder.resolve("classifier.onnx");
        ClassifierSpec spec = SPEC.withTemperature(2);
        List<Golden> goldens = Fixtures.linearGoldens(network, GRAY, 2);
        ClassifierFile.write(network, spec, goldens, file);

        Model taken = ClassifierFile.readNetwork(file);

        assertEquals(
                network.graph().trueInputs().get(0).type(),
                taken.graph().trueInputs().get(0).type());
        assertEquals(
                List.of("logits", "features"),
                taken.graph().outputs().stream().map(ValueInfo::name).toList());
        Path again = folder.resolve("again.onnx");
        assertEquals(0, ClassifierFile.write(taken, spec, goldens, again).maxDifference(), 1e-5);
        Files.delete(again);
        assertOnlyFile("classifier.onnx");
    }

    @Test
    void aFileThatDoesNotRepeatTheGoldensIsNotWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("classifier.onnx"), "the file of yesterday");
        Golden good = Fixtures.linearGoldens(network, GRAY, 1).get(0);
        float[] logits = good.logits();
        logits[1] += 2e-4f;
        ParityException e = assertThrows(
                ParityException.class,
                () -> ClassifierFile.write(network, SPEC, List.of(new Golden(good.image(), logits)), file));
        assertTrue(e.getMessage().contains("differ by 2.0"), e.getMessage());
        assertEquals("the file of yesterday", Files.readString(file));
        assertOnlyFile("classifier.onnx");
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedByName() {
        List<Golden> goldens = Fixtures.linearGoldens(network, GRAY, 1);
        Path file = folder.resolve("x.onnx");
        assertMessage(
                "the first output to be logits",
                () -> ClassifierFile.assemble(network, new ClassifierSpec(GRAY, List.of("a", "b"))));
        assertMessage(
                "expected one float input",
                () -> ClassifierFile.assemble(
                        network, new ClassifierSpec(Preprocessing.plain(12, 12, Channels.GRAY), SPEC.labels())));
        assertMessage("found none", () -> ClassifierFile.write(network, SPEC, List.of(), file));
        assertMessage(
                "2 logits for 3 labels",
                () -> ClassifierFile.write(
                        network, SPEC, List.of(new Golden(goldens.get(0).image(), new float[2])), file));
        assertMessage("all be different", () -> new ClassifierSpec(GRAY, List.of("a", "a")));
        assertMessage("filled by the format", () -> SPEC.withMetadata("terzi.labels", "[]"));
        assertMessage("above 0", () -> SPEC.withTemperature(0));
    }

    @Test
    void anUnwritableOrMissingFolderIsNamedAndNothingIsLeft() throws Exception {
        List<Golden> goldens = Fixtures.linearGoldens(network, GRAY, 1);
        IOException missing = assertThrows(
                IOException.class,
                () -> ClassifierFile.write(network, SPEC, goldens, folder.resolve("no/such/classifier.onnx")));
        assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
        IOException directory =
                assertThrows(IOException.class, () -> ClassifierFile.write(network, SPEC, goldens, folder));
        assertTrue(directory.getMessage().contains("is a folder"), directory.getMessage());
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        Assumptions.assumeFalse(Files.isWritable(closed), "this user may write everywhere");
        IOException e = assertThrows(
                IOException.class,
                () -> ClassifierFile.write(network, SPEC, goldens, closed.resolve("classifier.onnx")));
        assertTrue(e.getMessage().contains("is the folder writable"), e.getMessage());
    }

    @Test
    void metadataCanBeAddedAndTheDigestStaysRight() throws Exception {
        Path file = folder.resolve("classifier.onnx");
        ExportReport before = ClassifierFile.write(network, SPEC, Fixtures.linearGoldens(network, GRAY, 2), file);
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, "{\"accuracy\":0.93}"));
        ExportReport after = ClassifierFile.verify(file);
        assertFalse(before.digest().equals(after.digest()));
        assertEquals(before.maxDifference(), after.maxDifference());
        assertEquals(
                "{\"accuracy\":0.93}", ClassifierFile.readSpec(file).metadata().get(MetadataKeys.METRICS));
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.LABELS, "[]")));
        assertOnlyFile("classifier.onnx");
    }

    @Test
    void aDamagedFileCannotBeGivenANewDigest() throws Exception {
        Path file = folder.resolve("classifier.onnx");
        ClassifierFile.write(network, SPEC, Fixtures.linearGoldens(network, GRAY, 1), file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);
        assertThrows(
                ClassifierFileException.class,
                () -> ClassifierFile.updateMetadata(file, Map.of("terzi.metrics", "{}")));
        assertThrows(ClassifierFileException.class, () -> ClassifierFile.verify(file));
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void aNetworkMayUseTheNamesOfTheOutputsInside() throws Exception {
        // the value called 'features' here is the input of the head, the one called 'logits' is the output
        Model model = Fixtures.linear(GRAY, 3, 2);
        Model odd = model.withGraph(ModelFile.read(renamed(model)).graph());
        List<Golden> goldens = Fixtures.linearGoldens(model, GRAY, 1);
        ExportReport report = ClassifierFile.write(odd, SPEC, goldens, folder.resolve("odd.onnx"));
        assertTrue(report.maxDifference() <= 1e-5);
    }

    @Test
    void theSameNetworkGivesTheSameBytes() throws Exception {
        List<Golden> goldens = Fixtures.linearGoldens(network, GRAY, 1);
        ClassifierFile.write(network, SPEC, goldens, folder.resolve("a.onnx"));
        ClassifierFile.write(network, SPEC, goldens, folder.resolve("b.onnx"));
        assertEquals(-1, Files.mismatch(folder.resolve("a.onnx"), folder.resolve("b.onnx")));
    }

    /** The output is called 'probabilities' inside, and the features 'image'. */
    private static byte[] renamed(Model model) {
        terzi.onnx.build.GraphBuilder graph = new terzi.onnx.build.GraphBuilder("odd", model.opset());
        terzi.onnx.ValueInfo input = model.graph().trueInputs().get(0);
        graph.input("logits", input.type());
        Map<String, String> values = graph.inline(
                model.graph().withOutputs(List.of(model.graph().outputs().get(0))), Map.of(input.name(), "logits"));
        graph.output(
                values.get("logits"),
                "probabilities",
                model.graph().outputs().get(0).tensorType().orElseThrow());
        return ModelFile.toBytes(graph.build());
    }

    static byte[] sealed(Model model) throws ClassifierFileException {
        byte[] bytes = ModelFile.toBytes(
                model.withMetadata(terzi.inference.ClassifierDigest.KEY, terzi.inference.ClassifierDigest.PLACEHOLDER));
        terzi.inference.ClassifierDigest.seal(bytes);
        return bytes;
    }

    private static ClassifierOptions cpu() {
        return ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1);
    }

    private static float[] softmax(float[] logits, double temperature) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / temperature);
        }
        float[] result = new float[logits.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (Math.exp(logits[i] / temperature) / sum);
        }
        return result;
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    private void assertOnlyFile(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(name), files.map(f -> f.getFileName().toString()).toList());
        }
    }
}
