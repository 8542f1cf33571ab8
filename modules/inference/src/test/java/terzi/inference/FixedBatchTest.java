package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** Networks that were exported with a fixed batch answer lists of any length. */
class FixedBatchTest {

    private static final List<String> LABELS = List.of("red", "green", "blue");
    private static final Preprocessing PLAIN = Preprocessing.plain(8, 6, Preprocessing.Channels.RGB);

    @TempDir
    Path folder;

    /** Logits: three times the mean of each channel. Features: the means. */
    private Path network(Dim batch, long[] reshape) throws IOException {
        return network(batch, reshape, 0);
    }

    /** @param coupling how much of what an image differs from the mean of its batch is added to it */
    private Path network(Dim batch, long[] reshape, float coupling) throws IOException {
        GraphBuilder graph = new GraphBuilder("means", 18);
        String input = graph.input("pixels", TensorType.of(DataType.FLOAT, batch, Dim.of(3), Dim.of("H"), Dim.of("W")));
        String mean = graph.node("GlobalAveragePool", List.of(input));
        String shape = graph.initializer(Tensor.ofLongs("shape", reshape));
        String flat = graph.node("Reshape", List.of(mean, shape), Map.of());
        if (coupling != 0) {
            String axis = graph.initializer(Tensor.ofLongs("axis", new long[] {0}));
            String ofBatch = graph.node("ReduceMean", List.of(flat, axis), Map.of());
            String differs = graph.node("Sub", List.of(flat, ofBatch), Map.of());
            String share = graph.initializer(Tensor.scalar("share", coupling));
            flat = graph.node("Add", List.of(flat, graph.node("Mul", List.of(differs, share), Map.of())), Map.of());
        }
        // a matrix that only fits when each image has a row of its own
        String three =
                graph.initializer(Tensor.ofFloats("three", new long[] {3, 3}, new float[] {3, 0, 0, 0, 3, 0, 0, 0, 3}));
        graph.output(
                graph.node("MatMul", List.of(flat, three)), "logits", TensorType.of(DataType.FLOAT, batch, Dim.of(3)));
        graph.output(flat, "features", TensorType.of(DataType.FLOAT, batch, Dim.of(3)));
        return Files.write(folder.resolve("network.onnx"), ModelFile.toBytes(graph.build()));
    }

    private static double[] means(Image image) {
        double[] means = new double[3];
        for (int i = 0; i < image.pixels().length; i++) {
            means[i % 3] += (image.pixels()[i] & 0xff) / 255.0 / (8 * 6);
        }
        return means;
    }

    private static float[] softmax(double[] means) {
        double sum = 0;
        for (double mean : means) {
            sum += Math.exp(3 * mean);
        }
        float[] softmax = new float[3];
        for (int k = 0; k < 3; k++) {
            softmax[k] = (float) (Math.exp(3 * means[k]) / sum);
        }
        return softmax;
    }

