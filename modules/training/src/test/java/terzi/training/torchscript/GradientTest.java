package terzi.training.torchscript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/** The gradient of every differentiable operator against central differences in float64. */
class GradientTest {

    private static final double STEP = 1e-5;

    /** Operators that pass no gradient on, or none but zero. */
    private static final Set<String> NOT_DIFFERENTIABLE = Set.of(
            "And",
            "ArgMax",
            "ArgMin",
            "Ceil",
            "Constant",
            "ConstantOfShape",
            "Equal",
            "Floor",
            "Greater",
            "GreaterOrEqual",
            "IsNaN",
            "Less",
            "LessOrEqual",
            "Not",
            "Or",
            "Range",
            "Round",
            "Shape",
            "Sign",
            "Size",
            "Xor");

    private static final String METHODS =
            """
            def value(self, x: List[Tensor], w: Tensor) -> Tensor:
              return torch.sum(torch.mul((self).network(x, annotate(List[Tensor], []), annotate(List[Tensor], []), False)[0], w))

            def gradients(self, x: List[Tensor], w: Tensor) -> List[Tensor]:
              leaves = annotate(List[Tensor], [])
              for t in x:
                leaves.append(torch.requires_grad_(t.detach(), True))
              gradients = annotate(List[Tensor], [])
              for g in torch.grad([(self).value(leaves, w)], leaves):
                gradients.append(unchecked_cast(Tensor, g))
              return gradients

            def differences(self, x: List[Tensor], w: Tensor, step: float) -> List[Tensor]:
              torch.set_grad_enabled(False)
              differences = annotate(List[Tensor], [])
              for t in x:
                flat = torch.view(t, [-1])
                difference = torch.zeros_like(flat)
                for i in range(torch.numel(flat)):
                  element = torch.select(flat, 0, i)
                  old = float(element)
                  torch.fill_(element, old + step)
                  above = (self).value(x, w)
                  torch.fill_(element, old - step)
                  torch.fill_(torch.select(difference, 0, i), torch.div(torch.sub(above, (self).value(x, w)), 2.0 * step))
                  torch.fill_(element, old)
                differences.append(difference)
              return differences

            def shape(self, x: List[Tensor]) -> Tensor:
              return torch._shape_as_tensor((self).network(x, annotate(List[Tensor], []), annotate(List[Tensor], []), False)[0])
            """;

    /**
     * One node to differentiate.
     *
     * @param constants initializers, which follow the differentiable inputs; an empty name stands for an input that is not given
     * @param low least value of the differentiable inputs
     */
    private record Case(
            String operator,
            long opset,
            Map<String, Attribute> attributes,
            List<List<Long>> inputs,
            List<Tensor> constants,
            double low) {

        static Case of(String operator, long opset, long[]... shapes) {
            List<List<Long>> inputs = new ArrayList<>();
            for (long[] shape : shapes) {
                inputs.add(LongStream.of(shape).boxed().toList());
            }
            return new Case(operator, opset, Map.of(), inputs, List.of(), -1);
        }

        Case with(String name, Attribute value) {
            Map<String, Attribute> more = new java.util.TreeMap<>(attributes);
            more.put(name, value);
            return new Case(operator, opset, more, inputs, constants, low);
        }

        Case with(Tensor constant) {
            List<Tensor> more = new ArrayList<>(constants);
            more.add(constant.withName("c" + more.size()));
            return new Case(operator, opset, attributes, inputs, more, low);
        }

        Case absent() {
            List<Tensor> more = new ArrayList<>(constants);
            more.add(Tensor.scalar("", 0L));
            return new Case(operator, opset, attributes, inputs, more, low);
        }

        Case from(double newLow) {
            return new Case(operator, opset, attributes, inputs, constants, newLow);
        }

        Model model() {
            List<String> names = new ArrayList<>();
            List<ValueInfo> declared = new ArrayList<>();
            for (List<Long> shape : inputs) {
                String name = "x" + names.size();
                names.add(name);
                declared.add(new ValueInfo(
                        name,
                        TensorType.of(
                                DataType.DOUBLE,
                                shape.stream().mapToLong(i -> i).toArray())));
            }
            constants.forEach(constant -> names.add(constant.name()));
            Node node = new Node("", "", operator, names, List.of("y"), attributes, terzi.onnx.Origin.NONE);
            return Model.of(
                    new Graph(
                            operator,
                            List.of(node),
                            constants.stream().filter(c -> !c.name().isEmpty()).toList(),
                            declared,
                            List.of(new ValueInfo("y", TensorType.of(DataType.DOUBLE)))),
                    opset);
        }
    }

