package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import terzi.onnx.Function;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;

/** Models and functions between records and protobuf. */
final class ModelCodec {
    private ModelCodec() {}

    /** Reads a message; the model's origin remembers the bytes too, for files that protobuf would write differently. */
    static Model read(ModelProto message, ByteString bytes, SideFiles files) throws IOException {
        if (!message.hasGraph()) {
            throw new ModelFormatException("it holds no graph; is it an ONNX model?");
        }
        Graph graph = GraphCodec.read(message.getGraph(), files);
        List<Function> functions = new ArrayList<>();
        for (FunctionProto function : message.getFunctionsList()) {
            functions.add(read(function, files));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        message.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return FileOrigin.remember(
                message,
                bytes,
                origin -> new Model(
                        message.getIrVersion(),
                        message.getProducerName(),
                        message.getProducerVersion(),
                        message.getDomain(),
                        message.getModelVersion(),
                        message.getDocString(),
                        opsets(message.getOpsetImportList()),
                        graph,
                        metadata,
                        functions,
                        origin));
    }

    private static Map<String, Long> opsets(List<OperatorSetIdProto> messages) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (OperatorSetIdProto message : messages) {
            opsets.put(message.getDomain().equals("ai.onnx") ? "" : message.getDomain(), message.getVersion());
        }
        return opsets;
    }

    private static Function read(FunctionProto message, SideFiles files) throws IOException {
        List<Node> nodes = NodeCodec.readAll(message.getNodeList(), files);
        return FileOrigin.remember(
                message,
                origin -> new Function(
                        message.getDomain(),
                        message.getName(),
                        message.getInputList(),
                        message.getOutputList(),
                        message.getAttributeList(),
                        nodes,
                        opsets(message.getOpsetImportList()),
                        origin));
    }

    static ModelProto write(Model model, Placement placement) throws IOException {
        Optional<ModelProto> original = FileOrigin.message(model.origin(), ModelProto.class);
        Optional<Model> was = FileOrigin.decoded(model.origin(), Model.class);
        ModelProto.Builder builder = original.map(ModelProto::toBuilder).orElseGet(ModelProto::newBuilder);
        if (builder.getIrVersion() != model.irVersion()) {
            builder.setIrVersion(model.irVersion());
        }
        if (!builder.getProducerName().equals(model.producerName())) {
            set(model.producerName(), builder::setProducerName, builder::clearProducerName);
        }
        if (!builder.getProducerVersion().equals(model.producerVersion())) {
            set(model.producerVersion(), builder::setProducerVersion, builder::clearProducerVersion);
        }
        if (!builder.getDomain().equals(model.domain())) {
            set(model.domain(), builder::setDomain, builder::clearDomain);
        }
        if (builder.getModelVersion() != model.modelVersion()) {
            builder.setModelVersion(model.modelVersion());
        }
        if (!builder.getDocString().equals(model.docString())) {
            set(model.docString(), builder::setDocString, builder::clearDocString);
        }
        if (was.isEmpty() || !was.get().opsets().equals(model.opsets())) {
            builder.clearOpsetImport().addAllOpsetImport(opsets(model.opsets()));
        }
        if (was.isEmpty() || !was.get().metadata().equals(model.metadata())) {
            builder.clearMetadataProps();
            model.metadata()
                    .forEach((key, value) -> builder.addMetadataProps(
                            StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        }
        if (!placement.keepsMessages()
                || was.isEmpty()
                || !was.get().functions().equals(model.functions())) {
            builder.clearFunctions();
            for (Function function : model.functions()) {
                builder.addFunctions(write(function, placement));
            }
        }
        return builder.setGraph(GraphCodec.write(model.graph(), placement)).build();
    }

    /** An empty text is not text. */
    private static void set(String text, Consumer<String> setter, Runnable clearer) {
        if (text.isEmpty()) {
            clearer.run();
        } else {
            setter.accept(text);
        }
    }

    private static List<OperatorSetIdProto> opsets(Map<String, Long> opsets) {
        List<OperatorSetIdProto> messages = new ArrayList<>();
        opsets.forEach((domain, version) -> messages.add(OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build()));
        return messages;
    }

    private static FunctionProto write(Function function, Placement placement) throws IOException {
        Optional<FunctionProto> original = FileOrigin.message(function.origin(), FunctionProto.class);
        Optional<Function> was = FileOrigin.decoded(function.origin(), Function.class);
        if (original.isPresent()
                && was.isPresent()
                && placement.keepsMessages()
                && was.get().equals(function)) {
            return original.get();
        }
        FunctionProto.Builder builder = original.map(FunctionProto::toBuilder).orElseGet(FunctionProto::newBuilder);
        builder.setDomain(function.domain()).setName(function.name());
        builder.clearInput().addAllInput(function.inputs());
        builder.clearOutput().addAllOutput(function.outputs());
        builder.clearAttribute().addAllAttribute(function.attributes());
        builder.clearNode().addAllNode(NodeCodec.writeAll(function.nodes(), placement));
        if (was.isEmpty() || !was.get().opsets().equals(function.opsets())) {
            builder.clearOpsetImport().addAllOpsetImport(opsets(function.opsets()));
        }
        return builder.build();
    }
}
