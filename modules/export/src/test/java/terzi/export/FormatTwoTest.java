package terzi.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.inference.ClassifierFileException;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.InferenceException;
import terzi.inference.Outputs;
import terzi.inference.Prediction;
import terzi.inference.PredictionSets;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;

/** Strangeness and prediction sets, which came with format version 2; a file of it is committed and stays readable. */
class FormatTwoTest {

    static final Path FILE = Path.of("../inference/src/test/resources/terzi/inference/format-2.onnx");

    private static final Preprocessing PREPROCESSING = Preprocessing.plain(8, 8, Channels.RGB);
    private static final List<String> LABELS = List.of("bag", "boot", "shirt");
    private static final float[] WEIGHTS = {4, -2, 0.5f, -1, 3, 0.25f, 0.75f, -0.5f, 2};
    private static final float[] BIAS = {0.1f, -0.2f, 0.05f};

    @TempDir
    Path folder;

    /** How the file was made. */
    public static void main(String[] arguments) throws Exception {
        ClassifierFile.write(network(), spec(), goldens(), FILE);
    }

    /**
     * The means m of the three colours; logits are one linear layer on them, the strangeness is the squared distance d of m
     * to gray (0.5, 0.5, 0.5), as {@code d / (d + 0.001)}: 0 for gray, and 0.9987 for black.
     */
    private static Model network() {
        GraphBuilder graph = new GraphBuilder("means", 18);
        graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(8), Dim.of(8)));
        graph.node("pool", "GlobalAveragePool", List.of("input"), Map.of());
        graph.node("means", "Flatten", List.of("pool"), Map.of());
        String weight = graph.initializer(Tensor.ofFloats("weight", new long[] {3, 3}, WEIGHTS));
        String bias = graph.initializer(Tensor.ofFloats("bias", new long[] {3}, BIAS));
        graph.node("scores", "Gemm", List.of("means", weight, bias), Map.of("transB", Attribute.of(1)));
        graph.node("away", "Sub", List.of("means", graph.initializer(Tensor.scalar("gray", 0.5f))), Map.of());
        String axis = graph.initializer(Tensor.ofLongs("axis", 1));
        graph.node("distance", "ReduceSumSquare", List.of("away", axis), Map.of("keepdims", Attribute.of(0)));
        graph.node(
                "more", "Add", List.of("distance", graph.initializer(Tensor.scalar("thousandth", 0.001f))), Map.of());
        graph.output("scores", "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        graph.output(
                graph.node("share", "Div", List.of("distance", "more"), Map.of()),
                "strangeness",
                TensorType.of(DataType.FLOAT, Dim.of("N")));
        return graph.build();
    }

    private static ClassifierSpec spec() {
        Random random = new Random(2);
        float[][] probabilities = new float[60][];
        int[] truth = new int[60];
        for (int i = 0; i < 60; i++) {
            truth[i] = i % 5 % 3; // 24, 24 and 12 images
            float right = random.nextFloat();
            probabilities[i] = new float[] {(1 - right) / 2, (1 - right) / 2, (1 - right) / 2};
            probabilities[i][truth[i]] = right;
        }
        return new ClassifierSpec(PREPROCESSING, LABELS)
                .withTemperature(1.25f)
                .withMetadata(
                        MetadataKeys.PREDICTION_SETS,
                        PredictionSets.of(probabilities, truth, 3).json());
    }

    private static List<Golden> goldens() {
        List<Golden> goldens = new ArrayList<>();
        for (long seed = 1; seed <= 2; seed++) {
            Image image = Fixtures.noise(8, 8, 3, seed);
            goldens.add(new Golden(image, logits(means(image))));
        }
        return goldens;
    }

    private static double[] means(Image image) {
        double[] means = new double[3];
        byte[] pixels = image.pixels();
        for (int i = 0; i < pixels.length; i++) {
            means[i % 3] += (pixels[i] & 0xff) / 255.0 * 3 / pixels.length;
        }
        return means;
    }

    private static float[] logits(double[] means) {
        float[] logits = BIAS.clone();
        for (int i = 0; i < 9; i++) {
            logits[i / 3] += (float) (WEIGHTS[i] * means[i % 3]);
        }
        return logits;
    }

    private static double strangeness(Image image) {
        double distance =
                Arrays.stream(means(image)).map(m -> (m - 0.5) * (m - 0.5)).sum();
        return distance / (distance + 0.001);
    }

    private static Image coloured(int red, int green, int blue) {
        byte[] pixels = new byte[8 * 8 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 3 == 0 ? red : i % 3 == 1 ? green : blue);
        }
        return new Image(8, 8, 3, pixels);
    }

    private static ClassifierOptions cpu() {
        return ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1);
    }

    @Test
    void theCommittedFileStillGivesItsGoldenAnswers() throws Exception {
        ExportReport report = ClassifierFile.verify(FILE);
        assertEquals(2, report.goldens());
        assertTrue(report.maxDifference() < 1e-5, report.toString());
        assertEquals(spec(), ClassifierFile.readSpec(FILE));
        assertEquals(goldens(), ClassifierFile.readGoldens(FILE));
        try (ImageClassifier classifier = ImageClassifier.load(FILE, cpu().withRejection(0.05))) {
            assertEquals(2, classifier.info().formatVersion());
            assertTrue(classifier.info().strangeness());
            Prediction black = classifier.classify(coloured(0, 0, 0));
            assertEquals(0.75 / 0.751, black.strangeness(), 1e-6);
            assertTrue(black.rejected());
            assertEquals("unlike anything it was trained on (strangeness 99.9 %)", black.toString());
            Prediction noise = classifier.classify(goldens().get(0).image());
            assertTrue(noise.strangeness() < 0.95 && !noise.rejected(), noise.toString());
        }
    }

    /** Classes of 24, 24 and 12 images, coverage 0.7: k is 7, 7 and 3, of the probabilities drawn as in {@link #spec}. */
    @Test
    void theSetsOfTheCommittedFileAreThoseCountedByHand() throws Exception {
        List<List<Float>> drawn = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Random random = new Random(2);
        for (int i = 0; i < 60; i++) {
            drawn.get(i % 5 % 3).add(random.nextFloat());
        }
        float[] limits = new float[3];
        for (int label = 0; label < 3; label++) {
            assertEquals(label == 2 ? 12 : 24, drawn.get(label).size());
            limits[label] = drawn.get(label).stream().sorted().toList().get(label == 2 ? 2 : 6);
        }
        boolean[] foundOfSize = new boolean[4];
        try (ImageClassifier classifier = ImageClassifier.load(FILE, cpu())) {
            for (int image = 0; image < 60; image++) {
                Prediction prediction = classifier.classify(coloured(image * 4, 255 - image * 4, image * 37 % 256));
                float[] probabilities = prediction.probabilities();
                List<Integer> expected = new ArrayList<>();
                for (int label = 0; label < 3; label++) {
                    if (probabilities[label] >= limits[label]
                            || prediction.top().get(0).index() == label) {
                        expected.add(label);
                    }
                }
                expected.sort((a, b) -> Float.compare(probabilities[b], probabilities[a]));
                assertEquals(
                        expected,
                        prediction.set(0.7).stream().map(score -> score.index()).toList());
                foundOfSize[expected.size()] = true;
            }
        }
        assertArrayEquals(new boolean[] {false, true, true, true}, foundOfSize, "sets of every size were tried");
    }

    /** The same values whichever way an image comes in. */
    @Test
    void everyCallGivesTheStrangenessOfItsImage() throws Exception {
        List<Image> images = List.of(
                coloured(128, 128, 128),
                coloured(255, 0, 9),
                Fixtures.noise(8, 8, 3, 5),
                Fixtures.noise(40, 30, 3, 6),
                coloured(70, 70, 160));
        float[] expected = new float[5];
        for (int i = 0; i < 5; i++) {
            expected[i] = (float) strangeness(images.get(i));
        }
        expected[3] = Float.NaN; // resized first: compared below
        byte[] file = ClassifierFileTest.sealed(ClassifierFile.assemble(network(), spec()));
        try (ImageClassifier classifier = ImageClassifier.load(file, cpu())) {
            float[] found = new float[5];
            for (int i = 0; i < 5; i++) {
                found[i] = classifier.classify(images.get(i)).strangeness();
                assertEquals(
                        found[i], classifier.classifyAsync(images.get(i)).get().strangeness());
                assertEquals(expected[i], i == 3 ? Float.NaN : found[i], 1e-5f);
            }
            List<Prediction> together = classifier.classify(images);
            List<Prediction> streamed = classifier
                    .classifyAll(images.stream(), image -> image)
                    .map(one -> one.prediction())
                    .toList();
            for (int i = 0; i < 5; i++) {
                assertEquals(found[i], together.get(i).strangeness(), 1e-6f);
                assertEquals(found[i], streamed.get(i).strangeness(), 1e-6f);
            }
            Outputs outputs = classifier.run(List.of(images.get(0), images.get(1), images.get(4)));
            assertArrayEquals(new float[] {found[0], found[1], found[4]}, outputs.strangeness(), 1e-6f);
            assertEquals(3, classifier.features(images.get(0)).length);
        }
    }

    /** Also of images that are handed to the runtime without a copy, which those above 16 MiB are. */
    @Test
    void rawPixelsHaveAStrangeness() throws Exception {
        byte[] file = ClassifierFileTest.sealed(ClassifierFile.assemble(network(), spec()));
        try (ImageClassifier classifier = ImageClassifier.load(file, cpu())) {
            for (int edge : new int[] {8, 2400}) {
                ByteBuffer pixels = ByteBuffer.allocateDirect(edge * edge * 3);
                Prediction black = classifier.classify(pixels, edge, edge);
                assertEquals(0.75 / 0.751, black.strangeness(), 1e-6);
            }
        }
    }

    @Test
    void theNetworkIsTakenOutWithItsStrangeness() throws Exception {
        Model taken = ClassifierFile.readNetwork(FILE);
        assertEquals(
                List.of("logits", "activation_map", "features", "strangeness"),
                taken.graph().outputs().stream().map(ValueInfo::name).toList());
        ExportReport again = ClassifierFile.write(taken, spec(), goldens(), folder.resolve("again.onnx"));
        assertTrue(again.maxDifference() < 1e-5);
        try (ImageClassifier classifier = ImageClassifier.load(folder.resolve("again.onnx"), cpu())) {
            assertEquals(0.75 / 0.751, classifier.classify(coloured(0, 0, 0)).strangeness(), 1e-6);
        }
    }

    @Test
    void rejectionNeedsAFileWithStrangeness() throws Exception {
        ClassifierFileException e = assertThrows(
                ClassifierFileException.class,
                () -> ImageClassifier.load(FormatOneTest.FILE, cpu().withRejection(0.01)));
        assertTrue(e.getMessage().contains("format-1.onnx: withRejection(...) needs"), e.getMessage());
        assertTrue(e.getMessage().contains("fine-tune again with this version"), e.getMessage());
        try (ImageClassifier classifier = ImageClassifier.load(FormatOneTest.FILE, cpu())) {
            assertEquals(1, classifier.info().formatVersion());
            assertTrue(!classifier.info().strangeness());
            assertTrue(classifier.info().predictionSets().isEmpty());
            Prediction prediction = classifier.classify(coloured(0, 0, 0));
            assertEquals(0, prediction.strangeness());
            assertThrows(IllegalStateException.class, () -> prediction.set(0.9));
            assertEquals(0, classifier.run(List.of(coloured(0, 0, 0))).strangeness().length);
        }
    }

    private static Model withStrangeness(String value, TensorType type) {
        GraphBuilder graph = new GraphBuilder("other", 18);
        graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(8), Dim.of(8)));
        graph.node("pool", "GlobalAveragePool", List.of("input"), Map.of());
        graph.node("means", "Flatten", List.of("pool"), Map.of());
        graph.node("tenfold", "Mul", List.of("means", graph.initializer(Tensor.scalar("ten", 10f))), Map.of());
        String axis = graph.initializer(Tensor.ofLongs("axis", 1));
        graph.node("largest", "ReduceMax", List.of("tenfold", axis), Map.of("keepdims", Attribute.of(0)));
        graph.node("less", "Sub", List.of("largest", graph.initializer(Tensor.scalar("one", 1f))), Map.of());
        graph.node("root", "Sqrt", List.of("less"), Map.of());
        graph.output("means", "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        graph.output(value, "strangeness", type);
        return graph.build();
    }

    @Test
    void whatIsNotAShareIsNotWritten() {
        TensorType wrong = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> ClassifierFile.assemble(withStrangeness("tenfold", wrong), spec()));
        assertTrue(e.getMessage().contains("expected the output 'strangeness' to be float32, [N]"), e.getMessage());

        Model tenfold = withStrangeness("largest", TensorType.of(DataType.FLOAT, Dim.of("N")));
        Golden golden = new Golden(coloured(255, 0, 0), new float[] {1, 0, 0});
        ParityException share = assertThrows(
                ParityException.class,
                () -> ClassifierFile.write(tenfold, spec(), List.of(golden), folder.resolve("x.onnx")));
        assertTrue(share.getMessage().contains("'strangeness' must be 0..1, found 10.0"), share.getMessage());
    }

    /** The square root of less than 0, which black images have. */
    @Test
    void aStrangenessThatIsNotANumberIsAnErrorWithAName() throws Exception {
        Model network = withStrangeness("root", TensorType.of(DataType.FLOAT, Dim.of("N")));
        byte[] file = ClassifierFileTest.sealed(ClassifierFile.assemble(network, spec()));
        List<Image> images = List.of(coloured(255, 0, 0), coloured(0, 0, 0));
        try (ImageClassifier classifier = ImageClassifier.load(file, cpu())) {
            assertEquals(3, classifier.classify(images.get(0)).strangeness(), 1e-6);
            for (Executable call : List.<Executable>of(
                    () -> classifier.classify(images.get(1)),
                    () -> classifier.classify(images),
                    () -> classifier.run(images))) {
                InferenceException e = assertThrows(InferenceException.class, call);
                assertTrue(e.getMessage().contains("the strangeness of "), e.getMessage());
                assertTrue(e.getMessage().contains("must be finite numbers, found NaN"), e.getMessage());
            }
        }
    }

    @Test
    void anOptimisedCopyHasTheSameStrangeness() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (ImageClassifier classifier =
                    ImageClassifier.load(FILE, cpu().withGraphCache(folder).withRejection(0.05))) {
                assertTrue(classifier.classify(coloured(0, 0, 0)).rejected());
            }
        }
    }

    @Test
    void setsThatDoNotFitTheLabelsAreRefused() throws Exception {
        String two = PredictionSets.of(new float[][] {{1, 0}}, new int[1], 2).json();
        ClassifierSpec plain = new ClassifierSpec(PREPROCESSING, LABELS);
        for (String wrong : List.of(two, "{}", "[")) {
            assertThrows(IllegalArgumentException.class, () -> plain.withMetadata(MetadataKeys.PREDICTION_SETS, wrong));
        }
        Path file = folder.resolve("plain.onnx");
        ClassifierFile.write(network(), plain, goldens(), file);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.PREDICTION_SETS, two)));
        assertTrue(e.getMessage().contains("prediction sets of 2 classes for 3 labels"), e.getMessage());
        ClassifierFile.updateMetadata(
                file, Map.of(MetadataKeys.PREDICTION_SETS, spec().metadata().get(MetadataKeys.PREDICTION_SETS)));
        try (ImageClassifier classifier = ImageClassifier.load(file, cpu())) {
            assertTrue(classifier.classify(coloured(0, 0, 0)).set(0.9).size() >= 1);
        }

        Model damaged = ClassifierFile.assemble(network(), plain).withMetadata(MetadataKeys.PREDICTION_SETS, two);
        byte[] bytes = ClassifierFileTest.sealed(damaged);
        ClassifierFileException refused =
                assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(bytes, cpu()));
        assertTrue(refused.getMessage().contains("'terzi.prediction_sets' is damaged: "), refused.getMessage());
    }

    @Test
    void aReaderRefusesAStrangenessOfAnotherShape() throws Exception {
        Model model = ClassifierFile.assemble(network(), spec());
        Graph graph = model.graph();
        Model changed = model.withGraph(graph.withNodes(graph.nodes().stream()
                        .map(node -> node.outputs().contains("strangeness")
                                ? Node.of("copy", "Identity", List.of("features"), List.of("strangeness"))
                                : node)
                        .toList())
                .withOutputs(graph.outputs().stream()
                        .map(output -> output.name().equals("strangeness")
                                ? output.withType(TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)))
                                : output)
                        .toList()));
        byte[] bytes = ClassifierFileTest.sealed(changed);
        ClassifierFileException e =
                assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(bytes, cpu()));
        assertTrue(e.getMessage().contains("a classifier file has 'strangeness', FLOAT of rank 1"), e.getMessage());
    }
}
