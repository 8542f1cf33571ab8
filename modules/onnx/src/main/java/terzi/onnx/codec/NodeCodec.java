package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.Attribute;
import terzi.onnx.Node;

/** Nodes between records and protobuf. */
final class NodeCodec {
    private NodeCodec() {}

    static List<Node> readAll(List<NodeProto> messages, SideFiles files) throws IOException {
        List<Node> nodes = new ArrayList<>(messages.size());
        for (NodeProto message : messages) {
            nodes.add(read(message, files));
        }
        return nodes;
    }

    private static Node read(NodeProto message, SideFiles files) throws IOException {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (AttributeProto attribute : message.getAttributeList()) {
            try {
                if (attributes.put(attribute.getName(), AttributeCodec.read(attribute, files)) != null) {
                    throw new ModelFormatException("attribute " + attribute.getName() + " is given twice");
                }
            } catch (ModelFormatException e) {
                throw new ModelFormatException(
                        "node " + message.getName() + " (" + message.getOpType() + "): " + e.getMessage(), e);
            }
        }
        return FileOrigin.remember(
                message,
                origin -> new Node(
                        message.getName(),
                        message.getDomain(),
                        message.getOpType(),
                        message.getInputList(),
                        message.getOutputList(),
                        attributes,
                        origin));
    }

    static List<NodeProto> writeAll(List<Node> nodes, Placement placement) throws IOException {
        List<NodeProto> messages = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            messages.add(write(node, placement));
        }
        return messages;
    }

    private static NodeProto write(Node node, Placement placement) throws IOException {
        Optional<NodeProto> original = FileOrigin.message(node.origin(), NodeProto.class);
        Optional<Node> was = FileOrigin.decoded(node.origin(), Node.class);
        boolean movesTensors = !placement.keepsMessages()
                && node.attributes().values().stream().anyMatch(AttributeCodec::holdsTensors);
        if (original.isPresent()
                && was.isPresent()
                && !movesTensors
                && was.get().equals(node)) {
            return original.get();
        }
        NodeProto.Builder builder = original.map(NodeProto::toBuilder).orElseGet(NodeProto::newBuilder);
        if (was.map(w -> !w.name().equals(node.name())).orElse(!node.name().isEmpty())) {
            builder.setName(node.name());
        }
        if (was.map(w -> !w.domain().equals(node.domain()))
                .orElse(!node.domain().isEmpty())) {
            builder.setDomain(node.domain());
        }
        if (was.isEmpty() || !was.get().opType().equals(node.opType())) {
            builder.setOpType(node.opType());
        }
        if (was.isEmpty() || !was.get().inputs().equals(node.inputs())) {
            builder.clearInput().addAllInput(node.inputs());
        }
        if (was.isEmpty() || !was.get().outputs().equals(node.outputs())) {
            builder.clearOutput().addAllOutput(node.outputs());
        }
        if (movesTensors || was.isEmpty() || !was.get().attributes().equals(node.attributes())) {
            Map<String, Attribute> before = was.map(Node::attributes).orElse(Map.of());
            Map<String, AttributeProto> messages = new HashMap<>();
            builder.getAttributeList().forEach(a -> messages.put(a.getName(), a));
            builder.clearAttribute();
            for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
                Attribute value = entry.getValue();
                AttributeProto message = messages.get(entry.getKey());
                boolean moves = movesTensors && AttributeCodec.holdsTensors(value);
                boolean same = message != null && !moves && value.equals(before.get(entry.getKey()));
                builder.addAttribute(
                        message != null && same ? message : AttributeCodec.write(entry.getKey(), value, placement));
            }
        }
        return builder.build();
    }
}
