package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.bench.BenchReport.Subject;
import terzi.export.ClassifierFile;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every backend of the JVM promises, whatever runs it: the same answers as all others, again and again; no answer to inputs
 * of another shape; a second close that does nothing; as many times as it was asked for.
 */
class BackendContractTest {
    private static final Path MODEL = Path.of("../../models/mnist/classifier.onnx");
    private static final int IMAGES = 3;
    private static final double CLOSE = 1e-4;

    @TempDir
    private static Path folder;

    private static Subjects subjects;
    /** Logits of the first backend there is. */
    private static float[][] reference;

    private static double temperature;

    /** Every backend of the JVM that can run here, with each of its settings. */
    static Stream<Variant> variants() {
        return Backends.all().stream()
                .filter(EngineBackend.class::isInstance)
                .filter(backend -> backend.obstacle(Place.jvmOnly()).isEmpty())
                .flatMap(backend -> Stream.concat(
                        Stream.of(backend.name()),
                        backend.settings().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .flatMap(setting -> setting.getValue().stream()
                                        .skip(1)
                                        .map(value -> backend.name() + ":" + setting.getKey() + "=" + value))))
                .map(text -> Variant.parse(text, List.of(1)).get(0));
    }

    @BeforeAll
    static void prepare() throws Exception {
        // DJL makes ONNX Runtime's one environment of the JVM itself, or refuses to start; all others take what is
        // there
        ai.djl.engine.Engine.getEngine("OnnxRuntime");
        Path images = Files.createDirectory(folder.resolve("images"));
        Random random = new Random(3);
        for (int i = 0; i < IMAGES; i++) {
            BufferedImage image = new BufferedImage(40 + i, 40, BufferedImage.TYPE_INT_RGB);
            for (int at = 0; at < 40 * 40; at++) {
                image.setRGB(at % 40, at / 40, at / 40 < 10 + 8 * i ? 0xffffff : random.nextInt(1 << 24));
            }
            ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        }
        subjects = Subjects.prepare(MODEL, "mnist", Optional.of(images));
        temperature = ClassifierFile.readSpec(MODEL).temperature();
        reference = answers(Variant.parse("ort", List.of(1)).get(0), IMAGES);
    }

    @AfterAll
    static void clean() throws IOException {
        subjects.close();
    }

    /** bfloat16 keeps 8 bits of a number: a few hundredths of the largest logit after a handful of layers. */
    private static double close(Variant variant) {
        double largest = 0;
        for (float[] row : reference) {
            for (float logit : row) {
                largest = Math.max(largest, Math.abs(logit));
            }
        }
        return variant.settings().containsValue("bf16") ? 0.03 * largest : CLOSE;
    }

    private static Engine open(Variant variant) throws Exception {
        return open(variant, subjects.job(variant).orElseThrow());
    }

    private static Engine open(Variant variant, Job job) throws Exception {
        return ((EngineBackend) variant.backend()).open(job);
    }

    /** A row for each image: backends from file to label answer one for each call. */
    private static float[][] answers(Variant variant, int images) throws Exception {
        try (Engine engine = open(variant)) {
            boolean files = variant.backend().subject() == Subject.FILES;
            Engine.Call call = engine.prepare(files ? 1 : images);
            float[][] rows = call.run();
            while (rows.length < images) {
                rows = Stream.concat(Stream.of(rows), Stream.of(call.run())).toArray(float[][]::new);
            }
            return rows;
        }
    }

