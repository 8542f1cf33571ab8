package terzi.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The value of a node's attribute; one record for each kind that the ONNX specification has. */
public sealed interface Attribute {
    /** A whole number. */
    record Int(long value) implements Attribute {}

    /** A float32. */
    @SuppressWarnings("JavaLangClash") // the word of the specification
    record Float(float value) implements Attribute {}

    /** A string; bytes that are not UTF-8 are kept in the file but cannot be read here. */
    record Str(String value) implements Attribute {
        public Str {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A tensor. */
    record TensorValue(Tensor value) implements Attribute {
        public TensorValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A subgraph, as in {@code If}, {@code Loop} and {@code Scan}. */
    record GraphValue(Graph value) implements Attribute {
        public GraphValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A sparse tensor. */
    record SparseValue(SparseTensor value) implements Attribute {
        public SparseValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A type. */
    record TypeValue(ValueType value) implements Attribute {
        public TypeValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /** Whole numbers. */
    record Ints(List<Long> values) implements Attribute {
        public Ints {
            values = List.copyOf(values);
        }

        /** The numbers as an array of their own. */
        public long[] toArray() {
            return values.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** Float32 numbers. */
    record Floats(List<java.lang.Float> values) implements Attribute {
        public Floats {
            values = List.copyOf(values);
        }

        /** The numbers as an array of their own. */
        public float[] toArray() {
            float[] array = new float[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i);
            }
            return array;
        }
    }

    /** Strings. */
    record Strings(List<String> values) implements Attribute {
        public Strings {
            values = List.copyOf(values);
        }
    }

    /** Tensors. */
    record Tensors(List<Tensor> values) implements Attribute {
        public Tensors {
            values = List.copyOf(values);
        }
    }

    /** Subgraphs. */
    record Graphs(List<Graph> values) implements Attribute {
        public Graphs {
            values = List.copyOf(values);
        }
    }

    /** Sparse tensors. */
    record SparseTensors(List<SparseTensor> values) implements Attribute {
        public SparseTensors {
            values = List.copyOf(values);
        }
    }

    /** Types. */
    record Types(List<ValueType> values) implements Attribute {
        public Types {
            values = List.copyOf(values);
        }
    }

    /**
     * In the body of a {@link Function} only: the value is that of an attribute of the call.
     *
     * @param attribute the name of that attribute of the call
     * @param kind the {@code AttributeProto.AttributeType} code that its value must have
     */
    record Ref(String attribute, int kind) implements Attribute {
        public Ref {
            Objects.requireNonNull(attribute, "attribute");
        }
    }

    /** A whole number. */
    static Attribute of(long value) {
        return new Int(value);
    }

    /** A float32. */
    static Attribute of(float value) {
        return new Float(value);
    }

    /** A string. */
    static Attribute of(String value) {
        return new Str(value);
    }

    /** A tensor. */
    static Attribute of(Tensor value) {
        return new TensorValue(value);
    }

    /** A subgraph. */
    static Attribute of(Graph value) {
        return new GraphValue(value);
    }

    /** Whole numbers. */
    static Attribute ints(long... values) {
        return new Ints(Arrays.stream(values).boxed().toList());
    }

    /** Float32 numbers. */
    static Attribute floats(float... values) {
        List<java.lang.Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return new Floats(list);
    }

    /** Strings. */
    static Attribute strings(String... values) {
        return new Strings(List.of(values));
    }
}
