package terzi.onnx.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import terzi.onnx.Tensor;

class TensorCodecTest {
    @Test
    void elements_in_typed_lists_are_read_like_raw_data() throws IOException {
        OnnxMl.TensorProto.Builder proto =
                OnnxMl.TensorProto.newBuilder().setName("t").addDims(3);
        assertArrayEquals(
                new long[] {-1, 2, -3},
                read(proto.clone()
                                .setDataType(3)
                                .addInt32Data(-1)
                                .addInt32Data(2)
                                .addInt32Data(-3))
                        .longs());
        assertArrayEquals(
                new long[] {65535, 2, 3},
                read(proto.clone()
                                .setDataType(4)
                                .addInt32Data(65535)
                                .addInt32Data(2)
                                .addInt32Data(3))
                        .longs());
        assertArrayEquals(
                new float[] {1, -2, 0},
                read(proto.clone()
                                .setDataType(10)
                                .addInt32Data(0x3c00)
                                .addInt32Data(0xc000)
                                .addInt32Data(0))
                        .floats());
        assertArrayEquals(
                new long[] {1, -1, -8},
                read(proto.clone().setDataType(22).addInt32Data(0xf1).addInt32Data(0x08))
                        .longs());
        assertArrayEquals(
                new long[] {4294967295L, 0, 1},
                read(proto.clone()
                                .setDataType(12)
                                .addUint64Data(4294967295L)
                                .addUint64Data(0)
                                .addUint64Data(1))
                        .longs());
        assertArrayEquals(
                new double[] {0.1, 0.2, 0.3},
                read(proto.clone()
                                .setDataType(11)
                                .addDoubleData(0.1)
                                .addDoubleData(0.2)
                                .addDoubleData(0.3))
                        .doubles());
    }

    private static Tensor read(OnnxMl.TensorProto.Builder proto) throws IOException {
        try (SideFiles none = SideFiles.none()) {
            return TensorCodec.read(proto.build(), none);
        }
    }
}
