package terzi.onnx;

import java.util.Locale;
import java.util.Optional;

/**
 * The element types of ONNX tensors, up to IR version 13 (opset 26). The codes are those of
 * {@code TensorProto.DataType} in the ONNX specification.
 */
public enum DataType {
    /** No type; only in incomplete type declarations. */
    UNDEFINED(0, 0),
    /** Float32, IEEE 754 binary32. */
    FLOAT(1, 32),
    /** Unsigned 8-bit integer. */
    UINT8(2, 8),
    /** Signed 8-bit integer. */
    INT8(3, 8),
    /** Unsigned 16-bit integer. */
    UINT16(4, 16),
    /** Signed 16-bit integer. */
    INT16(5, 16),
    /** Signed 32-bit integer. */
    INT32(6, 32),
    /** Signed 64-bit integer. */
    INT64(7, 64),
    /** String of any length. */
    STRING(8, 0),
    /** Boolean, one byte that is 0 or 1. */
    BOOL(9, 8),
    /** Float16, IEEE 754 binary16. */
    FLOAT16(10, 16),
    /** Float64, IEEE 754 binary64. */
    DOUBLE(11, 64),
    /** Unsigned 32-bit integer. */
    UINT32(12, 32),
    /** Unsigned 64-bit integer. */
    UINT64(13, 64),
    /** Complex number of two float32 values. */
    COMPLEX64(14, 64),
    /** Complex number of two float64 values. */
    COMPLEX128(15, 128),
    /** Bfloat16: the upper 16 bits of a float32. */
    BFLOAT16(16, 16),
    /** 8-bit float with 4 exponent and 3 mantissa bits, without infinities. */
    FLOAT8E4M3FN(17, 8),
    /** 8-bit float with 4 exponent and 3 mantissa bits, without infinities and negative zero. */
    FLOAT8E4M3FNUZ(18, 8),
    /** 8-bit float with 5 exponent and 2 mantissa bits. */
    FLOAT8E5M2(19, 8),
    /** 8-bit float with 5 exponent and 2 mantissa bits, without infinities and negative zero. */
    FLOAT8E5M2FNUZ(20, 8),
    /** Unsigned 4-bit integer; two elements per byte, the first in the low half. */
    UINT4(21, 4),
    /** Signed 4-bit integer in two's complement; two elements per byte, the first in the low half. */
    INT4(22, 4),
    /** 4-bit float with 2 exponent bits and 1 mantissa bit; two elements per byte, the first in the low half. */
    FLOAT4E2M1(23, 4),
    /** 8-bit power of two: 8 exponent bits, neither sign nor mantissa. */
    FLOAT8E8M0(24, 8),
    /** Unsigned 2-bit integer; four elements per byte, the first in the lowest bits. */
    UINT2(25, 2),
    /** Signed 2-bit integer in two's complement; four elements per byte, the first in the lowest bits. */
    INT2(26, 2);

    private static final DataType[] BY_CODE = values();

    private final int onnxCode;
    private final int bitWidth;

    DataType(int onnxCode, int bitWidth) {
        this.onnxCode = onnxCode;
        this.bitWidth = bitWidth;
    }

    /** {@return the code of this type in an ONNX file, 0 to 26} */
    public int onnxCode() {
        return onnxCode;
    }

    /** Bits of an element in {@link Tensor#raw()}; 0 for {@link #STRING} and {@link #UNDEFINED}. */
    int bitWidth() {
        return bitWidth;
    }

    /**
     * Computes the size of elements in {@link Tensor#raw()}.
     *
     * @param elements number of elements
     * @return size in bytes, rounded up; 0 for {@link #STRING} and {@link #UNDEFINED}
     * @throws ArithmeticException if the size exceeds the range of a long
     */
    public long byteSize(long elements) {
        return Math.addExact(Math.multiplyExact(elements, (long) bitWidth), 7) / 8;
    }

    /** {@return whether the elements are integers; {@link #BOOL} does not count} */
    public boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4, UINT2, INT2 -> true;
            default -> false;
        };
    }

    /** {@return whether the elements are real floating-point numbers of any width} */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT,
                    FLOAT16,
                    DOUBLE,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT4E2M1,
                    FLOAT8E8M0 -> true;
            default -> false;
        };
    }

    /**
     * Finds the type of a code.
     *
     * @param code the code in an ONNX file
     * @return the type; empty if the code is not known
     */
    public static Optional<DataType> find(long code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[(int) code]) : Optional.empty();
    }

    /**
     * The type of an ONNX code.
     *
     * @throws IllegalArgumentException if the code is not known
     */
    static DataType of(int code) {
        return find(code)
                .orElseThrow(() -> new IllegalArgumentException(
                        "element type " + code + " is not known; the codes go from 0 to " + (BY_CODE.length - 1)));
    }

    /** {@return the usual name in lower case, such as {@code float32}, {@code uint8} or {@code bfloat16}} */
    public String label() {
        return switch (this) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