    private static long[] s(long... shape) {
        return shape;
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        long[] image = s(2, 4, 5, 4);
        cases.add(Case.of("Conv", 11, s(1, 2, 5, 5), s(3, 2, 3, 3), s(3))
                .with("kernel_shape", Attribute.ints(3, 3))
                .with("pads", Attribute.ints(1, 1, 1, 1)));
        cases.add(Case.of("Conv", 11, s(1, 4, 5, 4), s(4, 2, 2, 3))
                .with("kernel_shape", Attribute.ints(2, 3))
                .with("group", Attribute.of(2))
                .with("strides", Attribute.ints(2, 1)));
        cases.add(Case.of("Conv", 11, s(1, 2, 6, 5), s(2, 2, 3, 2))
                .with("kernel_shape", Attribute.ints(3, 2))
                .with("pads", Attribute.ints(0, 1, 1, 2))
                .with("dilations", Attribute.ints(2, 1)));
        cases.add(Case.of("Conv", 11, s(1, 1, 6, 5), s(2, 1, 3, 3))
                .with("auto_pad", Attribute.of("SAME_UPPER"))
                .with("strides", Attribute.ints(2, 2))
                .with("kernel_shape", Attribute.ints(3, 3)));
        cases.add(Case.of("Conv", 11, s(1, 3, 5, 4), s(2, 3, 1, 1), s(2))
                .with("kernel_shape", Attribute.ints(1, 1))
                .with("strides", Attribute.ints(2, 3)));
        cases.add(Case.of("ConvTranspose", 11, s(1, 2, 3, 3), s(2, 2, 3, 3), s(2))
                .with("strides", Attribute.ints(2, 2))
                .with("pads", Attribute.ints(1, 0, 1, 1))
                .with("kernel_shape", Attribute.ints(3, 3)));
        cases.add(Case.of("MaxPool", 12, image)
                .with("kernel_shape", Attribute.ints(2, 2))
                .with("strides", Attribute.ints(2, 2))
                .with("ceil_mode", Attribute.of(1)));
        cases.add(Case.of("MaxPool", 12, image)
                .with("kernel_shape", Attribute.ints(3, 3))
                .with("pads", Attribute.ints(0, 0, 1, 1)));
        cases.add(Case.of("AveragePool", 11, image)
                .with("kernel_shape", Attribute.ints(3, 2))
                .with("pads", Attribute.ints(1, 0, 1, 0)));
        cases.add(Case.of("AveragePool", 11, image)
                .with("kernel_shape", Attribute.ints(3, 3))
                .with("auto_pad", Attribute.of("SAME_LOWER"))
                .with("strides", Attribute.ints(2, 2)));
        cases.add(Case.of("GlobalAveragePool", 11, image));
        cases.add(Case.of("GlobalMaxPool", 11, image));
        cases.add(Case.of("InstanceNormalization", 11, s(2, 3, 2, 4), s(3), s(3)));
        cases.add(
                Case.of("LayerNormalization", 17, s(3, 2, 4), s(2, 4), s(2, 4)).with("axis", Attribute.of(1)));
        cases.add(Case.of("GroupNormalization", 18, s(2, 4, 3), s(2), s(2)).with("num_groups", Attribute.of(2)));
        cases.add(Case.of("GroupNormalization", 21, s(2, 4, 3), s(4), s(4)).with("num_groups", Attribute.of(2)));
        cases.add(
                Case.of("LRN", 13, s(1, 5, 2, 2)).with("size", Attribute.of(3)).with("alpha", Attribute.of(0.5f)));
        cases.add(Case.of("Dropout", 13, s(3, 4)));
        for (String name : List.of(
                "Relu",
                "LeakyRelu",
                "Elu",
                "Celu",
                "Selu",
                "Sigmoid",
                "HardSwish",
                "Tanh",
                "Softplus",
                "Softsign",
                "Neg",
                "Abs",
                "Sin",
                "Cos",
                "Tan",
                "Atan",
                "Sinh",
                "Cosh",
                "Asinh",
                "Erf",
                "Exp",
                "Identity")) {
            cases.add(Case.of(name, 15, s(3, 4)));
        }
        for (String name : List.of("Log", "Sqrt", "Reciprocal", "Acosh")) {
            cases.add(Case.of(name, 15, s(3, 4)).from(name.equals("Acosh") ? 1.2 : 0.3));
        }
        for (String name : List.of("Asin", "Acos", "Atanh")) {
            cases.add(Case.of(name, 15, s(3, 4)).from(-0.9));
        }
        cases.add(Case.of("HardSigmoid", 15, s(3, 4)).with("alpha", Attribute.of(0.7f)));
        cases.add(Case.of("ThresholdedRelu", 15, s(3, 4)).with("alpha", Attribute.of(0.25f)));
        cases.add(Case.of("PRelu", 16, s(2, 3, 4), s(3, 1)));
        cases.add(Case.of("Gelu", 20, s(3, 4)));
        cases.add(Case.of("Gelu", 20, s(3, 4)).with("approximate", Attribute.of("tanh")));
        cases.add(Case.of("Mish", 18, s(3, 4)));
        cases.add(Case.of("Swish", 24, s(3, 4)).with("alpha", Attribute.of(1.5f)));
        cases.add(Case.of("Clip", 6, s(3, 4)).with("min", Attribute.of(-0.51f)));
        cases.add(Case.of("Clip", 13, s(3, 4)).absent().with(Tensor.scalar("max", 0.53f)));
        for (String name : List.of("Softmax", "LogSoftmax")) {
            cases.add(Case.of(name, 11, s(2, 3, 2)));
            cases.add(Case.of(name, 13, s(2, 3, 2)).with("axis", Attribute.of(1)));
        }
        cases.add(Case.of("Gemm", 13, s(3, 4), s(5, 4), s(5)).with("transB", Attribute.of(1)));
        cases.add(Case.of("Gemm", 13, s(4, 3), s(4, 5), s(3, 1))
                .with("transA", Attribute.of(1))
                .with("alpha", Attribute.of(0.5f))
                .with("beta", Attribute.of(2f)));
        cases.add(Case.of("MatMul", 13, s(2, 3, 4), s(4, 2)));
        cases.add(Case.of("Einsum", 12, s(2, 3, 4), s(2, 4, 2)).with("equation", Attribute.of("bij,bjk->bik")));
        for (String name : List.of("Add", "Sub", "Mul", "Max", "Min", "Sum", "Mean")) {
            cases.add(Case.of(name, 14, s(2, 3, 2), s(3, 1)));
        }
        cases.add(Case.of("Div", 14, s(2, 3), s(3)).from(0.4));
        cases.add(Case.of("Mod", 13, s(2, 3)).with("fmod", Attribute.of(1)).with(Tensor.scalar("d", 0.43f)));
        cases.add(Case.of("Pow", 15, s(2, 3), s(3)).from(0.3));
        cases.add(Case.of("Pow", 15, s(2, 3)).with(Tensor.scalar("e", 2f)));
        for (String name : List.of(
                "ReduceMean",
                "ReduceSum",
                "ReduceMax",
                "ReduceMin",
                "ReduceL1",
                "ReduceL2",
                "ReduceSumSquare",
                "ReduceLogSumExp",
                "ReduceProd")) {
            Case reduce = Case.of(name, 12, s(2, 3, 4)).with("axes", Attribute.ints(0, -1));
            cases.add(reduce);
            cases.add(reduce.with("keepdims", Attribute.of(0)));
        }
        cases.add(Case.of("ReduceLogSum", 12, s(2, 3)).from(0.2));
        cases.add(Case.of("ReduceMean", 18, s(2, 3, 4)).with(Tensor.ofLongs("a", 1, 2)));
        cases.add(Case.of("Flatten", 13, s(2, 3, 4)).with("axis", Attribute.of(2)));
        cases.add(Case.of("Reshape", 14, s(2, 3, 4)).with(Tensor.ofLongs("s", 0, -1)));
        cases.add(Case.of("Squeeze", 13, s(2, 1, 3)).with(Tensor.ofLongs("a", -2)));
        cases.add(Case.of("Unsqueeze", 13, s(2, 3)).with(Tensor.ofLongs("a", 0, -1)));
        cases.add(Case.of("Expand", 13, s(3, 1)).with(Tensor.ofLongs("s", 2, 1, 4)));
        cases.add(Case.of("Transpose", 13, s(2, 3, 4)).with("perm", Attribute.ints(2, 0, 1)));
        cases.add(Case.of("Concat", 13, s(2, 3), s(2, 2)).with("axis", Attribute.of(1)));
        cases.add(Case.of("Split", 13, s(5, 2)).with(Tensor.ofLongs("s", 5)));
        cases.add(Case.of("Tile", 13, s(2, 3)).with(Tensor.ofLongs("r", 2, 1)));
        for (String mode : List.of("constant", "reflect", "edge", "wrap")) {
            cases.add(
                    Case.of("Pad", 19, s(3, 4)).with("mode", Attribute.of(mode)).with(Tensor.ofLongs("p", 1, 2, 0, 2)));
        }
        cases.add(Case.of("DepthToSpace", 13, s(1, 8, 2, 2)).with("blocksize", Attribute.of(2)));
        cases.add(Case.of("SpaceToDepth", 13, s(1, 2, 4, 2)).with("blocksize", Attribute.of(2)));
        cases.add(Case.of("Slice", 13, s(5, 4))
                .with(Tensor.ofLongs("s", 4, 1))
                .with(Tensor.ofLongs("e", 0, 9))
                .with(Tensor.ofLongs("a", 0, 1))
                .with(Tensor.ofLongs("t", -2, 2)));
        cases.add(Case.of("Gather", 13, s(4, 3)).with(Tensor.ofLongs("i", s(2, 2), 0, -1, 2, 0)));
        cases.add(Case.of("GatherElements", 13, s(3, 3)).with(Tensor.ofLongs("i", s(2, 3), 0, 2, -1, 1, 1, 1)));
        cases.add(Case.of("Where", 16, s(2, 3), s(3)));
        cases.add(Case.of("Cast", 13, s(2, 3)).with("to", Attribute.of(DataType.DOUBLE.onnxCode())));
        cases.add(Case.of("CastLike", 15, s(2, 3)).with(Tensor.ofDoubles("l", s(1), 1)));
        cases.add(Case.of("Upsample", 9, s(1, 2, 2, 3)).with(Tensor.ofFloats("f", s(4), 1, 1, 2, 2)));
        Tensor grow = Tensor.ofFloats("f", s(4), 1, 1, 2, 1.5f);
        cases.add(Case.of("Resize", 10, s(1, 2, 2, 4)).with(grow));
        for (String mode : List.of("nearest", "linear", "cubic")) {
            cases.add(Case.of("Resize", 13, s(1, 2, 3, 4))
                    .with("mode", Attribute.of(mode))
                    .absent()
                    .with(grow));
        }
        cases.add(Case.of("Resize", 13, s(1, 2, 3, 4))
                .with("mode", Attribute.of("linear"))
                .with("coordinate_transformation_mode", Attribute.of("asymmetric"))
                .absent()
                .with(grow));
        return cases;
    }

