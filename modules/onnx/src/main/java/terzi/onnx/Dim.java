package terzi.onnx;

import java.util.Objects;

/** The size of one axis in a declared shape: a number, a name, or nothing known. */
public sealed interface Dim {
    /** An axis of a fixed size, 0 or more. */
    record Fixed(long size) implements Dim {
        public Fixed {
            if (size < 0) {
                throw new IllegalArgumentException("an axis cannot have the size " + size);
            }
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /** An axis whose size is named and differs from run to run, such as {@code N}; equal names mean equal sizes. */
    record Symbolic(String name) implements Dim {
        public Symbolic {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An axis nothing is known about. */
    record Unknown() implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** The one value of {@link Unknown}. */
    Dim UNKNOWN = new Unknown();

    /** An axis of {@code size} elements. */
    static Dim of(long size) {
        return new Fixed(size);
    }

    /** An axis whose size is called {@code name}. */
    static Dim of(String name) {
        return new Symbolic(name);
    }
}
