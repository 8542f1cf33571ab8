package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Origin;
import terzi.onnx.Tensor;
import terzi.onnx.TestModels;
import terzi.onnx.codec.ModelFile;

class ModelCheckerTest {
    private static final Model CNN = TestModels.cnn();

    private static Model with(UnaryOperator<Graph> edit) {
        return CNN.withGraph(edit.apply(CNN.graph()));
    }

    private static Model withNode(int index, UnaryOperator<Node> edit) {
        return with(graph -> {
            List<Node> nodes = new ArrayList<>(graph.nodes());
            nodes.set(index, edit.apply(nodes.get(index)));
            return graph.withNodes(nodes);
        });
    }

    private static void assertProblem(Model model, String expected) {
        List<String> problems = ModelChecker.problems(model);
        assertTrue(problems.contains(expected), () -> "expected: " + expected + "\n found: " + problems);
    }

    @Test
    void good_models_have_no_problems() throws IOException {
        for (Map.Entry<String, byte[]> entry : TestModels.handful().entrySet()) {
            assertEquals(List.of(), ModelChecker.problems(ModelFile.read(entry.getValue())), entry.getKey());
        }
    }

    @Test
    @Tag("slow")
    void every_model_of_the_onnx_backend_suite_has_no_problems() throws IOException {
        for (Path file : TestModels.backendSuite()) {
            assertEquals(List.of(), ModelChecker.problems(ModelFile.read(file)), file.toString());
        }
    }

    @Test
    void models_made_here_pass_the_checker_of_onnx() {
        Oracle.check(CNN);
        Oracle.check(TestModels.branches());
    }

    @Test
    void all_problems_are_listed_at_once() {
        Model bad =
                withNode(0, n -> n.withInputs(List.of("nowhere", "w1", "b1"))).withOpsets(Map.of("", 99L));
        InvalidModelException e = assertThrows(InvalidModelException.class, () -> ModelChecker.check(bad));
        assertEquals(
                List.of(
                        "the model is of opset 99, the newest known is 26; export it with an older one",
                        "node conv1 (Conv, opset 99): input nowhere is made by nothing in the graph"),
                e.problems());
        assertTrue(e.getMessage().startsWith("the model is not valid ONNX: 2 problems:\n"), e.getMessage());
        assertDoesNotThrow(() -> ModelChecker.check(CNN));
    }

    @Test
    void nodes_come_after_what_they_use() {
        Model reversed = with(graph -> {
            List<Node> nodes = new ArrayList<>(graph.nodes());
            nodes.add(0, nodes.remove(2));
            return graph.withNodes(nodes);
        });
        assertProblem(
                reversed,
                "node relu1 (Relu, opset 13): input n1 is made only later, by node bn1 (BatchNormalization); sort the"
                        + " nodes");
        assertProblem(
                withNode(2, n -> n.withInputs(List.of("r1"))),
                "node relu1 (Relu, opset 13): input r1 is its own output");
    }

    @Test
    void every_value_has_a_name_of_its_own() {
        assertProblem(
                withNode(2, n -> n.withOutputs(List.of("c1"))),
                "node relu1 (Relu, opset 13): output c1 has a name that is in use already; rename it");
        assertProblem(
                with(g -> g.withInputs(List.of(g.inputs().get(0), g.inputs().get(0)))),
                "graph input input: the name is used twice; every value needs its own");
        List<Tensor> twice = new ArrayList<>(CNN.graph().initializers());
        twice.add(twice.get(0));
        assertProblem(with(g -> g.withInitializers(twice)), "initializer w1 is given twice");
    }

    @Test
    void graph_outputs_are_made_by_a_node() {
        assertProblem(
                with(g -> g.withOutputs(List.of(TestModels.value("lgits", "N", 5)))),
                "graph output lgits is made by no node; the graph makes last [logits]");
    }

    @Test
    void operators_have_the_form_the_opset_gives_them() {
        assertProblem(
                withNode(2, n -> n.withInputs(List.of("n1", "n1"))),
                "node relu1 (Relu, opset 13): takes 1 inputs, it has 2");
        assertProblem(
                withNode(2, n -> n.with("alpha", Attribute.of(1f))),
                "node relu1 (Relu, opset 13): has no attribute alpha; it has []");
        assertProblem(
                withNode(3, n -> n.without("kernel_shape")),
                "node pool1 (MaxPool, opset 13): needs the attribute kernel_shape");
        assertProblem(
                withNode(7, n -> n.with("transB", Attribute.of(1f))),
                "node fc (Gemm, opset 13): attribute transB must be Int, it is Float");
    }

    @Test
    void domains_are_imported() {
        Model custom = withNode(
                2, n -> new Node(n.name(), "com.example", "Magic", n.inputs(), n.outputs(), Map.of(), Origin.NONE));
        assertProblem(
                custom,
                "node relu1 (com.example.Magic): the model imports no operator set of domain \"com.example\"; it"
                        + " imports {=13}");
        assertEquals(List.of(), ModelChecker.problems(custom.withOpsets(Map.of("", 13L, "com.example", 1L))));
    }

    @Test
    void shapes_that_do_not_fit_are_said_with_both_numbers() {
        Tensor four = TestModels.ramp("w1", 4, 4, 3, 3);
        assertProblem(
                with(g -> g.withInitializers(replaced(g, four))),
                "node conv1 (Conv, opset 13): weight has 4 input channels, the input has 3");
        assertProblem(
                with(g -> g.withInitializers(replaced(g, TestModels.ramp("w3", 5, 7)))),
                "node fc (Gemm, opset 13): the input has 6 features, the weight takes 7");
        assertProblem(
                with(g -> g.withOutputs(List.of(TestModels.value("logits", "N", 9)))),
                "node fc (Gemm, opset 13): gives logits as float32[N,5], the graph declares float32[N,9]");
        assertProblem(
                with(g -> g.withInputs(List.of(TestModels.value("input", "N", 3, 2, 2)))),
                "node conv2 (Conv, opset 13): the window of 3 is larger than the input of 1 + 0 padding along spatial"
                        + " axis 0");
    }

    private static List<Tensor> replaced(Graph graph, Tensor tensor) {
        return graph.initializers().stream()
                .map(t -> t.name().equals(tensor.name()) ? tensor : t)
                .toList();
    }

    @Test
    void subgraphs_see_the_values_of_the_graph_around_them_and_no_others() {
        Model model = TestModels.branches();
        Node either = model.graph().nodes().get(0);
        Graph then = either.attribute("then_branch", Attribute.GraphValue.class)
                .orElseThrow()
                .value();
        Graph broken = then.withNodes(List.of(Node.of("t", "Relu", List.of("b"), List.of("a"))));
        Model bad = model.withGraph(model.graph().withNodes(List.of(either.with("then_branch", Attribute.of(broken)))));
        assertEquals(
                List.of("node t (Relu, opset 13): input b is made by nothing in the graph"),
                ModelChecker.problems(bad));
    }

    @Test
    void old_files_list_initializers_among_the_inputs() {
        assertProblem(
                CNN.withIrVersion(3),
                "initializer w1 must be a graph input too in IR version 3; IR version 4 lifts this");
        assertEquals(List.of(), ModelChecker.problems(CNN.withIrVersion(4)));
        assertProblem(CNN.withIrVersion(99), "the file format is IR version 99, known are 1 to 13");
    }
}
