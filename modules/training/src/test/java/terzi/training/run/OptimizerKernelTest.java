package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.training.recipe.Optimizer;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import tools.jackson.databind.JsonNode;

class OptimizerKernelTest {
    private static final float TOLERANCE = 2e-6f;

    /** A quarter of how far a step moves a weight, after eight steps: bfloat16 has eight bits. */
    private static final float COARSE_TOLERANCE = 5e-4f;

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("sgd", new Optimizer.Sgd(0.1, 0, false, 0), 0.0),
                Arguments.of("sgd_momentum", new Optimizer.Sgd(0.1, 0.9, false, 0.05), 0.0),
                Arguments.of("sgd_nesterov_clipped", new Optimizer.Sgd(0.1, 0.9, true, 0.05), 1.0),
                Arguments.of("adam", new Optimizer.Adam(0.01, 0.9, 0.999, 1e-8, 0), 0.0),
                Arguments.of("adam_decay", new Optimizer.Adam(0.01, 0.8, 0.95, 1e-6, 0.1), 0.0),
                Arguments.of("adamw", new Optimizer.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1), 0.0),
                Arguments.of("rmsprop", new Optimizer.RmsProp(0.01, 0.99, 1e-8, 0, false, 0.1), 0.0),
                Arguments.of("rmsprop_centered_momentum", new Optimizer.RmsProp(0.01, 0.9, 1e-8, 0.8, true, 0), 0.0),
                Arguments.of("nadam", new Optimizer.Nadam(0.01, 0.9, 0.999, 1e-8, 4e-3, 0.1), 0.0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void movesParametersAsPyTorchDoes(String name, Optimizer optimizer, double clip) throws IOException {
        List<Shape> shapes = List.of(new Shape(2, 3), new Shape(3));
        OptimizerKernel kernel = new OptimizerKernel(optimizer, Precision.FP32, List.of(true, false));
        compare(Golden.read(), name, kernel, optimizer.learningRate(), shapes, clip, TOLERANCE);
    }

    @ParameterizedTest(name = "nesterov {0}, {1}")
    @CsvSource({"true, FP32", "false, FP32", "true, BF16", "false, BF16"})
    void muonMovesHiddenWeightsAsPyTorchDoesAndTheOthersAsAdamW(boolean nesterov, Precision precision)
            throws IOException {
        Optimizer optimizer = new Optimizer.Muon(0.01, 0.95, nesterov, nesterov ? 0.1 : 0);
        JsonNode golden = Golden.read().path("muon");
        List<Shape> shapes = new ArrayList<>();
        golden.path("shapes")
                .forEach(shape -> shapes.add(new Shape(
                        shape.valueStream().mapToLong(JsonNode::longValue).toArray())));
        OptimizerKernel kernel = new OptimizerKernel(optimizer, precision, List.of(true, true, false, true));
        float tolerance = precision == Precision.FP32 ? TOLERANCE : COARSE_TOLERANCE;
        compare(golden, nesterov ? "muon" : "muon_plain", kernel, optimizer.learningRate(), shapes, 0, tolerance);
    }

    private static void compare(
            JsonNode golden,
            String name,
            OptimizerKernel kernel,
            double rate,
            List<Shape> shapes,
            double clip,
            float tolerance) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                ScriptModule module = ScriptModule.load(manager, kernel.source(), StepSource.CLIP)) {
            NDList parameters = tensors(manager, golden.path("initial"), shapes);
            NDList state = new NDList();
            for (int i = 0; i < kernel.statesPerParameter(); i++) {
                parameters.forEach(parameter -> state.add(manager.zeros(parameter.getShape())));
            }
            JsonNode expected = golden.path("optimizers").path(name);
            assertFalse(expected.isEmpty(), name);
            for (int t = 1; t <= expected.size(); t++) {
                NDList gradients = tensors(manager, golden.path("gradients").path(t - 1), shapes);
                if (clip > 0) {
                    gradients = module.call(manager, "clip", gradients, clip);
                }
                double[] k = kernel.coefficients(rate, t);
                module.call(manager, "update", parameters, gradients, state, k[0], k[1], k[2], k[3]);
                for (int i = 0; i < parameters.size(); i++) {
                    assertArrayEquals(
                            Golden.floats(expected.path(t - 1).path(i)),
                            parameters.get(i).toFloatArray(),
                            tolerance,
                            "parameter " + i + " after step " + t);
                }
            }
        }
    }

    private static NDList tensors(NDManager manager, JsonNode values, List<Shape> shapes) {
        NDList list = new NDList();
        for (int i = 0; i < shapes.size(); i++) {
            list.add(manager.create(Golden.floats(values.path(i)), shapes.get(i)));
        }
        return list;
    }

    @Test
    void muonLeavesOtherParametersToAdamWAtItsRateAndDecay() {
        assertEquals(
                new Optimizer.AdamW(0.5, 0.9, 0.999, 1e-8, 0.2),
                OptimizerKernel.forOthers(new Optimizer.Muon(0.5, 0.9, true, 0.2)));
    }
}