    @Test
    void everyDifferentiableOperatorHasTheGradientThatDifferencesShow() {
        List<String> failures = new ArrayList<>();
        for (Case one : cases()) {
            try {
                check(one);
            } catch (RuntimeException | AssertionError e) {
                failures.add(one + ": " + e.getMessage());
            }
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    /** In float32, with channels last: oneDNN's own gradient writes out of bounds here (see {@link Convolutions}). */
    @Test
    void theWeightOfAPointwiseConvolutionWithStridesGetsTheSumOfWhatItLooksAt() {
        Random random = new Random(3);
        for (int channels : new int[] {1, 3, 4, 8, 12, 16}) {
            long[] image = s(4, channels, 17, 16);
            float[] pixels = new float[4 * channels * 17 * 16];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = random.nextFloat();
            }
            Graph graph = new Graph(
                    "conv",
                    List.of(Node.of("conv", "Conv", List.of("x", "w"), List.of("y"))
                            .with("kernel_shape", Attribute.ints(1, 1))
                            .with("strides", Attribute.ints(2, 2))),
                    List.of(),
                    List.of(
                            new ValueInfo("x", TensorType.of(DataType.FLOAT, image)),
                            new ValueInfo("w", TensorType.of(DataType.FLOAT, s(48, channels, 1, 1)))),
                    List.of(new ValueInfo("y", TensorType.of(DataType.FLOAT))));
            CompiledGraph compiled = new GraphCompiler(Model.of(graph, 11), Precision.FP32).compileAny();
            try (NDManager manager = NDManager.newBaseManager();
                    ScriptModule script = ScriptModule.load(manager, compiled.source(), METHODS)) {
                NDList inputs = new NDList(
                        manager.create(pixels, new Shape(image)), manager.zeros(new Shape(48, channels, 1, 1)));
                float[] gradient = script.call(manager, "gradients", inputs, manager.ones(new Shape(4, 48, 9, 8)))
                        .get(1)
                        .toFloatArray();
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    for (int n = 0; n < 4; n++) {
                        for (int y = 0; y < 17; y += 2) {
                            for (int x = 0; x < 16; x += 2) {
                                sum += pixels[((n * channels + c) * 17 + y) * 16 + x];
                            }
                        }
                    }
                    for (int o = 0; o < 48; o++) {
                        assertEquals(sum, gradient[o * channels + c], 1e-4 * sum, channels + " channels");
                    }
                }
            }
        }
    }

