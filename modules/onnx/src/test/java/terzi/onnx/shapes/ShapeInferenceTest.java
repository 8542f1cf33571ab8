package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
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
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.codec.ModelFile;

class ShapeInferenceTest {
    /** Operators of ONNX's suite that no image network uses; what they give is left open. */
    private static final Set<String> LEFT_OPEN = Set.of(
            "Adagrad",
            "Adam",
            "Momentum",
            "Gradient", // training inside the graph
            "BlackmanWindow",
            "HammingWindow",
            "HannWindow",
            "DFT",
            "STFT",
            "MelWeightMatrix", // sound
            "ConcatFromSequence",
            "SequenceAt",
            "SequenceLength",
            "OptionalGetElement",
            "OptionalHasElement", // sequences
            "StringNormalizer",
            "TfIdfVectorizer", // text
            "Loop",
            "Scan", // loops
            "Einsum",
            "MaxUnpool",
            "Unique");

    private static Map<String, TensorType> infer(List<ValueInfo> inputs, List<Tensor> constants, Node... nodes) {
        Graph graph = new Graph("g", List.of(nodes), constants, inputs, List.of());
        return ShapeInference.infer(Model.of(graph, 18));
    }

    private static String shape(Map<String, TensorType> types, String value) {
        TensorType type = types.get(value);
        return type == null ? "unknown" : type.toString();
    }

    @Test
    void a_network_has_the_shapes_one_computes_by_hand() {
        Map<String, TensorType> types = ShapeInference.infer(TestModels.cnn());
        assertEquals("float32[N,4,8,8]", shape(types, "c1"));
        assertEquals("float32[N,4,8,8]", shape(types, "r1"));
        assertEquals("float32[N,4,4,4]", shape(types, "p1"));
        assertEquals("float32[N,6,2,2]", shape(types, "c2"));
        assertEquals("float32[N,6,1,1]", shape(types, "g"));
        assertEquals("float32[N,6]", shape(types, "features"));
        assertEquals("float32[N,5]", shape(types, "logits"));
        assertEquals("float32[6,4,3,3]", shape(types, "w2"));
    }

    @Test
    void a_named_axis_survives_the_shape_arithmetic_of_exporters() {
        // what a view(x.size(0), -1) becomes
        Map<String, TensorType> types = infer(
                List.of(TestModels.value("x", "N", 16, 4, 4)),
                List.of(Tensor.scalar("zero", 0L), Tensor.ofLongs("minus one", -1), Tensor.ofLongs("axes", 0)),
                Node.of("shape", "Shape", List.of("x"), List.of("s")),
                Node.of("gather", "Gather", List.of("s", "zero"), List.of("n")),
                Node.of("unsqueeze", "Unsqueeze", List.of("n", "axes"), List.of("n1")),
                Node.of("concat", "Concat", List.of("n1", "minus one"), List.of("to"))
                        .with("axis", Attribute.of(0)),
                Node.of("reshape", "Reshape", List.of("x", "to"), List.of("y")));
        assertEquals("int64[2]", shape(types, "to"));
        assertEquals("float32[N,256]", shape(types, "y"));
    }

