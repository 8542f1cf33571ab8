package terzi.training.torchscript;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import terzi.onnx.DataType;
import terzi.onnx.Tensor;

/** What is known at compile time about a value of the graph. */
sealed interface Value {
    /** Element type of the tensor that this value is. */
    DataType type();

    /** Number of axes, when known. */
    OptionalInt rank();

    /**
     * A tensor that only exists when the script runs.
     *
     * @param expression how the script refers to it: a variable, {@code p[3]} or {@code b[0]}
     */
    record Computed(String expression, DataType type, OptionalInt rank) implements Value {}

    /**
     * A tensor that the graph states.
     *
     * @param tensor its elements
     * @param trainable whether it is an initializer, which training may change when it takes part in arithmetic
     */
    record Constant(Tensor tensor, boolean trainable) implements Value {
        @Override
        public DataType type() {
            return tensor.type();
        }

        @Override
        public OptionalInt rank() {
            return OptionalInt.of(tensor.rank());
        }
    }

    /**
     * An int64 scalar or vector whose elements are known one by one: shape arithmetic, done on the host where the numbers are known and as plain integers
     * of the script where they depend on the batch.
     */
    record Ints(List<Size> elements, boolean scalar) implements Value {
        public Ints {
            elements = List.copyOf(elements);
            if (scalar && elements.size() != 1) {
                throw new IllegalArgumentException("a scalar has one element, not " + elements.size());
            }
        }

        @Override
        public DataType type() {
            return DataType.INT64;
        }

        @Override
        public OptionalInt rank() {
            return OptionalInt.of(scalar ? 0 : 1);
        }

        /** The script's expression for the elements as {@code List[int]}. */
        String list() {
            return elements.isEmpty()
                    ? "annotate(List[int], [])"
                    : elements.stream().map(Size::text).collect(Collectors.joining(", ", "[", "]"));
        }
    }
}
