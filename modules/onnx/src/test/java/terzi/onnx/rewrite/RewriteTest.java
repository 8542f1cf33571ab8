package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Networks;

class RewriteTest {

    private static final TensorType VECTOR = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));

    @Test
    void aCutComputesWhatTheWholeComputedThere() {
        Model whole = Networks.smallCnn(1);
        Model cut = Cut.at(whole, List.of("features"));
        Oracle.check(cut);
        Tensor input = Networks.noise("input", new Random(1), 2, 1, 28, 28);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(whole, input).get("features"),
                        Oracle.run(cut, input).get("features")));
        assertTrue(cut.graph().nodes().stream().noneMatch(node -> node.name().equals("dense2")));
        assertTrue(cut.graph().initializer("dense2.weight").isEmpty());
    }

    @Test
    void bothSidesOfACutTogetherAnswerLikeTheWhole() {
        Model whole = Networks.smallCnn(1);
        Model back = Cut.between(whole, List.of("features"), List.of("logits"));
        Oracle.check(back);
        assertEquals(1, back.graph().nodes().size());
        Map<String, Tensor> expected = Oracle.run(whole, Networks.noise("input", new Random(1), 2, 1, 28, 28));
        Tensor logits = Oracle.run(back, expected.get("features")).get("logits");
        assertEquals(0, Oracle.distance(expected.get("logits"), logits));
    }

    @Test
    void aCutPastWhichTheInputIsTakenIsRefused() {
        GraphBuilder graph = new GraphBuilder("skip", 18);
        String x = graph.input("x", VECTOR);
        String relu = graph.node("relu", "Relu", List.of(x), Map.of());
        graph.output(graph.node("add", "Add", List.of(x, relu), Map.of()), VECTOR);
        Model model = graph.build();
        assertEquals(
                "node add (Add): takes the input x past the cut at [relu]; add it to the cut",
                assertThrows(IllegalArgumentException.class, () -> Cut.between(model, List.of("relu"), List.of("add")))
                        .getMessage());
    }

    @Test
    void aCutAtAnUnknownValueNamesTheLastOnes() {
        Model model = Networks.smallCnn(1);
        assertEquals(
                "graph network: has no value pool5; its last ones are "
                        + "relu1, maxpool1, dropout1, flatten1, dense1, relu2, features, logits",
                assertThrows(IllegalArgumentException.class, () -> Cut.at(model, List.of("pool5")))
                        .getMessage());
    }

    @Test
    void untyingGivesEachUseItsOwnCopyAndKeepsTheAnswers() {
        GraphBuilder graph = new GraphBuilder("tied", 18);
        String x = graph.input("x", VECTOR);
        String one = graph.initializer(Tensor.ofFloats("one", new long[] {3}, 1, 1, 1));
        String zero = graph.initializer(Tensor.ofFloats("zero", new long[] {3}, 0, 0, 0));
        String alias = graph.node("alias", "Identity", List.of(one), Map.of());
        String half = graph.initializer(Tensor.scalar("half", 0.5f));
        String bn1 = graph.node("bn1", "BatchNormalization", List.of(x, one, zero, zero, alias), Map.of());
        String bn2 = graph.node("bn2", "BatchNormalization", List.of(bn1, alias, zero, zero, one), Map.of());
        String scaled = graph.node("scaled", "Mul", List.of(bn2, half), Map.of());
        graph.output(graph.node("again", "Mul", List.of(scaled, half), Map.of()), VECTOR);
        Model tied = graph.build();
        Model untied = Untie.apply(tied);
        Oracle.check(untied);
        assertEquals(8 + 1, untied.graph().initializers().size());
        List<String> used = untied.graph().nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .flatMap(node -> node.inputs().subList(1, 5).stream())
                .toList();
        assertEquals(8, used.stream().distinct().count(), used.toString());
        Tensor input = Networks.noise("x", new Random(1), 4, 3);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(tied, input).get("again"),
                        Oracle.run(untied, input).get("again")));
    }

    @Test
    void strippingLeavesTheFormOfUse() {
        GraphBuilder graph = new GraphBuilder("training", 18);
        String x = graph.input("x", VECTOR);
        String one = graph.initializer(Tensor.ofFloats("one", new long[] {3}, 1, 1, 1));
        String ratio = graph.initializer(Tensor.scalar("ratio", 0.5f));
        String training = graph.initializer(Tensor.ofBooleans("training", new long[0], true));
        graph.add(Node.of("bn", "BatchNormalization", List.of(x, one, one, one, one), List.of("y", "mean", "var"))
                .with("training_mode", Attribute.of(1)));
        graph.add(Node.of("drop", "Dropout", List.of("y", ratio, training), List.of("z", "mask")));
        graph.output("z", VECTOR);
        Model stripped = StripTraining.apply(graph.build());
        Oracle.check(stripped);
        assertEquals(
                List.of(
                        Node.of("bn", "BatchNormalization", List.of("x", "one", "one", "one", "one"), List.of("y")),
                        Node.of("drop", "Dropout", List.of("y", "ratio"), List.of("z"))),
                stripped.graph().nodes());
        assertTrue(stripped.graph().initializer("training").isEmpty());
        float[] result = Oracle.run(stripped, Tensor.ofFloats("x", new long[] {1, 3}, 1, 2, 3))
                .get("z")
                .floats();
        assertEquals(1, result[0], 1e-5);
        assertEquals(1 + 2 / Math.sqrt(1 + 1e-5), result[2], 1e-5);
    }

    @Test
    void strippingRefusesToRemoveAValueThatIsUsed() {
        GraphBuilder graph = new GraphBuilder("mask", 18);
        String x = graph.input("x", VECTOR);
        graph.add(Node.of("drop", "Dropout", List.of(x), List.of("z", "mask")));
        graph.output("z", VECTOR);
        graph.output("mask", TensorType.of(DataType.BOOL, Dim.of("N"), Dim.of(3)));
        Model model = graph.build();
        assertEquals(
                "node drop (Dropout): its output mask exists in training only, but the graph uses it; "
                        + "cut the graph before that use",
                assertThrows(IllegalArgumentException.class, () -> StripTraining.apply(model))
                        .getMessage());
    }

    @Test
    void constantsBecomeInitializersOfTheSameValue() {
        GraphBuilder graph = new GraphBuilder("constants", 18);
        String x = graph.input("x", VECTOR);
        String list = graph.node("list", "Constant", List.of(), Map.of("value_floats", Attribute.floats(1, 2, 3)));
        String number = graph.node("number", "Constant", List.of(), Map.of("value_float", Attribute.of(2f)));
        String tensor = graph.node(
                "tensor",
                "Constant",
                List.of(),
                Map.of("value", Attribute.of(Tensor.ofFloats("", new long[] {1, 3}, 4, 5, 6))));
        String y = graph.node("y", "Mul", List.of(x, list), Map.of());
        String z = graph.node("z", "Mul", List.of(y, number), Map.of());
        graph.output(graph.node("out", "Add", List.of(z, tensor), Map.of()), VECTOR);
        Model model = graph.build();
        Model lifted = LiftConstants.apply(model);
        Oracle.check(lifted);
        assertEquals(3, lifted.graph().initializers().size());
        assertTrue(lifted.graph().nodes().stream().noneMatch(node -> node.is("Constant")));
        Tensor input = Networks.noise("x", new Random(1), 2, 3);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(model, input).get("out"),
                        Oracle.run(lifted, input).get("out")));
    }

    /** A value that only a subgraph takes is needed all the same. */
    @Test
    void pruningKeepsWhatSubgraphsTakeFromAround() {
        GraphBuilder graph = new GraphBuilder("branches", 18);
        String x = graph.input("x", VECTOR);
        String yes = graph.initializer(Tensor.ofBooleans("yes", new long[0], true));
        String two = graph.initializer(Tensor.scalar("two", 2f));
        String unused = graph.initializer(Tensor.scalar("unused", 2f));
        graph.node("dead", "Mul", List.of(x, unused), Map.of());
        String kept = graph.node("kept", "Mul", List.of(x, two), Map.of());
        String chosen = graph.node(
                "chosen", "If", List.of(yes), Map.of("then_branch", branch("a", kept), "else_branch", branch("b", x)));
        graph.output(chosen, VECTOR);
        Model pruned = Prune.apply(graph.build());
        Oracle.check(pruned);
        assertEquals(
                List.of("kept", "chosen"),
                pruned.graph().nodes().stream().map(Node::name).toList());
        assertEquals(
                List.of("yes", "two"),
                pruned.graph().initializers().stream().map(Tensor::name).toList());
    }

    private static Attribute branch(String name, String captured) {
        return Attribute.of(new Graph(
                name,
                List.of(Node.of(name, "Identity", List.of(captured), List.of(name + ".out"))),
                List.of(),
                List.of(),
                List.of(new ValueInfo(name + ".out", VECTOR))));
    }
}
