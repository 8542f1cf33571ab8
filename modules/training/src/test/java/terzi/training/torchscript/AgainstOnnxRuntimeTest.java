package terzi.training.torchscript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;

/**
 * Operators compute in training what ONNX Runtime computes in the exported file: cases with values worked out on paper,
 * cases drawn within the specification, and refusals where ONNX Runtime leaves the specification.
 */
class AgainstOnnxRuntimeTest {

    /** Cases of each family; more find rarer attributes: {@code -Dterzi.operators.cases=5000}. */
    private static final int CASES = Integer.getInteger("terzi.operators.cases", 150);

    private static final long SEED = Long.getLong("terzi.operators.seed", 29);

    /**
     * One node.
     *
     * @param constants its further inputs; an empty one stands for an input that is left out
     * @param sizesKnown whether the graph declares the sizes of the first input
     */
    private record Case(
            String operator,
            long opset,
            Map<String, Attribute> attributes,
            Tensor x,
            List<Optional<Tensor>> constants,
            boolean sizesKnown) {

        static Case of(String operator, long opset, Map<String, Attribute> attributes, Tensor x, Tensor... constants) {
            return new Case(
                    operator,
                    opset,
                    attributes,
                    x,
                    Stream.of(constants).map(Optional::of).toList(),
                    true);
        }

        Case withoutSizes() {
            return new Case(operator, opset, attributes, x, constants, false);
        }

        /** A Resize to a size, without region and scales. */
        static Case resizedTo(long opset, Map<String, Attribute> attributes, Tensor x, long... size) {
            return new Case(
                    "Resize",
                    opset,
                    attributes,
                    x,
                    List.of(Optional.empty(), Optional.empty(), Optional.of(Tensor.ofLongs("sizes", size))),
                    true);
        }

        static Case scaledBy(long opset, Map<String, Attribute> attributes, Tensor x, float... scales) {
            return new Case(
                    "Resize",
                    opset,
                    attributes,
                    x,
                    List.of(
                            Optional.empty(),
                            Optional.of(Tensor.ofFloats("scales", new long[] {scales.length}, scales))),
                    true);
        }

        Model model() {
            List<String> inputs = new ArrayList<>(List.of("x"));
            List<Tensor> initializers = new ArrayList<>();
            for (Optional<Tensor> constant : constants) {
                inputs.add(constant.map(Tensor::name).orElse(""));
                constant.ifPresent(initializers::add);
            }
            Node node = Node.of("n", operator, inputs, List.of("y"));
            for (Map.Entry<String, Attribute> attribute : attributes.entrySet()) {
                node = node.with(attribute.getKey(), attribute.getValue());
            }
            List<Dim> dims = Arrays.stream(x.dims())
                    .mapToObj(size -> sizesKnown ? Dim.of(size) : Dim.UNKNOWN)
                    .toList();
            return Model.of(
                    new Graph(
                            "g",
                            List.of(node),
                            initializers,
                            List.of(new ValueInfo("x", TensorType.of(DataType.FLOAT, dims))),
                            List.of(new ValueInfo("y", TensorType.of(DataType.FLOAT)))),
                    opset);
        }

        @Override
        public String toString() {
            return operator + " " + opset + " " + attributes + " x " + Arrays.toString(x.dims()) + " "
                    + Arrays.toString(x.elementCount() > 16 ? new float[0] : x.floats())
                    + constants.stream()
                            .flatMap(Optional::stream)
                            .map(t -> " " + t.name() + " " + Arrays.toString(t.dims())
                                    + (t.elementCount() > 16 ? "" : Arrays.toString(t.doubles())))
                            .toList()
                    + (sizesKnown ? "" : " sizes not declared");
        }
    }

    private static Tensor row(float... values) {
        return Tensor.ofFloats("x", new long[] {1, 1, 1, values.length}, values);
    }

    private static Tensor line(float... values) {
        return Tensor.ofFloats("x", new long[] {1, 1, values.length}, values);
    }

    private static Map<String, Attribute> pool(long kernel, long stride, long begin, long end) {
        return Map.of(
                "kernel_shape", Attribute.ints(kernel),
                "strides", Attribute.ints(stride),
                "pads", Attribute.ints(begin, end),
                "ceil_mode", Attribute.of(1));
    }

    private static Map<String, Attribute> with(Map<String, Attribute> attributes, String name, Attribute value) {
        Map<String, Attribute> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return more;
    }

