package terzi.onnx.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TestModels;

class SideFilesTest {
    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void makeAFolderWithSomethingBesideIt() throws IOException {
        home = Files.createDirectory(folder.resolve("model folder"));
        Files.write(folder.resolve("secret.bin"), new byte[400_000]);
    }

    /** One initializer, {@code w} float32 [300, 300]: large enough to be mapped. */
    private static Model large() {
        Graph graph = new Graph(
                "large",
                List.of(Node.of("mm", "MatMul", List.of("x", "w"), List.of("y"))),
                List.of(TestModels.ramp("w", 300, 300), TestModels.ramp("tiny", 2)),
                List.of(TestModels.value("x", "N", 300)),
                List.of(TestModels.value("y", "N", 300)));
        return Model.of(graph, 17);
    }

    @Test
    void aModelInAJarIsWrittenThereAndReadWithItsSideFile() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + home.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path folder = Files.createDirectory(jar.getPath("/models"));
            ModelFile.write(large(), folder.resolve("whole.onnx"));
            ModelFile.writeWithSideFile(large(), folder.resolve("m.onnx"), "m.data");
            assertTrue(Files.size(folder.resolve("m.data")) >= 360_000);
            for (String name : List.of("whole.onnx", "m.onnx")) {
                byte[] bytes = new byte[360_000];
                Model read = ModelFile.read(folder.resolve(name));
                read.graph().initializer("w").orElseThrow().raw().get(bytes);
                assertArrayEquals(weights(), bytes, name);
            }
            Files.write(folder.resolve("out.onnx"), pointingTo("../secret.bin").toByteArray());
            assertThrows(ModelFormatException.class, () -> ModelFile.read(folder.resolve("out.onnx")));
        }
    }

    private static OnnxMl.ModelProto pointingTo(String location, String... more) {
        OnnxMl.ModelProto.Builder model = TestModels.parse(ModelFile.toBytes(large())).toBuilder();
        OnnxMl.TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
        tensor.clearRawData().setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue(location);
        for (int i = 0; i < more.length; i += 2) {
            tensor.addExternalDataBuilder().setKey(more[i]).setValue(more[i + 1]);
        }
        return model.build();
    }

    private Path write(OnnxMl.ModelProto model) throws IOException {
        return Files.write(home.resolve("m.onnx"), model.toByteArray());
    }

    private static byte[] weights() {
        byte[] bytes = new byte[360_000];
        large().graph().initializer("w").orElseThrow().raw().get(bytes);
        return bytes;
    }

    private static void assertRefused(Path model, String... words) {
        ModelFormatException refusal = assertThrows(ModelFormatException.class, () -> ModelFile.read(model));
        for (String word : words) {
            assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
        }
    }

    @Test
    void weights_come_back_from_a_side_file_and_the_small_ones_stay_inside() throws IOException {
        Path target = home.resolve("m.onnx");
        ModelFile.writeWithSideFile(large(), target, "m.onnx.data");
        assertTrue(Files.size(target) < 2000);
        assertEquals(360_000, Files.size(home.resolve("m.onnx.data")));
        Model read = ModelFile.read(target);
        assertEquals(large(), read);
        assertTrue(read.graph().initializer("w").orElseThrow().raw().isDirect(), "mapped and not copied");
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(2, files.count(), "nothing temporary stays behind");
        }
    }

    @Test
    void offset_and_length_choose_a_part_of_the_file() throws IOException {
        byte[] file = new byte[400_000];
        System.arraycopy(weights(), 0, file, 12_345, 360_000);
        Files.write(home.resolve("w.bin"), file);
        Path model = write(pointingTo("w.bin", "offset", "12345", "length", "360000"));
        assertEquals(large(), ModelFile.read(model));
        assertArrayEquals(Files.readAllBytes(model), untouchedCopyInTheSameFolder(model));
    }

    private byte[] untouchedCopyInTheSameFolder(Path model) throws IOException {
        Path copy = home.resolve("copy.onnx");
        ModelFile.write(ModelFile.read(model), copy);
        return Files.readAllBytes(copy);
    }

    @Test
    void an_edited_model_keeps_its_side_file_in_the_same_folder_and_takes_the_weights_along_to_another()
            throws IOException {
        Files.write(home.resolve("w.bin"), weights());
        Model model = ModelFile.read(write(pointingTo("w.bin"))).withMetadata("k", "v");
        ModelFile.write(model, home.resolve("edited.onnx"));
        assertTrue(Files.size(home.resolve("edited.onnx")) < 2000);
        assertEquals(large().withMetadata("k", "v"), ModelFile.read(home.resolve("edited.onnx")));

        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ModelFile.write(model, elsewhere.resolve("edited.onnx"));
        ModelFile.write(ModelFile.read(write(pointingTo("w.bin"))), elsewhere.resolve("untouched.onnx"));
        Files.delete(home.resolve("w.bin"));
        assertEquals(large().withMetadata("k", "v"), ModelFile.read(elsewhere.resolve("edited.onnx")));
        assertEquals(large(), ModelFile.read(elsewhere.resolve("untouched.onnx")));
        assertEquals(large(), ModelFile.read(ModelFile.toBytes(ModelFile.read(elsewhere.resolve("untouched.onnx")))));
    }

    @Test
    void models_over_the_limit_of_one_file_get_a_side_file_by_themselves() throws IOException {
        Path target = home.resolve("big.onnx");
        ModelFile.write(large(), target, 100_000);
        assertTrue(Files.exists(home.resolve("big.onnx.data")));
        assertEquals(large(), ModelFile.read(target));
        // and over itself, while its weights are mapped
        ModelFile.writeWithSideFile(ModelFile.read(target).withMetadata("k", "v"), target, "big.onnx.data");
        assertEquals(large().withMetadata("k", "v"), ModelFile.read(target));
    }

    @Test
    void files_outside_the_folder_are_refused() throws IOException {
        assertRefused(write(pointingTo("../secret.bin")), "m.onnx", "tensor w", "outside the model's folder");
        assertRefused(write(pointingTo("a/../../secret.bin")), "outside the model's folder");
        assertRefused(write(pointingTo(folder.resolve("secret.bin").toString())), "outside the model's folder");
        assertRefused(write(pointingTo("/dev/zero")), "outside the model's folder");
    }

    @Test
    void links_out_of_the_folder_are_refused_and_links_within_it_are_followed() throws IOException {
        Files.createSymbolicLink(home.resolve("link.bin"), folder.resolve("secret.bin"));
        assertRefused(write(pointingTo("link.bin", "length", "360000")), "link", "outside the model's folder");
        Files.createSymbolicLink(home.resolve("out"), folder);
        assertRefused(write(pointingTo("out/secret.bin", "length", "360000")), "outside the model's folder");
        Files.write(home.resolve("w.bin"), weights());
        Files.createSymbolicLink(home.resolve("inside.bin"), home.resolve("w.bin"));
        assertEquals(large(), ModelFile.read(write(pointingTo("inside.bin"))));
    }

    @Test
    void what_is_wrong_with_a_side_file_is_said() throws IOException {
        assertRefused(write(pointingTo("w.bin")), "w.bin", "missing");
        assertRefused(write(pointingTo("")), "no file is named");
        assertRefused(write(pointingTo(".")), "not a file");
        assertRefused(write(pointingTo("a\0b")), "not a path");
        Files.write(home.resolve("w.bin"), new byte[1000]);
        assertRefused(write(pointingTo("w.bin")), "360000", "1000");
        assertRefused(write(pointingTo("w.bin", "length", "360000")), "complete");
        assertRefused(write(pointingTo("w.bin", "offset", "-1")), "offset", "-1");
        assertRefused(write(pointingTo("w.bin", "offset", "9223372036854775807")), "complete");
        assertRefused(write(pointingTo("w.bin", "offset", "five")), "five");
        assertRefused(write(pointingTo("w.bin", "length", "9223372036854775807")), "complete");
    }

    @Test
    void a_model_in_memory_has_no_side_files() {
        ModelFormatException refusal = assertThrows(
                ModelFormatException.class,
                () -> ModelFile.read(pointingTo("w.bin").toByteArray()));
        assertTrue(refusal.getMessage().contains("read it from its file"), refusal.getMessage());
    }

    @Test
    void a_side_file_elsewhere_is_refused_before_anything_is_written() {
        Path target = home.resolve("m.onnx");
        for (String name : List.of("../x", "/tmp/x", "", "m.onnx", "a/b")) {
            assertThrows(
                    IllegalArgumentException.class, () -> ModelFile.writeWithSideFile(large(), target, name), name);
        }
        assertFalse(Files.exists(target));
    }

    /** Weights in the model's own folder stay in their file, whatever their size; others count towards what the model may hold. */
    @Test
    void onlyWeightsThatMoveCountTowardsTheLimit() throws IOException {
        Files.write(home.resolve("w.bin"), weights());
        Model edited = ModelFile.read(write(pointingTo("w.bin"))).withMetadata("k", "v");
        ModelFile.write(edited, home.resolve("edited.onnx"), 100_000);
        assertFalse(Files.exists(home.resolve("edited.onnx.data")));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ModelFile.write(edited, elsewhere.resolve("edited.onnx"), 100_000);
        assertTrue(Files.exists(elsewhere.resolve("edited.onnx.data")));
        ModelFile.write(large(), elsewhere.resolve("whole.onnx"), 360_008);
        assertFalse(Files.exists(elsewhere.resolve("whole.onnx.data")));
        ModelFile.write(large(), elsewhere.resolve("split.onnx"), 360_007);
        assertTrue(Files.exists(elsewhere.resolve("split.onnx.data")));
        Files.delete(home.resolve("w.bin"));
        for (String name : List.of("edited", "whole", "split")) {
            Model right = name.equals("edited") ? large().withMetadata("k", "v") : large();
            assertEquals(right, ModelFile.read(elsewhere.resolve(name + ".onnx")), name);
        }
    }

    /** An array of bytes has no folder: what lay in side files is in it. */
    @Test
    void bytesOfAModelHoldAllItsWeights() throws IOException {
        Files.write(home.resolve("w.bin"), weights());
        Model read = ModelFile.read(write(pointingTo("w.bin")));
        assertEquals(large(), ModelFile.read(ModelFile.toBytes(read)));
        assertEquals(large().withMetadata("k", "v"), ModelFile.read(ModelFile.toBytes(read.withMetadata("k", "v"))));
    }

    /** Not even the order of the fields changes, which protobuf leaves to the writer. */
    @Test
    void anUntouchedModelIsCopiedByteForByteBesideItsWeights() throws IOException {
        Files.write(home.resolve("w.bin"), weights());
        OnnxMl.ModelProto message = pointingTo("w.bin");
        ByteArrayOutputStream odd = new ByteArrayOutputStream();
        message.toBuilder().clearIrVersion().build().writeTo(odd);
        odd.write(new byte[] {8, (byte) message.getIrVersion()});
        Path model = Files.write(home.resolve("odd.onnx"), odd.toByteArray());
        assertArrayEquals(odd.toByteArray(), untouchedCopyInTheSameFolder(model));
    }

    /** The places of a model that can hold a tensor; in each it lies in a side file, and comes along to another folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "initializer",
                "sparse initializer",
                "tensor",
                "tensors",
                "sparse tensor",
                "sparse tensors",
                "graph",
                "graphs",
                "function"
            })
    void tensorsComeAlongFromWhereverTheyAre(String place) throws IOException {
        Files.write(home.resolve("w.bin"), weights());
        OnnxMl.TensorProto tensor = pointingTo("w.bin").getGraph().getInitializer(0);
        OnnxMl.SparseTensorProto sparse = OnnxMl.SparseTensorProto.newBuilder()
                .setValues(tensor.toBuilder().clearDims().addDims(90_000))
                .setIndices(OnnxMl.TensorProto.newBuilder().setDataType(7).addDims(0))
                .addDims(100_000)
                .build();
        OnnxMl.AttributeProto.Builder attribute =
                OnnxMl.AttributeProto.newBuilder().setName("a");
        OnnxMl.GraphProto inner =
                OnnxMl.GraphProto.newBuilder().addInitializer(tensor).build();
        OnnxMl.ModelProto.Builder model =
                TestModels.parse(ModelFile.toBytes(TestModels.everyAttributeKind())).toBuilder();
        OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
        switch (place) {
            case "initializer" -> graph.addInitializer(tensor);
            case "sparse initializer" -> graph.addSparseInitializer(sparse);
            case "tensor" -> attribute.setType(AttributeType.TENSOR).setT(tensor);
            case "tensors" -> attribute.setType(AttributeType.TENSORS).addTensors(tensor);
            case "sparse tensor" ->
                attribute.setType(AttributeType.SPARSE_TENSOR).setSparseTensor(sparse);
            case "sparse tensors" ->
                attribute.setType(AttributeType.SPARSE_TENSORS).addSparseTensors(sparse);
            case "graphs" -> attribute.setType(AttributeType.GRAPHS).addGraphs(inner);
            case "graph" -> attribute.setType(AttributeType.GRAPH).setG(inner);
            default ->
                model.getFunctionsBuilder(0)
                        .getNodeBuilder(0)
                        .addAttribute(attribute.setType(AttributeType.TENSOR).setT(tensor));
        }
        if (!place.contains("initializer") && !place.equals("function")) {
            graph.getNodeBuilder(0).addAttribute(attribute);
        }
        Model read = ModelFile.read(write(model.build()));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ModelFile.write(read, elsewhere.resolve("untouched.onnx"));
        ModelFile.write(read.withMetadata("k", "v"), elsewhere.resolve("edited.onnx"));
        ModelFile.writeWithSideFile(read, elsewhere.resolve("side.onnx"), "side.data");
        Model fromBytes = ModelFile.read(ModelFile.toBytes(read));
        Files.delete(home.resolve("w.bin"));
        assertEquals(read, fromBytes);
        for (String name : List.of("untouched", "edited", "side")) {
            Model back = ModelFile.read(elsewhere.resolve(name + ".onnx"));
            assertEquals(read.graph(), back.graph(), name);
            assertEquals(read.functions(), back.functions(), name);
            assertEquals(read.graph().sparseInitializers(), back.graph().sparseInitializers(), name);
        }
    }
}
