package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Graph;
import terzi.onnx.Node;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/** Graphs between records and protobuf. */
final class GraphCodec {
    private GraphCodec() {}

    /** What a graph's origin remembers besides its message. */
    record SparseInitializers(List<SparseTensor> tensors) {}

    static Graph read(GraphProto message, SideFiles files) throws IOException {
        List<Node> nodes = NodeCodec.readAll(message.getNodeList(), files);
        List<Tensor> initializers = TensorCodec.readAll(message.getInitializerList(), files);
        List<ValueInfo> inputs = TypeCodec.readAll(message.getInputList());
        List<ValueInfo> outputs = TypeCodec.readAll(message.getOutputList());
        List<ValueInfo> values = TypeCodec.readAll(message.getValueInfoList());
        List<SparseTensor> sparse = new ArrayList<>();
        for (SparseTensorProto tensor : message.getSparseInitializerList()) {
            sparse.add(TensorCodec.read(tensor, files));
        }
        return FileOrigin.remember(
                message,
                new SparseInitializers(sparse),
                origin -> new Graph(message.getName(), nodes, initializers, inputs, outputs, values, origin));
    }

    static GraphProto write(Graph graph, Placement placement) throws IOException {
        Optional<GraphProto> original = FileOrigin.message(graph.origin(), GraphProto.class);
        Optional<Graph> was = FileOrigin.decoded(graph.origin(), Graph.class);
        boolean movesTensors = !placement.keepsMessages();
        if (original.isPresent()
                && was.isPresent()
                && !movesTensors
                && was.get().equals(graph)) {
            return original.get();
        }
        GraphProto.Builder builder = original.map(GraphProto::toBuilder).orElseGet(GraphProto::newBuilder);
        if (was.isEmpty() || !was.get().name().equals(graph.name())) {
            builder.setName(graph.name());
        }
        if (movesTensors || was.isEmpty() || !was.get().nodes().equals(graph.nodes())) {
            builder.clearNode().addAllNode(NodeCodec.writeAll(graph.nodes(), placement));
        }
        if (movesTensors || was.isEmpty() || !was.get().initializers().equals(graph.initializers())) {
            builder.clearInitializer().addAllInitializer(TensorCodec.writeAll(graph.initializers(), placement));
        }
        if (movesTensors) {
            builder.clearSparseInitializer();
            for (SparseTensor tensor : graph.sparseInitializers()) {
                builder.addSparseInitializer(TensorCodec.write(tensor, placement));
            }
        }
        if (was.isEmpty() || !was.get().inputs().equals(graph.inputs())) {
            builder.clearInput().addAllInput(TypeCodec.writeAll(graph.inputs()));
        }
        if (was.isEmpty() || !was.get().outputs().equals(graph.outputs())) {
            builder.clearOutput().addAllOutput(TypeCodec.writeAll(graph.outputs()));
        }
        if (was.isEmpty() || !was.get().values().equals(graph.values())) {
            builder.clearValueInfo().addAllValueInfo(TypeCodec.writeAll(graph.values()));
        }
        return builder.build();
    }
}
