package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;

class ConventionTest {

    /** The pooled maps {@code [N, 4]} come first, under the convention's own name for them; the classes {@code [N, 2]} second. */
    @Test
    void featuresThatComeFirstAreNotTakenForTheAnswer() throws BackboneException {
        GraphBuilder graph = new GraphBuilder("two outputs", 18);
        String x = graph.input("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(8), Dim.of(8)));
        graph.initializer(Tensor.ofFloats("kernels", new long[] {4, 3, 3, 3}, new float[108]));
        graph.initializer(Tensor.ofFloats("dense", new long[] {4, 2}, new float[8]));
        String maps = graph.node("maps", "Conv", List.of(x, "kernels"), Map.of());
        String pooled = graph.node("pooled", "GlobalAveragePool", List.of(maps), Map.of());
        String features = graph.node("features", "Flatten", List.of(pooled), Map.of());
        String scores = graph.node("scores", "MatMul", List.of(features, "dense"), Map.of());
        Model network = graph.output(features, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(4)))
                .output(scores, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(2)))
                .build();
        Model found = Convention.apply(network, Optional.empty(), "network.onnx", new ArrayList<>());
        assertEquals(
                List.of("logits", "features"),
                found.graph().outputs().stream().map(ValueInfo::name).toList());
        assertEquals(
                List.of(Dim.of("N"), Dim.of(2)),
                found.graph()
                        .outputs()
                        .get(0)
                        .tensorType()
                        .orElseThrow()
                        .shape()
                        .orElseThrow());
    }
}
