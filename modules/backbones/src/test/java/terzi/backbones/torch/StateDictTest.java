package terzi.backbones.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.backbones.BackboneException;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.onnx.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files that PyTorch wrote, with the values that it states for them, and files that must not be believed. */
class StateDictTest {
    @TempDir
    Path folder;

    private static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(StateDictTest.class.getResource("/torch/" + name))
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pth", "protocol4.pth", "legacy.pth", "checkpoint.pth"})
    void everyTensorIsAsPyTorchStatesIt(String file) throws IOException {
        JsonNode expected = JsonMapper.shared()
                .readTree(Files.readAllBytes(fixture("expected.json")))
                .required(file);
        Map<String, Tensor> found = StateDict.read(fixture(file));
        assertEquals(List.copyOf(expected.propertyNames()), List.copyOf(found.keySet()));
        assertTrue(found.size() > 5);
        found.forEach((name, tensor) -> {
            JsonNode right = expected.required(name);
            assertEquals(right.required("type").asString(), tensor.type().label(), name);
            List<Long> shape = new ArrayList<>();
            right.required("shape").forEach(size -> shape.add(size.longValue()));
            assertArrayEquals(shape.stream().mapToLong(Long::longValue).toArray(), tensor.dims(), name);
            List<Double> values = new ArrayList<>();
            right.required("values")
                    .forEach(value ->
                            values.add(Double.parseDouble(value.asString().replace("inf", "Infinity"))));
            assertArrayEquals(values.stream().mapToDouble(Double::doubleValue).toArray(), tensor.doubles(), 0, name);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "command.pth, .system",
        "command-legacy.pth, .system",
        "module.pth, names torch.nn.modules.container.Sequential",
        "sparse.pth, names torch._utils._rebuild_sparse_tensor",
        "script.pt, is a TorchScript archive",
        "expected.json, is not a file of torch.save"
    })
    void whateverIsMoreThanTensorsIsRefusedByName(String file, String message) {
        TorchFormatException refused = assertThrows(TorchFormatException.class, () -> StateDict.read(fixture(file)));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
        assertTrue(refused.getMessage().contains("torch.save("), refused.getMessage());
        assertFalse(Files.exists(Path.of("/tmp/terzi-must-not-exist")));
    }

    @Test
    void theNameOfADangerousFunctionIsInTheMessage() {
        // os.system is posix.system on the machine that wrote the file
        TorchFormatException refused =
                assertThrows(TorchFormatException.class, () -> StateDict.read(fixture("command.pth")));
        assertTrue(
                refused.getMessage()
                        .contains("names posix.system, which is not part of a state dict and is not executed"),
                refused.getMessage());
    }

    @Test
    void filesOfOtherKindsAreToldApart() throws IOException {
        byte[] tar = new byte[600];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        assertMessage("a tar archive", tar);
        assertMessage("a pickle of another program", new byte[] {(byte) 0x80, 4, 'N', '.'});
        assertMessage("safetensors", "\u0010\0\0\0\0\0\0\0{\"a\":{}}        ".getBytes(StandardCharsets.US_ASCII));
        assertMessage("it is empty", new byte[0]);
        assertMessage("expected one", zip(Map.of("other/file.txt", new byte[3])));
        assertMessage("holds no tensors", zip(Map.of("a/data.pkl", pickle("}."))));
    }

    @Test
    void weightsAloneAreNoNetworkToFineTune() {
        BackboneException alone = assertThrows(
                BackboneException.class, () -> Backbones.open(fixture("zip.pth"), BackboneOptions.defaults()));
        assertTrue(alone.getMessage().contains("has 20 tensors of PyTorch, the first is"), alone.getMessage());
        assertTrue(alone.getMessage().contains("torch.onnx.export("), alone.getMessage());
    }

    // ---- pickles made by hand: opcodes of Python's pickletools ----

    private static final String STORAGE = "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpuK\4tQ";
    private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";

    /** {@code {"w": tensor}} of a storage of four elements. */
    private static String tensor(String offset, String sizes, String strides) {
        return "}X\1\0\0\0w" + REBUILD + "(" + STORAGE + offset + sizes + strides + "\u0089}tRs.";
    }

    private static Map<String, byte[]> withStorage(String pickle) {
        return Map.of("a/data.pkl", pickle(pickle), "a/data/0", new byte[16]);
    }

    @Test
    void aPickleMadeByHandIsRead() throws IOException {
        Path file =
                Files.write(folder.resolve("a.pth"), zip(withStorage(tensor("K\0", "K\2K\2\u0086", "K\2K\1\u0086"))));
        assertEquals(
                "[2, 2]",
                java.util.Arrays.toString(StateDict.read(file).get("w").dims()));
    }

    @Test
    void aViewMustStayInsideItsStorage() throws IOException {
        assertMessage("reaches element 4", zip(withStorage(tensor("K\1", "K\4\u0085", "K\1\u0085"))));
        assertMessage("reaches element", zip(withStorage(tensor("K\0", "K\4\u0085", "K\2\u0085"))));
        assertMessage("1 axes and 0 strides", zip(withStorage(tensor("K\0", "K\4\u0085", ")"))));
        // -1 as a size, an offset and a stride
        String minus = "J\u00ff\u00ff\u00ff\u00ff";
        assertMessage("expected a size", zip(withStorage(tensor("K\0", minus + "\u0085", "K\1\u0085"))));
        assertMessage("expected a size", zip(withStorage(tensor(minus, "K\1\u0085", "K\1\u0085"))));
        assertMessage("expected a size", zip(withStorage(tensor("K\0", "K\1\u0085", minus + "\u0085"))));
        // 2^62 elements, and so many that the product overflows
        String huge = "\u008a\u0008\0\0\0\0\0\0\0@";
        assertMessage("damaged", zip(withStorage(tensor("K\0", huge + "\u0085", "K\0\u0085"))));
        assertMessage("damaged", zip(withStorage(tensor("K\0", huge + huge + "\u0086", "K\0K\0\u0086"))));
        assertMessage("damaged", zip(withStorage(tensor("K\0", huge + "\u0085", huge + "\u0085"))));
    }

    @Test
    void aSmallFileDoesNotBecomeALargeOne() throws IOException {
        // 2^27 elements by a stride of 0, half a gigabyte
        String large = "J\0\0\0\u0008";
        assertMessage("much larger than the file", zip(withStorage(tensor("K\0", large + "\u0085", "K\0\u0085"))));
        Path file = Files.write(
                folder.resolve("b.pth"), zipped(withStorage(tensor("K\0", "K\4\u0085", "K\1\u0085")), true));
        TorchFormatException compressed = assertThrows(TorchFormatException.class, () -> StateDict.read(file));
        assertTrue(compressed.getMessage().contains("is compressed"), compressed.getMessage());
    }

    @Test
    void storagesMustHaveTheSizeThatTensorsExpect() throws IOException {
        String pickle = tensor("K\0", "K\4\u0085", "K\1\u0085");
        assertMessage("expected 16", zip(Map.of("a/data.pkl", pickle(pickle), "a/data/0", new byte[12])));
        assertMessage("lacks a/data/0", zip(Map.of("a/data.pkl", pickle(pickle))));
        assertMessage(
                "big-endian",
                zip(Map.of(
                        "a/data.pkl",
                        pickle(pickle),
                        "a/data/0",
                        new byte[16],
                        "a/byteorder",
                        "big".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void aListInsideItselfEnds() throws IOException {
        assertEnds("deep", "]q\0h\0a.");
    }

    @Test
    void listsThatDoubleAtEveryLevelEnd() throws IOException {
        StringBuilder doubled = new StringBuilder("]q\0");
        for (int i = 1; i < 60; i++) {
            // list i has list i - 1 twice
            doubled.append("]q")
                    .append((char) i)
                    .append("(h")
                    .append((char) (i - 1))
                    .append("h");
            doubled.append((char) (i - 1)).append("e");
        }
        assertEnds("more than", doubled.append(".").toString());
    }

    @Test
    void olderFilesMayHaveListsInsideThemselvesAnywhere() throws IOException {
        String magic = "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
        String version = "\u0080\2M\u00e9\3.";
        String machine = "\u0080\2}X\r\0\0\0little_endian\u0088s.";
        String itself = "\u0080\2]q\0h\0a.";
        String nothing = "\u0080\2N.";
        for (String file : List.of(
                magic + itself + machine + nothing + itself + "\0\0\0\0\0\0\0\0",
                magic + version + itself + nothing + itself + "\0\0\0\0\0\0\0\0",
                magic + version + machine + nothing + itself + "\0\0\0\0\0\0\0\0",
                magic + version + machine + itself + "\u0080\2].")) {
            assertMessage("", file.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "R.",
                "(R.",
                "h\5.",
                "t.",
                "u.",
                "}K\1u.",
                "}(K\1u.",
                "K\1K\2s.",
                "K\1b.",
                "X\u00ff\u00ff\u00ff\u007fa.",
                "\u008b\u00ff\u00ff\u00ff\u007f.",
                "X\u00ff\u00ff\u00ff\u00ff.",
                "})N.s.",
                "NQ.",
                ")Q.",
                "",
                "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fN.",
                "cos",
                "cos\n",
                "K\1K\2\u0093.",
                "i",
                "o",
                "\u0081",
                "P0\n.",
                "ccollections\nOrderedDict\nK\1R.",
                "}}Ns.",
                "S'a'\n."
            })
    void damagedPicklesAreRefused(String opcodes) throws IOException {
        assertEnds("", opcodes);
    }

    @Test
    void everyFileThatIsCutOffOrHasAWrongByteIsReadOrRefused() throws IOException {
        Random random = new Random(5);
        for (String name : List.of("zip.pth", "legacy.pth", "protocol4.pth")) {
            byte[] right = Files.readAllBytes(fixture(name));
            for (int i = 0; i < 400; i++) {
                byte[] wrong =
                        i % 4 == 0 ? java.util.Arrays.copyOf(right, random.nextInt(right.length)) : right.clone();
                for (int k = 0; k < 1 + i % 3 && wrong.length > 0; k++) {
                    wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Path file = Files.write(folder.resolve("wrong.pth"), wrong);
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                    try {
                        StateDict.read(file);
                    } catch (IOException refused) {
                        assertTrue(refused.getMessage().contains("wrong.pth"), refused.getMessage());
                    }
                });
            }
        }
    }

    private void assertEnds(String message, String opcodes) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertMessage(message, zip(Map.of("a/data.pkl", pickle(opcodes)))));
    }

    private void assertMessage(String expected, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("some.pth"), content);
        TorchFormatException refused = assertThrows(TorchFormatException.class, () -> StateDict.read(file));
        assertTrue(refused.getMessage().startsWith(file + ": "), refused.getMessage());
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    private static byte[] pickle(String opcodes) {
        return ("\u0080\u0002" + opcodes).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        return zipped(files, false);
    }

    private static byte[] zipped(Map<String, byte[]> files, boolean isCompressed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                if (!isCompressed) {
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(file.getValue().length);
                    CRC32 sum = new CRC32();
                    sum.update(file.getValue());
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        }
        return out.toByteArray();
    }
}
