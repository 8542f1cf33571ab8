package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;

class ImageClassifierTest {

    @TempDir
    Path folder;

    @Test
    void everySourceGivesTheSameAnswer() throws Exception {
        Image image = FormatOne.noise(31, 17, 3, 1);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image.toBufferedImage(), "png", png);
        Path file = Files.write(folder.resolve("image.png"), png.toByteArray());
        ByteBuffer pixels =
                ByteBuffer.allocateDirect(31 * 17 * 3).put(image.pixels()).flip();
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU)) {
            Prediction expected = classifier.classify(image);
            assertEquals(expected, classifier.classify(file));
            assertEquals(expected, classifier.classify(png.toByteArray()));
            assertEquals(expected, classifier.classify(new ByteArrayInputStream(png.toByteArray())));
            assertEquals(expected, classifier.classify(image.toBufferedImage()));
            assertEquals(expected, classifier.classify(pixels, 31, 17));
            assertEquals(Device.cpu(), classifier.device());
        }
    }

    @Test
    void aFileIsLoadedFromWhereverItIs() throws Exception {
        Image image = FormatOne.noise(31, 17, 3, 1);
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.write(model.resolve("classifier.onnx"), FormatOne.bytes());
        try (ImageClassifier path = ImageClassifier.load(FormatOne.PATH, FormatOne.CPU);
                ImageClassifier inFolder = ImageClassifier.load(model, FormatOne.CPU);
                ImageClassifier resource =
                        ImageClassifier.loadResource(FormatOne.class, "format-1.onnx", FormatOne.CPU);
                ImageClassifier fromRoot = ImageClassifier.loadResource(
                        FormatOne.class, "/terzi/inference/format-1.onnx", FormatOne.CPU)) {
            Prediction expected = path.classify(image);
            assertEquals(expected, inFolder.classify(image));
            assertEquals(expected, resource.classify(image));
            assertEquals(expected, fromRoot.classify(image));
            assertEquals(8, path.info().preprocessing().orElseThrow().width());
        }
        java.io.IOException e = assertThrows(
                java.io.FileNotFoundException.class, () -> ImageClassifier.loadResource(FormatOne.class, "no.onnx"));
        assertTrue(e.getMessage().contains("no resource 'no.onnx' beside"), e.getMessage());
    }

    @Test
    void limitsHoldForImagesAndFiles() throws Exception {
        byte[] file = FormatOne.bytes();
        ClassifierOptions tight = FormatOne.CPU.withMaxFileBytes(file.length - 1);
        for (org.junit.jupiter.api.function.Executable load : List.<org.junit.jupiter.api.function.Executable>of(
                () -> ImageClassifier.load(file, tight),
                () -> ImageClassifier.load(FormatOne.PATH, tight),
                () -> ImageClassifier.loadResource(FormatOne.class, "format-1.onnx", tight))) {
            ClassifierFileException e = assertThrows(ClassifierFileException.class, load);
            assertTrue(e.getMessage().contains("allowed are " + (file.length - 1)), e.getMessage());
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(FormatOne.noise(31, 17, 3, 1).toBufferedImage(), "png", png);
        ImageDecoder.Limits limits = ImageDecoder.Limits.DEFAULT;
        assertLimit(ImageException.Kind.TOO_LARGE, limits.withMaxPixels(31 * 17 - 1), png.toByteArray());
        assertLimit(ImageException.Kind.TOO_LARGE, limits.withMaxBytes(png.size() - 1), png.toByteArray());
        assertLimit(ImageException.Kind.TOO_SLOW, limits.withMaxTime(Duration.ofNanos(1)), png.toByteArray());
    }

    private static void assertLimit(ImageException.Kind kind, ImageDecoder.Limits limits, byte[] image)
            throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.bytes(), FormatOne.CPU.withLimits(limits))) {
            ImageException e = assertThrows(ImageException.class, () -> classifier.classify(image));
            assertEquals(kind, e.kind());
            e = assertThrows(ImageException.class, () -> classifier.classify(new ByteArrayInputStream(image)));
            assertEquals(kind, e.kind());
        }
    }

    @Test
    void aListKeepsItsOrderWhateverTheSizes() throws Exception {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            images.add(FormatOne.noise(8 + i / 7 % 3, 8 + i / 11 % 2, i % 5 == 0 ? 1 : 3, i));
        }
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.bytes(), FormatOne.CPU.withBatch(4))) {
            List<Prediction> together = classifier.classify(images);
            assertEquals(images.size(), together.size());
            for (int i = 0; i < images.size(); i++) {
                assertArrayEquals(
                        classifier.classify(images.get(i)).probabilities(),
                        together.get(i).probabilities(),
                        1e-6f);
            }
            assertEquals(List.of(), classifier.classify(List.<Image>of()));
        }
    }

    @Test
    void grayImagesCountAsColourOnes() throws Exception {
        Image gray = FormatOne.noise(9, 9, 1, 3);
        try (ImageClassifier classifier = FormatOne.load()) {
            assertEquals(classifier.classify(gray.withChannels(3)), classifier.classify(gray));
        }
    }

    @Test
    void thePredictionIsTheSoftmaxOfTheLogits() throws Exception {
        Image image = FormatOne.noise(8, 8, 3, 4);
        try (ImageClassifier classifier = FormatOne.load()) {
            Outputs outputs = classifier.run(List.of(image));
            Prediction prediction = classifier.classify(image);
            double sum = 0;
            for (float logit : outputs.logits()[0]) {
                sum += Math.exp(logit / 1.25);
            }
            for (int k = 0; k < 3; k++) {
                assertEquals(
                        Math.exp(outputs.logits()[0][k] / 1.25) / sum,
                        prediction.probabilities()[k],
                        1e-6);
            }
            assertArrayEquals(outputs.probabilities()[0], prediction.probabilities());
            assertEquals(3, prediction.top().size());
            assertTrue(prediction.probability() >= prediction.top().get(1).probability());
            assertEquals(prediction.label(), prediction.top().get(0).label());
            assertTrue(
                    prediction.toString().matches("\\w+ \\d+\\.\\d %, \\w+ \\d+\\.\\d %, \\w+ \\d+\\.\\d %"),
                    prediction.toString());
            assertEquals(3, outputs.features()[0].length);
            assertEquals(8, outputs.activationMap(0, 2).orElseThrow().width());
        }
    }

    @Test
    void theBestLabelsComeFirst() {
        float[] probabilities = {.1f, .3f, .05f, .3f, .25f};
        List<String> labels = List.of("a", "b", "c", "d", "e");
        assertEquals(
                List.of("b", "d", "e"),
                Prediction.likeliest(labels, probabilities, 3).stream()
                        .map(Score::label)
                        .toList());
        assertEquals(
                List.of("b", "d", "e", "a", "c"),
                Prediction.likeliest(labels, probabilities, 9).stream()
                        .map(Score::label)
                        .toList());
        assertEquals(1, Prediction.likeliest(labels, probabilities, 1).get(0).index());
    }

    @Test
    void callersMistakesAreNamed() throws Exception {
        try (ImageClassifier classifier = FormatOne.load()) {
            assertMessage("direct", () -> classifier.run(ByteBuffer.allocate(192), 1, 8, 8));
            assertMessage(
                    "192 bytes, the buffer has 191", () -> classifier.run(ByteBuffer.allocateDirect(191), 1, 8, 8));
            assertMessage("1 or more", () -> classifier.run(ByteBuffer.allocateDirect(0), 0, 8, 8));
            assertMessage(
                    "one size",
                    () -> classifier.run(List.of(FormatOne.noise(8, 8, 3, 1), FormatOne.noise(8, 9, 3, 1))));
        }
        assertMessage("threads", () -> ClassifierOptions.defaults().withThreads(0));
        assertMessage("topK", () -> ClassifierOptions.defaults().withTopK(0));
        assertMessage("batch", () -> ClassifierOptions.defaults().withBatch(0));
        assertMessage("maxFileBytes", () -> ClassifierOptions.defaults().withMaxFileBytes(0));
        assertMessage("unknown device 'gpu'", () -> Device.parse("gpu"));
        assertMessage("index must be 0", () -> Device.cuda(-1));
        for (String device :
                List.of("auto", "cpu", "cuda:0", "cuda:3", "tensorrt:0", "tensorrt:2", "coreml", "webgpu")) {
            assertEquals(device, Device.parse(device).toString());
        }
    }

    @Test
    void aDeviceThatIsNotThereIsAnErrorWhenAskedForAndACpuWhenNot() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                DeviceProbe.ofThisMachine().certainObstacle(Device.Kind.CUDA).isPresent(),
                "this machine has an NVIDIA driver");
        long before = System.nanoTime();
        DeviceUnavailableException e = assertThrows(
                DeviceUnavailableException.class,
                () -> ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withDevice(Device.cuda(0))));
        assertTrue(e.getMessage().contains("libcuda.so.1") && e.getMessage().contains("cuDNN 9"), e.getMessage());
        try (ImageClassifier classifier = ImageClassifier.load(FormatOne.PATH)) {
            assertEquals(Device.cpu(), classifier.device());
        }
        assertTrue(System.nanoTime() - before < 20_000_000_000L, "looking for CUDA must not unpack its libraries");
    }

    @Test
    void nothingIsLeftInTheTemporaryFolder() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")), "Linux only");
        try (ImageClassifier classifier = FormatOne.load()) {
            java.util.Optional<Path> unpacked =
                    OrtLibrary.folderIn(Files.readAllLines(Path.of("/proc/self/maps")).stream()
                            .map(line -> line.replace(" (deleted)", ""))
                            .toList());
            assertTrue(unpacked.isPresent(), "where did the library come from?");
            assertTrue(Files.notExists(unpacked.get().resolve("libonnxruntime.so")), unpacked + " is still there");
            assertTrue(
                    DeviceProbe.ofThisMachine()
                                    .certainObstacle(Device.Kind.CUDA)
                                    .isEmpty()
                            || Files.notExists(unpacked.get()),
                    unpacked + " is still there");
            assertEquals(
                    1, classifier.classify(List.of(FormatOne.noise(8, 8, 3, 1))).size());
        }
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
