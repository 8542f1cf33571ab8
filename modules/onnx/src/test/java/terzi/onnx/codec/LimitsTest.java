package terzi.onnx.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TestModels;

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

    private Path pointingTo(String sideFile, long elements) throws IOException {
        OnnxMl.ModelProto.Builder model = TestModels.parse(ModelFile.toBytes(TestModels.cnn())).toBuilder();
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
        Tensor tensor = ModelFile.read(pointingTo("w.bin", TWO_GIB - 1))
                .graph()
                .initializer("large")
                .orElseThrow();
        assertEquals(TWO_GIB - 1, tensor.raw().remaining());
        sparse("w2.bin", TWO_GIB);
        Path over = pointingTo("w2.bin", TWO_GIB);
        ModelFormatException refused = assertThrows(ModelFormatException.class, () -> ModelFile.read(over));
        assertTrue(refused.getMessage().contains("over the limit of 2 GiB"), refused.getMessage());
    }

    /** Protobuf holds a file in one array; those of the JVM end 8 bytes before 2 GiB. */
    @Test
    void aModelFileThatNoArrayHoldsIsRefused() throws IOException {
        for (long bytes : new long[] {TWO_GIB - 8, TWO_GIB - 1, TWO_GIB, 3 * TWO_GIB}) {
            Path file = sparse(bytes + ".onnx", bytes);
            ModelFormatException refused = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
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
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> ModelFile.toBytes(model));
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
        ModelFile.writeWithSideFile(of(small, first, second, third), file, "m.data");
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
        assertEquals(of(small, first, second, third), ModelFile.read(file));
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
        assertEquals(nested(25), ModelFile.read(ModelFile.toBytes(nested(25))));
        byte[] deep = ModelFile.toBytes(nested(60));
        ModelFormatException refused = assertThrows(ModelFormatException.class, () -> ModelFile.read(deep));
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
}
