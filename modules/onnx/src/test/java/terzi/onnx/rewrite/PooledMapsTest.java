package terzi.onnx.rewrite;

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

/** Features are means of maps where a global mean over height and width made them, and nothing else changed their values. */
class PooledMapsTest {

    private static final TensorType IMAGE =
            TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(5), Dim.of("h"), Dim.of("w"));

    private GraphBuilder graph = new GraphBuilder("pooled", 18);

    private String maps() {
        graph.input("input", IMAGE);
        return graph.node("maps", "Relu", List.of("input"), Map.of());
    }

    private Optional<PooledMaps> of(String features) {
        return PooledMaps.of(
                graph.output(features, TensorType.of(DataType.FLOAT)).build(), features);
    }

    private static Optional<PooledMaps> found() {
        return Optional.of(new PooledMaps("maps", 5));
    }

    @Test
    void aGlobalPoolingIsFoundBehindWhatOnlyChangesTheShape() {
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(maps()), Map.of());
        String flat = graph.node("flat", "Flatten", List.of(pooled), Map.of());
        String dropped = graph.node("dropped", "Dropout", List.of(flat), Map.of());
        String same = graph.node("same", "Identity", List.of(dropped), Map.of());
        String shape = graph.initializer(Tensor.ofLongs("shape", 0, 5));
        String shaped = graph.node("shaped", "Reshape", List.of(same, shape), Map.of());
        assertEquals(found(), of(shaped));
    }

    @Test
    void thePooledValueItselfCounts() {
        assertEquals(found(), of(graph.node("pooled", "GlobalAveragePool", List.of(maps()), Map.of())));
    }

    @Test
    void aMeanOverHeightAndWidthIsAPooling() {
        for (long[] axes : new long[][] {{2, 3}, {-2, -1}}) {
            graph = new GraphBuilder("pooled", 18);
            String given = graph.initializer(Tensor.ofLongs("axes", axes));
            assertEquals(found(), of(graph.node("mean", "ReduceMean", List.of(maps(), given), Map.of())));
            graph = new GraphBuilder("before they were an input", 13);
            Map<String, Attribute> attribute = Map.of("axes", Attribute.ints(axes));
            assertEquals(found(), of(graph.node("mean", "ReduceMean", List.of(maps()), attribute)));
        }
    }

    @Test
    void aMeanOverOtherAxesIsNone() {
        for (long[] axes : new long[][] {{1, 2}, {2}, {3}, {2, 3, 1}, {0, 1}}) {
            graph = new GraphBuilder("pooled", 18);
            String given = graph.initializer(Tensor.ofLongs("axes", axes));
            assertEquals(Optional.empty(), of(graph.node("mean", "ReduceMean", List.of(maps(), given), Map.of())));
        }
        graph = new GraphBuilder("pooled", 18);
        assertEquals(Optional.empty(), of(graph.node("mean", "ReduceMean", List.of(maps()), Map.of())));
    }

    @Test
    void otherPoolingsAndValuesThatWereChangedAreNone() {
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(maps()), Map.of());
        graph.node("largest", "GlobalMaxPool", List.of("maps"), Map.of());
        graph.node("changed", "Relu", List.of(pooled), Map.of());
        graph.opset("org.example", 1);
        graph.add(new Node(
                "foreign", "org.example", "Identity", List.of(pooled), List.of("foreign"), Map.of(), origin()));
        for (String value : List.of("largest", "changed", "foreign")) {
            graph.output(value, TensorType.of(DataType.FLOAT));
        }
        Model model = graph.build();
        for (String value : List.of("largest", "changed", "foreign", "input", "maps")) {
            assertEquals(Optional.empty(), PooledMaps.of(model, value), value);
        }
    }

    private static terzi.onnx.Origin origin() {
        return Node.of("n", "Identity", List.of("x"), List.of("y")).origin();
    }

    @Test
    void ofFeaturesThatWereJoinedTheFirstCount() {
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(maps()), Map.of());
        graph.node("twice", "Add", List.of("maps", "maps"), Map.of());
        graph.node("second", "GlobalAveragePool", List.of("twice"), Map.of());
        String joined = graph.node("joined", "Concat", List.of(pooled, "second"), Map.of("axis", Attribute.of(1)));
        assertEquals(found(), of(joined));
    }

    @Test
    void imagesThatWereJoinedAreNone() {
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(maps()), Map.of());
        String joined = graph.node("joined", "Concat", List.of(pooled, pooled), Map.of("axis", Attribute.of(0)));
        assertEquals(Optional.empty(), of(joined));
    }

    @Test
    void mapsOfUnknownWidthAndOfOtherRankAreNone() {
        graph.input("open", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of("C"), Dim.of(4), Dim.of(4)));
        graph.input("line", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(5), Dim.of(4)));
        graph.node("a", "GlobalAveragePool", List.of("open"), Map.of());
        graph.node("b", "GlobalAveragePool", List.of("line"), Map.of());
        graph.output("a", TensorType.of(DataType.FLOAT));
        graph.output("b", TensorType.of(DataType.FLOAT));
        Model model = graph.build();
        assertEquals(Optional.empty(), PooledMaps.of(model, "a"));
        assertEquals(Optional.empty(), PooledMaps.of(model, "b"));
    }
}
