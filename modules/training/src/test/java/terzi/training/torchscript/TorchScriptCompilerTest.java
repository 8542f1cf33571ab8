package terzi.training.torchscript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
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
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;

class TorchScriptCompilerTest {

    private static final Model CNN = Sequential.build(
            new InputShape(3, 12, 12),
            List.of(
                    new Layer.Conv2d(8, 3),
                    new Layer.BatchNorm(),
                    new Layer.Relu(),
                    new Layer.MaxPool(2),
                    new Layer.Conv2d(16, 3),
                    new Layer.Gelu(),
                    new Layer.Dropout(0.5),
                    new Layer.GlobalAveragePool(),
                    new Layer.Flatten(),
                    new Layer.Dense(4)),
            3);

    private static final String LOSS =
            """
            def gradients(self, x: Tensor, y: Tensor, p: List[Tensor], b: List[Tensor]) -> List[Tensor]:
              leaves = annotate(List[Tensor], [])
              for t in p:
                leaves.append(torch.requires_grad_(t.detach(), True))
              loss = torch.cross_entropy_loss((self).network(x, leaves, b, True)[0], y, None, 1, -100, 0.0)
              gradients = annotate(List[Tensor], [loss.detach()])
              for g in torch.grad([loss], leaves):
                gradients.append(unchecked_cast(Tensor, g))
              return gradients
            """;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void freeEverything() {
        manager.close();
    }

    // ---- a handful of operators by hand, which need no test data