    @Test
    void axes_that_are_not_known_stay_unknown_and_the_rest_is_worked_out() {
        Map<String, TensorType> types = infer(
                List.of(
                        new ValueInfo(
                                "x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.UNKNOWN, Dim.of(9))),
                        TestModels.value("row", "M", 1)),
                List.of(TestModels.ramp("w", 8, 3, 3, 3)),
                Node.of("conv", "Conv", List.of("x", "w"), List.of("c")).with("strides", Attribute.ints(2, 2)),
                Node.of("odd", "NoSuchOperator", List.of("c"), List.of("u")),
                Node.of("relu", "Relu", List.of("u"), List.of("v")),
                Node.of("add", "Add", List.of("row", "row"), List.of("sum")));
        assertEquals("float32[N,8,?,4]", shape(types, "c"));
        assertFalse(types.containsKey("u"));
        assertFalse(types.containsKey("v"));
        assertEquals("float32[M,1]", shape(types, "sum"));
    }

    @Test
    void branches_give_what_both_agree_on() {
        assertEquals("float32[N,2]", shape(ShapeInference.infer(TestModels.branches()), "y"));
    }

    /** The same model without the types of anything but its inputs. */
    private static Model undeclared(Model model) {
        Graph graph = model.graph();
        List<ValueInfo> outputs = graph.outputs().stream()
                .map(output -> output.withType(ValueType.UNTYPED))
                .toList();
        return model.withGraph(graph.withOutputs(outputs).withValues(List.of()));
    }

    @Test
    @Tag("slow")
    void nothing_contradicts_what_the_onnx_backend_suite_declares() throws IOException {
        int equal = 0;
        for (Path file : TestModels.backendSuite()) {
            Model model = ModelFile.read(file);
            Map<String, TensorType> types = ShapeInference.infer(undeclared(model));
            for (ValueInfo output : model.graph().outputs()) {
                TensorType found = types.get(output.name());
                TensorType declared = output.tensorType().orElse(null);
                if (found == null || declared == null) {
                    continue;
                }
                assertTrue(agree(found, declared), file + ": " + found + ", declared " + declared);
                equal += found.equals(declared) ? 1 : 0;
            }
        }
        // fewer would mean that a rule stopped working
        assertTrue(equal >= 890, "only " + equal + " outputs are worked out in full");
    }

    static boolean agree(TensorType a, TensorType b) {
        if (a.elementType() != b.elementType()) {
            return false;
        }
        if (a.shape().isEmpty() || b.shape().isEmpty()) {
            return true;
        }
        List<Dim> x = a.shape().get();
        List<Dim> y = b.shape().get();
        boolean same = x.size() == y.size();
        for (int i = 0; same && i < x.size(); i++) {
            boolean bothFixed = x.get(i) instanceof Dim.Fixed && y.get(i) instanceof Dim.Fixed;
            same = !bothFixed || x.get(i).equals(y.get(i));
        }
        return same;
    }

    /** Whether {@code found} says at least as much as {@code other}. */
    private static boolean asExact(TensorType found, TensorType other) {
        if (other.shape().isEmpty()) {
            return true;
        }
        if (found.shape().isEmpty()) {
            return false;
        }
        List<Dim> x = found.shape().get();
        List<Dim> y = other.shape().get();
        for (int i = 0; i < y.size(); i++) {
            if (y.get(i) instanceof Dim.Fixed && !(x.get(i) instanceof Dim.Fixed)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void the_networks_made_here_have_the_shapes_that_onnx_infers() throws IOException {
        for (Model model : List.of(TestModels.cnn(), TestModels.branches())) {
            assertEquals(List.of(), differences(model, "made here"));
        }
    }

    @Test
    @Tag("slow")
    void every_model_of_the_backend_suite_has_the_shapes_that_onnx_infers() throws IOException {
        Set<String> differences = new TreeSet<>();
        for (Path file : TestModels.backendSuite()) {
            if (Files.size(file) < 2_000_000) {
                differences.addAll(differences(
                        ModelFile.read(file), file.getParent().getFileName().toString()));
            }
        }
        assertEquals(Set.of(), differences);
    }

    /** Where ONNX's own inference knows better or otherwise. */
    private static List<String> differences(Model model, String name) throws IOException {
        List<String> differences = new ArrayList<>();
        Model stripped = undeclared(model);
        Map<String, TensorType> types = ShapeInference.infer(stripped);
        Graph theirs = Oracle.infer(stripped).graph();
        List<ValueInfo> values = new ArrayList<>(theirs.values());
        values.addAll(theirs.outputs());
        for (ValueInfo value : values) {
            TensorType expected = value.tensorType().orElse(null);
            String operator =
                    model.graph().producer(value.name()).map(Node::opType).orElse("");
            if (expected == null || LEFT_OPEN.contains(operator)) {
                continue;
            }
            TensorType found = types.get(value.name());
            if (found == null || !agree(found, expected) || !asExact(found, expected)) {
                differences.add(
                        operator + " in " + name + ": " + value.name() + " is " + found + ", ONNX says " + expected);
            }
        }
        return differences;
    }
}
