package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.SparseTensor;
import terzi.onnx.ValueType;

/** Attributes between records and protobuf. */
final class AttributeCodec {
    private AttributeCodec() {}

    static Attribute read(AttributeProto message, SideFiles files) throws IOException {
        if (!message.getRefAttrName().isEmpty()) {
            return new Attribute.Ref(message.getRefAttrName(), message.getType().getNumber());
        }
        AttributeType type = message.getType() == AttributeType.UNDEFINED ? guess(message) : message.getType();
        return switch (type) {
            case FLOAT -> new Attribute.Float(message.getF());
            case INT -> new Attribute.Int(message.getI());
            case STRING -> new Attribute.Str(message.getS().toStringUtf8());
            case TENSOR -> new Attribute.TensorValue(TensorCodec.read(message.getT(), files));
            case GRAPH -> new Attribute.GraphValue(GraphCodec.read(message.getG(), files));
            case SPARSE_TENSOR -> new Attribute.SparseValue(TensorCodec.read(message.getSparseTensor(), files));
            case TYPE_PROTO -> new Attribute.TypeValue(TypeCodec.read(message.getName(), message.getTp()));
            case FLOATS -> new Attribute.Floats(message.getFloatsList());
            case INTS -> new Attribute.Ints(message.getIntsList());
            case STRINGS ->
                new Attribute.Strings(message.getStringsList().stream()
                        .map(ByteString::toStringUtf8)
                        .toList());
            case TENSORS -> new Attribute.Tensors(TensorCodec.readAll(message.getTensorsList(), files));
            case GRAPHS -> {
                List<Graph> graphs = new ArrayList<>();
                for (GraphProto graph : message.getGraphsList()) {
                    graphs.add(GraphCodec.read(graph, files));
                }
                yield new Attribute.Graphs(graphs);
            }
            case SPARSE_TENSORS -> {
                List<SparseTensor> tensors = new ArrayList<>();
                for (SparseTensorProto tensor : message.getSparseTensorsList()) {
                    tensors.add(TensorCodec.read(tensor, files));
                }
                yield new Attribute.SparseTensors(tensors);
            }
            case TYPE_PROTOS -> {
                List<ValueType> types = new ArrayList<>();
                for (TypeProto tp : message.getTypeProtosList()) {
                    types.add(TypeCodec.read(message.getName(), tp));
                }
                yield new Attribute.Types(types);
            }
            case UNDEFINED ->
                throw new ModelFormatException(
                        "attribute " + message.getName() + " has no type and no value, or one that is not known");
        };
    }

    /** The first IR versions named no type. */
    private static AttributeType guess(AttributeProto message) {
        if (message.hasF()) {
            return AttributeType.FLOAT;
        } else if (message.hasI()) {
            return AttributeType.INT;
        } else if (message.hasS()) {
            return AttributeType.STRING;
        } else if (message.hasT()) {
            return AttributeType.TENSOR;
        } else if (message.hasG()) {
            return AttributeType.GRAPH;
        } else if (message.getFloatsCount() > 0) {
            return AttributeType.FLOATS;
        } else if (message.getIntsCount() > 0) {
            return AttributeType.INTS;
        } else if (message.getStringsCount() > 0) {
            return AttributeType.STRINGS;
        } else if (message.getTensorsCount() > 0) {
            return AttributeType.TENSORS;
        } else if (message.getGraphsCount() > 0) {
            return AttributeType.GRAPHS;
        }
        return AttributeType.UNDEFINED;
    }

    static AttributeProto write(String name, Attribute attribute, Placement placement) throws IOException {
        AttributeProto.Builder builder = AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.Int v) {
            builder.setType(AttributeType.INT).setI(v.value());
        } else if (attribute instanceof Attribute.Float v) {
            builder.setType(AttributeType.FLOAT).setF(v.value());
        } else if (attribute instanceof Attribute.Str v) {
            builder.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(v.value()));
        } else if (attribute instanceof Attribute.Ints v) {
            builder.setType(AttributeType.INTS).addAllInts(v.values());
        } else if (attribute instanceof Attribute.Floats v) {
            builder.setType(AttributeType.FLOATS).addAllFloats(v.values());
        } else if (attribute instanceof Attribute.Strings v) {
            builder.setType(AttributeType.STRINGS);
            v.values().forEach(s -> builder.addStrings(ByteString.copyFromUtf8(s)));
        } else if (attribute instanceof Attribute.TensorValue v) {
            builder.setType(AttributeType.TENSOR).setT(TensorCodec.write(v.value(), placement));
        } else if (attribute instanceof Attribute.Tensors v) {
            builder.setType(AttributeType.TENSORS).addAllTensors(TensorCodec.writeAll(v.values(), placement));
        } else if (attribute instanceof Attribute.GraphValue v) {
            builder.setType(AttributeType.GRAPH).setG(GraphCodec.write(v.value(), placement));
        } else if (attribute instanceof Attribute.Graphs v) {
            builder.setType(AttributeType.GRAPHS);
            for (Graph graph : v.values()) {
                builder.addGraphs(GraphCodec.write(graph, placement));
            }
        } else if (attribute instanceof Attribute.SparseValue v) {
            builder.setType(AttributeType.SPARSE_TENSOR).setSparseTensor(TensorCodec.write(v.value(), placement));
        } else if (attribute instanceof Attribute.SparseTensors v) {
            builder.setType(AttributeType.SPARSE_TENSORS);
            for (SparseTensor tensor : v.values()) {
                builder.addSparseTensors(TensorCodec.write(tensor, placement));
            }
        } else if (attribute instanceof Attribute.TypeValue v) {
            builder.setType(AttributeType.TYPE_PROTO).setTp(TypeCodec.write(v.value()));
        } else if (attribute instanceof Attribute.Types v) {
            builder.setType(AttributeType.TYPE_PROTOS);
            v.values().forEach(type -> builder.addTypeProtos(TypeCodec.write(type)));
        } else if (attribute instanceof Attribute.Ref v) {
            builder.setRefAttrName(v.attribute());
            AttributeType kind = AttributeType.forNumber(v.kind());
            builder.setType(kind == null ? AttributeType.UNDEFINED : kind);
        }
        return builder.build();
    }

    /** Whether writing it may place the data of a tensor. */
    static boolean holdsTensors(Attribute attribute) {
        return !(attribute instanceof Attribute.Int
                || attribute instanceof Attribute.Float
                || attribute instanceof Attribute.Str
                || attribute instanceof Attribute.Ints
                || attribute instanceof Attribute.Floats
                || attribute instanceof Attribute.Strings);
    }
}
