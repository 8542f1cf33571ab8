package terzi.backbones.keras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.backbones.Ort;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.ReplaceHead;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Converted networks against what Keras itself computes; the files are made by {@code src/test/python/keras_fixtures.py}. */
class KerasConverterTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "sequential.h5, sequential",
        "sequential.keras, sequential",
        "sequential-keras2.h5, sequential-keras2",
        "tfjs/model.json, functional",
        "functional.h5, functional",
        "functional-keras2.h5, functional-keras2",
        "nested.h5, nested",
        "nested.keras, nested",
        "nested-keras2.h5, nested-keras2",
        "shapes.keras, shapes",
        "shapes-keras2.h5, shapes-keras2",
        "gray.h5, gray",
        "gray.keras, gray"
    })
    void theLogitsAreThoseOfKeras(String file, String golden) throws Exception {
        Model model = KerasConverter.convert(resource(file)).network();
        JsonNode expected = JsonMapper.shared().readTree(Files.readAllBytes(resource(golden + ".json")));
        JsonNode shape = expected.path("shape");
        int n = shape.get(0).intValue();
        int h = shape.get(1).intValue();
        int w = shape.get(2).intValue();
        int c = shape.size() > 3 ? shape.get(3).intValue() : 1;
        float[] nchw = channelsFirst(floats(expected.path("input")), h, w, c);
        float[][] logits = Ort.run(model, "logits", new long[] {n, c, h, w}, nchw);
        float[] wanted = floats(expected.path("logits"));
        int classes = expected.path("classes").intValue();
        double largest = 0;
        for (int i = 0; i < wanted.length; i++) {
            double difference = Math.abs(wanted[i] - logits[i / classes][i % classes]);
            assertTrue(difference <= TOLERANCE * Math.max(1, Math.abs(wanted[i])), file + ": " + difference);
            largest = Math.max(largest, Math.abs(wanted[i]));
        }
        assertTrue(largest > 1e-3, "the golden answer says nothing: " + largest);
    }

    @Test
    void theSizeStaysFreeWhereTheLayersAllowIt() throws Exception {
        Model model = KerasConverter.convert(resource("functional.h5")).network();
        TensorType input = model.graph().trueInputs().get(0).tensorType().orElseThrow();
        assertEquals("float32[N,3,H,W]", input.toString());
        // 'same' with a stride pads by size: another size must still run, and give as many classes
        float[][] logits = Ort.run(model, "logits", new long[] {1, 3, 21, 18}, new float[3 * 21 * 18]);
        assertEquals(5, logits[0].length);
    }

    @Test
    void theSizeIsFixedWhereFlattenNeedsIt() throws Exception {
        KerasConversion conversion = KerasConverter.convert(resource("sequential.keras"));
        TensorType input =
                conversion.network().graph().trueInputs().get(0).tensorType().orElseThrow();
        assertEquals("float32[N,3,11,9]", input.toString());
        assertEquals(java.util.List.of(11, 9, 3), conversion.inputShape());
    }

    @Test
    void zerosAroundImagesBecomePadsAndBatchNormalisationStays() throws Exception {
        Model model = KerasConverter.convert(resource("tfjs/model.json")).network();
        assertTrue(model.graph().nodes().stream().noneMatch(node -> node.is("Pad")));
        assertEquals(
                1,
                model.graph().nodes().stream()
                        .filter(node -> node.is("BatchNormalization"))
                        .count());
    }

    @Test
    void featuresAreWhatTheHeadTakes() throws Exception {
        KerasConversion conversion = KerasConverter.convert(resource("functional.h5"));
        Model model = conversion.network();
        assertEquals("features", ReplaceHead.find(model).takes());
        assertEquals(
                TensorType.of(terzi.onnx.DataType.FLOAT, Dim.of("N"), Dim.of(8)),
                model.graph().outputs().get(1).type());
        assertTrue(model.graph().nodes().stream().noneMatch(node -> node.is("Softmax")));
        assertTrue(
                conversion.remarks().get(0).contains("softmax"),
                conversion.remarks().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"functional.h5", "sequential.keras", "tfjs/model.json"})
    void aNetworkInAJarIsConverted(String name) throws Exception {
        Path onDisk = resource(name);
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path home = jar.getPath("/");
            try (Stream<Path> files = Files.list(onDisk.getParent())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, home.resolve(file.getFileName().toString()));
                }
            }
            Path inJar = home.resolve(onDisk.getFileName().toString());
            byte[] expected = ModelFile.toBytes(KerasConverter.convert(onDisk).network());
            assertArrayEquals(
                    expected, ModelFile.toBytes(KerasConverter.convert(inJar).network()));
            Files.write(inJar, Arrays.copyOf(Files.readAllBytes(onDisk), 200));
            KerasFormatException damaged =
                    assertThrows(KerasFormatException.class, () -> KerasConverter.convert(inJar));
            assertTrue(damaged.getMessage().startsWith(inJar.toString()), damaged.getMessage());
            assertFalse(damaged.getMessage().contains("terzi-keras"), damaged.getMessage());
        }
    }

    @Test
    void anUnknownLayerIsNamedWithTheListOfKnownOnes() throws Exception {
        Path copy = tfjs("\"class_name\": \"LeakyReLU\"", "\"class_name\": \"Wobble\"");
        UnsupportedLayerException unsupported =
                assertThrows(UnsupportedLayerException.class, () -> KerasConverter.convert(copy));
        assertTrue(unsupported.getMessage().contains("(Wobble)"), unsupported.getMessage());
        assertTrue(unsupported.getMessage().contains("Conv2D, "), unsupported.getMessage());
    }

    @Test
    void aMissingWeightFileIsNamed() throws Exception {
        Path copy = tfjs("no such text", "");
        Files.delete(copy.resolveSibling("group1-shard2.bin"));
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, () -> KerasConverter.convert(copy));
        assertTrue(missing.getMessage().contains("group1-shard2.bin"), missing.getMessage());
    }

    @Test
    void aCutWeightFileIsRefused() throws Exception {
        Path copy = tfjs("no such text", "");
        Path shard = copy.resolveSibling("group1-shard5.bin");
        byte[] bytes = Files.readAllBytes(shard);
        Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length - 8));
        KerasFormatException cut = assertThrows(KerasFormatException.class, () -> KerasConverter.convert(copy));
        assertTrue(cut.getMessage().contains("cut off"), cut.getMessage());
    }

    @Test
    void weightFilesOutsideOfTheFolderAreRefused() throws Exception {
        Path copy = tfjs("group1-shard2.bin", "../group1-shard2.bin");
        KerasFormatException outside = assertThrows(KerasFormatException.class, () -> KerasConverter.convert(copy));
        assertTrue(outside.getMessage().contains("outside"), outside.getMessage());
    }

    @Test
    void whatIsNoKerasFileIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("model.h5"), "not HDF5");
        assertTrue(assertThrows(KerasFormatException.class, () -> KerasConverter.convert(text))
                .getMessage()
                .contains("expected"));
        Path json = Files.writeString(folder.resolve("model.json"), "{\"format\": \"graph-model\"}");
        assertTrue(assertThrows(KerasFormatException.class, () -> KerasConverter.convert(json))
                .getMessage()
                .contains("graph model"));
    }

    @Test
    void damagedFilesAreRefusedWhereverTheyAreCut() throws Exception {
        for (String name : new String[] {"sequential.h5", "sequential.keras"}) {
            byte[] whole = Files.readAllBytes(resource(name));
            Path cut = folder.resolve(name);
            for (int parts = 1; parts < 8; parts++) {
                Files.write(cut, java.util.Arrays.copyOf(whole, whole.length * parts / 8));
                IOException refused = assertThrows(IOException.class, () -> KerasConverter.convert(cut));
                assertFalse(refused.getMessage().isBlank());
            }
        }
    }

    /** ONNX Runtime must not take the zeros for the pool's own pads, which are minus infinity. */
    @Test
    void zerosAroundNegativesCountInAMaximum() throws Exception {
        String layers =
                """
                {"class_name": "Sequential", "config": {"name": "padded", "layers": [
                {"class_name": "ZeroPadding2D", "config": {"name": "pad", "batch_input_shape": [null, 4, 4, 1], "padding": 1}},
                {"class_name": "MaxPooling2D", "config": {"name": "max", "pool_size": 3, "strides": 2}},
                {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool"}},
                {"class_name": "Dense", "config": {"name": "dense", "units": 1, "use_bias": false}}]}}
                """;
        Path model = Files.writeString(
                folder.resolve("model.json"),
                "{\"modelTopology\": " + layers + ", \"weightsManifest\": [{\"paths\": [\"w.bin\"], \"weights\":"
                        + " [{\"name\": \"dense/kernel\", \"shape\": [1, 1], \"dtype\": \"float32\"}]}]}");
        Files.write(
                folder.resolve("w.bin"),
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(1)
                        .array());
        float[] minusOnes = new float[16];
        java.util.Arrays.fill(minusOnes, -1);
        float[][] logits =
                Ort.run(KerasConverter.convert(model).network(), "logits", new long[] {1, 1, 4, 4}, minusOnes);
        assertEquals(-0.25f, logits[0][0], 1e-6f);
    }

    private Path tfjs(String from, String to) throws Exception {
        Path source = resource("tfjs/model.json").getParent();
        Path target = Files.createDirectories(folder.resolve("tfjs"));
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
        Path model = target.resolve("model.json");
        return Files.writeString(model, Files.readString(model).replace(from, to));
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(KerasConverterTest.class.getResource("/keras/" + name), name)
                .toURI());
    }

    private static float[] floats(JsonNode base64) {
        byte[] bytes = Base64.getDecoder().decode(base64.stringValue());
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static float[] channelsFirst(float[] nhwc, int h, int w, int c) {
        float[] nchw = new float[nhwc.length];
        for (int i = 0; i < nhwc.length; i++) {
            int channel = i % c;
            int pixel = i / c % (h * w);
            nchw[(i / c / (h * w) * c + channel) * h * w + pixel] = nhwc[i];
        }
        return nchw;
    }
}
