package terzi.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tensor: an initializer or the value of an attribute.
 *
 * <p>{@link #raw()} has the elements in row-major order and little endian, exactly as the field {@code raw_data} of a
 * file. A tensor that was read from a file is a view of the bytes of the file; {@link #floats()} and the other array
 * accessors return copies. The size of the data always fits the shape: the factories throw
 * {@link IllegalArgumentException} for a wrong number of elements, a negative axis, or a shape of too many elements.
 */
public final class Tensor {
    private final String name;
    private final DataType type;
    private final long[] dims;
    private final ByteBuffer raw;
    private final List<String> strings;
    private final Origin origin;

    private Tensor(String name, DataType type, long[] dims, ByteBuffer raw, List<String> strings, Origin origin) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.dims = dims.clone();
        this.raw = raw.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        this.strings = List.copyOf(strings);
        this.origin = origin;
        long elements = elementCount(name, this.dims);
        long have = type == DataType.STRING ? this.strings.size() : this.raw.remaining();
        long need = type == DataType.STRING ? elements : bytes(name, type, elements);
        if (have != need) {
            throw new IllegalArgumentException(describe() + " needs " + need
                    + (type == DataType.STRING ? " strings" : " bytes of data") + ", it has " + have);
        }
    }

    /**
     * Counts the elements of a shape.
     *
     * @param name name of the tensor, for the error message
     * @param dims size of each axis; none for a scalar
     * @return the product of the sizes; 1 for a scalar
     * @throws IllegalArgumentException if a size is negative or the product exceeds the range of a long
     */
    public static long elementCount(String name, long... dims) {
        long count = 1;
        try {
            for (long size : dims) {
                if (size < 0) {
                    throw new IllegalArgumentException("tensor " + name + ": an axis cannot have the size " + size
                            + " in " + Arrays.toString(dims));
                }
                count = Math.multiplyExact(count, size);
            }
        } catch (ArithmeticException e) {
            // an axis of 0 later on would make it empty, but no real tensor looks like that
            throw new IllegalArgumentException(
                    "tensor " + name + ": the shape " + Arrays.toString(dims) + " is too large", e);
        }
        return count;
    }

    private static long bytes(String name, DataType type, long elements) {
        try {
            return type.byteSize(elements);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("tensor " + name + ": " + elements + " elements are too many", e);
        }
    }

    /**
     * Creates a tensor of any type except strings without copying its data.
     *
     * @param name name by which nodes refer to the tensor
     * @param type type of each element
     * @param dims size of each axis, outermost first; none for a scalar
     * @param littleEndian the elements as in {@link #raw()}, from position to limit; they must not be changed
     *     afterwards
     * @return the tensor
     * @throws IllegalArgumentException if the number of bytes does not fit the shape, or for {@link DataType#STRING}
     */
    public static Tensor ofRaw(String name, DataType type, long[] dims, ByteBuffer littleEndian) {
        if (type == DataType.STRING) {
            throw new IllegalArgumentException("tensor " + name + ": strings have no raw form");
        }
        return new Tensor(name, type, dims, littleEndian, List.of(), Origin.NONE);
    }

    /**
     * {@return a float32 tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order; copied
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofFloats(String name, long[] dims, float... values) {
        ByteBuffer bytes = littleEndian(4L * values.length);
        bytes.asFloatBuffer().put(values);
        return ofRaw(name, DataType.FLOAT, dims, bytes);
    }

    /**
     * {@return a float64 tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order; copied
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofDoubles(String name, long[] dims, double... values) {
        ByteBuffer bytes = littleEndian(8L * values.length);
        bytes.asDoubleBuffer().put(values);
        return ofRaw(name, DataType.DOUBLE, dims, bytes);
    }

    /**
     * {@return an int64 tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order; copied
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofLongs(String name, long[] dims, long... values) {
        ByteBuffer bytes = littleEndian(8L * values.length);
        bytes.asLongBuffer().put(values);
        return ofRaw(name, DataType.INT64, dims, bytes);
    }

    /**
     * {@return an int64 vector, the form in which operators take shapes and axes}
     *
     * @param name name by which nodes refer to the tensor
     * @param values elements {@code [values.length]}; copied
     */
    public static Tensor ofLongs(String name, long... values) {
        return ofLongs(name, new long[] {values.length}, values);
    }

    /**
     * {@return an int32 tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order; copied
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofInts(String name, long[] dims, int... values) {
        ByteBuffer bytes = littleEndian(4L * values.length);
        bytes.asIntBuffer().put(values);
        return ofRaw(name, DataType.INT32, dims, bytes);
    }

    /**
     * {@return a boolean tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order; copied
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofBooleans(String name, long[] dims, boolean... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return ofRaw(name, DataType.BOOL, dims, ByteBuffer.wrap(bytes));
    }

    /**
     * {@return a string tensor}
     *
     * @param name name by which nodes refer to the tensor
     * @param dims size of each axis, outermost first
     * @param values elements in row-major order
     * @throws IllegalArgumentException if the number of values does not fit the shape
     */
    public static Tensor ofStrings(String name, long[] dims, String... values) {
        return new Tensor(name, DataType.STRING, dims, ByteBuffer.allocate(0), List.of(values), Origin.NONE);
    }

    /**
     * {@return a float32 scalar}
     *
     * @param name name by which nodes refer to the tensor
     * @param value the element
     */
    public static Tensor scalar(String name, float value) {
        return ofFloats(name, new long[0], value);
    }

    /**
     * {@return an int64 scalar}
     *
     * @param name name by which nodes refer to the tensor
     * @param value the element
     */
    public static Tensor scalar(String name, long value) {
        return ofLongs(name, new long[0], value);
    }

    private static ByteBuffer littleEndian(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the name by which nodes refer to the tensor; may be empty in attributes} */
    public String name() {
        return name;
    }

    /** {@return the type of each element} */
    public DataType type() {
        return type;
    }

    /** {@return the size of each axis, outermost first, as a new array; none for a scalar} */
    public long[] dims() {
        return dims.clone();
    }

    /** {@return the number of axes; 0 for a scalar} */
    public int rank() {
        return dims.length;
    }

    /** {@return the number of elements; 1 for a scalar} */
    public long elementCount() {
        return elementCount(name, dims);
    }

    /** {@return the element type and shape} */
    public TensorType tensorType() {
        return TensorType.of(type, dims);
    }

    /**
     * {@return the elements in row-major order and little endian, as a new read-only buffer over the same memory}
     *
     * @throws IllegalStateException for strings
     */
    public ByteBuffer raw() {
        if (type == DataType.STRING) {
            throw new IllegalStateException(describe() + ": strings have no raw form; use strings()");
        }
        return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The data; empty for strings. */
    ByteBuffer data() {
        return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * {@return the elements in row-major order as float32, rounded where the type is wider; booleans are 0 and 1}
     *
     * @throws IllegalStateException for strings and complex numbers
     */
    public float[] floats() {
        float[] values = new float[Math.toIntExact(elementCount())];
        if (type == DataType.FLOAT) {
            raw().asFloatBuffer().get(values);
        } else {
            ElementReader reader = ElementReader.of(this);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) reader.real(i);
            }
        }
        return values;
    }

    /**
     * {@return the elements in row-major order as float64; booleans are 0 and 1, 64-bit integers beyond 2^53 are
     * rounded}
     *
     * @throws IllegalStateException for strings and complex numbers
     */
    public double[] doubles() {
        double[] values = new double[Math.toIntExact(elementCount())];
        ElementReader reader = ElementReader.of(this);
        for (int i = 0; i < values.length; i++) {
            values[i] = reader.real(i);
        }
        return values;
    }

    /**
     * {@return the elements in row-major order as int64; booleans are 0 and 1, uint64 values above 2^63 - 1 become
     * negative}
     *
     * @throws IllegalStateException unless the elements are integers or booleans
     */
    public long[] longs() {
        if (!type.isInteger() && type != DataType.BOOL) {
            throw new IllegalStateException(describe() + " does not hold integers");
        }
        long[] values = new long[Math.toIntExact(elementCount())];
        ElementReader reader = ElementReader.of(this);
        for (int i = 0; i < values.length; i++) {
            values[i] = reader.integer(i);
        }
        return values;
    }

    /**
     * {@return the elements of a string tensor in row-major order}
     *
     * @throws IllegalStateException for other types
     */
    public List<String> strings() {
        if (type != DataType.STRING) {
            throw new IllegalStateException(describe() + " does not hold strings");
        }
        return strings;
    }

    /**
     * {@return a copy of this tensor with another name, over the same memory}
     *
     * @param newName name by which nodes refer to the tensor
     */
    public Tensor withName(String newName) {
        return new Tensor(newName, type, dims, raw, strings, origin);
    }

    /**
     * {@return a copy of this tensor with another shape, over the same memory and in the same row-major order}
     *
     * @param newDims size of each axis, outermost first; none for a scalar
     * @throws IllegalArgumentException if the number of elements differs
     */
    public Tensor withDims(long... newDims) {
        return new Tensor(name, type, newDims, raw, strings, Origin.NONE);
    }

    Origin origin() {
        return origin;
    }

    Tensor withOrigin(Origin newOrigin) {
        return new Tensor(name, type, dims, raw, strings, newOrigin);
    }

    /** For people: {@code tensor conv1.weight float32[64,3,7,7]}. */
    String describe() {
        return "tensor " + name + " " + type.label()
                + LongStream.of(dims)
                        .mapToObj(Long::toString)
                        .toList()
                        .toString()
                        .replace(" ", "");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Tensor that
                        && name.equals(that.name)
                        && type == that.type
                        && Arrays.equals(dims, that.dims)
                        && strings.equals(that.strings)
                        && raw.equals(that.raw));
    }

    @Override
    public int hashCode() {
        // the data is left out: hashing a network's weights would read them all
        return Objects.hash(name, type, Arrays.hashCode(dims));
    }

    @Override
    public String toString() {
        return describe();
    }
}
