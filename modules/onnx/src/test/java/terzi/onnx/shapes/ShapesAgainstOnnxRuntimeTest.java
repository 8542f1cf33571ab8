package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.codec.ModelFile;

/** Shapes of operators with drawn attributes: those that ONNX Runtime 1.28 computes. */
class ShapesAgainstOnnxRuntimeTest {

    @Provide
    Arbitrary<String> operators() {
        return Arbitraries.of(DrawnOperator.names());
    }

    @Property(tries = 600, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    void shapesAndTypesAreThoseOfOnnxRuntime(@ForAll("operators") String operator, @ForAll long seed) {
        DrawnOperator drawn = DrawnOperator.of(operator, seed);
        Map<String, TensorType> right = byOnnxRuntime(drawn);
        Map<String, TensorType> fixed = ShapeInference.infer(model(drawn, Dims.FIXED));
        right.forEach((name, type) -> assertEquals(type, fixed.get(name), () -> name + " of " + drawn.describe()));
        Map<String, TensorType> named = ShapeInference.infer(model(drawn, Dims.NAMED));
        right.forEach((name, type) -> assertHolds(named.get(name), type, drawn));
    }

    /** What is said of a named axis holds whatever its size. */
    private static void assertHolds(@Nullable TensorType found, TensorType right, DrawnOperator drawn) {
        if (found == null || found.shape().isEmpty()) {
            return;
        }
        Map<String, Long> sizes = new HashMap<>();
        for (Tensor tensor : drawn.data()) {
            for (int i = 0; i < tensor.rank(); i++) {
                sizes.put(name(tensor, i), tensor.dims()[i]);
            }
        }
        List<Dim> shape = found.shape().get();
        List<Dim> sized = right.shape().orElseThrow();
        assertEquals(sized.size(), shape.size(), () -> "axes of " + found + " of " + drawn.describe());
        for (int i = 0; i < shape.size(); i++) {
            Dim size = shape.get(i) instanceof Dim.Symbolic axis ? Dim.of(sizes.get(axis.name())) : shape.get(i);
            assertTrue(
                    size.equals(Dim.UNKNOWN) || size.equals(sized.get(i)),
                    () -> found + " and not " + right + " with " + sizes + " of " + drawn.describe());
        }
    }

    private enum Dims {
        FIXED,
        NAMED
    }

    private static String name(Tensor tensor, int axis) {
        return tensor.name() + "_" + axis;
    }

    private static Model model(DrawnOperator drawn, Dims dims) {
        List<ValueInfo> inputs = new ArrayList<>();
        for (Tensor tensor : drawn.data()) {
            List<Dim> shape = new ArrayList<>();
            for (int i = 0; i < tensor.rank(); i++) {
                shape.add(dims == Dims.FIXED ? Dim.of(tensor.dims()[i]) : Dim.of(name(tensor, i)));
            }
            inputs.add(new ValueInfo(tensor.name(), TensorType.of(tensor.type(), shape)));
        }
        return Model.of(new Graph("g", List.of(drawn.node()), drawn.constants(), inputs, List.of()), drawn.opset());
    }

    /** Everything is a constant there, so that the graph needs no inputs of different types. */
    private static Map<String, TensorType> byOnnxRuntime(DrawnOperator drawn) {
        List<Tensor> all = new ArrayList<>(drawn.data());
        all.addAll(drawn.constants());
        List<ValueInfo> outputs = drawn.node().outputs().stream()
                .map(name -> new ValueInfo(name, ValueType.UNTYPED))
                .toList();
        Model model = Model.of(new Graph("g", List.of(drawn.node()), all, List.of(), outputs), drawn.opset())
                .withIrVersion(8);
        Map<String, TensorType> types = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            // its own inference is wrong about some, and it warns of that when it runs them
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(ModelFile.toBytes(model), options);
                    OrtSession.Result result = session.run(Map.of())) {
                for (Map.Entry<String, OnnxValue> entry : result) {
                    TensorInfo info = (TensorInfo) entry.getValue().getInfo();
                    types.put(entry.getKey(), TensorType.of(DataType.valueOf(info.type.name()), info.getShape()));
                }
            }
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses " + drawn.describe() + ": " + e.getMessage(), e);
        }
        return types;
    }
}
