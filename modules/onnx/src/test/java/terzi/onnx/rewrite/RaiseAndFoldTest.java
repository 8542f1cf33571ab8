package terzi.onnx.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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
import terzi.onnx.ValueType;
import terzi.onnx.build.Networks;

/** Opsets are raised and normalisations folded where that changes no answer, and only there. */
class RaiseAndFoldTest {

    private static final TensorType MATRIX = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));

    private final List<Node> nodes = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();
    private final Random random = new Random(1);

    private void add(String opType, List<String> inputs, String... outputs) {
        nodes.add(Node.of(outputs[0], opType, inputs, List.of(outputs)));
    }

    private void with(String attribute, Attribute value) {
        int last = nodes.size() - 1;
        nodes.set(last, nodes.get(last).with(attribute, value));
    }

    private Model model(long opset, String... outputs) {
        List<ValueInfo> declared = new ArrayList<>();
        for (String output : outputs) {
            declared.add(new ValueInfo(output, ValueType.UNTYPED));
        }
        return Model.of(new Graph("g", nodes, constants, List.of(new ValueInfo("x", MATRIX)), declared), opset)
                .withIrVersion(8);
    }

    private void assertRaisedAlike(Model model, String... outputs) {
        Model raised = RaiseOpset.apply(model, 18);
        assertEquals(18, raised.opset());
        Tensor input = Networks.noise("x", random, 4, 3);
        for (String output : outputs) {
            assertEquals(
                    0,
                    Oracle.distance(
                            Oracle.run(model, input).get(output),
                            Oracle.run(raised, input).get(output)),
                    1e-6,
                    output);
        }
    }

    private static void assertRefused(Model model, String part) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> RaiseOpset.apply(model, 18));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void opsetsFrom7To18AreRaisedAndNoOthers() {
        add("Relu", List.of("x"), "y");
        for (long opset = 7; opset < 18; opset++) {
            assertEquals(18, RaiseOpset.apply(model(opset, "y"), 18).opset());
        }
        assertSame(
                nodes.get(0),
                RaiseOpset.apply(model(7, "y"), 18).graph().nodes().get(0));
        assertRefused(model(6, "y"), "is written in opset 6");
        Model newest = model(17, "y");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> RaiseOpset.apply(newest, 19));
        assertTrue(e.getMessage().contains("up to 18"), e.getMessage());
        Model twenty = model(20, "y");
        assertSame(twenty, RaiseOpset.apply(twenty, 18));
    }

    @Test
    void aSplitIntoEqualPartsSaysHowMany() {
        add("Split", List.of("x"), "a", "b", "c");
        with("axis", Attribute.of(1));
        assertRaisedAlike(model(11, "a", "b", "c"), "a", "b", "c");
        assertRaisedAlike(model(13, "a", "b", "c"), "a", "b", "c");
        assertEquals(
                3, RaiseOpset.apply(model(13, "a"), 18).graph().nodes().get(0).intAttribute("num_outputs", 0));
    }

    @Test
    void aSplitIntoGivenPartsKeepsThem() {
        add("Split", List.of("x"), "a", "b");
        with("axis", Attribute.of(1));
        with("split", Attribute.ints(1, 2));
        assertRaisedAlike(model(11, "a", "b"), "a", "b");
        assertTrue(RaiseOpset.apply(model(11, "a", "b"), 18)
                .graph()
                .nodes()
                .get(0)
                .attribute("num_outputs")
                .isEmpty());
    }

    @Test
    void aSoftmaxOverTheLastAxisStaysAndOthersAreRefused() {
        add("Softmax", List.of("x"), "y");
        assertRaisedAlike(model(11, "y"), "y"); // axis 1, which is the last of two
        with("axis", Attribute.of(-1));
        assertRaisedAlike(model(11, "y"), "y");
        with("axis", Attribute.of(0));
        assertRefused(model(11, "y"), "its meaning changed");
        assertRaisedAlike(model(13, "y"), "y");
    }

    @Test
    void limitsPadsAndSlicesBecomeInputs() {
        add("Clip", List.of("x"), "a");
        with("min", Attribute.of(-0.5f));
        add("Clip", List.of("a"), "b");
        with("max", Attribute.of(0.25f));
        add("Clip", List.of("b"), "c");
        add("Pad", List.of("c"), "d");
        with("pads", Attribute.ints(0, 1, 0, 2));
        with("value", Attribute.of(-3f));
        add("Pad", List.of("d"), "e");
        with("pads", Attribute.ints(0, 1, 0, 0));
        add("Slice", List.of("e"), "f");
        with("starts", Attribute.ints(1));
        with("ends", Attribute.ints(5));
        with("axes", Attribute.ints(1));
        assertRaisedAlike(model(9, "a", "b", "c", "d", "e", "f"), "a", "b", "c", "d", "e", "f");
    }

    /** From opset 10 on a slice has its limits as inputs already. */
    @Test
    void aSliceOfOpset10Stays() {
        constants.add(Tensor.ofLongs("from", 0, 1));
        constants.add(Tensor.ofLongs("to", 9, 3));
        add("Slice", List.of("x", "from", "to"), "y");
        assertRaisedAlike(model(10, "y"), "y");
        assertEquals(
                List.of("x", "from", "to"),
                RaiseOpset.apply(model(10, "y"), 18).graph().nodes().get(0).inputs());
    }

    @Test
    void axesBecomeInputsOnce() {
        for (String reduction : List.of("ReduceMean", "ReduceMax", "ReduceL2", "ReduceSumSquare")) {
            nodes.clear();
            add(reduction, List.of("x"), "y");
            with("axes", Attribute.ints(1));
            assertRaisedAlike(model(13, "y"), "y");
        }
        nodes.clear();
        add("ReduceMean", List.of("x"), "y"); // of all axes
        assertRaisedAlike(model(13, "y"), "y");
    }

    @Test
    void normalisationsInTrainingModeAreRefused() {
        normalisation("x", "y");
        nodes.set(0, nodes.get(0).withOutputs(List.of("y", "m", "v")));
        assertRefused(model(9, "y"), "its meaning changed");
        nodes.set(0, nodes.get(0).withOutputs(List.of("y")).with("spatial", Attribute.of(0)));
        assertRefused(model(8, "y"), "its meaning changed");
    }

    private void normalisation(String value, String made) {
        List<String> inputs = new ArrayList<>(List.of(value));
        for (String part : List.of("scale", "shift", "mean")) {
            constants.add(Networks.noise(made + "." + part, random, 3));
            inputs.add(made + "." + part);
        }
        constants.add(Tensor.ofFloats(made + ".var", new long[] {3}, 0.5f, 2f, 3f));
        inputs.add(made + ".var");
        add("BatchNormalization", inputs, made);
    }

    private void gemm(String value, String made) {
        constants.add(Networks.noise(made + ".weight", random, 3, 3));
        add("Gemm", List.of(value, made + ".weight"), made);
    }

    private void assertFolds(int normsLeft, Model model, String output) {
        Model folded = FoldBatchNorm.apply(model);
        assertEquals(
                normsLeft,
                folded.graph().nodes().stream()
                        .filter(node -> node.is("BatchNormalization"))
                        .count());
        Tensor input = Networks.noise("x", random, 4, 3);
        assertEquals(
                0,
                Oracle.distance(
                        Oracle.run(model, input).get(output),
                        Oracle.run(folded, input).get(output)),
                1e-5);
    }

    @Test
    void aFoldedBiasIsCalledAfterTheWeight() {
        gemm("x", "fc");
        normalisation("fc", "bn");
        Graph folded = FoldBatchNorm.apply(model(18, "bn")).graph();
        assertEquals(List.of("x", "fc.weight", "fc.bias"), folded.nodes().get(0).inputs());
        assertEquals(List.of("bn"), folded.nodes().get(0).outputs());
        assertFolds(0, model(18, "bn"), "bn");
    }

    @Test
    void anEpsilonIsTakenFromTheNode() {
        gemm("x", "fc");
        normalisation("fc", "bn");
        with("epsilon", Attribute.of(0.7f));
        assertFolds(0, model(18, "bn"), "bn");
    }

    @Test
    void computedConstantsAreNotFolded() {
        for (String part : List.of("fc.weight", "bn.scale", "bn.var")) {
            nodes.clear();
            constants.clear();
            gemm("x", "fc");
            normalisation("fc", "bn");
            add("Abs", List.of(part), "computed");
            nodes.add(0, nodes.remove(2));
            for (int i = 1; i < nodes.size(); i++) {
                List<String> inputs = new ArrayList<>(nodes.get(i).inputs());
                inputs.replaceAll(input -> input.equals(part) ? "computed" : input);
                nodes.set(i, nodes.get(i).withInputs(inputs));
            }
            assertFolds(1, model(18, "bn"), "bn");
        }
    }

    /** A bias of one number for all channels, or of one for each row, is not one for each channel. */
    @Test
    void otherBiasesAreNotFolded() {
        for (long[] dims : new long[][] {{1}, {1, 1}, {3, 1}, {}}) {
            nodes.clear();
            constants.clear();
            constants.add(Networks.noise("fc.weight", random, 3, 3));
            constants.add(Tensor.ofFloats(
                    "c", dims, dims.length == 2 && dims[0] == 3 ? new float[] {1, 2, 3} : new float[] {5}));
            add("Gemm", List.of("x", "fc.weight", "c"), "fc");
            normalisation("fc", "bn");
            Model model = model(18, "bn");
            Model folded = FoldBatchNorm.apply(model);
            assertEquals(2, folded.graph().nodes().size());
            Tensor input = Networks.noise("x", random, 3, 3);
            assertEquals(
                    0,
                    Oracle.distance(
                            Oracle.run(model, input).get("bn"),
                            Oracle.run(folded, input).get("bn")),
                    1e-5);
        }
    }

    @Test
    void aNormalisationThatTrainsIsNotFolded() {
        gemm("x", "fc");
        normalisation("fc", "bn");
        with("training_mode", Attribute.of(1));
        nodes.set(1, nodes.get(1).withOutputs(List.of("bn", "m", "v")));
        assertEquals(2, FoldBatchNorm.apply(model(18, "bn")).graph().nodes().size());
    }

    @Test
    void aWeightThatIsSharedGetsAFoldedCopyBesideIt() {
        gemm("x", "fc");
        add("Gemm", List.of("fc", "fc.weight"), "second");
        normalisation("second", "bn");
        Graph folded = FoldBatchNorm.apply(model(18, "bn")).graph();
        assertEquals(
                List.of("fc", "fc.weight.folded", "fc.weight.folded.bias"),
                folded.nodes().get(1).inputs());
        assertEquals(List.of("x", "fc.weight"), folded.nodes().get(0).inputs());
        assertFolds(0, model(18, "bn"), "bn");
    }
}
