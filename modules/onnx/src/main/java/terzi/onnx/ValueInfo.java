package terzi.onnx;

import java.util.Objects;
import java.util.Optional;

/**
 * A declared value of a graph: an input, an output or an intermediate result.
 *
 * @param name what nodes refer to it by
 * @param type its type, in nearly every graph a {@link TensorType}
 * @param origin what else the file said
 */
public record ValueInfo(String name, ValueType type, Origin origin) {
    public ValueInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(origin, "origin");
    }

    /** A new declaration. */
    public ValueInfo(String name, ValueType type) {
        this(name, type, Origin.NONE);
    }

    /** The type if it is a tensor's. */
    public Optional<TensorType> tensorType() {
        return type instanceof TensorType tensor ? Optional.of(tensor) : Optional.empty();
    }

    /** The same declaration under another name. */
    public ValueInfo withName(String newName) {
        return new ValueInfo(newName, type, origin);
    }

    /** The same declaration with another type. */
    public ValueInfo withType(ValueType newType) {
        return new ValueInfo(name, newType, origin);
    }
}
