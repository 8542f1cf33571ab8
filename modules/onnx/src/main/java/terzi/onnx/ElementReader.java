package terzi.onnx;

import java.nio.ByteBuffer;

/** Reads single elements of any real type out of a tensor's bytes. */
interface ElementReader {
    /** Element {@code index} as a float64. */
    double real(int index);

    /** Element {@code index} as an int64, cut towards zero for fractions. */
    default long integer(int index) {
        return (long) real(index);
    }

    /** A reader of integers; their float64 form follows from them. */
    @FunctionalInterface
    interface OfIntegers extends ElementReader {
        @Override
        long integer(int index);

        @Override
        default double real(int index) {
            return integer(index);
        }
    }

    /**
     * The reader for a tensor's type.
     *
     * @throws IllegalStateException for strings and complex numbers
     */
    static ElementReader of(Tensor tensor) {
        ByteBuffer data = tensor.data();
        return switch (tensor.type()) {
            case FLOAT -> real(i -> data.getFloat(4 * i));
            case DOUBLE -> real(i -> data.getDouble(8 * i));
            case FLOAT16 -> real(i -> SmallFloat.HALF.decode(data.getShort(2 * i) & 0xffff));
            case BFLOAT16 -> real(i -> Float.intBitsToFloat(data.getShort(2 * i) << 16));
            case FLOAT8E4M3FN -> real(i -> SmallFloat.E4M3FN.decode(data.get(i) & 0xff));
            case FLOAT8E4M3FNUZ -> real(i -> SmallFloat.E4M3FNUZ.decode(data.get(i) & 0xff));
            case FLOAT8E5M2 -> real(i -> SmallFloat.E5M2.decode(data.get(i) & 0xff));
            case FLOAT8E5M2FNUZ -> real(i -> SmallFloat.E5M2FNUZ.decode(data.get(i) & 0xff));
            case FLOAT4E2M1 -> real(i -> SmallFloat.E2M1.decode(bits(data, i, 4)));
            case FLOAT8E8M0 -> real(i -> exponent(data.get(i) & 0xff));
            case UINT8 -> integer(i -> data.get(i) & 0xff);
            case INT8 -> integer(data::get);
            case BOOL -> integer(i -> data.get(i) == 0 ? 0 : 1);
            case UINT16 -> integer(i -> data.getShort(2 * i) & 0xffff);
            case INT16 -> integer(i -> data.getShort(2 * i));
            case INT32 -> integer(i -> data.getInt(4 * i));
            case UINT32 -> integer(i -> data.getInt(4 * i) & 0xffffffffL);
            case INT64, UINT64 -> integer(i -> data.getLong(8 * i));
            case UINT4 -> integer(i -> bits(data, i, 4));
            case INT4 -> integer(i -> signed(bits(data, i, 4), 4));
            case UINT2 -> integer(i -> bits(data, i, 2));
            case INT2 -> integer(i -> signed(bits(data, i, 2), 2));
            case STRING, COMPLEX64, COMPLEX128, UNDEFINED ->
                throw new IllegalStateException(tensor.describe() + " does not hold real numbers");
        };
    }

    private static ElementReader real(ElementReader reader) {
        return reader;
    }

    private static ElementReader integer(OfIntegers reader) {
        return reader;
    }

    private static int bits(ByteBuffer data, int index, int width) {
        int perByte = 8 / width;
        return (data.get(index / perByte) >> (index % perByte * width)) & ((1 << width) - 1);
    }

    private static int signed(int bits, int width) {
        return bits << (32 - width) >> (32 - width);
    }

    private static double exponent(int bits) {
        return bits == 0xff ? Double.NaN : Math.scalb(1.0, bits - 127);
    }
}