    /** A case and its values on paper. */
    @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
    private record Known(String name, Case given, float... expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Known> known() {
        Map<String, Attribute> linear = Map.of("mode", Attribute.of("linear"));
        Map<String, Attribute> nearest = Map.of(
                "mode", Attribute.of("nearest"),
                "coordinate_transformation_mode", Attribute.of("asymmetric"),
                "nearest_mode", Attribute.of("floor"));
        Map<String, Attribute> antialias = with(linear, "antialias", Attribute.of(1));
        return Stream.of(
                new Known(
                        "a window that begins in the end padding is left out",
                        Case.of("MaxPool", 12, pool(2, 2, 0, 1), line(1, 2, 3, 4, 5, 6)),
                        2,
                        4,
                        6),
                new Known(
                        "the last mean is of what the window holds",
                        Case.of("AveragePool", 11, pool(2, 2, 0, 1), line(1, 2, 3, 4, 5, 6)),
                        1.5f,
                        3.5f,
                        5.5f),
                new Known(
                        "pads of more than half a window count as zeros",
                        Case.of(
                                "AveragePool",
                                19,
                                with(pool(3, 3, 2, 2), "count_include_pad", Attribute.of(1)),
                                line(3, 6, 9, 12)),
                        1,
                        9),
                new Known(
                        "what lies beyond the pads does not count",
                        Case.of(
                                "AveragePool",
                                19,
                                with(pool(3, 2, 0, 1), "count_include_pad", Attribute.of(1)),
                                line(3, 6, 9, 12)),
                        6,
                        7),
                new Known(
                        "antialiasing repeats the edge",
                        Case.resizedTo(18, antialias, row(10, 0, 0, 0), 1, 1, 1, 2),
                        5,
                        0),
                new Known(
                        "antialiasing with exclude_outside weighs what is inside",
                        Case.resizedTo(
                                18, with(antialias, "exclude_outside", Attribute.of(1)), row(10, 0, 0, 0), 1, 1, 1, 2),
                        30f / 7,
                        0),
                new Known(
                        "ten by 0.7 are seven",
                        Case.scaledBy(18, nearest, row(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1, 1, 1, 0.7f),
                        0,
                        1,
                        2,
                        4,
                        5,
                        7,
                        8),
                new Known(
                        "an axis that keeps its length is still scaled",
                        Case.scaledBy(18, linear, row(0, 10, 20, 40), 1, 1, 2, 1.2f),
                        0,
                        7.5f,
                        95f / 6,
                        170f / 6,
                        0,
                        7.5f,
                        95f / 6,
                        170f / 6),
                new Known(
                        "an axis that doubles is still scaled",
                        Case.scaledBy(18, nearest, row(1, 2, 3), 1, 1, 1, 2.3f),
                        1,
                        1,
                        1,
                        2,
                        2,
                        3),
                new Known(
                        "opset 10 shrinks to the element above",
                        Case.of(
                                "Resize",
                                10,
                                Map.of("mode", Attribute.of("nearest")),
                                row(1, 2, 3, 4, 5, 6, 7),
                                Tensor.ofFloats("scales", new long[] {4}, 1, 1, 1, 0.6f)),
                        1,
                        3,
                        5,
                        6),
                new Known(
                        "a single element comes from the first",
                        Case.resizedTo(
                                13,
                                with(linear, "coordinate_transformation_mode", Attribute.of("pytorch_half_pixel")),
                                row(1, 2, 3, 4),
                                1,
                                1,
                                1,
                                1),
                        1),
                new Known(
                        "an exponent with more axes gives them to the result",
                        Case.of(
                                "Pow",
                                13,
                                Map.of(),
                                Tensor.ofFloats("x", new long[] {2}, 2, 3),
                                Tensor.ofFloats("e", new long[] {1, 1}, 2)),
                        4,
                        9),
                new Known(
                        "a reduction over no axis squares",
                        Case.of(
                                "ReduceSumSquare",
                                18,
                                Map.of("noop_with_empty_axes", Attribute.of(1)),
                                Tensor.ofFloats("x", new long[] {2}, -2, 3)),
                        4,
                        9),
                new Known(
                        "the norm of a scalar is its absolute value",
                        Case.of("ReduceL2", 18, Map.of(), Tensor.ofFloats("x", new long[0], -2)),
                        2),
                new Known(
                        "a clip without limits changes nothing",
                        Case.of("Clip", 6, Map.of(), line(-1e9f, 0, 1e9f)),
                        -1e9f,
                        0,
                        1e9f));
    }

    @ParameterizedTest
    @MethodSource("known")
    void operatorsGiveTheValuesOnPaper(Known known) throws OrtException {
        Computed computed = compute(known.given());
        assertArrayEquals(known.expected(), computed.values(), 2e-5f);
        Computed runtime = onnxRuntime(known.given());
        assertArrayEquals(known.expected(), runtime.values(), 2e-5f);
        assertArrayEquals(runtime.dims(), computed.dims());
    }

    static Stream<Case> refused() {
        Map<String, Attribute> counted = with(pool(3, 2, 0, 0), "count_include_pad", Attribute.of(1));
        Map<String, Attribute> aligned =
                Map.of("mode", Attribute.of("linear"), "coordinate_transformation_mode", Attribute.of("align_corners"));
        Map<String, Attribute> gaps = Map.of(
                "kernel_shape", Attribute.ints(1),
                "strides", Attribute.ints(3),
                "auto_pad", Attribute.of("SAME_UPPER"));
        return Stream.of(
                Case.of("AveragePool", 11, counted, line(1, 2, 3, 4, 5, 6)),
                Case.of("AveragePool", 11, counted, line(1, 2, 3, 4, 5)).withoutSizes(),
                Case.scaledBy(13, aligned, row(1, 2, 3, 4), 1, 1, 1, 0.8f),
                Case.scaledBy(18, Map.of("mode", Attribute.of("linear")), row(0, 10, 20, 40), 1, 1, 1, 1.2f),
                Case.of("MaxPool", 12, gaps, line(1, 2, 3, 4, 5, 6)),
                Case.of("AveragePool", 19, gaps, line(1, 2, 3, 4, 5, 6)),
                Case.of(
                        "MaxPool",
                        12,
                        Map.of(
                                "kernel_shape", Attribute.ints(3),
                                "dilations", Attribute.ints(2),
                                "auto_pad", Attribute.of("SAME_LOWER")),
                        line(1, 2, 3, 4, 5, 6)),
                Case.of(
                        "ConvTranspose",
                        11,
                        Map.of("strides", Attribute.ints(2), "auto_pad", Attribute.of("SAME_LOWER")),
                        line(1, 2, 3),
                        Tensor.ofFloats("w", new long[] {1, 1, 1}, 1)),
                Case.of(
                        "Pad",
                        13,
                        Map.of("mode", Attribute.of("reflect")),
                        line(1, 2, 3),
                        Tensor.ofLongs("pads", 0, 0, 4, 0, 0, 0)),
                Case.of(
                        "LayerNormalization",
                        17,
                        Map.of("axis", Attribute.of(-2)),
                        row(1, 2, 3),
                        Tensor.ofFloats("s", new long[] {3}, 1, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatOnnxRuntimeAnswersOtherwiseIsRefusedBeforeAnythingRuns(Case given) {
        UnsupportedOperatorException refusal =
                assertThrows(UnsupportedOperatorException.class, () -> compile(given.model()));
        assertTrue(refusal.getMessage().startsWith("node n (" + given.operator()), refusal.getMessage());
    }

    // ---- drawn cases

    private interface Drawing {
        Case draw(Random random);
    }

    @TestFactory
    Stream<DynamicTest> drawnCasesGiveWhatOnnxRuntimeGives() {
        Map<String, Drawing> families = new LinkedHashMap<>();
        families.put("pooling", AgainstOnnxRuntimeTest::drawPooling);
        families.put("resizing", AgainstOnnxRuntimeTest::drawResizing);
        families.put("convolutions", AgainstOnnxRuntimeTest::drawConvolution);
        families.put("reductions", AgainstOnnxRuntimeTest::drawReduction);
        families.put("padding", AgainstOnnxRuntimeTest::drawPadding);
        return families.entrySet().stream()
                .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> compare(family.getValue())));
    }

    private static void compare(Drawing drawing) throws OrtException {
        List<String> failures = new ArrayList<>();
        int compared = 0;
        for (int i = 0; i < CASES; i++) {
            Case given = drawing.draw(new Random(SEED * 1_000_003 + i));
            Computed expected;
            try {
                expected = onnxRuntime(given);
            } catch (OrtException e) {
                continue; // outside of the specification
            }
            try {
                Computed found = compute(given);
                compared++;
                String difference = difference(expected, found);
                if (!difference.isEmpty()) {
                    failures.add("seed " + SEED + ", case " + i + ": " + given + ": " + difference);
                }
            } catch (UnsupportedOperatorException e) {
                assertTrue(e.getMessage().startsWith("node n ("), e.getMessage());
            } catch (RuntimeException e) {
                failures.add("seed " + SEED + ", case " + i + ": " + given + ": " + e.getMessage());
            }
        }
        assertEquals(List.of(), failures.subList(0, Math.min(5, failures.size())), failures.size() + " failures");
        assertTrue(compared > CASES / 3, compared + " of " + CASES + " compared");
    }

    private static String difference(Computed expected, Computed found) {
        if (!Arrays.equals(expected.dims(), found.dims())) {
            return "expected " + Arrays.toString(expected.dims()) + ", found " + Arrays.toString(found.dims());
        }
        for (int i = 0; i < expected.values().length; i++) {
            float e = expected.values()[i];
            float f = found.values()[i];
            if (Float.compare(e, f) != 0 && !(Math.abs(e - f) <= 2e-4 + 1e-4 * Math.abs(e))) {
                return "element " + i + ": expected " + e + ", found " + f;
            }
        }
        return "";
    }

    private static Case drawPooling(Random random) {
        int axes = 1 + random.nextInt(2);
        boolean max = random.nextBoolean();
        long[] kernel = draw(random, axes, 1, 4);
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel));
        attributes.put("strides", Attribute.ints(draw(random, axes, 1, 4)));
        attributes.put("ceil_mode", Attribute.of(random.nextInt(2)));
        if (max) {
            attributes.put("dilations", Attribute.ints(draw(random, axes, 1, 2)));
        } else {
            attributes.put("count_include_pad", Attribute.of(random.nextInt(2)));
        }
        if (random.nextInt(4) == 0) {
            attributes.put("auto_pad", Attribute.of(random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER"));
            attributes.put("ceil_mode", Attribute.of(0));
        } else {
            long[] pads = new long[2 * axes];
            for (int i = 0; i < pads.length; i++) {
                pads[i] = random.nextInt((int) kernel[i % axes]);
            }
            attributes.put("pads", Attribute.ints(pads));
        }
        long opset = max ? 12 : random.nextBoolean() ? 11 : 19;
        Case drawn = Case.of(max ? "MaxPool" : "AveragePool", opset, attributes, tensor(random, axes, 4, 9));
        return random.nextBoolean() ? drawn : drawn.withoutSizes();
    }

    private static Case drawResizing(Random random) {
        boolean antialias = random.nextInt(3) == 0;
        String mode = antialias
                ? (random.nextBoolean() ? "linear" : "cubic")
                : List.of("nearest", "linear", "cubic").get(random.nextInt(3));
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("mode", Attribute.of(mode));
        attributes.put(
                "coordinate_transformation_mode",
                Attribute.of(List.of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners")
                        .get(random.nextInt(4))));
        if (mode.equals("nearest")) {
            attributes.put(
                    "nearest_mode",
                    Attribute.of(List.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil")
                            .get(random.nextInt(4))));
        }
        if (mode.equals("cubic") && random.nextBoolean()) {
            attributes.put("cubic_coeff_a", Attribute.of(-0.5f));
        }
        if (antialias) {
            attributes.put("antialias", Attribute.of(1));
        }
        if ((antialias || mode.equals("cubic")) && random.nextBoolean()) {
            attributes.put("exclude_outside", Attribute.of(1));
        }
        Tensor x = tensor(random, 2, 3, 8);
        long opset = antialias ? 18 : 13 + 5 * random.nextInt(2);
        if (random.nextBoolean()) {
            float[] scales = {1, 1, scale(random), scale(random)};
            return Case.scaledBy(opset, attributes, x, scales);
        }
        Case drawn = Case.resizedTo(
                opset, attributes, x, x.dims()[0], x.dims()[1], 1 + random.nextInt(12), 1 + random.nextInt(12));
        return random.nextBoolean() ? drawn : drawn.withoutSizes();
    }

    private static float scale(Random random) {
        return random.nextBoolean() ? 1 + random.nextInt(3) : 0.35f + 2.5f * random.nextFloat();
    }

    private static Case drawConvolution(Random random) {
        int axes = 1 + random.nextInt(2);
        boolean transposed = random.nextBoolean();
        long[] kernel = draw(random, axes, 1, 4);
        long[] strides = draw(random, axes, 1, 3);
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("strides", Attribute.ints(strides));
        attributes.put("dilations", Attribute.ints(draw(random, axes, 1, 2)));
        if (random.nextInt(3) == 0) {
            attributes.put("auto_pad", Attribute.of(random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER"));
        } else {
            attributes.put("pads", Attribute.ints(draw(random, 2 * axes, 0, 2)));
        }
        if (transposed && random.nextInt(4) == 0) {
            attributes.put(
                    "output_padding",
                    Attribute.ints(Arrays.stream(strides).map(s -> s - 1).toArray()));
        }
        Tensor x = tensor(random, axes, 4, 8);
        long[] dims = new long[axes + 2];
        dims[0] = transposed ? x.dims()[1] : 3;
        dims[1] = transposed ? 3 : x.dims()[1];
        System.arraycopy(kernel, 0, dims, 2, axes);
        Case drawn = Case.of(
                transposed ? "ConvTranspose" : "Conv",
                11,
                attributes,
                x,
                floats(random, "w", dims),
                floats(random, "b", new long[] {3}));
        return random.nextBoolean() ? drawn : drawn.withoutSizes();
    }

    private static Case drawReduction(Random random) {
        String operator = List.of(
                        "ReduceMean",
                        "ReduceSum",
                        "ReduceMax",
                        "ReduceMin",
                        "ReduceL1",
                        "ReduceL2",
                        "ReduceSumSquare",
                        "ReduceLogSum",
                        "ReduceLogSumExp",
                        "ReduceProd")
                .get(random.nextInt(10));
        int rank = random.nextInt(5);
        long[] dims = draw(random, rank, 1, 3);
        float[] values = floats(random, "x", dims).floats();
        for (int i = 0; i < values.length && operator.contains("Log"); i++) {
            values[i] = Math.abs(values[i]) + 0.1f;
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("keepdims", Attribute.of(random.nextInt(2)));
        attributes.put("noop_with_empty_axes", Attribute.of(random.nextInt(2)));
        Tensor x = Tensor.ofFloats("x", dims, values);
        if (rank == 0 || random.nextInt(3) == 0) {
            return Case.of(operator, 18, attributes, x);
        }
        long[] axes = random.ints(0, rank)
                .distinct()
                .limit(1 + random.nextInt(rank))
                .asLongStream()
                .toArray();
        for (int i = 0; i < axes.length; i++) {
            axes[i] -= random.nextBoolean() ? rank : 0;
        }
        return Case.of(operator, 18, attributes, x, Tensor.ofLongs("axes", axes));
    }

    private static Case drawPadding(Random random) {
        String mode = List.of("constant", "reflect", "edge").get(random.nextInt(3));
        Tensor x = tensor(random, 2, 2, 5);
        long[] pads = draw(random, 8, 0, 3);
        pads[0] = pads[1] = pads[4] = pads[5] = 0;
        Case drawn = Case.of("Pad", 13, Map.of("mode", Attribute.of(mode)), x, Tensor.ofLongs("pads", pads));
        return random.nextBoolean() || mode.equals("reflect") ? drawn : drawn.withoutSizes();
    }

    private static long[] draw(Random random, int count, int least, int most) {
        return random.longs(count, least, most + 1L).toArray();
    }

    private static Tensor tensor(Random random, int axes, int least, int most) {
        long[] dims = new long[axes + 2];
        dims[0] = 1L + random.nextInt(2);
        dims[1] = 1L + random.nextInt(3);
        System.arraycopy(draw(random, axes, least, most), 0, dims, 2, axes);
        return floats(random, "x", dims);
    }

    private static Tensor floats(Random random, String name, long[] dims) {
        float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 2);
        }
        return Tensor.ofFloats(name, dims, values);
    }

    // ---- both sides

    @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
    private record Computed(long[] dims, float[] values) {}

    private static CompiledGraph compile(Model model) {
        return new GraphCompiler(model, Precision.FP32).compileAny();
    }

    private static Computed compute(Case given) {
        compile(given.model());
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray y = Graphs.run(manager, given.model(), List.of(given.x())).get(0);
            return new Computed(y.getShape().getShape(), y.toFloatArray());
        }
    }

    private static Computed onnxRuntime(Case given) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            try (OrtSession session = environment.createSession(ModelFile.toBytes(given.model()), options);
                    OnnxTensor x = OnnxTensor.createTensor(
                            environment,
                            FloatBuffer.wrap(given.x().floats()),
                            given.x().dims());
                    OrtSession.Result result = session.run(Map.<String, OnnxTensorLike>of("x", x))) {
                OnnxTensor y = (OnnxTensor) result.get(0);
                FloatBuffer buffer = y.getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return new Computed(y.getInfo().getShape(), values);
            }
        }
    }
}
