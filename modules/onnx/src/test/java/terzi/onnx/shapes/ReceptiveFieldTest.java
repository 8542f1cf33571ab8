package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;

class ReceptiveFieldTest {

    private static Optional<ReceptiveField> ofLast(Model model, String operator) {
        Node last = model.graph().nodes().stream()
                .filter(node -> node.is(operator))
                .reduce((first, second) -> second)
                .orElseThrow();
        return ReceptiveField.of(model, last.outputs().get(0));
    }

    @Test
    void withoutPaddingTheCellsMoveTowardsTheMiddle() {
        Model network = Sequential.build(
                new InputShape(1, 28, 28),
                List.of(
                        new Layer.Conv2d(4, 3),
                        new Layer.Conv2d(4, 3),
                        new Layer.MaxPool(2),
                        new Layer.Conv2d(4, 3),
                        new Layer.Conv2d(4, 3).withActivation(new Layer.Relu()),
                        new Layer.Flatten(),
                        new Layer.Dense(2)),
                1);
        // two convolutions: i + 2; the pool: 2 i + 2.5; two more: 2 (i + 2) + 2.5, and 8 cells end 6.5 before the
        // border
        assertEquals(Optional.of(new ReceptiveField(6.5, 2, 6.5, 2)), ofLast(network, "Relu"));
    }

    @Test
    void aResNetStemLooksAtMultiplesOfItsStride() {
        GraphBuilder graph = new GraphBuilder("stem", 18);
        String input =
                graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(64), Dim.of(64)));
        graph.initializer(Tensor.ofFloats("w", new long[] {2, 3, 7, 7}, new float[2 * 3 * 49]));
        String conv = graph.node(
                "Conv",
                List.of(input, "w"),
                Map.of("strides", Attribute.ints(2, 2), "pads", Attribute.ints(3, 3, 3, 3)));
        String pooled = graph.node(
                "MaxPool",
                List.of(graph.node("Relu", List.of(conv))),
                Map.of(
                        "kernel_shape", Attribute.ints(3, 3),
                        "strides", Attribute.ints(2, 2),
                        "pads", Attribute.ints(1, 1, 1, 1)));
        // a gate as in squeeze-and-excitation has no place of its own
        String gate = graph.node("GlobalAveragePool", List.of(pooled));
        String gated = graph.node("Mul", List.of(gate, pooled));
        graph.output(gated, "map", TensorType.of(DataType.FLOAT));
        Model model = graph.build();
        assertEquals(Optional.of(new ReceptiveField(0, 4, 0, 4)), ReceptiveField.of(model, "map"));
        assertEquals(Optional.empty(), ReceptiveField.of(model, gate));
    }

    @Test
    void rowsAndColumnsAreKeptApartAndUnknownOperatorsEndTheChain() {
        GraphBuilder graph = new GraphBuilder("odd", 18);
        String input =
                graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1), Dim.of(32), Dim.of(32)));
        graph.initializer(Tensor.ofFloats("w", new long[] {1, 1, 3, 5}, new float[15]));
        String conv = graph.node(
                "Conv",
                List.of(input, "w"),
                Map.of(
                        "strides", Attribute.ints(1, 3),
                        "dilations", Attribute.ints(2, 1),
                        "pads", Attribute.ints(1, 0, 1, 0)));
        String turned = graph.node("Transpose", List.of(conv), Map.of("perm", Attribute.ints(0, 1, 3, 2)));
        graph.output(turned, "turned", TensorType.of(DataType.FLOAT));
        Model model = graph.build();
        assertEquals(Optional.of(new ReceptiveField(2, 3, 1, 1)), ReceptiveField.of(model, conv));
        assertEquals(Optional.empty(), ReceptiveField.of(model, "turned"));
    }
}