    private static List<Image> images(int count) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Image noise = FormatOne.noise(8, 6, 3, i);
            byte[] pixels = noise.pixels().clone();
            for (int p = i % 3; p < pixels.length; p += 3) {
                pixels[p] = (byte) (40 * i); // so that the means differ
            }
            images.add(new Image(8, 6, 3, pixels));
        }
        return images;
    }

    private void assertEveryListIsRight(Path file, int batch) throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(file, PLAIN, LABELS, FormatOne.CPU.withBatch(batch))) {
            for (int count = 1; count <= 7; count++) {
                List<Image> images = images(count);
                List<Prediction> listed = classifier.classify(images);
                Outputs outputs = classifier.run(images);
                float[][] features = classifier.features(images);
                assertEquals(count, listed.size());
                assertEquals(count, outputs.size());
                assertEquals(count, features.length);
                ByteBuffer raw = ByteBuffer.allocateDirect(count * 8 * 6 * 3);
                images.forEach(image -> raw.put(image.pixels()));
                Outputs direct = classifier.run(raw.flip(), count, 6, 8);
                try (Stream<Classified<Image>> all = classifier.classifyAll(images.stream(), image -> image)) {
                    List<Classified<Image>> streamed = all.toList();
                    for (int i = 0; i < count; i++) {
                        double[] means = means(images.get(i));
                        float[] expected = softmax(means);
                        assertArrayEquals(expected, listed.get(i).probabilities(), 1e-5f);
                        assertArrayEquals(expected, streamed.get(i).prediction().probabilities(), 1e-5f);
                        assertArrayEquals(
                                expected, classifier.classify(images.get(i)).probabilities(), 1e-5f);
                        assertArrayEquals(expected, outputs.probabilities()[i], 1e-5f);
                        assertArrayEquals(outputs.probabilities()[i], direct.probabilities()[i]);
                        for (int c = 0; c < 3; c++) {
                            assertEquals(means[c], features[i][c], 1e-5);
                            assertEquals(means[c], outputs.features()[i][c], 1e-5);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aFixedBatchAnswersListsOfAnyLength(int fixed) throws Exception {
        Path file = network(Dim.of(fixed), new long[] {fixed, -1});
        assertEveryListIsRight(file, 32);
        assertEveryListIsRight(file, 2);
    }

    @Test
    void aBatchOfOneInsideIsFoundThoughTheInputSaysAnyNumber() throws Exception {
        assertEveryListIsRight(network(Dim.of("N"), new long[] {1, -1}), 32);
    }

    /** As batch normalisation left in the form of training does. */
    @ParameterizedTest
    @ValueSource(floats = {0.1f, 1, -1, 100})
    void imagesThatChangeEachOthersAnswersAreAskedOneByOne(float coupling) throws Exception {
        assertEveryListIsRight(network(Dim.of("N"), new long[] {0, -1}, coupling), 32);
    }

    /** Features that say how many images are in the run: 0 for one and two, then 1, 2, 3 … */
    private Path counting() throws IOException {
        GraphBuilder graph = new GraphBuilder("counting", 18);
        Dim batch = Dim.of("N");
        String input = graph.input("pixels", TensorType.of(DataType.FLOAT, batch, Dim.of(3), Dim.of("H"), Dim.of("W")));
        String logits = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(input))));
        String shape = graph.node("Shape", List.of(input));
        String first = graph.node(
                "Gather", List.of(shape, graph.initializer(Tensor.ofLongs("zero", new long[] {0}))), Map.of());
        String count = graph.node("count", "Cast", List.of(first), Map.of("to", Attribute.of(1)));
        String two = graph.initializer(Tensor.scalar("two", 2f));
        String more = graph.node("Relu", List.of(graph.node("Sub", List.of(count, two), Map.of())));
        String nothing = graph.node("Sub", List.of(logits, logits), Map.of());
        graph.output(logits, "logits", TensorType.of(DataType.FLOAT, batch, Dim.of(3)));
        graph.output(
                graph.node("Add", List.of(nothing, more), Map.of()),
                "features",
                TensorType.of(DataType.FLOAT, batch, Dim.of(3)));
        return Files.write(folder.resolve("counting.onnx"), ModelFile.toBytes(graph.build()));
    }

    @ParameterizedTest
    @CsvSource({"3, 1 1 1 1 1 1 0", "4, 2 2 2 2 1 1 1", "5, 3 3 3 3 3 0 0", "7, 5 5 5 5 5 5 5", "32, 5 5 5 5 5 5 5"})
    void aRunTakesAsManyImagesAsTheOptionsSay(int batch, String sizes) throws Exception {
        try (ImageClassifier classifier =
                ImageClassifier.load(counting(), PLAIN, LABELS, FormatOne.CPU.withBatch(batch))) {
            float[][] features = classifier.features(images(7));
            StringJoiner found = new StringJoiner(" ");
            for (float[] row : features) {
                found.add(Integer.toString(Math.round(row[0])));
            }
            assertEquals(sizes, found.toString());
        }
    }

    @Test
    void aFreeBatchStaysFree() throws Exception {
        assertEveryListIsRight(network(Dim.of("N"), new long[] {0, -1}), 32);
    }

    @Test
    void aClassifierFileWithAFixedBatchAnswersAsTheFreeOne() throws Exception {
        Model free = ModelFile.read(FormatOne.PATH);
        Graph graph = free.graph();
        ValueInfo image = graph.trueInputs().get(0);
        List<Dim> shape =
                new ArrayList<>(image.tensorType().orElseThrow().shape().orElseThrow());
        shape.set(0, Dim.of(2));
        Graph fixed = graph.withInputs(
                List.of(image.withType(image.tensorType().orElseThrow().withShape(shape))));
        byte[] bytes = ModelFile.toBytes(
                free.withGraph(fixed).withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(bytes);
        List<Image> images =
                List.of(FormatOne.noise(9, 7, 3, 1), FormatOne.noise(9, 7, 3, 2), FormatOne.noise(9, 7, 3, 3));
        try (ImageClassifier expected = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU);
                ImageClassifier found = ImageClassifier.load(bytes, FormatOne.CPU)) {
            assertEquals(expected.classify(images), found.classify(images));
            assertEquals(expected.classify(images.get(2)), found.classify(images.get(2)));
            ByteBuffer raw = ByteBuffer.allocateDirect(3 * 9 * 7 * 3);
            images.forEach(one -> raw.put(one.pixels()));
            assertArrayEquals(
                    expected.run(images).logits(),
                    found.run(raw.flip(), 3, 7, 9).logits());
            assertArrayEquals(expected.run(images).features(), found.run(images).features());
        }
    }
}
