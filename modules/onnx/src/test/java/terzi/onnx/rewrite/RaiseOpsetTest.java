package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

class RaiseOpsetTest {
    private static final TensorType IMAGE = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4), Dim.of(6), Dim.of(6));

    /** What exporters of opset 11 write: axes and splits as attributes, dropout with a ratio. */
    private static Model old() {
        GraphBuilder graph = new GraphBuilder("old", 11);
        String x = graph.input("input", IMAGE);
        graph.add(Node.of("split", "Split", List.of(x), List.of("a", "b"))
                .with("axis", Attribute.of(1))
                .with("split", Attribute.ints(1, 3)));
        String mean = graph.node(
                "mean", "ReduceMean", List.of("b"), Map.of("axes", Attribute.ints(2, 3), "keepdims", Attribute.of(1)));
        String flat = graph.node("flat", "Squeeze", List.of(mean), Map.of("axes", Attribute.ints(2, 3)));
        String sum = graph.node(
                "sum", "ReduceSum", List.of("a"), Map.of("axes", Attribute.ints(1, 2, 3), "keepdims", Attribute.of(0)));
        String column = graph.node("column", "Unsqueeze", List.of(sum), Map.of("axes", Attribute.ints(1)));
        String joined = graph.node("joined", "Concat", List.of(flat, column), Map.of("axis", Attribute.of(1)));
        String kept = graph.node("kept", "Dropout", List.of(joined), Map.of("ratio", Attribute.of(0.5f)));
        String out = graph.node("out", "Softmax", List.of(kept), Map.of());
        return graph.output(out, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)))
                .build();
    }

    @Test
    void aRaisedNetworkAnswersAsBefore() {
        Model old = old();
        Model raised = RaiseOpset.apply(old, 18);
        assertEquals(18, raised.opset());
        Oracle.check(raised);
        Tensor input = Networks.noise("input", new Random(3), 2, 4, 6, 6);
        Tensor before = Oracle.run(old, input).get("out");
        assertTrue(before.floats()[0] != before.floats()[1]);
        assertEquals(0, Oracle.distance(before, Oracle.run(raised, input).get("out")), 1e-6);
    }

    /** What exporters of opset 7 to 9 write: limits, pads and slices as attributes. */
    private static Model older(long opset) {
        GraphBuilder graph = new GraphBuilder("older", 9);
        String x = graph.input("input", IMAGE);
        String padded = graph.node(
                "padded",
                "Pad",
                List.of(x),
                Map.of("pads", Attribute.ints(0, 0, 1, 2, 0, 0, 0, 1), "value", Attribute.of(0.5f)));
        String zeroPadded =
                graph.node("zeros", "Pad", List.of(padded), Map.of("pads", Attribute.ints(0, 0, 1, 1, 0, 0, 1, 1)));
        String sliced = graph.node(
                "sliced",
                "Slice",
                List.of(zeroPadded),
                Map.of("starts", Attribute.ints(1, 0), "ends", Attribute.ints(8, 7), "axes", Attribute.ints(2, 3)));
        String six =
                graph.node("six", "Clip", List.of(sliced), Map.of("min", Attribute.of(0f), "max", Attribute.of(0.6f)));
        String below = graph.node("below", "Clip", List.of(six), Map.of("max", Attribute.of(0.55f)));
        String above = graph.node("above", "Clip", List.of(below), Map.of("min", Attribute.of(0.1f)));
        float[] ones = {1, 2, 3, 4};
        List<String> normalised = new java.util.ArrayList<>(List.of(above));
        for (String part : List.of("scale", "shift", "mean", "variance")) {
            normalised.add(graph.initializer(Tensor.ofFloats(part, new long[] {4}, ones)));
        }
        String normal = graph.node("normal", "BatchNormalization", normalised, Map.of());
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(normal), Map.of());
        String flat = graph.node("flat", "Flatten", List.of(pooled), Map.of());
        String out = graph.node("out", "Softmax", List.of(flat), Map.of());
        Model nine = graph.output(out, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)))
                .build();
        // before opset 9, batch normalisation said that its statistics are of channels
        return nine.withOpsets(Map.of("", opset))
                .withGraph(nine.graph()
                        .withNodes(nine.graph().nodes().stream()
                                .map(node -> opset < 9 && node.is("BatchNormalization")
                                        ? node.with("spatial", Attribute.of(1))
                                        : node)
                                .toList()));
    }

    @Test
    void networksOfOpset7To10AnswerAsBefore() {
        for (long opset = 7; opset <= 9; opset++) {
            Model older = older(opset);
            Model raised = RaiseOpset.apply(older, 18);
            Oracle.check(raised);
            Tensor input = Networks.noise("input", new Random(5), 3, 4, 6, 6);
            Tensor before = Oracle.run(older, input).get("out");
            assertTrue(before.floats()[0] != before.floats()[1]);
            assertEquals(0, Oracle.distance(before, Oracle.run(raised, input).get("out")), 1e-6);
        }
    }

    @Test
    void theResizeOfOpset10IsRefusedByName() {
        GraphBuilder graph = new GraphBuilder("ten", 10);
        String x = graph.input("input", IMAGE);
        String scales = graph.initializer(Tensor.ofFloats("scales", new long[] {4}, new float[] {1, 1, 2, 2}));
        graph.output(
                graph.node("larger", "Resize", List.of(x, scales), Map.of()),
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4), Dim.of(12), Dim.of(12)));
        Model ten = graph.build();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> RaiseOpset.apply(ten, 18));
        assertTrue(refused.getMessage().contains("larger (Resize"), refused.getMessage());
    }

    /** In opset 11 sizes come with scales of no elements, which ONNX Runtime refuses beside sizes from opset 13 on. */
    @Test
    void sizesOfAResizeLoseTheirEmptyScales() {
        GraphBuilder graph = new GraphBuilder("old", 11);
        String x = graph.input("input", IMAGE);
        graph.initializer(Tensor.ofFloats("empty", new long[] {0}));
        graph.initializer(Tensor.ofLongs("sizes", 1, 4, 12, 9));
        graph.add(Node.of("resize", "Resize", List.of(x, "empty", "empty", "sizes"), List.of("y"))
                .with("mode", Attribute.of("linear")));
        Model old = graph.output("y", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4), Dim.of(12), Dim.of(9)))
                .build();
        Model raised = RaiseOpset.apply(old, 18);
        Tensor input = Networks.noise("input", new Random(3), 1, 4, 6, 6);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(old, input).get("y"),
                        Oracle.run(raised, input).get("y")),
                1e-6);
    }

    @Test
    void aNewNetworkStaysAsItIs() {
        Model model = Networks.smallCnn(1);
        assertSame(model, RaiseOpset.apply(model, 18));
    }

    @Test
    void whatChangedItsMeaningIsRefusedByName() {
        GraphBuilder graph = new GraphBuilder("old", 11);
        String x = graph.input("input", IMAGE);
        graph.output(graph.node("soft", "Softmax", List.of(x), Map.of()), IMAGE);
        Model old = graph.build();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> RaiseOpset.apply(old, 18));
        assertTrue(refused.getMessage().contains("soft (Softmax"), refused.getMessage());
    }

    @Test
    void anOpsetBeforeTheOldestIsRefused() {
        GraphBuilder graph = new GraphBuilder("older", 6);
        String x = graph.input("input", IMAGE);
        graph.output(graph.node("relu", "Relu", List.of(x), Map.of()), IMAGE);
        Model older = graph.build();
        assertThrows(IllegalArgumentException.class, () -> RaiseOpset.apply(older, 18));
    }
}