    @Test
    void everyBackendThatNeedsNoOtherProgramAndNoOtherDeviceIsHere() {
        Set<String> names = variants().map(variant -> variant.backend().name()).collect(Collectors.toSet());
        assertTrue(names.containsAll(Set.of("ort", "djl-onnxruntime", "djl-pytorch", "terzi-files")), names.toString());
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theAnswersAreThoseOfAllOthers(Variant variant) throws Exception {
        boolean probabilities = variant.backend().subject() == Subject.FILES;
        float[][] answers = answers(variant, IMAGES);
        assertEquals(IMAGES, answers.length);
        for (int i = 0; i < IMAGES; i++) {
            assertEquals(10, answers[i].length);
            double[] expected = new double[10];
            double sum = 0;
            for (int c = 0; c < 10; c++) {
                sum += Math.exp(reference[i][c] / temperature);
            }
            for (int c = 0; c < 10; c++) {
                expected[c] = probabilities ? Math.exp(reference[i][c] / temperature) / sum : reference[i][c];
                assertEquals(expected[c], answers[i][c], close(variant), "image " + i + ", class " + c);
            }
        }
        assertTrue(reference[0][0] != reference[1][0] && reference[1][0] != reference[2][0], "the images are the same");
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theSameIsAnsweredAgainByAnotherCallAndAnotherEngine(Variant variant) throws Exception {
        float[][] first;
        try (Engine engine = open(variant)) {
            Engine.Call call = engine.prepare(1);
            first = call.run();
            for (int other = 1; other < IMAGES && variant.backend().subject() == Subject.FILES; other++) {
                call.run(); // each call takes the next file
            }
            assertArrayEquals(first, call.run());
        }
        try (Engine engine = open(variant)) {
            assertArrayEquals(first, engine.prepare(1).run());
        }
    }

    /** Seven answers to three images: the images begin again. */
    @ParameterizedTest
    @MethodSource("variants")
    void aBatchHasTheImagesInTheirOrderAndFromTheBeginningAgain(Variant variant) throws Exception {
        float[][] three = answers(variant, 3);
        float[][] seven = answers(variant, 7);
        assertEquals(7, seven.length);
        for (int i = 0; i < 7; i++) {
            assertArrayEquals(three[i % 3], seven[i], (float) close(variant), "answer " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void inputsOfAnotherShapeAreRefusedWithTheirFileAndSize(Variant variant) throws Exception {
        Job job = subjects.job(variant).orElseThrow();
        if (job.subject() == Subject.FILES) {
            // a file has its own shape; what is not an image at all is refused
            Path none = Files.createDirectories(folder.resolve("none"));
            Files.writeString(none.resolve("0.png"), "text");
            try (Engine engine = open(variant, new Job(job.subject(), job.model(), none, 1, job.settings()))) {
                Engine.Call call = engine.prepare(1);
                Exception refused = assertThrows(Exception.class, call::run);
                assertTrue(refused.getMessage().contains("0.png"), refused.toString());
            }
            return;
        }
        byte[] whole = Files.readAllBytes(job.inputs());
        for (int length : new int[] {0, whole.length / 3 * 2, whole.length - 4, whole.length - 1, whole.length * 3}) {
            Path other = Files.write(folder.resolve("other.f32"), Arrays.copyOf(whole, length));
            try (Engine engine = open(variant, new Job(job.subject(), job.model(), other, IMAGES, job.settings()))) {
                IOException refused = assertThrows(IOException.class, () -> engine.prepare(1));
                assertEquals(
                        other
                                + ": expected 3 images of shape [1, 1, 28, 28] in float32, 9408 bytes, for batches from 1;"
                                + " found " + length + " bytes for a batch of 1",
                        refused.getMessage());
            }
        }
        try (Engine engine = open(variant)) {
            assertThrows(Exception.class, () -> engine.prepare(0));
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void closingTwiceIsClosingOnce(Variant variant) throws Exception {
        Engine engine = open(variant);
        engine.prepare(1).run();
        engine.close();
        engine.close();
    }

    /** {@link Worker}'s protocol without its process. */
    @ParameterizedTest
    @MethodSource("variants")
    void thereAreAsManyTimesAsWereAskedFor(Variant variant) throws Exception {
        double[] arrivals = {0, 0.0001, 0.0002, 0.01, 0.011};
        ByteBuffer bytes = ByteBuffer.allocate(arrivals.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (double arrival : arrivals) {
            bytes.putDouble(arrival);
        }
        Path file = Files.write(folder.resolve("the arrivals"), bytes.array());
        StringWriter out = new StringWriter();
        String commands = "answer 5\nlatency 1 0\nlatency 2 0.02\nopen " + file + "\nquit\nanswer 1\n";
        Worker.serve(() -> open(variant), 0, new BufferedReader(new StringReader(commands)), new PrintWriter(out));
        List<JsonNode> replies = out.toString()
                .lines()
                .map(line -> JsonMapper.builder().build().readTree(line))
                .toList();
        assertEquals(5, replies.size(), "nothing is answered after quit");
        JsonNode ready = replies.get(0).get("ready");
        assertTrue(ready.get("load_ms").asDouble() > 0);
        assertTrue(ready.get("versions").size() >= 2, ready.toString());
        JsonNode answers = replies.get(1).get("logits");
        assertEquals(5, answers.size());
        assertEquals(10, answers.get(4).size());
        assertEquals(1, replies.get(2).get("nanos").size(), "at least one, also in no time");
        double sum = 0;
        for (JsonNode nanos : replies.get(3).get("nanos")) {
            assertTrue(nanos.asLong() > 0);
            sum += nanos.asLong();
        }
        double last = replies.get(3)
                .get("nanos")
                .get(replies.get(3).get("nanos").size() - 1)
                .asDouble();
        assertTrue(
                sum >= 0.02e9 && sum - last < 0.02e9, "calls until the time is over, the last one begun in it: " + sum);
        JsonNode response = replies.get(4).get("response_nanos");
        JsonNode service = replies.get(4).get("service_nanos");
        assertEquals(arrivals.length, response.size());
        assertEquals(arrivals.length, service.size());
        for (int i = 0; i < arrivals.length; i++) {
            assertTrue(service.get(i).asLong() > 0
                    && response.get(i).asLong() >= service.get(i).asLong());
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theCommandStartsAWorkerForThisBackend(Variant variant) {
        List<String> command = variant.backend().command(Place.jvmOnly());
        assertEquals("backend=" + variant.backend().name(), command.get(command.size() - 1));
        assertTrue(Files.isExecutable(Path.of(command.get(0))), command.get(0));
        Job job = subjects.job(variant).orElseThrow();
        assertEquals(job.subject(), Job.parse(job.arguments()).subject());
        assertEquals(job.settings(), Job.parse(job.arguments()).settings());
        assertEquals(job.images(), Job.parse(job.arguments()).images());
        assertEquals(job.model().toAbsolutePath(), Job.parse(job.arguments()).model());
    }

    /** The whole classifier file takes encoded images, so it is not a network of this kind. */
    @Test
    void whatIsNotANetworkOfImagesIsRefusedBeforeAnythingRuns() throws IOException {
        Model whole = ModelFile.read(MODEL);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> NetworkInput.of(whole));
        assertTrue(refused.getMessage().contains("[N, C, H, W]"), refused.getMessage());
    }
}