    @Test
    void everyRegisteredOperatorIsDifferentiatedHereOrKnownNotToBe() {
        Set<String> covered = new TreeSet<>(NOT_DIFFERENTIABLE);
        cases().forEach(one -> covered.add(one.operator()));
        covered.add("BatchNormalization"); // in TorchScriptCompilerTest, as its statistics are buffers
        Set<String> registered = new TreeSet<>();
        Operators.standard().names().forEach(registered::add);
        assertEquals(registered, covered);
    }

    private static void check(Case one) {
        Model model = one.operator().equals("Where") ? withCondition(one) : one.model();
        CompiledGraph graph = new GraphCompiler(model, Precision.FP32).compileAny();
        Random random = new Random(11);
        try (NDManager manager = NDManager.newBaseManager();
                ScriptModule script = ScriptModule.load(manager, graph.source(), METHODS)) {
            List<double[]> values = new ArrayList<>();
            one.inputs()
                    .forEach(shape -> values.add(random.doubles(shape.stream().reduce(1L, Math::multiplyExact))
                            .map(v -> one.low() < 0 ? v < 0.5 ? -0.15 - v * 1.6 : v * 1.6 - 0.65 : one.low() + v)
                            .map(v -> Math.max(v, one.low()))
                            .toArray()));
            NDList x = arrays(manager, one, values);
            long[] shape = script.call(manager, "shape", x).head().toLongArray();
            double[] weights = random.doubles(LongStream.of(shape).reduce(1, Math::multiplyExact))
                    .toArray();
            NDArray w = manager.create(weights, new Shape(shape));
            NDList gradients = script.call(manager, "gradients", x, w);
            NDList differences = script.call(manager, "differences", x, w, STEP);
            double sum = 0;
            for (int i = 0; i < x.size(); i++) {
                double[] gradient = gradients.get(i).toDoubleArray();
                double[] difference = differences.get(i).toDoubleArray();
                for (int k = 0; k < gradient.length; k++) {
                    double tolerance = 1e-5 * Math.max(1, Math.abs(difference[k]));
                    assertEquals(difference[k], gradient[k], tolerance, "input " + i + " element " + k);
                    sum += Math.abs(gradient[k]);
                }
            }
            assertTrue(sum > 0, "no gradient at all");
        }
    }

    private static NDList arrays(NDManager manager, Case one, List<double[]> values) {
        NDList arrays = new NDList();
        for (int i = 0; i < values.size(); i++) {
            arrays.add(manager.create(
                    values.get(i),
                    new Shape(one.inputs().get(i).stream().mapToLong(n -> n).toArray())));
        }
        return arrays;
    }

    /** Where's condition comes first. */
    private static Model withCondition(Case one) {
        Graph graph = one.model().graph();
        Node node = graph.nodes().get(0).withInputs(List.of("condition", "x0", "x1"));
        return one.model()
                .withGraph(graph.withNodes(List.of(node))
                        .withInitializers(List.of(Tensor.ofBooleans("condition", s(2, 1), true, false))));
    }
}
