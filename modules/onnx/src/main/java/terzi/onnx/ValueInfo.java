package terzi.onnx;

import java.util.Objects;
import java.util.Optional;

/**
 * A declared value of a graph: an input, an output or an intermediate result.
 *
 * @param name name by which nodes refer to the value
 * @param type type of the value, nearly always a {@link TensorType}
 * @param origin fields of the file that this record does not model
 */
public record ValueInfo(String name, ValueType type, Origin origin) {
    /**
     * Creates a declaration.
     *
     * @param name name by which nodes refer to the value
     * @param type type of the value, nearly always a {@link TensorType}
     * @param origin fields of the file that this record does not model
     */
    public ValueInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(origin, "origin");
    }

    /**
     * Creates a declaration.
     *
     * @param name name by which nodes refer to the value
     * @param type type of the value
     */
    public ValueInfo(String name, ValueType type) {
        this(name, type, Origin.NONE);
    }

    /** {@return the type of a tensor; empty if the value is not a tensor} */
    public Optional<TensorType> tensorType() {
        return type instanceof TensorType tensor ? Optional.of(tensor) : Optional.empty();
    }

    /**
     * {@return a copy of this declaration with another name}
     *
     * @param newName name by which nodes refer to the value
     */
    public ValueInfo withName(String newName) {
        return new ValueInfo(newName, type, origin);
    }

    /**
     * {@return a copy of this declaration with another type}
     *
     * @param newType type of the value
     */
    public ValueInfo withType(ValueType newType) {
        return new ValueInfo(name, newType, origin);
    }
}
