package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
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
import terzi.onnx.ValueType;

/** Shapes and refusals of single operators, as ONNX's specification says them. */
class ShapesOnPaperTest {

    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();

    private ShapesOnPaperTest data(String name, DataType type, long... dims) {
        inputs.add(new ValueInfo(name, TensorType.of(type, dims)));
        return this;
    }

    private ShapesOnPaperTest x(long... dims) {
        return data("x", DataType.FLOAT, dims);
    }

    private ShapesOnPaperTest constant(Tensor tensor) {
        constants.add(tensor);
        return this;
    }

    private Model model(long opset, Node node) {
        List<ValueInfo> outputs = new ArrayList<>();
        for (String output : node.outputs()) {
            outputs.add(new ValueInfo(output, ValueType.UNTYPED));
        }
        return Model.of(new Graph("g", List.of(node), constants, inputs, outputs), opset);
    }

    private void gives(long opset, Node node, String... expected) {
        Map<String, TensorType> types = ShapeInference.infer(model(opset, node));
        List<String> found = new ArrayList<>();
        for (String output : node.outputs()) {
            found.add(String.valueOf(types.get(output)));
        }
        assertEquals(List.of(expected), found, node.toString());
    }

    private void refused(long opset, Node node, String part) {
        List<String> problems = ModelChecker.problems(model(opset, node));
        assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)), problems.toString());
    }

    private static ShapesOnPaperTest of() {
        return new ShapesOnPaperTest();
    }

    private static Node node(String opType, String... in) {
        return Node.of("n", opType, List.of(in), List.of("y"));
    }

    private static Node node(List<String> out, String opType, String... in) {
        return Node.of("n", opType, List.of(in), out);
    }

    @Test
    void operatorsOfOldOpsetsHaveTheirLimitsAsAttributes() {
        of().x(2, 3, 4)
                .gives(
                        9,
                        node("Slice", "x").with("starts", Attribute.ints(1)).with("ends", Attribute.ints(9)),
                        "float32[1,3,4]");
        of().x(2, 3, 4)
                .gives(
                        9,
                        node("Slice", "x")
                                .with("starts", Attribute.ints(0, -2))
                                .with("ends", Attribute.ints(2, -1))
                                .with("axes", Attribute.ints(1, 2)),
                        "float32[2,2,1]");
        of().x(2, 3).gives(2, node("Pad", "x").with("pads", Attribute.ints(0, 1, 2, 3)), "float32[4,7]");
        of().x(2, 3).gives(1, node("Pad", "x").with("paddings", Attribute.ints(0, 1, 2, 3)), "float32[4,7]");
        of().x(1, 3, 1).gives(11, node("Squeeze", "x").with("axes", Attribute.ints(0)), "float32[3,1]");
        of().x(3).gives(11, node("Unsqueeze", "x").with("axes", Attribute.ints(0, 2)), "float32[1,3,1]");
        of().x(6, 2).gives(1, node("Reshape", "x").with("shape", Attribute.ints(3, -1)), "float32[3,4]");
        of().x(2, 5)
                .gives(
                        11,
                        node(List.of("a", "b"), "Split", "x")
                                .with("axis", Attribute.of(1))
                                .with("split", Attribute.ints(1, 4)),
                        "float32[2,1]",
                        "float32[2,4]");
        of().x(1, 1, 10, 4)
                .gives(7, node("Upsample", "x").with("scales", Attribute.floats(1, 1, 0.7f, 2)), "float32[1,1,7,8]");
        of().x(1, 1, 10, 4)
                .constant(Tensor.ofFloats("s", new long[] {4}, 1, 1, 0.7f, 2))
                .gives(9, node("Upsample", "x", "s"), "float32[1,1,7,8]");
        of().x(1, 1, 10, 4)
                .constant(Tensor.ofFloats("s", new long[] {4}, 1, 1, 0.7f, 2))
                .gives(10, node("Resize", "x", "s"), "float32[1,1,7,8]");
        // below opset 7 the second tensor is spread over the first
        of().x(2, 3, 4)
                .data("z", DataType.FLOAT, 3)
                .gives(
                        6,
                        node("Add", "x", "z").with("broadcast", Attribute.of(1)).with("axis", Attribute.of(1)),
                        "float32[2,3,4]");
        of().x(2, 3, 4).gives(1, node("TopK", "x").with("k", Attribute.of(2)), "float32[2,3,2]");
    }

    @Test
    void masksAndStatisticsHaveTypesOfTheirOwn() {
        of().x(2, 3).gives(13, node(List.of("y", "m"), "Dropout", "x"), "float32[2,3]", "bool[2,3]");
        of().x(2, 3).gives(10, node(List.of("y", "m"), "Dropout", "x"), "float32[2,3]", "bool[2,3]");
        of().x(2, 3).gives(9, node(List.of("y", "m"), "Dropout", "x"), "float32[2,3]", "float32[2,3]");
        ShapesOnPaperTest norm = of().data("x", DataType.FLOAT16, 2, 3, 4, 4);
        for (String part : List.of("s", "b", "m", "v")) {
            norm.data(part, DataType.FLOAT, 3);
        }
        norm.gives(
                15,
                node(List.of("y", "rm", "rv"), "BatchNormalization", "x", "s", "b", "m", "v")
                        .with("training_mode", Attribute.of(1)),
                "float16[2,3,4,4]",
                "float32[3]",
                "float32[3]");
        of().x(2, 3, 4).gives(13, node("IsNaN", "x"), "bool[2,3,4]");
        of().x(2, 3, 5, 5)
                .gives(
                        12,
                        node(List.of("y", "i"), "MaxPool", "x").with("kernel_shape", Attribute.ints(2, 2)),
                        "float32[2,3,4,4]",
                        "int64[2,3,4,4]");
    }

    @Test
    void quantisationChangesTheType() {
        of().x(2, 3).data("s", DataType.FLOAT).gives(13, node("QuantizeLinear", "x", "s"), "uint8[2,3]");
        of().x(2, 3)
                .data("s", DataType.FLOAT)
                .data("z", DataType.INT8)
                .gives(13, node("QuantizeLinear", "x", "s", "z"), "int8[2,3]");
        of().x(2, 3)
                .data("s", DataType.FLOAT)
                .gives(
                        21,
                        node("QuantizeLinear", "x", "s").with("output_dtype", Attribute.of(DataType.INT16.onnxCode())),
                        "int16[2,3]");
        of().data("x", DataType.INT8, 2, 3)
                .data("s", DataType.FLOAT16)
                .gives(19, node("DequantizeLinear", "x", "s"), "float16[2,3]");
        of().x(2, 3)
                .gives(
                        11,
                        node(List.of("y", "s", "z"), "DynamicQuantizeLinear", "x"),
                        "uint8[2,3]",
                        "float32[]",
                        "uint8[]");
        of().data("x", DataType.UINT8, 1, 3, 5, 5)
                .data("w", DataType.UINT8, 4, 3, 2, 2)
                .gives(10, node("ConvInteger", "x", "w"), "int32[1,4,4,4]");
        of().data("a", DataType.UINT8, 2, 3)
                .data("b", DataType.INT8, 3, 5)
                .gives(10, node("MatMulInteger", "a", "b"), "int32[2,5]");
        ShapesOnPaperTest q = of().data("x", DataType.UINT8, 1, 3, 5, 5).data("w", DataType.INT8, 4, 3, 2, 2);
        ShapesOnPaperTest m = of().data("x", DataType.UINT8, 2, 3).data("w", DataType.INT8, 3, 5);
        for (String scale : List.of("s1", "s2", "s3")) {
            q.data(scale, DataType.FLOAT);
            m.data(scale, DataType.FLOAT);
        }
        for (ShapesOnPaperTest one : List.of(q, m)) {
            one.data("z1", DataType.UINT8).data("z2", DataType.INT8).data("z3", DataType.INT8);
        }
        q.gives(10, node("QLinearConv", "x", "s1", "z1", "w", "s2", "z2", "s3", "z3"), "int8[1,4,4,4]");
        m.gives(10, node("QLinearMatMul", "x", "s1", "z1", "w", "s2", "z2", "s3", "z3"), "int8[2,5]");
    }

    @Test
    void imagesAreScaledCroppedAndSampled() {
        of().x(1, 3, 7, 9)
                .constant(Tensor.ofLongs("to", 5, 11))
                .gives(18, node("CenterCropPad", "x", "to").with("axes", Attribute.ints(-2, 3)), "float32[1,3,5,11]");
        of().x(7, 9).constant(Tensor.ofLongs("to", 5, 11)).gives(18, node("CenterCropPad", "x", "to"), "float32[5,11]");
        of().x(2, 3, 7, 9)
                .data("g", DataType.FLOAT, 2, 4, 5, 2)
                .gives(16, node("GridSample", "x", "g"), "float32[2,3,4,5]");
        of().data("t", DataType.FLOAT, 2, 2, 3)
                .constant(Tensor.ofLongs("size", 2, 3, 4, 5))
                .gives(20, node("AffineGrid", "t", "size"), "float32[2,4,5,2]");
        of().x(1, 3, 9, 9)
                .data("r", DataType.FLOAT, 6, 4)
                .data("b", DataType.INT64, 6)
                .gives(
                        16,
                        node("RoiAlign", "x", "r", "b")
                                .with("output_height", Attribute.of(2))
                                .with("output_width", Attribute.of(5)),
                        "float32[6,3,2,5]");
        of().x(1, 3, 9, 9)
                .data("r", DataType.FLOAT, 6, 5)
                .gives(16, node("MaxRoiPool", "x", "r").with("pooled_shape", Attribute.ints(2, 5)), "float32[6,3,2,5]");
        // keeping the aspect ratio, the sizes are limits only
        of().x(1, 3, 8, 8)
                .constant(Tensor.ofLongs("to", 1, 3, 4, 6))
                .gives(
                        18,
                        node("Resize", "x", "", "", "to").with("keep_aspect_ratio_policy", Attribute.of("not_larger")),
                        "float32[?,?,?,?]");
    }

    @Test
    void whatDependsOnValuesIsOpen() {
        of().x(3, 4).gives(13, node("NonZero", "x"), "int64[2,?]");
        of().x(3, 4)
                .data("c", DataType.BOOL, 4)
                .gives(11, node("Compress", "x", "c").with("axis", Attribute.of(1)), "float32[3,?]");
        of().x(3, 4).data("c", DataType.BOOL, 4).gives(11, node("Compress", "x", "c"), "float32[?]");
        of().data("b", DataType.FLOAT, 1, 6, 4)
                .data("s", DataType.FLOAT, 1, 2, 6)
                .gives(11, node("NonMaxSuppression", "b", "s"), "int64[?,3]");
        of().x(6).data("to", DataType.INT64, 3).gives(13, node("Reshape", "x", "to"), "float32[?,?,?]");
        of().data("to", DataType.INT64, 2).gives(13, node("ConstantOfShape", "to"), "float32[?,?]");
        of().x(2, 3).data("k", DataType.INT64, 1).gives(11, node("TopK", "x", "k"), "float32[2,?]");
        of().x(4, 5).data("r", DataType.INT64, 2).gives(13, node("Tile", "x", "r"), "float32[?,?]");
        of().x(4, 5).data("p", DataType.INT64, 4).gives(13, node("Pad", "x", "p"), "float32[?,?]");
    }

    @Test
    void randomAndLikeAndCastTakeTypesFromAttributes() {
        long half = DataType.FLOAT16.onnxCode();
        of().gives(1, node("RandomNormal").with("shape", Attribute.ints(2, 3)), "float32[2,3]");
        of().gives(
                        1,
                        node("RandomUniform").with("shape", Attribute.ints(2)).with("dtype", Attribute.of(half)),
                        "float16[2]");
        of().x(2, 3).gives(1, node("RandomNormalLike", "x"), "float32[2,3]");
        of().x(2, 3).gives(9, node("EyeLike", "x").with("dtype", Attribute.of(half)), "float16[2,3]");
        of().x(2, 3).gives(13, node("Cast", "x").with("to", Attribute.of(half)), "float16[2,3]");
        of().x(2, 3).data("z", DataType.INT8, 1).gives(15, node("CastLike", "x", "z"), "int8[2,3]");
        of().x(2, 3).data("t", DataType.INT64, 2).gives(12, node("NegativeLogLikelihoodLoss", "x", "t"), "float32[]");
        of().x(2, 3)
                .data("t", DataType.INT64, 2)
                .gives(
                        13,
                        node(List.of("y", "p"), "SoftmaxCrossEntropyLoss", "x", "t")
                                .with("reduction", Attribute.of("none")),
                        "float32[2]",
                        "float32[2,3]");
        of().x(3, 2, 2).gives(11, node("Det", "x"), "float32[3]");
    }

    @Test
    void windowsThatAreWrongAreSaid() {
        Node conv = node("Conv", "x", "w");
        of().x(1, 3, 8, 8)
                .data("w", DataType.FLOAT, 4, 2, 3, 3)
                .refused(13, conv, "weight has 2 input channels, the input has 3");
        of().x(1, 3, 8, 8).data("w", DataType.FLOAT, 4, 3, 3).refused(13, conv, "weight must have 4 axes");
        of().x(1, 3).data("w", DataType.FLOAT, 4, 3).refused(13, conv, "at least one more axis");
        of().x(1, 3, 2, 8)
                .data("w", DataType.FLOAT, 4, 3, 3, 3)
                .refused(13, conv, "window of 3 is larger than the input of 2 + 0");
        of().x(1, 3, 8, 8)
                .data("w", DataType.FLOAT, 4, 3, 3, 3)
                .refused(13, conv.with("strides", Attribute.ints(1)), "strides must have 2 numbers, it has 1");
        of().x(1, 3, 8, 8)
                .data("w", DataType.FLOAT, 4, 3, 3, 3)
                .refused(13, conv.with("strides", Attribute.ints(0, 1)), "strides must be 1 or more, it is 0");
        of().x(1, 3, 8, 8)
                .data("w", DataType.FLOAT, 4, 3, 3, 3)
                .refused(13, conv.with("pads", Attribute.ints(1, 1)), "pads must have 4 numbers, it has 2");
        of().x(1, 3, 8, 8)
                .data("w", DataType.FLOAT, 3, 4, 3, 3)
                .refused(
                        13,
                        node("ConvTranspose", "x", "w").with("output_padding", Attribute.ints(1)),
                        "output_padding must have 2 numbers, it has 1");
        of().x(1, 3, 2, 3)
                .data("w", DataType.FLOAT, 3, 4, 3, 3)
                .gives(
                        11,
                        node("ConvTranspose", "x", "w").with("output_shape", Attribute.ints(9, 8)),
                        "float32[1,4,9,8]");
        of().x(1, 3, 2, 3)
                .data("w", DataType.FLOAT, 3, 4, 3, 3)
                .gives(
                        11,
                        node("ConvTranspose", "x", "w")
                                .with("auto_pad", Attribute.of("SAME_UPPER"))
                                .with("strides", Attribute.ints(2, 3)),
                        "float32[1,4,4,9]");
    }

    @Test
    void axesAndSizesThatAreWrongAreSaid() {
        of().x(2, 3)
                .refused(
                        13,
                        node("ArgMax", "x").with("axis", Attribute.of(2)),
                        "axis 2 does not exist, the tensor has 2 axes");
        of().x(2, 3).refused(13, node("ArgMax", "x").with("axis", Attribute.of(-3)), "axis -3 does not exist");
        of().x(2, 3).refused(13, node("Flatten", "x").with("axis", Attribute.of(3)), "axis 3 does not exist");
        of().x(2, 3)
                .refused(
                        13,
                        node("Transpose", "x").with("perm", Attribute.ints(0)),
                        "perm has 1 axes, the tensor has 2");
        of().x(2, 3).data("z", DataType.FLOAT, 4).refused(13, node("Add", "x", "z"), "do not fit together");
        of().x(2, 3)
                .data("z", DataType.FLOAT, 4, 5)
                .refused(13, node("MatMul", "x", "z"), "the input has 3 features, the weight takes 4");
        of().x().data("z", DataType.FLOAT, 4).refused(13, node("MatMul", "x", "z"), "scalars cannot be multiplied");
        of().x(2, 2, 3).data("z", DataType.FLOAT, 3, 3, 5).refused(13, node("MatMul", "x", "z"), "do not fit together");
        of().x(2, 3, 4).data("z", DataType.FLOAT, 4, 5).refused(13, node("Gemm", "x", "z"), "must be a matrix");
        of().x(2, 3)
                .data("z", DataType.FLOAT, 2, 4)
                .refused(13, node("Concat", "x", "z").with("axis", Attribute.of(0)), "axis 1 has the sizes 3 and 4");
        of().x(2, 3)
                .data("z", DataType.FLOAT, 2)
                .refused(
                        13,
                        node("Concat", "x", "z").with("axis", Attribute.of(0)),
                        "with 2 and 1 axes cannot be joined");
        of().x(2, 3).constant(Tensor.ofLongs("to", 4, -1)).refused(13, node("Reshape", "x", "to"), "6 elements");
        of().x(2, 3).constant(Tensor.ofLongs("to", 4, 2)).refused(13, node("Reshape", "x", "to"), "6 elements");
        of().x(2, 3).constant(Tensor.ofLongs("to", 0, -1, 0)).gives(13, node("Reshape", "x", "to"), "float32[2,?,?]");
        of().x(2, 3)
                .constant(Tensor.ofLongs("a", 1))
                .refused(13, node("Squeeze", "x", "a"), "axis 1 has the size 3 and not 1");
        of().x(2, 3)
                .constant(Tensor.ofLongs("a", 1, -3))
                .refused(13, node("Unsqueeze", "x", "a"), "axis 1 is given twice");
        of().x(2, 3).constant(Tensor.ofLongs("to", 4, 3)).refused(13, node("Expand", "x", "to"), "cannot be expanded");
        of().x(2, 3)
                .constant(Tensor.ofLongs("p", 1, 2))
                .refused(13, node("Pad", "x", "p"), "pads must have 4 numbers, it has 2");
        of().x(2, 3)
                .constant(Tensor.ofLongs("s", 1, 1))
                .refused(
                        13,
                        node(List.of("a", "b", "c"), "Split", "x", "s"),
                        "split has 2 sizes, the node has 3 outputs");
        of().x(2, 3)
                .constant(Tensor.ofLongs("s", 0))
                .constant(Tensor.ofLongs("e", 1, 1))
                .refused(13, node("Slice", "x", "s", "e"), "must be equally long");
        of().x(1, 3, 8, 8)
                .constant(Tensor.ofLongs("to", 4, 4))
                .refused(13, node("Resize", "x", "", "", "to"), "sizes must have 4 numbers, it has 2");
        of().constant(Tensor.scalar("a", 1L))
                .constant(Tensor.scalar("b", 0L))
                .refused(13, node("Range", "a", "a", "b"), "the step must not be 0");
        of().x(2, 3)
                .data("w", DataType.FLOAT, 1, 4, 3)
                .data("r", DataType.FLOAT, 1, 4, 1)
                .refused(13, node("LSTM", "x", "w", "r").with("hidden_size", Attribute.of(1)), "must have 3 axes");
        ShapesOnPaperTest norm = of().x(2, 3, 4, 4);
        for (String part : List.of("s", "b", "m", "v")) {
            norm.data(part, DataType.FLOAT, 5);
        }
        norm.refused(
                13,
                node("BatchNormalization", "x", "s", "b", "m", "v"),
                "scale has 5 elements, the input has 3 channels");
    }

    /** A declaration that says more is taken, one that contradicts is a problem. */
    @Test
    void declarationsAreJoinedWithWhatFollows() {
        Node relu = node("Relu", "x");
        ValueInfo open = new ValueInfo("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.UNKNOWN));
        for (String declared : List.of("float32[N,3]", "float32[?,?]", "float32")) {
            TensorType type =
                    switch (declared) {
                        case "float32[N,3]" -> TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
                        case "float32[?,?]" -> TensorType.of(DataType.FLOAT, Dim.UNKNOWN, Dim.UNKNOWN);
                        default -> TensorType.of(DataType.FLOAT);
                    };
            Model model = Model.of(
                    new Graph("g", List.of(relu), List.of(), List.of(open), List.of(new ValueInfo("y", type))), 13);
            assertEquals(
                    declared.equals("float32[N,3]") ? declared : "float32[N,?]",
                    String.valueOf(ShapeInference.infer(model).get("y")));
            assertEquals(List.of(), ModelChecker.problems(model));
        }
        ValueInfo fixed = new ValueInfo("x", TensorType.of(DataType.FLOAT, 2, 3));
        for (TensorType wrong : List.of(
                TensorType.of(DataType.DOUBLE, 2, 3),
                TensorType.of(DataType.FLOAT, 2, 4),
                TensorType.of(DataType.FLOAT, 2))) {
            Model model = Model.of(
                    new Graph("g", List.of(relu), List.of(), List.of(fixed), List.of(new ValueInfo("y", wrong))), 13);
            assertEquals(
                    "float32[2,3]", String.valueOf(ShapeInference.infer(model).get("y")));
            List<String> problems = ModelChecker.problems(model);
            assertTrue(
                    problems.get(0).contains("gives y as float32[2,3], the graph declares " + wrong),
                    problems.toString());
        }
    }
}
