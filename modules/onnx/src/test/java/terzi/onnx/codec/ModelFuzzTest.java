package terzi.onnx.codec;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.InvalidModelException;
import terzi.onnx.shapes.ModelChecker;
import terzi.onnx.shapes.ShapeInference;

/** Damaged files give an {@link IOException} or a model that can be looked at; nothing else, and soon. */
class ModelFuzzTest {
    /** Set {@code -Dterzi.fuzz.seed} to repeat a run. */
    private static final long SEED = Long.getLong("terzi.fuzz.seed", System.nanoTime());

    private static final int MUTANTS = Integer.getInteger("terzi.fuzz.mutants", 4000);

    @TempDir
    private Path folder;

    @BeforeEach
    void sayTheSeed(TestReporter reporter) {
        reporter.publishEntry("terzi.fuzz.seed", Long.toString(SEED));
    }

    /** Reads and, where that works, uses everything that looks at a model. */
    private static void survives(byte[] bytes, String what) {
        try {
            Model model = ModelFile.read(bytes);
            check(model);
            ShapeInference.infer(model);
            Model again = ModelFile.read(ModelFile.toBytes(model.withMetadata("k", "v")));
            if (!again.withMetadata(model.metadata()).equals(model)) {
                fail(what + ": the model read is not the model written");
            }
        } catch (IOException expected) {
            if (expected.getMessage() == null || expected.getMessage().isBlank()) {
                fail(what + ": an exception without a message", expected);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(what + ": " + e, e);
        }
    }

    private static void check(Model model) {
        try {
            ModelChecker.check(model);
        } catch (InvalidModelException e) {
            // most mutants are not valid models
        }
    }

    @Test
    void mutants_of_real_models_are_refused_or_read() {
        List<byte[]> parents = new ArrayList<>(TestModels.handful().values());
        Random random = new Random(SEED);
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int i = 0; i < MUTANTS; i++) {
                byte[] mutant = mutate(parents.get(random.nextInt(parents.size())), random);
                survives(mutant, "mutant " + i + " of seed " + SEED);
            }
        });
    }

    @Test
    void mutants_of_the_onnx_backend_suite_are_refused_or_read() throws IOException {
        List<byte[]> parents = new ArrayList<>();
        for (Path file : TestModels.backendSuite()) {
            if (Files.size(file) < 4000) {
                parents.add(Files.readAllBytes(file));
            }
        }
        Random random = new Random(SEED);
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int i = 0; i < MUTANTS; i++) {
                byte[] mutant = mutate(parents.get(random.nextInt(parents.size())), random);
                survives(mutant, "mutant " + i + " of seed " + SEED);
            }
        });
    }

    private static byte[] mutate(byte[] parent, Random random) {
        byte[] bytes = parent.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) 0xff;
                case 3 -> bytes = splice(bytes, at, 0, random);
                case 4 -> bytes = splice(bytes, at, Math.min(bytes.length - at, 1 + random.nextInt(8)), random);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(1 + random.nextInt(32), bytes.length - Math.max(from, at));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
            if (bytes.length == 0) {
                return new byte[] {1};
            }
        }
        return bytes;
    }

    /** Takes {@code gone} bytes out, and puts a few random ones in when none go. */
    private static byte[] splice(byte[] bytes, int at, int gone, Random random) {
        byte[] added = new byte[gone == 0 ? 1 + random.nextInt(12) : 0];
        random.nextBytes(added);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(added);
        out.write(bytes, at + gone, bytes.length - at - gone);
        return out.toByteArray();
    }

    @Test
    void every_truncation_is_refused_or_read() {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            for (byte[] bytes : TestModels.handful().values()) {
                for (int length = 0; length < bytes.length; length++) {
                    survives(Arrays.copyOf(bytes, length), "cut at " + length);
                }
            }
        });
    }

    @Test
    void a_file_cut_in_its_weights_says_so() throws IOException {
        Path file = folder.resolve("cut.onnx");
        byte[] bytes = ModelFile.toBytes(TestModels.cnn());
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        ModelFormatException refusal = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
        assertTrue(refusal.getMessage().contains("cut.onnx"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("cut short"), refusal.getMessage());
    }

    /** A tag with wire type 4 ends a group; without a group it must not pass for the end of the file. */
    @Test
    void anEndInTheMiddleOfAFileIsRefused() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] model = ModelFile.toBytes(TestModels.cnn());
        bytes.write(model, 0, model.length);
        bytes.write((1 << 3) | 4);
        bytes.write(model, 0, model.length);
        ModelFormatException refusal =
                assertThrows(ModelFormatException.class, () -> ModelFile.read(bytes.toByteArray()));
        assertTrue(refusal.getMessage().startsWith("it is not an ONNX model"), refusal.getMessage());
    }

    @Test
    void files_of_other_kinds_are_named_for_what_they_are() throws IOException {
        Path file = folder.resolve("other.onnx");
        Files.write(file, new byte[0]);
        assertRefusal(file, "empty");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n");
        assertRefusal(file, "git lfs pull");
        Files.writeString(file, "<!DOCTYPE html><html>not found</html>");
        assertRefusal(file, "not an ONNX model");
        Files.write(file, OnnxMl.ModelProto.newBuilder().setIrVersion(8).build().toByteArray());
        assertRefusal(file, "no graph");
        assertRefusal(folder, "not a file");
        assertThrows(IOException.class, () -> ModelFile.read(folder.resolve("missing.onnx")));
    }

    private static void assertRefusal(Path file, String word) {
        ModelFormatException refusal = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
        assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }

    @Test
    void nesting_without_end_is_refused() throws IOException {
        // a graph in an attribute of a node of a graph, 100,000 deep, written from the inside out
        ByteString graph = ByteString.EMPTY;
        for (int depth = 0; depth < 2_000; depth++) {
            graph = field(1, field(5, field(6, graph)));
        }
        survives(field(7, graph).toByteArray(), "deep graphs");
        // unknown groups, which every level of a parser follows
        byte[] groups = new byte[200_000];
        for (int i = 0; i < groups.length; i += 2) {
            // the two-byte tag that opens group 99
            groups[i] = (byte) 0x9b;
            groups[i + 1] = 6;
        }
        survives(groups, "deep groups");
        ByteString type = ByteString.EMPTY;
        for (int depth = 0; depth < 2_000; depth++) {
            type = field(4, field(1, type));
        }
        survives(field(7, field(11, field(2, type))).toByteArray(), "deep types");
    }

    private static ByteString field(int number, ByteString value) throws IOException {
        ByteString.Output out = ByteString.newOutput();
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        coded.writeBytes(number, value);
        coded.flush();
        return out.toByteString();
    }

    @Test
    void sizes_that_no_memory_holds_are_refused_before_anything_is_allocated() {
        OnnxMl.TensorProto.Builder huge =
                OnnxMl.TensorProto.newBuilder().setName("huge").setDataType(1);
        for (long[] dims : new long[][] {{Long.MAX_VALUE}, {1L << 40}, {1L << 32, 1L << 32}, {-1}, {Long.MIN_VALUE}}) {
            OnnxMl.TensorProto.Builder tensor = huge.clone();
            for (long size : dims) {
                tensor.addDims(size);
            }
            OnnxMl.ModelProto model = OnnxMl.ModelProto.newBuilder()
                    .setGraph(OnnxMl.GraphProto.newBuilder().addInitializer(tensor))
                    .build();
            ModelFormatException refusal =
                    assertThrows(ModelFormatException.class, () -> ModelFile.read(model.toByteArray()));
            assertTrue(refusal.getMessage().contains("huge"), refusal.getMessage());
        }
        // a length that promises 2 GiB in a file of a few bytes
        byte[] promise = {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1, 2, 3};
        survives(promise, "promise");
    }

    @Test
    void shape_arithmetic_with_absurd_numbers_comes_to_an_end() {
        long[] absurd = {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40};
        List<Model> models = new ArrayList<>();
        for (long a : absurd) {
            for (long b : absurd) {
                models.add(Model.of(
                        new Graph(
                                "absurd",
                                List.of(
                                        Node.of("range", "Range", List.of("zero", "a", "b"), List.of("r")),
                                        Node.of("fill", "ConstantOfShape", List.of("v"), List.of("f")),
                                        Node.of("expand", "Expand", List.of("v", "v"), List.of("e")),
                                        Node.of("tile", "Tile", List.of("x", "v"), List.of("t")),
                                        Node.of("slice", "Slice", List.of("v", "v1", "v2"), List.of("s")),
                                        Node.of("reshape", "Reshape", List.of("x", "v"), List.of("y")),
                                        Node.of("pad", "Pad", List.of("x", "v"), List.of("p")),
                                        Node.of("split", "Split", List.of("x", "v"), List.of("s1", "s2")),
                                        Node.of("add", "Add", List.of("a", "b"), List.of("sum")),
                                        Node.of("div", "Div", List.of("a", "b"), List.of("ratio")),
                                        Node.of("gather", "Gather", List.of("v", "a"), List.of("g")),
                                        Node.of("pool", "MaxPool", List.of("image"), List.of("m"))
                                                .with("kernel_shape", Attribute.ints(a, b))
                                                .with("strides", Attribute.ints(b, a)),
                                        Node.of("up", "Resize", List.of("image", "", "", "v4"), List.of("u"))),
                                List.of(
                                        Tensor.scalar("zero", 0L),
                                        Tensor.scalar("a", a),
                                        Tensor.scalar("b", b),
                                        Tensor.ofLongs("v", a, b),
                                        Tensor.ofLongs("v1", a),
                                        Tensor.ofLongs("v2", b),
                                        Tensor.ofLongs("v4", a, b, a, b)),
                                List.of(
                                        new ValueInfo("x", TensorType.of(DataType.FLOAT, 7)),
                                        new ValueInfo("image", TensorType.of(DataType.FLOAT, 1, 3, 8, 8))),
                                List.of(new ValueInfo("y", TensorType.of(DataType.FLOAT)))),
                        18));
            }
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (Model model : models) {
                survives(ModelFile.toBytes(model), model.graph().initializers().toString());
            }
        });
    }
}
