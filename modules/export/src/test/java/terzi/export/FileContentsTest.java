package terzi.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Filter;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.inference.ClassifierFileException;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** What a file says it was made with is read back; what does not fit is refused; both sides of the accepted difference. */
class FileContentsTest {

    private static final Preprocessing GRAY = Preprocessing.plain(2, 2, Channels.GRAY);
    private static final TensorType INPUT = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(2), Dim.of(2));

    @TempDir
    Path folder;

    private static <E> E any(Random random, E[] values) {
        return values[random.nextInt(values.length)];
    }

    private static Preprocessing drawn(Random random) {
        Channels channels = any(random, Channels.values());
        List<Float> mean = new ArrayList<>();
        List<Float> std = new ArrayList<>();
        for (int c = 0; c < channels.count(); c++) {
            mean.add(random.nextFloat() * 255);
            std.add(random.nextFloat() + 0.01f);
        }
        Preprocessing.Fit fit = any(random, Preprocessing.Fit.values());
        int width = 1 + random.nextInt(300);
        int height = 1 + random.nextInt(300);
        int resizeTo = fit == Preprocessing.Fit.STRETCH ? 0 : Math.max(width, height) + random.nextInt(30);
        Preprocessing.CropOrigin origin = fit == Preprocessing.Fit.STRETCH
                ? Preprocessing.CropOrigin.ROUNDED_DOWN
                : any(random, Preprocessing.CropOrigin.values());
        return new Preprocessing(
                width,
                height,
                channels,
                fit,
                resizeTo,
                mean,
                std,
                random.nextFloat() + 1e-4f,
                any(random, Filter.values()),
                origin);
    }

    @Test
    void aPreprocessingIsWrittenAsItsFormatSpecifies() throws Exception {
        String imagenet = "{\"width\":224,\"height\":224,\"channels\":\"rgb\",\"fit\":\"crop\",\"resize_to\":256,"
                + "\"mean\":[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225],\"scale\":0.003921569,"
                + "\"crop_origin\":\"half_to_even\"}";
        assertEquals(imagenet, SpecJson.preprocessing(Preprocessing.imagenet(256, 224)));
        assertEquals(Preprocessing.imagenet(256, 224), SpecJson.preprocessing(imagenet));
    }

    @Property(tries = 200, seed = "20261130")
    void aPreprocessingIsReadBack(@ForAll long seed) throws Exception {
        Preprocessing preprocessing = drawn(new Random(seed));
        assertEquals(preprocessing, SpecJson.preprocessing(SpecJson.preprocessing(preprocessing)));
    }

    @Property(tries = 100, seed = "20261130")
    void labelsAndGoldensAreReadBack(@ForAll @Size(max = 4) List<String> labels, @ForAll long seed) throws Exception {
        assertEquals(labels, SpecJson.labels(SpecJson.labels(labels)));
        Random random = new Random(seed);
        List<Golden> goldens = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Image image = Fixtures.noise(
                    1 + random.nextInt(5), 1 + random.nextInt(5), random.nextBoolean() ? 1 : 3, seed + i);
            float[] logits = new float[random.nextInt(4)];
            for (int k = 0; k < logits.length; k++) {
                logits[k] = (float) random.nextGaussian() * 1e3f;
            }
            goldens.add(new Golden(image, logits));
        }
        assertEquals(goldens, SpecJson.goldens(SpecJson.goldens(goldens)));
    }

    @Test
    void damagedMetadataIsNamed() {
        String good = SpecJson.preprocessing(GRAY);
        for (String key : List.of("width", "height", "channels", "fit", "mean", "std", "scale")) {
            String damaged = good.replace("\"" + key + "\"", "\"other\"");
            ClassifierFileException e =
                    assertThrows(ClassifierFileException.class, () -> SpecJson.preprocessing(damaged), key);
            assertTrue(e.getMessage().contains("metadata 'terzi.preprocessing' is damaged"), e.getMessage());
        }
        for (String damaged : List.of("[", "{\"a\":", "[1]")) {
            assertThrows(ClassifierFileException.class, () -> SpecJson.labels(damaged), damaged);
        }
        assertThrows(ClassifierFileException.class, () -> SpecJson.goldens("[{\"width\":1}]"));
        assertThrows(
                IllegalArgumentException.class, () -> new Golden(Fixtures.noise(1, 1, 1, 1), new float[] {Float.NaN}));
    }

    @Test
    void goldensOwnTheirNumbersAndAreEqualByThem() {
        Image image = Fixtures.noise(2, 2, 1, 1);
        float[] logits = {1, 2};
        Golden golden = new Golden(image, logits);
        logits[0] = 9;
        golden.logits()[1] = 9;
        assertArrayEquals(new float[] {1, 2}, golden.logits());
        Golden same = new Golden(Fixtures.noise(2, 2, 1, 1), new float[] {1, 2});
        assertEquals(golden, same);
        assertEquals(golden.hashCode(), same.hashCode());
        assertTrue(!golden.equals(new Golden(image, new float[] {1, 3})));
        assertTrue(!golden.equals(new Golden(Fixtures.noise(2, 2, 1, 2), new float[] {1, 2})));
        assertTrue(golden.toString().endsWith(" -> [1.0, 2.0]"), golden.toString());
    }

    /** The logits are the pixels times a factor. */
    private static Model pixels(float factor) {
        GraphBuilder graph = new GraphBuilder("pixels", 18);
        graph.input("input", INPUT);
        graph.node("flat", "Flatten", List.of("input"), Map.of());
        String by = graph.initializer(Tensor.scalar("factor", factor));
        graph.output(
                graph.node("logits", "Mul", List.of("flat", by), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)));
        return graph.build();
    }

    private static ClassifierSpec spec() {
        return new ClassifierSpec(GRAY, Fixtures.labels(4));
    }

    private static final Image IMAGE = new Image(2, 2, 1, new byte[] {0, 51, 102, (byte) 255});

    /** 1e-4, or 1e-5 of the largest logit where that is more. */
    @Test
    void bothSidesOfTheAcceptedDifference() throws Exception {
        for (float factor : new float[] {1, 1000}) {
            byte[] bytes = ClassifierFileTest.sealed(ClassifierFile.assemble(pixels(factor), spec()));
            float accepted = factor == 1 ? 1e-4f : 1e-2f;
            try (ImageClassifier classifier =
                    ImageClassifier.load(bytes, ClassifierOptions.defaults().withDevice(Device.cpu()))) {
                for (float sign : new float[] {-1, 1}) {
                    float[] near = {0, 0.2f * factor, 0.4f * factor + sign * 0.9f * accepted, factor};
                    Parity parity = Parity.of(classifier, List.of(new Golden(IMAGE, near)), "x");
                    assertEquals(0.9 * accepted, parity.difference(), 0.01 * accepted);
                    assertEquals(factor, parity.largest());
                    float[] far = {0, 0.2f * factor, 0.4f * factor + sign * 1.1f * accepted, factor};
                    Golden good = new Golden(IMAGE, near);
                    ParityException e = assertThrows(
                            ParityException.class,
                            () -> Parity.of(classifier, List.of(good, new Golden(IMAGE, far)), "x"));
                    assertTrue(e.getMessage().contains("on 2 golden images"), e.getMessage());
                }
            }
        }
    }

    @Test
    void aRehearsalFindsWhatWritingWould() throws Exception {
        float[] right = {0, 0.2f, 0.4f, 1};
        ClassifierFile.rehearse(pixels(1), spec(), List.of(new Golden(IMAGE, right)));
        float[] wrong = {0, 0.2f, 0.5f, 1};
        assertThrows(
                ParityException.class,
                () -> ClassifierFile.rehearse(pixels(1), spec(), List.of(new Golden(IMAGE, wrong))));
        assertThrows(IllegalArgumentException.class, () -> ClassifierFile.rehearse(pixels(1), spec(), List.of()));
    }

    @Test
    void theReportHasTheDifferenceInPartsOfTheLargestLogit() throws Exception {
        float[] near = {0, 200, 400.005f, 1000};
        ExportReport report =
                ClassifierFile.write(pixels(1000), spec(), List.of(new Golden(IMAGE, near)), folder.resolve("a.onnx"));
        assertEquals(0.005, report.maxDifference(), 2e-4);
        assertEquals(report.maxDifference() / 1000, report.relativeDifference(), 1e-12);
        float[] small = {0, 0.2f, 0.4f, 1};
        report = ClassifierFile.write(pixels(1), spec(), List.of(new Golden(IMAGE, small)), folder.resolve("b.onnx"));
        assertEquals(report.maxDifference(), report.relativeDifference());
    }

    private static void assertRefused(String part, Model network) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ClassifierFile.assemble(network, spec()));
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    private static Model with(List<ValueInfo> inputs, List<ValueInfo> outputs) {
        Graph graph = pixels(1).graph();
        return Model.of(graph.withInputs(inputs).withOutputs(outputs), 18);
    }

    @Test
    void networksThatDoNotFitAreRefused() {
        List<ValueInfo> outputs = pixels(1).graph().outputs();
        ValueInfo input = new ValueInfo("input", INPUT);
        String expected = "expected one float input [N, 1, 2, 2] with N free";
        assertRefused("opset 17, a classifier file needs 18", pixels(1).withOpsets(Map.of("", 17L)));
        assertRefused("has no output", with(List.of(input), List.of()));
        assertRefused(expected, with(List.of(input, new ValueInfo("more", INPUT)), outputs));
        assertRefused(
                expected,
                with(
                        List.of(input.withType(
                                TensorType.of(DataType.DOUBLE, INPUT.shape().orElseThrow()))),
                        outputs));
        for (Dim[] dims : new Dim[][] {
            {Dim.of(1), Dim.of(1), Dim.of(2), Dim.of(2)},
            {Dim.of("N"), Dim.of(3), Dim.of(2), Dim.of(2)},
            {Dim.of("N"), Dim.of(1), Dim.of(3), Dim.of(2)},
            {Dim.of("N"), Dim.of(1), Dim.of(2), Dim.of(3)},
            {Dim.of("N"), Dim.of(1), Dim.of(2)}
        }) {
            assertRefused(expected, with(List.of(input.withType(TensorType.of(DataType.FLOAT, dims))), outputs));
        }
        ValueInfo logits = outputs.get(0);
        for (Dim[] dims : new Dim[][] {{Dim.of("N"), Dim.of(5)}, {Dim.of(1), Dim.of(4)}, {Dim.of("N")}}) {
            assertRefused(
                    "expected the first output to be logits",
                    with(List.of(input), List.of(logits.withType(TensorType.of(DataType.FLOAT, dims)))));
        }
        // what is left open fits
        for (TensorType open : List.of(
                TensorType.of(DataType.FLOAT),
                TensorType.of(DataType.FLOAT, Dim.of("b"), Dim.of("c"), Dim.UNKNOWN, Dim.of("w")))) {
            assertEquals(
                    "image",
                    ClassifierFile.assemble(with(List.of(input.withType(open)), outputs), spec())
                            .graph()
                            .inputs()
                            .get(0)
                            .name());
        }
    }

    @Test
    void aFileThatAnotherProgramRebuiltHasNoNetworkToTakeOut() throws Exception {
        Path file = folder.resolve("a.onnx");
        float[] logits = {0, 0.2f, 0.4f, 1};
        ClassifierFile.write(pixels(1), spec(), List.of(new Golden(IMAGE, logits)), file);
        Model model = ModelFile.read(file);
        Model renamed = model.withGraph(model.graph()
                .withNodes(model.graph().nodes().stream()
                        .map(node -> node.withName(""))
                        .toList()));
        Files.write(file, ClassifierFileTest.sealed(renamed));
        ClassifierFileException e = assertThrows(ClassifierFileException.class, () -> ClassifierFile.readNetwork(file));
        assertTrue(e.getMessage().contains("was the file changed by another program"), e.getMessage());
        for (String key : List.of(MetadataKeys.GOLDEN, MetadataKeys.PREPROCESSING)) {
            Map<String, String> metadata = new java.util.LinkedHashMap<>(model.metadata());
            metadata.remove(key);
            Files.write(file, ClassifierFileTest.sealed(model.withMetadata(metadata)));
            e = assertThrows(ClassifierFileException.class, () -> {
                ClassifierFile.readGoldens(file);
                ClassifierFile.readNetwork(file);
            });
            assertTrue(e.getMessage().contains("the metadata has no '" + key + "'"), e.getMessage());
        }
    }

    /** Calibrated probabilities are the softmax of logits divided by the temperature; 1 leaves no division behind. */
    @Test
    void theTemperatureDividesTheLogits() throws Exception {
        for (float temperature : new float[] {1, 2.5f}) {
            Model assembled = ClassifierFile.assemble(pixels(10), spec().withTemperature(temperature));
            assertEquals(
                    temperature != 1,
                    assembled.graph().initializer("answer/temperature").isPresent());
            try (ImageClassifier classifier = ImageClassifier.load(
                    ClassifierFileTest.sealed(assembled),
                    ClassifierOptions.defaults().withDevice(Device.cpu()))) {
                double[] logits = {0, 2, 4, 10};
                double sum = 0;
                for (double logit : logits) {
                    sum += Math.exp(logit / temperature);
                }
                float[] found = classifier.classify(IMAGE).probabilities();
                for (int k = 0; k < 4; k++) {
                    assertEquals(Math.exp(logits[k] / temperature) / sum, found[k], 1e-6);
                }
            }
        }
        for (float wrong : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> spec().withTemperature(wrong));
        }
        assertThrows(IllegalArgumentException.class, () -> new ClassifierSpec(GRAY, List.of()));
        assertEquals("v", spec().withMetadata("k", "v").metadata().get("k"));
    }
}
