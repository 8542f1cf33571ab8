package terzi.onnx;

import java.util.Objects;

/** The size of one axis in a declared shape: fixed, symbolic or unknown. */
public sealed interface Dim {
    /**
     * An axis of fixed size.
     *
     * @param size number of elements along the axis, 0 or more
     */
    record Fixed(long size) implements Dim {
        /**
         * Creates an axis of fixed size.
         *
         * @param size number of elements along the axis, 0 or more
         * @throws IllegalArgumentException if the size is negative
         */
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

    /**
     * An axis whose size is known only when the model runs. Axes of equal names have equal sizes.
     *
     * @param name name of the size, such as {@code N}
     */
    record Symbolic(String name) implements Dim {
        /**
         * Creates an axis of symbolic size.
         *
         * @param name name of the size, such as {@code N}
         */
        public Symbolic {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An axis of unknown size. */
    record Unknown() implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** An axis of unknown size. */
    Dim UNKNOWN = new Unknown();

    /**
     * {@return an axis of fixed size}
     *
     * @param size number of elements along the axis
     * @throws IllegalArgumentException if the size is negative
     */
    static Dim of(long size) {
        return new Fixed(size);
    }

    /**
     * {@return an axis of symbolic size}
     *
     * @param name name of the size, such as {@code N}
     */
    static Dim of(String name) {
        return new Symbolic(name);
    }
}
