package terzi.onnx;

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
        Model model = Model.read(bytes);
        assertArrayEquals(bytes, model.toBytes(), name);
        // a change and its reversal take the path that encodes, and end at the same bytes
        Model changed = Model.read(model.withMetadata("terzi.test", "1").toBytes());
        assertArrayEquals(bytes, changed.withMetadata(model.metadata()).toBytes(), name);
        // without any origin the records alone carry all that they model
        Model copy = Model.read(withoutOrigins(model).toBytes());
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
        byte[] normal = TestModels.cnn().toBytes();
        OnnxMl.ModelProto message = TestModels.parse(normal);
        ByteArrayOutputStream odd = new ByteArrayOutputStream();
        // the IR version after everything else, with a varint longer than it needs to be
        OnnxMl.ModelProto.newBuilder(message).clearIrVersion().build().writeTo(odd);
        odd.write(new byte[] {8, (byte) (0x80 | message.getIrVersion()), (byte) 0x80, 0});
        byte[] bytes = odd.toByteArray();
        Model model = Model.read(bytes);
        assertEquals(message.getIrVersion(), model.irVersion());
        assertArrayEquals(bytes, model.toBytes());
        // an edit brings the order that protobuf chooses
        Model edited = model.withDocString("x");
        assertArrayEquals(normal, Model.read(edited.toBytes()).withDocString("").toBytes());
    }

    @Test
    void an_edited_node_leaves_every_other_message_as_it_was() throws IOException {
        OnnxMl.ModelProto before = TestModels.future();
        Model model = Model.read(before.toByteArray());
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.set(0, nodes.get(0).with("pads", Attribute.ints(0, 0, 0, 0)));
        OnnxMl.ModelProto after =
                TestModels.parse(model.withGraph(graph.withNodes(nodes)).toBytes());

        OnnxMl.ModelProto.Builder expected = before.toBuilder();
        OnnxMl.AttributeProto pads =
                TestModels.parse(TestModels.cnn().toBytes()).getGraph().getNode(0).getAttribute(0).toBuilder()
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
        Model model = Model.read(before.toByteArray());
        List<Tensor> tensors = new ArrayList<>(model.graph().initializers());
        tensors.set(0, tensors.get(0).withName("other"));
        OnnxMl.ModelProto after = TestModels.parse(
                model.withGraph(model.graph().withInitializers(tensors)).toBytes());
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
        Model read = Model.read(model.toBytes());
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
        TestModels.cnn().write(target);
        assertEquals(TestModels.cnn(), Model.read(target));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(target), files.toList());
        }
    }

    @Test
    void a_target_that_cannot_be_written_is_named_and_nothing_is_left_behind() throws IOException {
        Path missing = folder.resolve("no such folder").resolve("m.onnx");
        IOException e = assertThrows(IOException.class, () -> TestModels.cnn().write(missing));
        assertTrue(e.getMessage().contains("make it first"), e.getMessage());
        Path directory = Files.createDirectory(folder.resolve("directory.onnx"));
        e = assertThrows(IOException.class, () -> TestModels.cnn().write(directory));
        assertTrue(e.getMessage().contains("is a folder"), e.getMessage());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(directory), files.toList());
        }
    }

    @Test
    void tensors_are_views_of_the_bytes_and_not_copies() throws IOException {
        byte[] bytes = TestModels.cnn().toBytes();
        Model model = Model.read(bytes);
        Tensor weight = model.graph().initializer("w1").orElseThrow();
        float before = weight.floats()[0];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 0x10;
        }
        assertNotEquals(before, weight.floats()[0]);
        assertTrue(weight.raw().isReadOnly());
    }
}
