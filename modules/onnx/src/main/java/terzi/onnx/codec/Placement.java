package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import terzi.onnx.Tensor;

/** Decides where the data of tensors goes when a model is written: into the model or into a side file. */
interface Placement {
    /** The message to write for a tensor. */
    TensorProto place(Tensor tensor, TensorProto message) throws IOException;

    /** Whether messages that hold tensors may be written as they were read. */
    boolean keepsMessages();

    /** Everything stays where it is: for models without external data. */
    Placement AS_READ = new Placement() {
        @Override
        public TensorProto place(Tensor tensor, TensorProto message) {
            return message;
        }

        @Override
        public boolean keepsMessages() {
            return true;
        }
    };

    /** Everything goes into the model. */
    static Placement inline() {
        return new Placement() {
            @Override
            public TensorProto place(Tensor tensor, TensorProto message) {
                return inlined(tensor, message);
            }

            @Override
            public boolean keepsMessages() {
                return false;
            }
        };
    }

    /** References to side files in {@code folder} stay; everything else goes into the model. */
    static Placement keeping(Path folder) {
        return new Placement() {
            @Override
            public TensorProto place(Tensor tensor, TensorProto message) {
                boolean stays = FileOrigin.isFrom(folder, tensor);
                return stays ? message : inlined(tensor, message);
            }

            @Override
            public boolean keepsMessages() {
                return false;
            }
        };
    }

    /** Tensors of 1 KiB and more go into {@code file}; everything else goes into the model. */
    static Placement sideFile(String location, FileChannel file) {
        return new SideFile(location, file);
    }

    private static TensorProto inlined(Tensor tensor, TensorProto message) {
        if (message.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
            return message;
        }
        return message.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.raw()))
                .build();
    }

    /** Appends tensors to a file, each at the start of a memory page so that it can be mapped by itself. */
    final class SideFile implements Placement {
        private static final long FROM_BYTES = 1024;
        private static final long PAGE = 4096;

        private final String location;
        private final FileChannel file;

        private SideFile(String location, FileChannel file) {
            this.location = location;
            this.file = file;
        }

        @Override
        public TensorProto place(Tensor tensor, TensorProto message) throws IOException {
            if (tensor.type().byteSize(tensor.elementCount()) < FROM_BYTES) { // strings too
                return inlined(tensor, message);
            }
            ByteBuffer data = tensor.raw();
            long length = data.remaining();
            long offset = (file.size() + PAGE - 1) / PAGE * PAGE;
            for (long at = offset; data.hasRemaining(); ) {
                at += file.write(data, at);
            }
            return message.toBuilder()
                    .clearRawData()
                    .clearFloatData()
                    .clearDoubleData()
                    .clearInt32Data()
                    .clearInt64Data()
                    .clearUint64Data()
                    .clearExternalData()
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(entry("location", location))
                    .addExternalData(entry("offset", Long.toString(offset)))
                    .addExternalData(entry("length", Long.toString(length)))
                    .build();
        }

        private static StringStringEntryProto entry(String key, String value) {
            return StringStringEntryProto.newBuilder()
                    .setKey(key)
                    .setValue(value)
                    .build();
        }

        @Override
        public boolean keepsMessages() {
            return false;
        }
    }
}
