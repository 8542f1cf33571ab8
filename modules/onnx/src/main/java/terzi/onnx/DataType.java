package terzi.onnx;

import java.util.Locale;
import java.util.Optional;

/**
 * The element types of ONNX tensors, up to IR version 13 (opset 26).
 *
 * <p>The codes are those of {@code TensorProto.DataType} in the ONNX specification.
 */
public enum DataType {
    /** No type given; only seen in incomplete type declarations. */
    UNDEFINED(0, 0),
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    /** Byte strings of any length; {@link #bitWidth()} is 0. */
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    /** Two elements a byte, the first in the low half. */
    UINT4(21, 4),
    /** Two elements a byte, the first in the low half, two's complement. */
    INT4(22, 4),
    FLOAT4E2M1(23, 4),
    FLOAT8E8M0(24, 8),
    /** Four elements a byte, the first in the lowest bits. */
    UINT2(25, 2),
    /** Four elements a byte, the first in the lowest bits, two's complement. */
    INT2(26, 2);

    private static final DataType[] BY_CODE = values();

    private final int onnxCode;
    private final int bitWidth;

    DataType(int onnxCode, int bitWidth) {
        this.onnxCode = onnxCode;
        this.bitWidth = bitWidth;
    }

    /** The number that stands for this type in an ONNX file. */
    public int onnxCode() {
        return onnxCode;
    }

    /** Bits an element takes in {@link Tensor#raw()}; 0 for {@link #STRING} and {@link #UNDEFINED}. */
    public int bitWidth() {
        return bitWidth;
    }

    /** Bytes that {@code elements} values of this type take in {@link Tensor#raw()}; throws if that passes a long. */
    public long byteSize(long elements) {
        return Math.addExact(Math.multiplyExact(elements, (long) bitWidth), 7) / 8;
    }

    /** Whether values are whole numbers, {@link #BOOL} not included. */
    public boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4, UINT2, INT2 -> true;
            default -> false;
        };
    }

    /** Whether values are real floating-point numbers of any width. */
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

    /** The type of an ONNX code, or empty when the code is not known. */
    public static Optional<DataType> find(long code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[(int) code]) : Optional.empty();
    }

    /**
     * The type of an ONNX code.
     *
     * @throws IllegalArgumentException if the code is not known
     */
    public static DataType of(int code) {
        return find(code)
                .orElseThrow(() -> new IllegalArgumentException(
                        "element type " + code + " is not known; the codes go from 0 to " + (BY_CODE.length - 1)));
    }

    /** The name people use: {@code float32}, {@code uint8}, {@code bfloat16} … */
    public String label() {
        return switch (this) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
