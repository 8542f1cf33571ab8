package terzi.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The value of a node's attribute: one record for each kind in the ONNX specification. */
public sealed interface Attribute {
    /**
     * An integer.
     *
     * @param value the number
     */
    record Int(long value) implements Attribute {}

    /**
     * A float32.
     *
     * @param value the number
     */
    @SuppressWarnings("JavaLangClash") // the word of the specification
    record Float(float value) implements Attribute {}

    /**
     * A string.
     *
     * @param value the text; bytes that are not UTF-8 stay in the file but cannot be read here
     */
    record Str(String value) implements Attribute {
        /**
         * Creates a string attribute.
         *
         * @param value the text
         */
        public Str {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A tensor.
     *
     * @param value the tensor
     */
    record TensorValue(Tensor value) implements Attribute {
        /**
         * Creates a tensor attribute.
         *
         * @param value the tensor
         */
        public TensorValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A subgraph, as in {@code If}, {@code Loop} and {@code Scan}.
     *
     * @param value the subgraph
     */
    record GraphValue(Graph value) implements Attribute {
        /**
         * Creates a subgraph attribute.
         *
         * @param value the subgraph
         */
        public GraphValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A sparse tensor.
     *
     * @param value the tensor
     */
    record SparseValue(SparseTensor value) implements Attribute {
        /**
         * Creates a sparse tensor attribute.
         *
         * @param value the tensor
         */
        public SparseValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * The type of a value.
     *
     * @param value the type
     */
    record TypeValue(ValueType value) implements Attribute {
        /**
         * Creates a type attribute.
         *
         * @param value the type
         */
        public TypeValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A list of integers.
     *
     * @param values the numbers
     */
    record Ints(List<Long> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the numbers
         */
        public Ints {
            values = List.copyOf(values);
        }

        /** {@return the numbers as a new array} */
        public long[] toArray() {
            return values.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * A list of float32 numbers.
     *
     * @param values the numbers
     */
    record Floats(List<java.lang.Float> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the numbers
         */
        public Floats {
            values = List.copyOf(values);
        }

        /** {@return the numbers as a new array} */
        public float[] toArray() {
            float[] array = new float[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i);
            }
            return array;
        }
    }

    /**
     * A list of strings.
     *
     * @param values the strings
     */
    record Strings(List<String> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the strings
         */
        public Strings {
            values = List.copyOf(values);
        }
    }

    /**
     * A list of tensors.
     *
     * @param values the tensors
     */
    record Tensors(List<Tensor> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the tensors
         */
        public Tensors {
            values = List.copyOf(values);
        }
    }

    /**
     * A list of subgraphs.
     *
     * @param values the subgraphs
     */
    record Graphs(List<Graph> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the subgraphs
         */
        public Graphs {
            values = List.copyOf(values);
        }
    }

    /**
     * A list of sparse tensors.
     *
     * @param values the tensors
     */
    record SparseTensors(List<SparseTensor> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the tensors
         */
        public SparseTensors {
            values = List.copyOf(values);
        }
    }

    /**
     * A list of types.
     *
     * @param values the types
     */
    record Types(List<ValueType> values) implements Attribute {
        /**
         * Creates an attribute from a copy of the list.
         *
         * @param values the types
         */
        public Types {
            values = List.copyOf(values);
        }
    }

    /**
     * A reference to an attribute of the call; only in the body of a {@link Function}.
     *
     * @param attribute name of the attribute of the call
     * @param kind the {@code AttributeProto.AttributeType} code of its value
     */
    record Ref(String attribute, int kind) implements Attribute {
        /**
         * Creates a reference.
         *
         * @param attribute name of the attribute of the call
         * @param kind the {@code AttributeProto.AttributeType} code of its value
         */
        public Ref {
            Objects.requireNonNull(attribute, "attribute");
        }
    }

    /**
     * {@return an integer attribute}
     *
     * @param value the number
     */
    static Attribute of(long value) {
        return new Int(value);
    }

    /**
     * {@return a float32 attribute}
     *
     * @param value the number
     */
    static Attribute of(float value) {
        return new Float(value);
    }

    /**
     * {@return a string attribute}
     *
     * @param value the text
     */
    static Attribute of(String value) {
        return new Str(value);
    }

    /**
     * {@return a tensor attribute}
     *
     * @param value the tensor
     */
    static Attribute of(Tensor value) {
        return new TensorValue(value);
    }

    /**
     * {@return a subgraph attribute}
     *
     * @param value the subgraph
     */
    static Attribute of(Graph value) {
        return new GraphValue(value);
    }

    /**
     * {@return an attribute with a list of integers}
     *
     * @param values the numbers
     */
    static Attribute ints(long... values) {
        return new Ints(Arrays.stream(values).boxed().toList());
    }

    /**
     * {@return an attribute with a list of float32 numbers}
     *
     * @param values the numbers
     */
    static Attribute floats(float... values) {
        List<java.lang.Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return new Floats(list);
    }

    /**
     * {@return an attribute with a list of strings}
     *
     * @param values the strings
     */
    static Attribute strings(String... values) {
        return new Strings(List.of(values));
    }
}
