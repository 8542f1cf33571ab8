package terzi.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    private static Tensor bytes(DataType type, long elements, int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        return Tensor.ofRaw("t", type, new long[] {elements}, buffer.flip());
    }

    @Test
    void half_and_brain_floats_have_their_ieee_values() {
        // 1, -2, largest, smallest subnormal, infinity
        Tensor half = bytes(DataType.FLOAT16, 5, 0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c);
        assertArrayEquals(new float[] {1, -2, 65504, 0x1p-24f, INF}, half.floats());
        Tensor brain = bytes(DataType.BFLOAT16, 3, 0x80, 0x3f, 0x20, 0xc0, 0x80, 0x7f);
        assertArrayEquals(new float[] {1, -2.5f, INF}, brain.floats());
    }

    @Test
    void eight_bit_floats_have_the_values_of_the_papers_that_define_them() {
        assertArrayEquals(
                new float[] {1, 448, 0x1p-9f, Float.NaN, -0f},
                bytes(DataType.FLOAT8E4M3FN, 5, 0x38, 0x7e, 0x01, 0x7f, 0x80).floats());
        assertArrayEquals(
                new float[] {1, 240, 0x1p-10f, Float.NaN},
                bytes(DataType.FLOAT8E4M3FNUZ, 4, 0x40, 0x7f, 0x01, 0x80).floats());
        assertArrayEquals(
                new float[] {1, 57344, 0x1p-16f, INF, Float.NaN},
                bytes(DataType.FLOAT8E5M2, 5, 0x3c, 0x7b, 0x01, 0x7c, 0x7f).floats());
        assertArrayEquals(
                new float[] {1, 57344, 0x1p-17f, Float.NaN},
                bytes(DataType.FLOAT8E5M2FNUZ, 4, 0x40, 0x7f, 0x01, 0x80).floats());
        assertArrayEquals(
                new float[] {1, 0.5f, Float.NaN},
                bytes(DataType.FLOAT8E8M0, 3, 127, 126, 255).floats());
        assertArrayEquals(
                new float[] {0, 0.5f, 1, 1.5f, 6, -6},
                bytes(DataType.FLOAT4E2M1, 6, 0x10, 0x32, 0xf7).floats());
    }

    @Test
    void packed_integers_lie_low_bits_first() {
        assertArrayEquals(
                new long[] {1, 15, 8}, bytes(DataType.UINT4, 3, 0xf1, 0x08).longs());
        assertArrayEquals(
                new long[] {1, -1, -8}, bytes(DataType.INT4, 3, 0xf1, 0x08).longs());
        assertArrayEquals(
                new long[] {0, 1, 2, 3, 1}, bytes(DataType.UINT2, 5, 0xe4, 0x01).longs());
        assertArrayEquals(
                new long[] {0, 1, -2, -1, 1},
                bytes(DataType.INT2, 5, 0xe4, 0x01).longs());
    }

    @Test
    void integers_of_each_width_keep_their_sign() {
        assertArrayEquals(new long[] {255}, bytes(DataType.UINT8, 1, 0xff).longs());
        assertArrayEquals(new long[] {-1}, bytes(DataType.INT8, 1, 0xff).longs());
        assertArrayEquals(
                new long[] {65534}, bytes(DataType.UINT16, 1, 0xfe, 0xff).longs());
        assertArrayEquals(new long[] {-2}, bytes(DataType.INT16, 1, 0xfe, 0xff).longs());
        assertArrayEquals(
                new long[] {0xfffffffeL},
                bytes(DataType.UINT32, 1, 0xfe, 255, 255, 255).longs());
        assertArrayEquals(
                new long[] {-2}, bytes(DataType.INT32, 1, 0xfe, 255, 255, 255).longs());
        assertArrayEquals(new long[] {1, 0}, bytes(DataType.BOOL, 2, 1, 0).longs());
        assertArrayEquals(new float[] {-3, 4}, Tensor.ofLongs("t", -3, 4).floats());
    }

    @Test
    void data_that_does_not_fit_the_shape_is_refused_with_both_sizes() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Tensor.ofFloats("w", new long[] {3, 4}, 1, 2, 3));
        assertEquals("tensor w float32[3,4] needs 48 bytes of data, it has 12", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tensor.ofFloats("w", new long[] {-1}, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.ofFloats("w", new long[] {Long.MAX_VALUE, Long.MAX_VALUE}, 1));
        assertThrows(IllegalArgumentException.class, () -> Tensor.ofFloats("w", new long[] {Long.MAX_VALUE}, 1));
    }

    @Test
    void tensors_are_equal_when_name_type_shape_and_elements_are() {
        Tensor a = Tensor.ofFloats("a", new long[] {2}, 1, 2);
        assertEquals(a, Tensor.ofFloats("a", new long[] {2}, 1, 2));
        assertEquals(a.hashCode(), Tensor.ofFloats("a", new long[] {2}, 1, 2).hashCode());
        assertNotEquals(a, a.withName("b"));
        assertNotEquals(a, a.withDims(1, 2));
        assertNotEquals(a, Tensor.ofFloats("a", new long[] {2}, 1, 3));
        assertNotEquals(a, Tensor.ofInts("a", new long[] {2}, 1, 2));
    }

    @Test
    void asking_for_the_wrong_kind_of_element_names_the_tensor() {
        Tensor text = Tensor.ofStrings("names", new long[] {2}, "a", "b");
        assertEquals(List.of("a", "b"), text.strings());
        assertTrue(assertThrows(IllegalStateException.class, text::floats)
                .getMessage()
                .contains("names"));
        assertThrows(IllegalStateException.class, text::raw);
        assertThrows(IllegalStateException.class, Tensor.scalar("x", 1f)::longs);
        assertThrows(IllegalStateException.class, Tensor.scalar("x", 1f)::strings);
    }

    @Test
    void elementsOfATensorEndWhereALongDoes() {
        assertEquals(Long.MAX_VALUE, Tensor.elementCount("t", Long.MAX_VALUE, 1));
        assertEquals(1L << 62, Tensor.elementCount("t", 1L << 31, 1L << 31));
        assertEquals(0, Tensor.elementCount("t", 3, 0));
        assertEquals(1, Tensor.elementCount("t"));
        IllegalArgumentException large =
                assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount("t", 1L << 32, 1L << 31));
        assertTrue(large.getMessage().contains("is too large"), large.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount("t", 2, -1));
    }

    @Test
    void bytesOfATensorEndWhereALongDoes() {
        assertEquals((1L << 60) - 1, DataType.UINT8.byteSize((1L << 60) - 1));
        assertThrows(ArithmeticException.class, () -> DataType.UINT8.byteSize(1L << 60));
        // elements of less than a byte fill up their last one
        assertEquals(0, DataType.INT4.byteSize(0));
        assertEquals(1, DataType.INT4.byteSize(1));
        assertEquals(1, DataType.INT4.byteSize(2));
        assertEquals(2, DataType.INT4.byteSize(3));
        assertEquals(2, DataType.UINT2.byteSize(5));
        IllegalArgumentException many = assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.ofRaw("t", DataType.DOUBLE, new long[] {1L << 60}, ByteBuffer.allocate(8)));
        assertTrue(many.getMessage().contains("are too many"), many.getMessage());
        IllegalArgumentException few = assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.ofRaw("t", DataType.DOUBLE, new long[] {1L << 56}, ByteBuffer.allocate(8)));
        assertTrue(few.getMessage().contains("needs " + (1L << 59) + " bytes of data, it has 8"), few.getMessage());
    }
}
