package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Function;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Origin;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.codec.ModelFile;

/** Small graphs with one thing that ONNX's specification of the format does not allow, and what is said about it. */
class GraphCheckerTest {
    private static final ValueInfo X = new ValueInfo("x", TensorType.of(DataType.FLOAT, 2, 3));
    private static final ValueInfo Y = new ValueInfo("y", TensorType.of(DataType.FLOAT, 2, 3));
    private static final Node RELU = Node.of("r", "Relu", List.of("x"), List.of("y"));

    private static Graph graph(Node node, List<ValueInfo> inputs, List<ValueInfo> outputs) {
        return new Graph("g", List.of(node), List.of(), inputs, outputs);
    }

    private static Graph graph() {
        return graph(RELU, List.of(X), List.of(Y));
    }

    private static Model model(Graph graph) {
        return Model.of(graph, 13).withOpsets(Map.of("", 13L, "com.example", 1L));
    }

    private static void assertProblems(Model model, String... expected) {
        assertEquals(List.of(expected), ModelChecker.problems(model));
    }

    private static Node own(List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
        return new Node("own", "com.example", "Own", inputs, outputs, attributes, Origin.NONE);
    }

    @Test
    void theGraphAndItsValuesHaveNames() {
        assertProblems(model(graph()));
        assertProblems(model(graph().withName("")), "the graph has no name; ONNX wants one");
        assertProblems(
                model(graph(RELU, List.of(X, new ValueInfo("", X.type())), List.of(Y))), "graph input has no name");
        Tensor nameless = Tensor.ofFloats("", new long[] {1}, 1);
        assertProblems(model(graph().withInitializers(List.of(nameless))), "an initializer has no name");
    }

    @Test
    void inputsOfTheMainGraphHaveAnElementType() {
        String problem = "graph input x has no element type; declare one";
        assertProblems(model(graph(RELU, List.of(new ValueInfo("x", ValueType.UNTYPED)), List.of(Y))), problem);
        ValueInfo undefined = new ValueInfo("x", TensorType.of(DataType.UNDEFINED, 2, 3));
        assertProblems(model(graph(RELU, List.of(undefined), List.of(Y))), problem);
        // outputs may be open
        assertProblems(model(graph(RELU, List.of(X), List.of(new ValueInfo("y", ValueType.UNTYPED)))));
    }

    @Test
    void outputsAreListedOnce() {
        assertProblems(model(graph(RELU, List.of(X), List.of(Y, Y))), "graph output y is listed twice");
    }

    /** Their inputs are typed by the node, and their names are their own affair. */
    @Test
    void subgraphsOfEveryAttributeAreChecked() {
        Graph good = graph(
                        Node.of("i", "Relu", List.of("u"), List.of("v")),
                        List.of(new ValueInfo("u", ValueType.UNTYPED)),
                        List.of(new ValueInfo("v", ValueType.UNTYPED)))
                .withName("");
        Graph bad = good.withNodes(List.of(Node.of("i", "Relu", List.of("w"), List.of("v"))));
        for (Graph inner : List.of(good, bad)) {
            String[] expected = inner.equals(good)
                    ? new String[0]
                    : new String[] {"node i (Relu, opset 13): input w is made by nothing in the graph"};
            for (Attribute attribute : List.of(Attribute.of(inner), new Attribute.Graphs(List.of(good, inner)))) {
                Node node = own(List.of("x"), List.of("y"), Map.of("body", attribute));
                assertProblems(model(graph(node, List.of(X), List.of(Y))), expected);
            }
        }
    }

    @Test
    void functionsMakeTheirOutputs() {
        Function function = new Function(
                "com.example",
                "Own",
                List.of("a"),
                List.of("b", "c"),
                List.of(),
                List.of(Node.of("i", "Identity", List.of("a"), List.of("b"))),
                Map.of("", 13L),
                Origin.NONE);
        assertProblems(
                model(graph()).withFunctions(List.of(function)), "function Own: output c is made by no node of it");
    }

    @Test
    void nodesHaveAnOperatorAndSomethingToDo() {
        assertProblems(
                model(graph(Node.of("r", "", List.of("x"), List.of("y")), List.of(X), List.of(Y))),
                "node r (, opset 13): has no operator");
        assertProblems(
                model(new Graph(
                        "g", List.of(RELU, own(List.of(), List.of(), Map.of())), List.of(), List.of(X), List.of(Y))),
                "node own (com.example.Own, opset 1): has neither inputs nor outputs");
        for (Node one : List.of(own(List.of("x"), List.of(), Map.of()), own(List.of(), List.of("z"), Map.of()))) {
            assertProblems(model(new Graph("g", List.of(RELU, one), List.of(), List.of(X), List.of(Y))));
        }
    }

    @Test
    void operatorsAreCheckedUpToTheNewestOpset() {
        Graph twice = graph(Node.of("r", "Relu", List.of("x", "x"), List.of("y")), List.of(X), List.of(Y));
        assertProblems(
                Model.of(twice, Model.NEWEST_OPSET).withIrVersion(Model.NEWEST_IR_VERSION),
                "node r (Relu, opset 26): takes 1 inputs, it has 2");
        assertProblems(
                Model.of(twice, Model.NEWEST_OPSET + 1L).withIrVersion(Model.NEWEST_IR_VERSION),
                "the model is of opset 27, the newest known is 26; export it with an older one");
    }

    /** IR version 3 brought the imports. */
    @Test
    void theFirstFileFormatsImportNothing() {
        Model without = Model.of(graph(), 13).withOpsets(Map.of());
        assertProblems(without.withIrVersion(2));
        assertProblems(
                without.withIrVersion(3),
                "the model imports no operator set; it must say which opset its nodes are of",
                "node r (Relu): the model imports no operator set of domain \"\"; it imports {}");
    }

    /** A graph input of the same name is the default's declaration; what it says must hold for the constant. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float32[2,3]  | ",
                "float32[N,3]  | ",
                "float32[?,?]  | ",
                "float32       | ",
                "float32[N,4]  | float32[N,4]",
                "float32[2]    | float32[2]",
                "float32[2,3,1]| float32[2,3,1]",
                "float64[2,3]  | float64[2,3]",
                "float64       | float64[...]",
            })
    void initializersAreWhatTheirInputDeclares(String declared, @Nullable String found) {
        Graph graph = ShapeLine.parse("13 | x " + declared + " | y = Shape x | y int64[2]")
                .model()
                .graph()
                .withInitializers(List.of(TestModels.ramp("x", 2, 3)));
        String[] expected = found == null
                ? new String[0]
                : new String[] {"initializer x is float32[2,3], the graph input of that name is " + found};
        assertProblems(Model.of(graph, 13), expected);
    }

    @Test
    void sparseInitializersAreCheckedAsTheOthersAre() throws IOException {
        OnnxMl.ModelProto.Builder message = TestModels.future().toBuilder();
        OnnxMl.GraphProto.Builder graph = message.getGraphBuilder();
        assertProblems(ModelFile.read(message.build().toByteArray()));
        graph.addSparseInitializer(graph.getSparseInitializer(0));
        assertProblems(ModelFile.read(message.build().toByteArray()), "initializer sparse is given twice");
        graph.removeSparseInitializer(1);
        List<OnnxMl.TensorProto> named = new ArrayList<>(graph.getInitializerList());
        graph.addInitializer(named.get(0).toBuilder().setName("sparse"));
        assertProblems(ModelFile.read(message.build().toByteArray()), "initializer sparse is given twice");
    }
}
