package terzi.onnx;

import java.util.Objects;

/** The type of a value in a graph: nearly always a {@link TensorType}, but the specification has more. */
public sealed interface ValueType
        permits TensorType,
                ValueType.Sparse,
                ValueType.Sequence,
                ValueType.MapOf,
                ValueType.Maybe,
                ValueType.Opaque,
                ValueType.Untyped {

    /** A sparse tensor whose dense form has the type {@code dense}. */
    record Sparse(TensorType dense) implements ValueType {
        public Sparse {
            Objects.requireNonNull(dense, "dense");
        }

        @Override
        public String toString() {
            return "sparse(" + dense + ")";
        }
    }

    /** A list of values of one type. */
    record Sequence(ValueType element) implements ValueType {
        public Sequence {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "seq(" + element + ")";
        }
    }

    /** A map from integers or strings to values of one type. */
    record MapOf(DataType key, ValueType value) implements ValueType {
        public MapOf {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return "map(" + key.label() + ", " + value + ")";
        }
    }

    /** A value that may be absent. */
    record Maybe(ValueType element) implements ValueType {
        public Maybe {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "optional(" + element + ")";
        }
    }

    /** A type that only its own domain understands. */
    record Opaque(String domain, String name) implements ValueType {
        public Opaque {
            Objects.requireNonNull(domain, "domain");
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return "opaque(" + domain + "." + name + ")";
        }
    }

    /** No type is declared. */
    record Untyped() implements ValueType {
        @Override
        public String toString() {
            return "untyped";
        }
    }

    /** The one value of {@link Untyped}. */
    ValueType UNTYPED = new Untyped();
}
