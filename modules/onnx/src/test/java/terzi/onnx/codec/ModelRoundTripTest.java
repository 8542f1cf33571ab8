package terzi.onnx.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Origin;
import terzi.onnx.Tensor;
import terzi.onnx.TestModels;

class ModelRoundTripTest {
    @TempDir
    private Path folder;

    @Test
    void untouched_models_are_written_as_the_bytes_that_were_read() throws IOException {
        for (Map.Entry<String, byte[]> entry : TestModels.handful().entrySet()) {
            assertUntouched(entry.getKey(), entry.getValue());
        }
    }

    @Test
    @Tag("slow")
    void every_model_of_the_onnx_backend_suite_is_written_as_it_was_read() throws IOException {
        for (Path file : TestModels.backendSuite()) {
            assertUntouched(file.toString(), Files.readAllBytes(file));
        }
    }

    private static void assertUntouched(String name, byte[] bytes) throws IOException {
        Model model = ModelFile.read(bytes);
        assertArrayEquals(bytes, ModelFile.toBytes(model), name);
        // a change and its reversal take the path that encodes, and end at the same bytes
        Model changed = ModelFile.read(ModelFile.toBytes(model.withMetadata("terzi.test", "1")));
        assertArrayEquals(bytes, ModelFile.toBytes(changed.withMetadata(model.metadata())), name);
        // without any origin the records alone carry all that they model
        Model copy = ModelFile.read(ModelFile.toBytes(withoutOrigins(model)));
        assertEquals(withoutOrigins(model), withoutOrigins(copy), name);
    }

    private static Model withoutOrigins(Model model) {
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            nodes.add(new Node(n.name(), n.domain(), n.opType(), n.inputs(), n.outputs(), n.attributes(), Origin.NONE));
        }
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor t : graph.initializers()) {
            tensors.add(
                    t.type() == DataType.STRING
                            ? Tensor.ofStrings(t.name(), t.dims(), t.strings().toArray(String[]::new))
                            : Tensor.ofRaw(t.name(), t.type(), t.dims(), t.raw()));
        }
        Graph plain =
                new Graph(graph.name(), nodes, tensors, graph.inputs(), graph.outputs(), graph.values(), Origin.NONE);
        return new Model(
                model.irVersion(),
                model.producerName(),
                model.producerVersion(),
                model.domain(),
                model.modelVersion(),
                model.docString(),
                model.opsets(),
                plain,
                model.metadata(),
                model.functions(),
                Origin.NONE);
    }

    @Test
    void bytes_in_an_order_protobuf_would_not_choose_survive_an_untouched_round_trip() throws IOException {
        byte[] normal = ModelFile.toBytes(TestModels.cnn());
        OnnxMl.ModelProto message = TestModels.parse(normal);
        ByteArrayOutputStream odd = new ByteArrayOutputStream();
        // the IR version after everything else, with a varint longer than it needs to be
        OnnxMl.ModelProto.newBuilder(message).clearIrVersion().build().writeTo(odd);
        odd.write(new byte[] {8, (byte) (0x80 | message.getIrVersion()), (byte) 0x80, 0});
        byte[] bytes = odd.toByteArray();
        Model model = ModelFile.read(bytes);
        assertEquals(message.getIrVersion(), model.irVersion());
        assertArrayEquals(bytes, ModelFile.toBytes(model));
        // an edit brings the order that protobuf chooses
        Model edited = model.withDocString("x");
        assertArrayEquals(
                normal,
                ModelFile.toBytes(ModelFile.read(ModelFile.toBytes(edited)).withDocString("")));
    }

    @Test
    void an_edited_node_leaves_every_other_message_as_it_was() throws IOException {
        OnnxMl.ModelProto before = TestModels.future();
        Model model = ModelFile.read(before.toByteArray());
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.set(0, nodes.get(0).with("pads", Attribute.ints(0, 0, 0, 0)));
        OnnxMl.ModelProto after = TestModels.parse(ModelFile.toBytes(model.withGraph(graph.withNodes(nodes))));

        OnnxMl.ModelProto.Builder expected = before.toBuilder();
        OnnxMl.AttributeProto pads =
                TestModels.parse(ModelFile.toBytes(TestModels.cnn())).getGraph().getNode(0).getAttribute(0).toBuilder()
                        .clearInts()
                        .addAllInts(List.of(0L, 0L, 0L, 0L))
                        .build();
        expected.getGraphBuilder().getNodeBuilder(0).setAttribute(0, pads);
        assertEquals(expected.build(), after);
        assertEquals(before.getUnknownFields(), after.getUnknownFields());
        assertEquals(
                before.getGraph().getNode(0).getUnknownFields(),
                after.getGraph().getNode(0).getUnknownFields());
    }

    @Test
    void a_renamed_tensor_keeps_its_encoding_and_its_unknown_fields() throws IOException {
        OnnxMl.ModelProto before = TestModels.oldStyle();
        Model model = ModelFile.read(before.toByteArray());
        List<Tensor> tensors = new ArrayList<>(model.graph().initializers());
        tensors.set(0, tensors.get(0).withName("other"));
        OnnxMl.ModelProto after =
                TestModels.parse(ModelFile.toBytes(model.withGraph(model.graph().withInitializers(tensors))));
        OnnxMl.ModelProto.Builder expected = before.toBuilder();
        expected.getGraphBuilder().getInitializerBuilder(0).setName("other");
        assertEquals(expected.build(), after);
    }

    @Test
    void metadata_opsets_and_producer_can_be_changed() throws IOException {
        Model model = TestModels.cnn()
                .withMetadata("k", "v")
                .withOpsets(Map.of("", 21L))
                .withProducer("someone", "2")
                .withDocString("text");
        Model read = ModelFile.read(ModelFile.toBytes(model));
        assertEquals(model, read);
        assertEquals(21, read.opset());
        assertEquals(10, read.irVersion());
        assertEquals("v", read.metadata().get("k"));
        assertEquals("[\"a\",\"b\"]", read.metadata().get("labels"));
    }

    @Test
    void writing_replaces_the_target_at_once_and_leaves_no_other_file() throws IOException {
        Path target = folder.resolve("with space.onnx");
        Files.writeString(target, "old");
        ModelFile.write(TestModels.cnn(), target);
        assertEquals(TestModels.cnn(), ModelFile.read(target));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(target), files.toList());
        }
    }

    @Test
    void a_target_that_cannot_be_written_is_named_and_nothing_is_left_behind() throws IOException {
        Path missing = folder.resolve("no such folder").resolve("m.onnx");
        IOException e = assertThrows(IOException.class, () -> ModelFile.write(TestModels.cnn(), missing));
        assertTrue(e.getMessage().contains("make it first"), e.getMessage());
        Path directory = Files.createDirectory(folder.resolve("directory.onnx"));
        e = assertThrows(IOException.class, () -> ModelFile.write(TestModels.cnn(), directory));
        assertTrue(e.getMessage().contains("is a folder"), e.getMessage());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(directory), files.toList());
        }
    }

    @Test
    void tensors_are_views_of_the_bytes_and_not_copies() throws IOException {
        byte[] bytes = ModelFile.toBytes(TestModels.cnn());
        Model model = ModelFile.read(bytes);
        Tensor weight = model.graph().initializer("w1").orElseThrow();
        float before = weight.floats()[0];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 0x10;
        }
        assertNotEquals(before, weight.floats()[0]);
        assertTrue(weight.raw().isReadOnly());
    }
}
