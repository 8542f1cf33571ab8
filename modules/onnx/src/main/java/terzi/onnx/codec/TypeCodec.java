package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/** Types and declared values between records and protobuf. */
final class TypeCodec {
    private TypeCodec() {}

    static List<ValueInfo> readAll(List<ValueInfoProto> messages) throws ModelFormatException {
        List<ValueInfo> values = new ArrayList<>(messages.size());
        for (ValueInfoProto message : messages) {
            ValueType type = read(message.getName(), message.getType());
            values.add(FileOrigin.remember(message, origin -> new ValueInfo(message.getName(), type, origin)));
        }
        return values;
    }

    static ValueType read(String valueName, TypeProto message) throws ModelFormatException {
        return switch (message.getValueCase()) {
            case TENSOR_TYPE ->
                tensor(
                        valueName,
                        message.getTensorType().getElemType(),
                        message.getTensorType().hasShape(),
                        message.getTensorType().getShape());
            case SPARSE_TENSOR_TYPE ->
                new ValueType.Sparse(tensor(
                        valueName,
                        message.getSparseTensorType().getElemType(),
                        message.getSparseTensorType().hasShape(),
                        message.getSparseTensorType().getShape()));
            case SEQUENCE_TYPE ->
                new ValueType.Sequence(read(valueName, message.getSequenceType().getElemType()));
            case OPTIONAL_TYPE ->
                new ValueType.Maybe(read(valueName, message.getOptionalType().getElemType()));
            case MAP_TYPE ->
                new ValueType.MapOf(
                        element(valueName, message.getMapType().getKeyType()),
                        read(valueName, message.getMapType().getValueType()));
            case OPAQUE_TYPE ->
                new ValueType.Opaque(
                        message.getOpaqueType().getDomain(),
                        message.getOpaqueType().getName());
            case VALUE_NOT_SET -> ValueType.UNTYPED;
        };
    }

    private static TensorType tensor(String valueName, int elementType, boolean hasShape, TensorShapeProto shape)
            throws ModelFormatException {
        DataType type = element(valueName, elementType);
        if (!hasShape) {
            return TensorType.of(type);
        }
        List<Dim> dims = new ArrayList<>(shape.getDimCount());
        for (TensorShapeProto.Dimension dim : shape.getDimList()) {
            dims.add(read(dim));
        }
        return TensorType.of(type, dims);
    }

    private static Dim read(TensorShapeProto.Dimension dim) {
        return switch (dim.getValueCase()) {
            // some exporters write -1 for an axis of any size
            case DIM_VALUE -> dim.getDimValue() < 0 ? Dim.UNKNOWN : Dim.of(dim.getDimValue());
            case DIM_PARAM -> dim.getDimParam().isEmpty() ? Dim.UNKNOWN : Dim.of(dim.getDimParam());
            case VALUE_NOT_SET -> Dim.UNKNOWN;
        };
    }

    static DataType element(String valueName, int code) throws ModelFormatException {
        return DataType.find(code)
                .orElseThrow(() -> new ModelFormatException("value " + valueName + " has the unknown element type "
                        + code + "; the newest file format known here is IR " + Model.NEWEST_IR_VERSION));
    }

    static List<ValueInfoProto> writeAll(List<ValueInfo> values) {
        List<ValueInfoProto> messages = new ArrayList<>(values.size());
        values.forEach(value -> messages.add(write(value)));
        return messages;
    }

    private static ValueInfoProto write(ValueInfo value) {
        Optional<ValueInfoProto> original = FileOrigin.message(value.origin(), ValueInfoProto.class);
        Optional<ValueInfo> was = FileOrigin.decoded(value.origin(), ValueInfo.class);
        if (original.isPresent() && was.isPresent() && was.get().equals(value)) {
            return original.get();
        }
        ValueInfoProto.Builder builder = original.map(ValueInfoProto::toBuilder)
                .orElseGet(ValueInfoProto::newBuilder)
                .setName(value.name());
        if (was.isEmpty() || !was.get().type().equals(value.type())) {
            if (value.type() instanceof ValueType.Untyped) {
                builder.clearType();
            } else {
                builder.setType(write(value.type()));
            }
        }
        return builder.build();
    }

    static TypeProto write(ValueType type) {
        TypeProto.Builder builder = TypeProto.newBuilder();
        if (type instanceof TensorType tensor) {
            TypeProto.Tensor.Builder message = builder.getTensorTypeBuilder()
                    .setElemType(tensor.elementType().onnxCode());
            tensor.shape().ifPresent(shape -> message.setShape(write(shape)));
        } else if (type instanceof ValueType.Sparse sparse) {
            TypeProto.SparseTensor.Builder message = builder.getSparseTensorTypeBuilder()
                    .setElemType(sparse.dense().elementType().onnxCode());
            sparse.dense().shape().ifPresent(shape -> message.setShape(write(shape)));
        } else if (type instanceof ValueType.Sequence sequence) {
            builder.getSequenceTypeBuilder().setElemType(write(sequence.element()));
        } else if (type instanceof ValueType.Maybe maybe) {
            builder.getOptionalTypeBuilder().setElemType(write(maybe.element()));
        } else if (type instanceof ValueType.MapOf map) {
            builder.getMapTypeBuilder().setKeyType(map.key().onnxCode()).setValueType(write(map.value()));
        } else if (type instanceof ValueType.Opaque opaque) {
            builder.getOpaqueTypeBuilder().setDomain(opaque.domain()).setName(opaque.name());
        }
        return builder.build();
    }

    private static TensorShapeProto write(List<Dim> shape) {
        TensorShapeProto.Builder builder = TensorShapeProto.newBuilder();
        for (Dim dim : shape) {
            TensorShapeProto.Dimension.Builder axis = builder.addDimBuilder();
            if (dim instanceof Dim.Fixed fixed) {
                axis.setDimValue(fixed.size());
            } else if (dim instanceof Dim.Symbolic symbolic) {
                axis.setDimParam(symbolic.name());
            }
        }
        return builder.build();
    }
}