    @Test
    void convolvesAndPoolsAsOnnxDefines() {
        Tensor x = Tensor.ofFloats("x", new long[] {1, 1, 3, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        Tensor ones = Tensor.ofFloats("w", new long[] {1, 1, 2, 2}, 1, 1, 1, 1);
        assertArrayEquals(new float[] {12, 16, 24, 28}, run("Conv", 11, Map.of(), x, ones));
        // the odd pad goes to the end
        Map<String, Attribute> same = Map.of("auto_pad", Attribute.of("SAME_UPPER"));
        assertArrayEquals(new float[] {12, 16, 9, 24, 28, 15, 15, 17, 9}, run("Conv", 11, same, x, ones));
        Map<String, Attribute> window =
                Map.of("kernel_shape", Attribute.ints(2, 2), "pads", Attribute.ints(0, 0, 1, 1));
        assertArrayEquals(new float[] {5, 6, 6, 8, 9, 9, 8, 9, 9}, run("MaxPool", 12, window, x));
        assertArrayEquals(new float[] {3, 4, 4.5f, 6, 7, 7.5f, 7.5f, 8.5f, 9}, run("AveragePool", 11, window, x));
        Map<String, Attribute> counted = Map.of(
                "kernel_shape",
                Attribute.ints(2, 2),
                "pads",
                Attribute.ints(0, 0, 1, 1),
                "count_include_pad",
                Attribute.of(1));
        assertArrayEquals(
                new float[] {3, 4, 2.25f, 6, 7, 3.75f, 3.75f, 4.25f, 2.25f}, run("AveragePool", 11, counted, x));
    }

    @Test
    void multipliesMatricesWithFactorsAndTransposes() {
        Tensor a = Tensor.ofFloats("a", new long[] {2, 2}, 1, 2, 3, 4);
        Tensor b = Tensor.ofFloats("b", new long[] {2, 2}, 1, 0, 1, 1);
        Tensor c = Tensor.ofFloats("c", new long[] {2}, 10, 20);
        assertArrayEquals(new float[] {11, 23, 13, 27}, run("Gemm", 13, Map.of("transB", Attribute.of(1)), a, b, c));
        Map<String, Attribute> scaled = Map.of("alpha", Attribute.of(2f), "beta", Attribute.of(0.5f));
        assertArrayEquals(new float[] {11, 14, 19, 18}, run("Gemm", 13, scaled, a, b, c));
    }

    @Test
    void computesActivationsThatOnnxsOldTestDataLacks() {
        Tensor x = Tensor.ofFloats("x", new long[] {3}, -1, 0, 2);
        assertClose(new float[] {-0.158655f, 0, 1.954500f}, run("Gelu", 20, Map.of(), x));
        assertClose(
                new float[] {-0.158808f, 0, 1.954598f},
                run("Gelu", 20, Map.of("approximate", Attribute.of("tanh")), x));
        assertClose(new float[] {-0.303401f, 0, 1.943959f}, run("Mish", 18, Map.of(), x));
        assertClose(new float[] {-0.268941f, 0, 1.761594f}, run("Swish", 24, Map.of(), x));
    }

    @Test
    void normalisesGroupsWithScalesForGroupsOrChannels() {
        Tensor x = Tensor.ofFloats("x", new long[] {1, 4, 1}, 1, 3, 10, 30);
        Tensor groups = Tensor.ofFloats("s", new long[] {2}, 1, 2);
        Tensor channels = Tensor.ofFloats("s", new long[] {4}, 1, 2, 3, 4);
        Map<String, Attribute> two = Map.of("num_groups", Attribute.of(2));
        assertClose(new float[] {0, 2, 0, 4}, run("GroupNormalization", 18, two, x, groups, groups.withName("t")));
        assertClose(new float[] {0, 4, 0, 8}, run("GroupNormalization", 21, two, x, channels, channels.withName("t")));
    }

    @Test
    void doesShapeArithmeticWithAFreeBatchSize() {
        // Reshape(x, Concat(Gather(Shape(x), 0), [-1])), as exporters write x.view(x.size(0), -1)
        Model model = model(
                13,
                List.of(
                        Node.of("", "Shape", List.of("x"), List.of("s")),
                        Node.of("", "Gather", List.of("s", "zero"), List.of("n")),
                        Node.of("", "Unsqueeze", List.of("n", "axis"), List.of("n1")),
                        Node.of("", "Concat", List.of("n1", "rest"), List.of("t"))
                                .with("axis", Attribute.of(0)),
                        Node.of("", "Reshape", List.of("x", "t"), List.of("y"))),
                List.of(Tensor.scalar("zero", 0L), Tensor.ofLongs("axis", 0), Tensor.ofLongs("rest", -1)),
                Dim.of("N"),
                Dim.of(2),
                Dim.of(3));
        CompiledGraph graph = TorchScriptCompiler.compile(model, Precision.FP32);
        assertTrue(graph.source().contains("torch.reshape(x, [torch.size(x, 0), -1])"), graph.source());
        for (int n : new int[] {1, 5}) {
            assertArrayEquals(
                    new long[] {n, 6},
                    forward(graph, manager.ones(new Shape(n, 2, 3)), false)
                            .getShape()
                            .getShape());
        }
    }

    // ---- training

    @Test
    void everyParameterOfACnnGetsAGradientInBothPrecisions() {
        for (Precision precision : Precision.values()) {
            CompiledGraph graph = TorchScriptCompiler.compile(CNN, precision);
            NDArray x = manager.randomNormal(new Shape(6, 3, 12, 12));
            NDArray y = manager.create(new long[] {0, 1, 2, 3, 0, 1});
            try (ScriptModule script = ScriptModule.load(manager, graph.source(), LOSS)) {
                NDList gradients = script.call(
                        manager, "gradients", x, y, Graphs.parameters(manager, graph), Graphs.buffers(manager, graph));
                for (int i = 0; i < graph.parameters().size(); i++) {
                    CompiledGraph.Slot slot = graph.parameters().get(i);
                    NDArray gradient = gradients.get(i + 1);
                    assertArrayEquals(slot.dims(), gradient.getShape().getShape());
                    assertEquals(ai.djl.ndarray.types.DataType.FLOAT32, gradient.getDataType(), slot.initializer());
                    assertTrue(gradient.abs().sum().getFloat() > 0, precision + " " + slot);
                }
            }
        }
    }

    @Test
    void bfloat16StaysCloseToFloat32() {
        NDArray x = manager.randomNormal(new Shape(4, 3, 12, 12));
        float[] exact = forward(TorchScriptCompiler.compile(CNN, Precision.FP32), x, false)
                .toFloatArray();
        NDArray rounded = forward(TorchScriptCompiler.compile(CNN, Precision.BF16), x, false);
        assertEquals(ai.djl.ndarray.types.DataType.FLOAT32, rounded.getDataType());
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], rounded.toFloatArray()[i], 0.03, "logit " + i);
        }
        assertFalse(Arrays.equals(exact, rounded.toFloatArray()), "bfloat16 was not used");
    }

    @Test
    void batchNormalizationMovesItsStatisticsByOneMinusMomentumWhileTraining() {
        Model model = model(
                15,
                List.of(Node.of(
                                "",
                                "BatchNormalization",
                                List.of("x", "scale", "shift", "mean", "variance"),
                                List.of("y"))
                        .with("momentum", Attribute.of(0.75f))),
                List.of(
                        Tensor.ofFloats("scale", new long[] {1}, 2),
                        Tensor.ofFloats("shift", new long[] {1}, 1),
                        Tensor.ofFloats("mean", new long[] {1}, 8),
                        Tensor.ofFloats("variance", new long[] {1}, 4)),
                Dim.of("N"),
                Dim.of(1));
        CompiledGraph graph = TorchScriptCompiler.compile(model, Precision.FP32);
        assertEquals(
                List.of("scale", "shift"),
                graph.parameters().stream().map(CompiledGraph.Slot::initializer).toList());
        NDList p = Graphs.parameters(manager, graph);
        NDList b = Graphs.buffers(manager, graph);
        NDArray x = manager.create(new float[] {2, 4}, new Shape(2, 1));
        try (ScriptModule script = ScriptModule.load(manager, graph.source())) {
            assertClose(
                    new float[] {-5, -3},
                    script.call(manager, "network", x, p, b, false).head().toFloatArray());
            assertClose(new float[] {8}, b.get(0).toFloatArray());
            assertClose(
                    new float[] {-1, 3},
                    script.call(manager, "network", x, p, b, true).head().toFloatArray());
            // mean 3 and unbiased variance 2 of the batch
            assertClose(new float[] {0.75f * 8 + 0.25f * 3}, b.get(0).toFloatArray());
            assertClose(new float[] {0.75f * 4 + 0.25f * 2}, b.get(1).toFloatArray());
        }
    }

    @Test
    void dropoutActsInTrainingOnly() {
        Model model = model(
                13,
                List.of(Node.of("", "Dropout", List.of("x", "ratio"), List.of("y"))),
                List.of(Tensor.scalar("ratio", 0.25f)),
                Dim.of("N"));
        CompiledGraph graph = TorchScriptCompiler.compile(model, Precision.FP32);
        NDArray x = manager.ones(new Shape(10_000));
        assertEquals(1, forward(graph, x, false).min().getFloat());
        NDArray dropped = forward(graph, x, true);
        assertEquals(4 / 3f, dropped.max().getFloat(), 1e-6);
        assertEquals(
                0.25,
                dropped.eq(0)
                        .toType(ai.djl.ndarray.types.DataType.FLOAT32, false)
                        .mean()
                        .getFloat(),
                0.02);
    }

    @Test
    void dropoutOfEverythingGivesZerosAndDropoutOfNothingChangesNothing() {
        NDArray x = manager.ones(new Shape(1000));
        for (float share : new float[] {0, 1}) {
            Model model = model(
                    13,
                    List.of(Node.of("", "Dropout", List.of("x", "ratio"), List.of("y"))),
                    List.of(Tensor.scalar("ratio", share)),
                    Dim.of("N"));
            NDArray y = forward(TorchScriptCompiler.compile(model, Precision.FP32), x, true);
            assertEquals(1 - share, y.min().getFloat());
            assertEquals(1 - share, y.max().getFloat());
        }
    }

    @Test
    void dropoutDropsEachPlaceIndependentlyOfItsNeighbours() {
        Model model = model(
                13,
                List.of(Node.of("", "Dropout", List.of("x", "ratio"), List.of("y"))),
                List.of(Tensor.scalar("ratio", 0.5f)),
                Dim.of("N"));
        NDArray y = forward(TorchScriptCompiler.compile(model, Precision.FP32), manager.ones(new Shape(40_000)), true);
        float[] values = y.toFloatArray();
        for (int lag : new int[] {1, 2, 3, 4, 8, 16, 64}) {
            int same = 0;
            for (int i = lag; i < values.length; i++) {
                same += values[i] == values[i - lag] ? 1 : 0;
            }
            assertEquals(0.5, same / (double) (values.length - lag), 0.02, "lag " + lag);
        }
    }

    @Test
    void decaysWeightsOnlyAndTrainsNoConstants() {
        CompiledGraph graph = TorchScriptCompiler.compile(CNN, Precision.FP32);
        graph.parameters().forEach(slot -> assertEquals(slot.shape().size() > 1, slot.decays(), slot.initializer()));
        assertEquals(2, graph.buffers().size(), "running mean and variance");
        assertEquals(
                CNN.graph().initializers().stream()
                        .filter(t -> t.type() == DataType.FLOAT && t.rank() > 0)
                        .count(),
                graph.parameters().size() + graph.buffers().size());
    }

    @Test
    void tiedInitializersAreTrainedApart() {
        Model model = model(
                13,
                List.of(
                        Node.of("", "Identity", List.of("w"), List.of("copy")),
                        Node.of("", "Mul", List.of("x", "w"), List.of("a")),
                        Node.of("", "Add", List.of("a", "copy"), List.of("y"))),
                List.of(Tensor.ofFloats("w", new long[] {2}, 3, 4)),
                Dim.of("N"),
                Dim.of(2));
        CompiledGraph graph = TorchScriptCompiler.compile(model, Precision.FP32);
        assertEquals(2, graph.parameters().size());
        Model changed = graph.withValues(Map.of(graph.parameters().get(1).initializer(), new float[] {0, 0}));
        NDArray y = forward(TorchScriptCompiler.compile(changed, Precision.FP32), manager.ones(new Shape(1, 2)), false);
        assertArrayEquals(new float[] {3, 4}, y.toFloatArray());
    }

    @Test
    void putsValuesBackIntoTheSameGraph() {
        CompiledGraph graph = TorchScriptCompiler.compile(CNN, Precision.FP32);
        CompiledGraph.Slot first = graph.parameters().get(0);
        float[] values = new float[(int) first.elementCount()];
        Arrays.fill(values, 0.5f);
        Model changed = graph.withValues(Map.of(first.initializer(), values));
        assertEquals(graph.model().graph().nodes(), changed.graph().nodes());
        for (Tensor old : graph.model().graph().initializers()) {
            Tensor now = changed.graph().initializer(old.name()).orElseThrow();
            if (old.name().equals(first.initializer())) {
                assertArrayEquals(values, now.floats());
            } else {
                assertEquals(old, now);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> graph.withValues(Map.of("nobody", values)));
        assertThrows(IllegalArgumentException.class, () -> graph.withValues(Map.of(first.initializer(), new float[1])));
    }

    // ---- what is refused

    @Test
    void refusesAnUnknownOperatorByNameAndListsTheSupportedOnes() {
        Model model = model(13, List.of(Node.of("odd", "NonZero", List.of("x"), List.of("y"))), List.of(), Dim.of("N"));
        UnsupportedOperatorException refused = assertThrows(
                UnsupportedOperatorException.class, () -> TorchScriptCompiler.compile(model, Precision.FP32));
        for (String part : List.of("node odd", "NonZero", "ai.onnx", "opset 13", "Conv", "GlobalAveragePool")) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    @Test
    void refusesAnOperatorOfTooOldAnOpset() {
        Model model = model(5, List.of(Node.of("sum", "Add", List.of("x", "x"), List.of("y"))), List.of(), Dim.of("N"));
        UnsupportedOperatorException refused = assertThrows(
                UnsupportedOperatorException.class, () -> TorchScriptCompiler.compile(model, Precision.FP32));
        assertTrue(refused.getMessage().contains("supported since opset 7"), refused.getMessage());
    }

    @Test
    void refusesANetworkThatTakesImages() {
        Model model = CNN.withGraph(CNN.graph()
                .withInputs(List.of(new ValueInfo(
                        CNN.graph().inputs().get(0).name(), TensorType.of(DataType.UINT8, Dim.of("N"), Dim.of(8))))));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> TorchScriptCompiler.compile(model, Precision.FP32));
        assertTrue(refused.getMessage().contains("uint8"), refused.getMessage());
    }

    @Test
    void registeringAnOperatorTwiceIsAMistake() {
        Operators operators = new Operators();
        operators.add("Relu", 6, node -> {});
        operators.add("Relu", 14, node -> {});
        assertThrows(IllegalStateException.class, () -> operators.add("Relu", 6, node -> {}));
    }

    @Test
    void hostileNamesCannotLeaveTheComment() {
        Node node = Node.of("a\n  return [x]\n#'\"", "Relu", List.of("x"), List.of("y\nz"));
        Model model = model(13, List.of(node), List.of(), Dim.of("N"))
                .withGraph(new Graph(
                        "g",
                        List.of(node),
                        List.of(),
                        input(Dim.of("N")),
                        List.of(new ValueInfo("y\nz", TensorType.of(DataType.FLOAT)))));
        CompiledGraph graph = TorchScriptCompiler.compile(model, Precision.FP32);
        assertArrayEquals(
                new float[] {0, 2},
                forward(graph, manager.create(new float[] {-1, 2}), false).toFloatArray());
    }

    private NDArray forward(CompiledGraph graph, NDArray x, boolean training) {
        try (ScriptModule script = ScriptModule.load(manager, graph.source())) {
            return script.call(
                            manager,
                            "network",
                            x,
                            Graphs.parameters(manager, graph),
                            Graphs.buffers(manager, graph),
                            training)
                    .head();
        }
    }

    /** Runs one node whose first input is the graph's and whose others are initializers. */
    private float[] run(String operator, long opset, Map<String, Attribute> attributes, Tensor... inputs) {
        List<String> names = Arrays.stream(inputs).map(Tensor::name).toList();
        Node node = Node.of("", operator, names, List.of("y")).withAttributes(attributes);
        Graph graph = new Graph(
                operator,
                List.of(node),
                List.of(inputs).subList(1, inputs.length),
                List.of(new ValueInfo(inputs[0].name(), inputs[0].tensorType())),
                List.of(new ValueInfo("y", TensorType.of(DataType.FLOAT))));
        CompiledGraph compiled = TorchScriptCompiler.compile(Model.of(graph, opset), Precision.FP32);
        return forward(compiled, Graphs.array(manager, inputs[0]), false).toFloatArray();
    }

    private static Model model(long opset, List<Node> nodes, List<Tensor> initializers, Dim... shape) {
        return Model.of(
                new Graph(
                        "test",
                        nodes,
                        initializers,
                        input(shape),
                        List.of(new ValueInfo("y", TensorType.of(DataType.FLOAT)))),
                opset);
    }

    private static List<ValueInfo> input(Dim... shape) {
        return List.of(new ValueInfo("x", TensorType.of(DataType.FLOAT, shape)));
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertArrayEquals(expected, actual, 1e-4f);
    }
}
