package terzi.onnx;

import java.util.Objects;

/** The type of a value in a graph: nearly always a {@link TensorType}; the ONNX specification has more kinds. */
public sealed interface ValueType
        permits TensorType,
                ValueType.Sparse,
                ValueType.Sequence,
                ValueType.MapOf,
                ValueType.Maybe,
                ValueType.Opaque,
                ValueType.Untyped {

    /**
     * The type of a sparse tensor.
     *
     * @param dense type of the tensor in dense form
     */
    record Sparse(TensorType dense) implements ValueType {
        /**
         * Creates a type.
         *
         * @param dense type of the tensor in dense form
         */
        public Sparse {
            Objects.requireNonNull(dense, "dense");
        }

        @Override
        public String toString() {
            return "sparse(" + dense + ")";
        }
    }

    /**
     * The type of a list.
     *
     * @param element type of each element
     */
    record Sequence(ValueType element) implements ValueType {
        /**
         * Creates a type.
         *
         * @param element type of each element
         */
        public Sequence {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "seq(" + element + ")";
        }
    }

    /**
     * The type of a map.
     *
     * @param key type of the keys: an integer type or {@link DataType#STRING}
     * @param value type of the values
     */
    record MapOf(DataType key, ValueType value) implements ValueType {
        /**
         * Creates a type.
         *
         * @param key type of the keys: an integer type or {@link DataType#STRING}
         * @param value type of the values
         */
        public MapOf {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return "map(" + key.label() + ", " + value + ")";
        }
    }

    /**
     * The type of a value that may be absent.
     *
     * @param element type of the value
     */
    record Maybe(ValueType element) implements ValueType {
        /**
         * Creates a type.
         *
         * @param element type of the value
         */
        public Maybe {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "optional(" + element + ")";
        }
    }

    /**
     * A type that is defined outside the ONNX specification.
     *
     * @param domain domain that defines the type
     * @param name name of the type
     */
    record Opaque(String domain, String name) implements ValueType {
        /**
         * Creates a type.
         *
         * @param domain domain that defines the type
         * @param name name of the type
         */
        public Opaque {
            Objects.requireNonNull(domain, "domain");
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return "opaque(" + domain + "." + name + ")";
        }
    }

    /** The absence of a declared type. */
    record Untyped() implements ValueType {
        @Override
        public String toString() {
            return "untyped";
        }
    }

    /** The absence of a declared type. */
    ValueType UNTYPED = new Untyped();
}
