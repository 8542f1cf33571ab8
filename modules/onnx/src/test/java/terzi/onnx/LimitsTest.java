package terzi.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of every limit on sizes. */
class LimitsTest {

    private static final long TWO_GIB = 1L << 31;

    @TempDir
    Path folder;

    /** A file of zeros that takes no space. */
    private Path sparse(String name, long bytes) throws IOException {
        Path file = folder.resolve(name);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        }
        return file;
    }

    @Test
    void elementsOfATensorEndWhereALongDoes() {
        assertEquals(Long.MAX_VALUE, Tensor.elementCount("t", Long.MAX_VALUE, 1));
        assertEquals(1L << 62, Tensor.elementCount("t", 1L << 31, 1L << 31));
        assertEquals(0, Tensor.elementCount("t", 3, 0));
        assertEquals(1, Tensor.elementCount("t"));
        IllegalArgumentException large =
                assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount("t", 1L << 32, 1L << 31));
        assertTrue(large.getMessage().contains("is too large"), large.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount("t", 2, -1));
    }

    @Test
    void bytesOfATensorEndWhereALongDoes() {
        assertEquals((1L << 60) - 1, DataType.UINT8.byteSize((1L << 60) - 1));
        assertThrows(ArithmeticException.class, () -> DataType.UINT8.byteSize(1L << 60));
        // elements of less than a byte fill up their last one
        assertEquals(0, DataType.INT4.byteSize(0));
        assertEquals(1, DataType.INT4.byteSize(1));
        assertEquals(1, DataType.INT4.byteSize(2));
        assertEquals(2, DataType.INT4.byteSize(3));
        assertEquals(2, DataType.UINT2.byteSize(5));
        IllegalArgumentException many = assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.ofRaw("t", DataType.DOUBLE, new long[] {1L << 60}, ByteBuffer.allocate(8)));
        assertTrue(many.getMessage().contains("are too many"), many.getMessage());
        IllegalArgumentException few = assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.ofRaw("t", DataType.DOUBLE, new long[] {1L << 56}, ByteBuffer.allocate(8)));
        assertTrue(few.getMessage().contains("needs " + (1L << 59) + " bytes of data, it has 8"), few.getMessage());
    }

    private Path pointingTo(String sideFile, long elements) throws IOException {
        OnnxMl.ModelProto.Builder model = TestModels.parse(TestModels.cnn().toBytes()).toBuilder();
        OnnxMl.TensorProto.Builder tensor = model.getGraphBuilder().addInitializerBuilder();
        tensor.setName("large")
                .setDataType(DataType.UINT8.onnxCode())
                .addDims(elements)
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue(sideFile);
        return Files.write(folder.resolve("m.onnx"), model.build().toByteArray());
    }

    @Test
    void aTensorInASideFileEndsBelow2Gib() throws IOException {
        sparse("w.bin", TWO_GIB - 1);
        Tensor tensor = Model.read(pointingTo("w.bin", TWO_GIB - 1))
                .graph()
                .initializer("large")
                .orElseThrow();
        assertEquals(TWO_GIB - 1, tensor.raw().remaining());
        sparse("w2.bin", TWO_GIB);
        Path over = pointingTo("w2.bin", TWO_GIB);
        ModelFormatException refused = assertThrows(ModelFormatException.class, () -> Model.read(over));
        assertTrue(refused.getMessage().contains("over the limit of 2 GiB"), refused.getMessage());
    }

    /** Protobuf holds a file in one array; those of the JVM end 8 bytes before 2 GiB. */
    @Test
    void aModelFileThatNoArrayHoldsIsRefused() throws IOException {
        for (long bytes : new long[] {TWO_GIB - 8, TWO_GIB - 1, TWO_GIB, 3 * TWO_GIB}) {
            Path file = sparse(bytes + ".onnx", bytes);
            ModelFormatException refused = assertThrows(ModelFormatException.class, () -> Model.read(file));
            assertTrue(refused.getMessage().contains("it has " + bytes + " bytes"), refused.getMessage());
            assertTrue(refused.getMessage().contains("ends at 2 GiB"), refused.getMessage());
        }
    }

    @Test
    void weightsOfMoreThanAnArrayHoldsAreNotWrittenToOne() throws IOException {
        try (FileChannel channel = FileChannel.open(sparse("w.bin", 1 << 30))) {
            ByteBuffer gib = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 30);
            List<Tensor> two = List.of(
                    Tensor.ofRaw("a", DataType.UINT8, new long[] {1 << 30}, gib),
                    Tensor.ofRaw("b", DataType.UINT8, new long[] {1 << 30}, gib));
            Model model = Model.of(new Graph("g", List.of(), two, List.of(), List.of()), 18);
            IllegalStateException refused = assertThrows(IllegalStateException.class, model::toBytes);
            assertTrue(refused.getMessage().contains(TWO_GIB + " bytes of weights"), refused.getMessage());
        }
    }

    private static Model of(Tensor... tensors) {
        return Model.of(new Graph("g", List.of(), List.of(tensors), List.of(), List.of()), 18);
    }

    /** What is smaller than 1 KiB stays inside; what is not begins at a memory page. */
    @Test
    void aSideFileTakesTensorsFrom1KibOnAtPages() throws IOException {
        Tensor small = TestModels.ramp("small", 255);
        Tensor first = TestModels.ramp("first", 256);
        Tensor second = TestModels.ramp("second", 1025);
        Tensor third = TestModels.ramp("third", 300);
        Path file = folder.resolve("m.onnx");
        of(small, first, second, third).writeWithSideFile(file, "m.data");
        OnnxMl.ModelProto written = TestModels.parse(Files.readAllBytes(file));
        List<String> places = new ArrayList<>();
        for (OnnxMl.TensorProto tensor : written.getGraph().getInitializerList()) {
            places.add(tensor.getName()
                    + tensor.getExternalDataList().stream()
                            .map(entry -> " " + entry.getValue())
                            .toList());
        }
        assertEquals(
                List.of(
                        "small[]",
                        "first[ m.data,  0,  1024]",
                        "second[ m.data,  4096,  4100]",
                        "third[ m.data,  12288,  1200]"),
                places);
        assertEquals(12288 + 1200, Files.size(folder.resolve("m.data")));
        assertEquals(of(small, first, second, third), Model.read(file));
    }

    @Test
    void aModelGetsASideFileWhenItsWeightsAreOverTheLimit() throws IOException {
        Model model = of(TestModels.ramp("a", 256), TestModels.ramp("b", 4));
        ModelFile.write(model, folder.resolve("at.onnx"), 1040);
        assertFalse(Files.exists(folder.resolve("at.onnx.data")));
        ModelFile.write(model, folder.resolve("over.onnx"), 1039);
        assertTrue(Files.exists(folder.resolve("over.onnx.data")));
    }

    /** Protobuf's own limit of 100 messages in each other: a graph, a node and an attribute for each level. */
    @Test
    void subgraphsOfSubgraphsAreReadUpToADepth() throws IOException {
        assertEquals(nested(25), Model.read(nested(25).toBytes()));
        byte[] deep = nested(60).toBytes();
        ModelFormatException refused = assertThrows(ModelFormatException.class, () -> Model.read(deep));
        assertTrue(refused.getMessage().contains("too many levels of nesting"), refused.getMessage());
    }

    private static Model nested(int levels) {
        Graph graph = new Graph("innermost", List.of(), List.of(), List.of(), List.of());
        for (int i = 0; i < levels; i++) {
            Node node = Node.of("n", "Loop", List.of("x"), List.of("y")).with("body", Attribute.of(graph));
            graph = new Graph("g", List.of(node), List.of(), List.of(), List.of());
        }
        return Model.of(graph, 18);
    }

    private static Map<String, TensorType> infer(List<Tensor> constants, Node... nodes) {
        ValueInfo x = new ValueInfo("x", TensorType.of(DataType.FLOAT, 1));
        return ShapeInference.infer(Model.of(new Graph("g", List.of(nodes), constants, List.of(x), List.of()), 18));
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static int axes(Map<String, TensorType> types) {
        TensorType type = types.get("y");
        return type == null ? -1 : type.rank().orElse(-1);
    }

    /** Integer tensors of more elements are weights and no shapes. */
    @Test
    void shapesAreFollowedUpTo1024Axes() {
        Node reshape = Node.of("y", "Reshape", List.of("x", "to"), List.of("y"));
        Node expand = Node.of("y", "Expand", List.of("x", "to"), List.of("y"));
        for (int count : new int[] {1024, 1025}) {
            int known = count == 1024 ? 1024 : -1;
            assertEquals(known, axes(infer(List.of(Tensor.ofLongs("to", ones(count))), reshape)));
            assertEquals(known, axes(infer(List.of(Tensor.ofLongs("to", ones(count))), expand)));
            Tensor length = Tensor.ofLongs("n", count);
            Node filled = Node.of("to", "ConstantOfShape", List.of("n"), List.of("to"))
                    .with("value", Attribute.of(Tensor.ofLongs("", 1)));
            assertEquals(known, axes(infer(List.of(length), filled, reshape)));
            Node repeated = Node.of("to", "Expand", List.of("one", "n"), List.of("to"));
            assertEquals(known, axes(infer(List.of(length, Tensor.ofLongs("one", 1)), repeated, reshape)));
            Node joined =
                    Node.of("to", "Concat", List.of("a", "b"), List.of("to")).with("axis", Attribute.of(0));
            List<Tensor> parts = List.of(Tensor.ofLongs("a", ones(512)), Tensor.ofLongs("b", ones(count - 512)));
            assertEquals(known, axes(infer(parts, joined, reshape)));
            List<Tensor> bounds =
                    List.of(Tensor.scalar("from", 0L), Tensor.scalar("to_", (long) count), Tensor.scalar("by", 1L));
            Node range = Node.of("to", "Range", List.of("from", "to_", "by"), List.of("to"));
            Node constant = Node.of("y", "ConstantOfShape", List.of("to"), List.of("y"));
            List<Dim> shape = infer(bounds, range, constant).get("y").shape().orElse(List.of());
            assertEquals(count == 1024 ? Dim.of(1023) : null, shape.isEmpty() ? null : shape.get(shape.size() - 1));
        }
        assertNull(infer(List.of(), reshape).get("to"));
    }
}
