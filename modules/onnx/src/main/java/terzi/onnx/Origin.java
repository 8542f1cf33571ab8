package terzi.onnx;

import com.google.protobuf.MessageLite;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a file that a record does not model, kept so that writing the record again is lossless.
 *
 * <p>The content is opaque. All origins are equal, so that two records are equal if their modelled fields are. An
 * edited record takes over the origin of the old one, as the {@code withX} methods do; a new record has {@link #NONE}.
 */
public final class Origin {
    /** The origin of a new record, which was not read from a file. */
    public static final Origin NONE = new Origin(null, null);

    private final @Nullable MessageLite message;
    private final @Nullable Object extra;
    private @Nullable Object decoded;

    private Origin(@Nullable MessageLite message, @Nullable Object extra) {
        this.message = message;
        this.extra = extra;
    }

    /** Makes a record that remembers the message it came from, and the message remembers the record. */
    static <T> T remember(MessageLite message, Function<Origin, T> record) {
        return remember(message, null, record);
    }

    /** As above, with something more to remember. */
    static <T> T remember(MessageLite message, @Nullable Object extra, Function<Origin, T> record) {
        Origin origin = new Origin(message, extra);
        T value = record.apply(origin);
        origin.decoded = value;
        return value;
    }

    /** The message this was read from, if it was read and the message is of that class. */
    <M extends MessageLite> Optional<M> message(Class<M> type) {
        return type.isInstance(message) ? Optional.of(type.cast(message)) : Optional.empty();
    }

    /** The record as it was read, if it was read and is of that class. */
    <T> Optional<T> decoded(Class<T> type) {
        return type.isInstance(decoded) ? Optional.of(type.cast(decoded)) : Optional.empty();
    }

    /** What more is remembered, if it is of that class. */
    <T> Optional<T> extra(Class<T> type) {
        return type.isInstance(extra) ? Optional.of(type.cast(extra)) : Optional.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Origin;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return message == null ? "new" : "read";
    }
}
