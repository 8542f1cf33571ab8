package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;

/** Tensors between records and protobuf. */
final class TensorCodec {
    private TensorCodec() {}

    static Tensor read(TensorProto message, SideFiles files) throws IOException {
        String name = message.getName();
        DataType type = DataType.find(message.getDataType())
                .orElseThrow(() -> new ModelFormatException(
                        "tensor " + name + " has the unknown element type " + message.getDataType()));
        long[] dims = message.getDimsList().stream().mapToLong(Long::longValue).toArray();
        try {
            if (message.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                long bytes = type.byteSize(Tensor.elementCount(name, dims));
                ByteBuffer data = files.read(message, bytes);
                return FileOrigin.remember(message, files.folder(), Tensor.ofRaw(name, type, dims, data));
            }
            if (type == DataType.STRING) {
                String[] strings = message.getStringDataList().stream()
                        .map(ByteString::toStringUtf8)
                        .toArray(String[]::new);
                return FileOrigin.remember(message, null, Tensor.ofStrings(name, dims, strings));
            }
            ByteBuffer data = message.hasRawData() ? message.getRawData().asReadOnlyByteBuffer() : typed(message, type);
            return FileOrigin.remember(message, null, Tensor.ofRaw(name, type, dims, data));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Elements that lie in a list of their own and not in {@code raw_data}. */
    private static ByteBuffer typed(TensorProto message, DataType type) {
        return switch (type) {
            case FLOAT, COMPLEX64 -> {
                ByteBuffer data = allocate(4L * message.getFloatDataCount());
                for (int i = 0; i < message.getFloatDataCount(); i++) {
                    data.putFloat(message.getFloatData(i));
                }
                yield data.flip();
            }
            case DOUBLE, COMPLEX128 -> {
                ByteBuffer data = allocate(8L * message.getDoubleDataCount());
                for (int i = 0; i < message.getDoubleDataCount(); i++) {
                    data.putDouble(message.getDoubleData(i));
                }
                yield data.flip();
            }
            case INT64 -> {
                ByteBuffer data = allocate(8L * message.getInt64DataCount());
                for (int i = 0; i < message.getInt64DataCount(); i++) {
                    data.putLong(message.getInt64Data(i));
                }
                yield data.flip();
            }
            case UINT32, UINT64 -> {
                ByteBuffer data = allocate(type.byteSize(1) * message.getUint64DataCount());
                for (int i = 0; i < message.getUint64DataCount(); i++) {
                    if (type == DataType.UINT64) {
                        data.putLong(message.getUint64Data(i));
                    } else {
                        data.putInt((int) message.getUint64Data(i));
                    }
                }
                yield data.flip();
            }
            case STRING, UNDEFINED -> ByteBuffer.allocate(0);
            default -> narrow(message, (int) type.byteSize(1));
        };
    }

    /** Types of 32 bits and fewer share a list of int32; those under 8 bits lie there packed, a byte in each entry. */
    private static ByteBuffer narrow(TensorProto message, int bytesEach) {
        ByteBuffer data = allocate((long) bytesEach * message.getInt32DataCount());
        for (int i = 0; i < message.getInt32DataCount(); i++) {
            int value = message.getInt32Data(i);
            switch (bytesEach) {
                case 1 -> data.put((byte) value);
                case 2 -> data.putShort((short) value);
                default -> data.putInt(value);
            }
        }
        return data.flip();
    }

    private static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static SparseTensor read(SparseTensorProto message, SideFiles files) throws IOException {
        return new SparseTensor(
                read(message.getValues(), files), read(message.getIndices(), files), message.getDimsList());
    }

    static List<Tensor> readAll(List<TensorProto> messages, SideFiles files) throws IOException {
        List<Tensor> tensors = new ArrayList<>(messages.size());
        for (TensorProto message : messages) {
            tensors.add(read(message, files));
        }
        return tensors;
    }

    /** Whether the tensor's data lies in a file beside the model it was read from. */
    static boolean isExternal(Tensor tensor) {
        return FileOrigin.message(tensor)
                .map(m -> m.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
                .orElse(false);
    }

    static TensorProto write(Tensor tensor, Placement placement) throws IOException {
        return placement.place(tensor, message(tensor));
    }

    private static TensorProto message(Tensor tensor) {
        Optional<TensorProto> original = FileOrigin.message(tensor);
        if (original.isPresent()) {
            return original.get().getName().equals(tensor.name())
                    ? original.get()
                    : original.get().toBuilder().setName(tensor.name()).build();
        }
        TensorProto.Builder builder =
                TensorProto.newBuilder().setDataType(tensor.type().onnxCode());
        if (!tensor.name().isEmpty()) {
            builder.setName(tensor.name());
        }
        for (long size : tensor.dims()) {
            builder.addDims(size);
        }
        if (tensor.type() == DataType.STRING) {
            tensor.strings().forEach(s -> builder.addStringData(ByteString.copyFromUtf8(s)));
        } else {
            builder.setRawData(UnsafeByteOperations.unsafeWrap(tensor.raw()));
        }
        return builder.build();
    }

    static List<TensorProto> writeAll(List<Tensor> tensors, Placement placement) throws IOException {
        List<TensorProto> messages = new ArrayList<>(tensors.size());
        for (Tensor tensor : tensors) {
            messages.add(write(tensor, placement));
        }
        return messages;
    }

    static SparseTensorProto write(SparseTensor sparse, Placement placement) throws IOException {
        return SparseTensorProto.newBuilder()
                .setValues(write(sparse.values(), placement))
                .setIndices(write(sparse.indices(), placement))
                .addAllDims(sparse.dims())
                .build();
    }
}
