package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** What every classifier promises, wherever its network comes from and however an image is given to it. */
@Timeout(60)
class SameAnswerContractTest {

    private static final List<String> LABELS = List.of("red", "green", "blue");
    private static final Preprocessing PLAIN = Preprocessing.plain(6, 5, Preprocessing.Channels.RGB);
    private static final Image IMAGE = FormatOne.noise(13, 11, 3, 7);
    private static final Image OTHER = FormatOne.noise(13, 11, 3, 8);
    private static final Image SMALLER = FormatOne.noise(9, 11, 3, 9);

    @TempDir
    static Path folder;

    /** Where the network comes from. */
    enum Home {
        FILE {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(FormatOne.PATH, options);
            }
        },
        BYTES {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(FormatOne.bytes(), options);
            }
        },
        RESOURCE {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.loadResource(FormatOne.class, "format-1.onnx", options);
            }
        },
        GRAPH_CACHE {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(FormatOne.PATH, options.withGraphCache(folder.resolve("graphs")));
            }
        },
        BARE_LOGITS {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(network("logits", Dim.of("N")), PLAIN, LABELS, options);
            }
        },
        BARE_PROBABILITIES {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(network("probabilities", Dim.of("N")), PLAIN, LABELS, options);
            }
        },
        FIXED_BATCH {
            @Override
            ImageClassifier load(ClassifierOptions options) throws IOException {
                return ImageClassifier.load(network("logits", Dim.of(2)), PLAIN, LABELS, options);
            }
        };

        abstract ImageClassifier load(ClassifierOptions options) throws IOException;

        ImageClassifier load() throws IOException {
            return load(FormatOne.CPU.withBatch(2));
        }
    }

    /** Means of the channels, their differences made large; features are the means. */
    private static Path network(String output, Dim batch) throws IOException {
        GraphBuilder graph = new GraphBuilder("means", 18);
        String input = graph.input("pixels", TensorType.of(DataType.FLOAT, batch, Dim.of(3), Dim.of(5), Dim.of(6)));
        String mean = graph.node("GlobalAveragePool", List.of(input));
        String flat = graph.node("Flatten", List.of(mean));
        String many = graph.initializer(Tensor.scalar("many", 9f));
        String scores = graph.node("Mul", List.of(flat, many));
        TensorType rows = TensorType.of(DataType.FLOAT, batch, Dim.of(3));
        String answer = output.equals("logits")
                ? scores
                : graph.node("Softmax", List.of(scores), Map.of("axis", Attribute.of(1)));
        graph.output(answer, output, rows);
        graph.output(flat, "features", rows);
        Path file = folder.resolve(output + batch + ".onnx");
        return Files.exists(file) ? file : Files.write(file, ModelFile.toBytes(graph.build()));
    }

    private static byte[] png() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(IMAGE.toBufferedImage(), "png", png);
        return png.toByteArray();
    }

    private static ByteBuffer direct() {
        // neither at the start nor at the end of its buffer
        ByteBuffer pixels = ByteBuffer.allocateDirect(13 * 11 * 3 + 9);
        return pixels.position(4).put(IMAGE.pixels()).flip().position(4);
    }

    private static void assertSame(Prediction expected, Prediction found) {
        assertArrayEquals(expected.probabilities(), found.probabilities(), 1e-6f);
        assertEquals(expected.label(), found.label());
    }

    @ParameterizedTest
    @EnumSource
    void anImageHasOneAnswerHoweverItIsGiven(Home home) throws Exception {
        byte[] png = png();
        Path file = Files.write(folder.resolve(home + ".png"), png);
        try (ImageClassifier classifier = home.load()) {
            Prediction expected = classifier.classify(IMAGE);
            Prediction other = classifier.classify(OTHER);
            assertTrue(Math.abs(expected.probabilities()[0] - other.probabilities()[0]) > 1e-4, "they must differ");
            double sum = 0;
            for (float probability : expected.probabilities()) {
                sum += probability;
            }
            assertEquals(1, sum, 1e-5);

            assertSame(expected, classifier.classify(file));
            assertSame(expected, classifier.classify(png));
            assertSame(expected, classifier.classify(new ByteArrayInputStream(png)));
            assertSame(expected, classifier.classify(IMAGE.toBufferedImage()));
            assertSame(expected, classifier.classify(direct(), 13, 11));
            assertSame(expected, classifier.classifyAsync(file).get(30, TimeUnit.SECONDS));
            assertSame(expected, classifier.classifyAsync(png).get(30, TimeUnit.SECONDS));
            assertSame(expected, classifier.classifyAsync(IMAGE).get(30, TimeUnit.SECONDS));
            assertSame(expected, classifier.classifyAsync(1, one -> IMAGE).get(30, TimeUnit.SECONDS));

            // alone, beside others of its size and of another
            assertSame(expected, classifier.classify(List.of(IMAGE)).get(0));
            List<Prediction> list = classifier.classify(List.of(OTHER, IMAGE, SMALLER, IMAGE, OTHER, IMAGE));
            for (int i = 0; i < 6; i++) {
                if (i != 2) {
                    assertSame(i == 0 || i == 4 ? other : expected, list.get(i));
                }
            }
            try (Stream<Classified<Integer>> all = classifier.classifyAll(
                    Stream.of(0, 1, 2, 3, 4), i -> i == 2 ? SMALLER : i % 2 == 0 ? IMAGE : OTHER)) {
                List<Classified<Integer>> answers = all.toList();
                for (int i = 0; i < 5; i++) {
                    assertEquals(i, answers.get(i).source());
                    assertTrue(answers.get(i).failure().isEmpty());
                    if (i != 2) {
                        assertSame(i % 2 == 0 ? expected : other, answers.get(i).prediction());
                    }
                }
            }
            try (Stream<Classified<Path>> all = classifier.classifyAll(Stream.of(file))) {
                assertSame(expected, all.toList().get(0).prediction());
            }
            Outputs run = classifier.run(List.of(OTHER, IMAGE, OTHER));
            assertArrayEquals(expected.probabilities(), run.probabilities()[1], 1e-6f);
            assertArrayEquals(
                    expected.probabilities(),
                    classifier.run(direct(), 1, 11, 13).probabilities()[0],
                    1e-6f);
            assertFeatures(classifier, file, run);
        }
    }

    private static void assertFeatures(ImageClassifier classifier, Path file, Outputs run) throws IOException {
        float[] features = classifier.features(IMAGE);
        assertArrayEquals(features, classifier.features(file), 1e-6f);
        assertArrayEquals(features, classifier.features(List.of(OTHER, SMALLER, IMAGE))[2], 1e-6f);
        assertArrayEquals(features, run.features()[1], 1e-6f);
        float[] logits = run.logits()[1];
        float[] alone = classifier.run(List.of(IMAGE)).logits()[0];
        // logits that are worked out from probabilities are known up to a summand
        assertEquals(alone[0] - alone[1], logits[0] - logits[1], 1e-4);
    }

    @ParameterizedTest
    @EnumSource
    void threadsGetTheAnswersOfOne(Home home) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ImageClassifier classifier = home.load()) {
            List<Image> images = List.of(IMAGE, OTHER, SMALLER);
            List<Prediction> expected = new ArrayList<>();
            images.forEach(image -> expected.add(classifier.classify(image)));
            List<Future<Void>> calls = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int first = t;
                Callable<Void> call = () -> {
                    for (int i = 0; i < 100; i++) {
                        int one = (first + i / 3) % 3;
                        assertSame(expected.get(one), classifier.classify(images.get(one)));
                    }
                    return null;
                };
                calls.add(threads.submit(call));
            }
            for (Future<Void> call : calls) {
                call.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedClassifierRefusesEveryCall(Home home) throws Exception {
        byte[] png = png();
        Path file = Files.write(folder.resolve(home + "-closed.png"), png);
        ImageClassifier classifier = home.load();
        classifier.classify(IMAGE);
        classifier.close();
        assertDoesNotThrow(classifier::close);
        List<Executable> calls = List.of(
                () -> classifier.classify(IMAGE),
                () -> classifier.classify(List.of(IMAGE)),
                () -> classifier.classify(png),
                () -> classifier.classify(file),
                () -> classifier.classify(direct(), 13, 11),
                () -> classifier.classify(IMAGE.toBufferedImage()),
                () -> classifier.features(IMAGE),
                () -> classifier.features(List.of(IMAGE)),
                () -> classifier.run(List.of(IMAGE)),
                () -> classifier.run(direct(), 1, 11, 13),
                () -> classifier.requireOpen());
        for (Executable call : calls) {
            IllegalStateException e = assertThrows(IllegalStateException.class, call);
            assertTrue(e.getMessage().contains("is closed"), e.getMessage());
        }
        ExecutionException async = assertThrows(
                ExecutionException.class, () -> classifier.classifyAsync(IMAGE).get(30, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, async.getCause());
        try (Stream<Classified<Integer>> all = classifier.classifyAll(Stream.of(1), one -> IMAGE)) {
            assertThrows(IllegalStateException.class, all::toList);
        }
        assertEquals(3, classifier.info().labels().size());
        assertEquals(Device.cpu(), classifier.device());
    }
}
