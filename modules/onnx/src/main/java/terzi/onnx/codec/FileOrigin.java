package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.MessageLite;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Origin;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;

/** The message that a record was read from, and the record as it was read. */
final class FileOrigin extends Origin {
    private final MessageLite message;
    private final @Nullable Object extra;
    private @Nullable Object decoded;

    private FileOrigin(MessageLite message, @Nullable Object extra) {
        this.message = message;
        this.extra = extra;
    }

    /** Makes a record that remembers the message it came from, and the message remembers the record. */
    static <T> T remember(MessageLite message, Function<Origin, T> record) {
        return remember(message, null, record);
    }

    /** As above, with something more to remember. */
    static <T> T remember(MessageLite message, @Nullable Object extra, Function<Origin, T> record) {
        FileOrigin origin = new FileOrigin(message, extra);
        T value = record.apply(origin);
        origin.decoded = value;
        return value;
    }

    /** As above, for a tensor; {@code folder} is that of the side file with its data. */
    static Tensor remember(TensorProto message, @Nullable Path folder, Tensor tensor) {
        return remember(message, folder, (Origin origin) -> ((FileOrigin) origin).attachTo(tensor));
    }

    /** The message that a record was read from, if it was read and the message is of that class. */
    static <M extends MessageLite> Optional<M> message(Origin origin, Class<M> type) {
        return origin instanceof FileOrigin file ? cast(file.message, type) : Optional.empty();
    }

    /** The message that a tensor was read from, if it was read; the tensor differs from it at most in its name. */
    static Optional<TensorProto> message(Tensor tensor) {
        return message(of(tensor), TensorProto.class);
    }

    /** Whether a tensor's data lies in a side file in {@code folder}. */
    static boolean isFrom(Path folder, Tensor tensor) {
        return extra(of(tensor), Path.class).filter(folder::equals).isPresent();
    }

    /** The record as it was read, if it was read and is of that class. */
    static <T> Optional<T> decoded(Origin origin, Class<T> type) {
        return origin instanceof FileOrigin file ? cast(file.decoded, type) : Optional.empty();
    }

    /** What more is remembered, if it is of that class. */
    static <T> Optional<T> extra(Origin origin, Class<T> type) {
        return origin instanceof FileOrigin file ? cast(file.extra, type) : Optional.empty();
    }

    private static <T> Optional<T> cast(@Nullable Object value, Class<T> type) {
        return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
    }

    @Override
    protected List<SparseTensor> sparseInitializers() {
        return cast(extra, GraphCodec.SparseInitializers.class)
                .map(GraphCodec.SparseInitializers::tensors)
                .orElse(List.of());
    }

    @Override
    public String toString() {
        return "read";
    }
}
