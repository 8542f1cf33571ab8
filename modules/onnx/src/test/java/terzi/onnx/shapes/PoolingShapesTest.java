package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/** How many windows a pooling has, counted one by one. */
class PoolingShapesTest {

    private static Node pool(String operator, long kernel, long stride, long before, long after, boolean ceil) {
        return Node.of("pool", operator, List.of("x"), List.of("y"))
                .with("kernel_shape", Attribute.ints(kernel))
                .with("strides", Attribute.ints(stride))
                .with("pads", Attribute.ints(before, after))
                .with("ceil_mode", Attribute.of(ceil ? 1 : 0));
    }

    private static Model model(Node pool, long size) {
        return Model.of(
                new Graph(
                        "g",
                        List.of(pool),
                        List.of(),
                        List.of(new ValueInfo("x", TensorType.of(DataType.FLOAT, 1, 1, size))),
                        List.of(new ValueInfo("y", ValueType.UNTYPED))),
                19);
    }

    private static String shape(Node pool, long size) {
        return String.valueOf(ShapeInference.infer(model(pool, size)).get("y"));
    }

    /** 1 to 6 in windows of two: 1 2, 3 4, 5 6; the next window would begin in the padding at the end and is none. */
    @Test
    void aWindowThatBeginsInTheEndPaddingIsNone() {
        Node pool = pool("MaxPool", 2, 2, 0, 1, true);
        assertEquals("float32[1,1,3]", shape(pool, 6));
        Tensor x = Tensor.ofFloats("x", new long[] {1, 1, 6}, 1, 2, 3, 4, 5, 6);
        Map<String, Tensor> run = Oracle.run(model(pool, 6).withIrVersion(9), x);
        assertArrayEquals(new float[] {2, 4, 6}, run.get("y").floats());
        // padded in front as well: _ 1, 2 3, 4 5, 6 _
        assertEquals("float32[1,1,4]", shape(pool("AveragePool", 2, 2, 1, 1, true), 6));
        // 1 2, 3 4, 5 _
        assertEquals("float32[1,1,3]", shape(pool("AveragePool", 2, 2, 0, 0, true), 5));
        assertEquals("float32[1,1,2]", shape(pool("AveragePool", 2, 2, 0, 0, false), 5));
    }

    /**
     * Windows begin every stride. Rounded down, those count that end within the padded input; rounded up, one more, unless all
     * of it is covered or the window would begin behind the input.
     */
    @Property(tries = 500, seed = "20261130")
    void windowsAreThoseThatOneCounts(
            @ForAll @IntRange(min = 1, max = 9) int size,
            @ForAll @IntRange(min = 1, max = 5) int kernel,
            @ForAll @IntRange(min = 1, max = 4) int stride,
            @ForAll @IntRange(min = 0, max = 4) int before,
            @ForAll @IntRange(min = 0, max = 4) int after,
            @ForAll boolean ceil) {
        int padded = before + size + after;
        if (before >= kernel || after >= kernel || kernel > padded) {
            return;
        }
        int windows = 0;
        int begin = 0;
        while (begin + kernel <= padded) {
            windows++;
            begin += stride;
        }
        boolean isCovered = begin - stride + kernel >= padded;
        if (ceil && !isCovered && begin < before + size) {
            windows++;
        }
        assertEquals("float32[1,1," + windows + "]", shape(pool("MaxPool", kernel, stride, before, after, ceil), size));
    }
}
