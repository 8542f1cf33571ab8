package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** Networks whose weights lie in other files; what a hostile one names must never be opened. */
class ExternalDataTest {

    private static final Preprocessing ONE = Preprocessing.plain(1, 1, Preprocessing.Channels.GRAY);
    private static final List<String> LABELS = List.of("dark", "light");

    @TempDir
    Path root;

    private Path folder;

    @BeforeEach
    void secrets() throws IOException {
        folder = Files.createDirectories(root.resolve("model"));
        byte[] weights = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(-2)
                .putFloat(2)
                .array();
        Files.write(root.resolve("secret.bin"), weights);
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("data/weights.bin"), weights);
        Files.write(folder.resolve("weights.bin"), weights);
    }

    private static byte[] message(Object... fieldsAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            int field = (Integer) fieldsAndValues[i];
            if (fieldsAndValues[i + 1] instanceof Integer number) {
                varint(out, (long) field << 3);
                varint(out, number);
            } else {
                byte[] bytes = fieldsAndValues[i + 1] instanceof String text
                        ? text.getBytes(StandardCharsets.UTF_8)
                        : (byte[]) fieldsAndValues[i + 1];
                varint(out, ((long) field << 3) | 2);
                varint(out, bytes.length);
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        for (long rest = value; ; rest >>>= 7) {
            if (rest < 128) {
                out.write((int) rest);
                return;
            }
            out.write((int) ((rest & 127) | 128));
        }
    }

    private static byte[] value(String name, int... dimensions) {
        byte[] shape = {};
        for (int dimension : dimensions) {
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.writeBytes(shape);
            joined.writeBytes(message(1, message(1, dimension)));
            shape = joined.toByteArray();
        }
        return message(1, name, 2, message(1, message(1, 1, 2, shape)));
    }

    private static byte[] tensor(String location) {
        return message(
                1,
                1,
                1,
                2,
                2,
                1,
                8,
                "w",
                14,
                1,
                13,
                message(1, "location", 2, location),
                13,
                message(1, "offset", 2, "0"),
                13,
                message(1, "length", 2, "8"));
    }

    /** logits = flatten(x) * w, with w of shape [1, 2] in another file. */
    static byte[] model(String location) {
        byte[] graph = message(
                1, message(1, "x", 2, "f", 4, "Flatten"),
                1, message(1, "f", 1, "w", 2, "logits", 4, "MatMul"),
                2, "g",
                5, tensor(location),
                11, value("x", 1, 1, 1, 1),
                12, value("logits", 1, 2));
        return message(1, 8, 8, message(2, 18), 7, graph);
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights.bin", "data/weights.bin", "./weights.bin", "data/../weights.bin"})
    void weightsBesideTheNetworkAreRead(String location) throws Exception {
        Path network = Files.write(folder.resolve("network.onnx"), model(location));
        try (ImageClassifier classifier = ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU)) {
            Outputs outputs = classifier.run(List.of(new Image(1, 1, 1, new byte[] {(byte) 255})));
            assertArrayEquals(new float[] {-2, 2}, outputs.logits()[0], 1e-6f);
        }
        ClassifierOptions small = FormatOne.CPU.withMaxFileBytes(Files.size(network) + 7);
        assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(network, ONE, LABELS, small));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "data/../../secret.bin", "/etc/hostname", "link.bin", "linked/secret.bin"})
    void weightsElsewhereAreRefused(String location) throws Exception {
        Files.createSymbolicLink(folder.resolve("link.bin"), root.resolve("secret.bin"));
        Files.createSymbolicLink(folder.resolve("linked"), root);
        Path network = Files.write(folder.resolve("network.onnx"), model(location));
        IOException e = assertThrows(
                ClassifierFileException.class, () -> ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU));
        assertTrue(e.getMessage().contains("outside of its folder"), e.getMessage());
    }

    @Test
    void missingWeightsAreNamed() throws Exception {
        Path network = Files.write(folder.resolve("network.onnx"), model("weights_2.bin"));
        IOException e = assertThrows(
                ClassifierFileException.class, () -> ImageClassifier.load(network, ONE, LABELS, FormatOne.CPU));
        assertTrue(e.getMessage().contains("'weights_2.bin', which is missing"), e.getMessage());
    }

    @Test
    void aNetworkBehindALinkHasItsWeightsWhereItReallyLies() throws Exception {
        Path network = Files.write(folder.resolve("network.onnx"), model("weights.bin"));
        Path link = Files.createSymbolicLink(root.resolve("network.onnx"), network);
        assertEquals(8, ExternalData.requireBeside(link, Set.of("weights.bin")));
    }

    @Test
    void tensorsAreFoundWhereverTheyHide() throws Exception {
        byte[] tensor = tensor("x");
        byte[] inAttribute = message(1, message(5, message(5, tensor)));
        byte[] inBranch = message(1, message(5, message(6, message(5, tensor))));
        byte[] deeper = message(1, message(5, message(11, inBranch)));
        byte[] sparse = message(15, message(2, tensor));
        for (byte[] graph : List.of(message(5, tensor), inAttribute, inBranch, deeper, sparse)) {
            assertEquals(Set.of("x"), ExternalData.locations(ModelEnvelope.Bytes.of(message(7, graph))));
            assertEquals(Set.of("x"), ExternalData.locations(ModelEnvelope.Bytes.of(message(20, message(2, graph)))));
        }
        byte[] function = message(25, message(7, message(5, message(10, tensor))));
        assertEquals(Set.of("x"), ExternalData.locations(ModelEnvelope.Bytes.of(function)));
        byte[] bottomless = tensor;
        for (int i = 0; i < 200; i++) {
            bottomless = message(1, message(5, message(6, bottomless)));
        }
        byte[] model = message(7, bottomless);
        assertThrows(IOException.class, () -> ExternalData.locations(ModelEnvelope.Bytes.of(model)));
    }

    @Test
    void aClassifierFileHoldsEverythingItself() throws Exception {
        byte[] file = FormatOne.bytes();
        byte[] more = message(7, message(5, tensor("weights.bin"))); // protobuf merges it with the graph before
        byte[] both = java.util.Arrays.copyOf(file, file.length + more.length);
        System.arraycopy(more, 0, both, file.length, more.length);
        ClassifierDigest.seal(both);
        IOException e = assertThrows(ClassifierFileException.class, () -> ImageClassifier.load(both, FormatOne.CPU));
        assertTrue(e.getMessage().contains("takes weights from [weights.bin]"), e.getMessage());
    }
}
