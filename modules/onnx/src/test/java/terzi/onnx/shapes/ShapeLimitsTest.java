package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/** Both sides of the limit on shapes that a graph computes. */
class ShapeLimitsTest {
    private static Map<String, TensorType> infer(List<Tensor> constants, Node... nodes) {
        ValueInfo x = new ValueInfo("x", TensorType.of(DataType.FLOAT, 1));
        return ShapeInference.infer(Model.of(new Graph("g", List.of(nodes), constants, List.of(x), List.of()), 18));
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static int axes(Map<String, TensorType> types) {
        TensorType type = types.get("y");
        return type == null ? -1 : type.rank().orElse(-1);
    }

    /** Integer tensors of more elements are weights and no shapes. */
    @Test
    void shapesAreFollowedUpTo1024Axes() {
        Node reshape = Node.of("y", "Reshape", List.of("x", "to"), List.of("y"));
        Node expand = Node.of("y", "Expand", List.of("x", "to"), List.of("y"));
        for (int count : new int[] {1024, 1025}) {
            int known = count == 1024 ? 1024 : -1;
            assertEquals(known, axes(infer(List.of(Tensor.ofLongs("to", ones(count))), reshape)));
            assertEquals(known, axes(infer(List.of(Tensor.ofLongs("to", ones(count))), expand)));
            Tensor length = Tensor.ofLongs("n", count);
            Node filled = Node.of("to", "ConstantOfShape", List.of("n"), List.of("to"))
                    .with("value", Attribute.of(Tensor.ofLongs("", 1)));
            assertEquals(known, axes(infer(List.of(length), filled, reshape)));
            Node repeated = Node.of("to", "Expand", List.of("one", "n"), List.of("to"));
            assertEquals(known, axes(infer(List.of(length, Tensor.ofLongs("one", 1)), repeated, reshape)));
            Node joined =
                    Node.of("to", "Concat", List.of("a", "b"), List.of("to")).with("axis", Attribute.of(0));
            List<Tensor> parts = List.of(Tensor.ofLongs("a", ones(512)), Tensor.ofLongs("b", ones(count - 512)));
            assertEquals(known, axes(infer(parts, joined, reshape)));
            List<Tensor> bounds =
                    List.of(Tensor.scalar("from", 0L), Tensor.scalar("to_", (long) count), Tensor.scalar("by", 1L));
            Node range = Node.of("to", "Range", List.of("from", "to_", "by"), List.of("to"));
            Node constant = Node.of("y", "ConstantOfShape", List.of("to"), List.of("y"));
            List<Dim> shape = infer(bounds, range, constant).get("y").shape().orElse(List.of());
            assertEquals(count == 1024 ? Dim.of(1023) : null, shape.isEmpty() ? null : shape.get(shape.size() - 1));
        }
        assertNull(infer(List.of(), reshape).get("to"));
    }
}
