package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.training.recipe.Optimizer;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;

/** What holds for every optimizer. Values against PyTorch are in {@link OptimizerKernelTest}. */
class OptimizerContractTest {
    private static final double RATE = 0.01;
    private static final float[] START = {1, -2, 0.5f, 3};
    private static final Shape SQUARE = new Shape(2, 2);

    static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Optimizer.Sgd(RATE, 0, false, 0.1),
                new Optimizer.Sgd(RATE, 0.9, false, 0.1),
                new Optimizer.Sgd(RATE, 0.9, true, 0.1),
                new Optimizer.Adam(RATE, 0.9, 0.999, 1e-8, 0.1),
                new Optimizer.AdamW(RATE, 0.9, 0.999, 1e-8, 0.1),
                new Optimizer.RmsProp(RATE, 0.9, 1e-8, 0, false, 0.1),
                new Optimizer.RmsProp(RATE, 0.9, 1e-8, 0.8, true, 0.1),
                new Optimizer.Nadam(RATE, 0.9, 0.999, 1e-8, 4e-3, 0.1),
                new Optimizer.Muon(RATE, 0.95, true, 0.1),
                new Optimizer.Muon(RATE, 0.95, false, 0.1));
    }

    /** The same four values after one step, for parameters that decay or not and learn at a share of the rate. */
    private static float[][] step(Optimizer optimizer, List<Boolean> decays, double[] rates, float... gradient) {
        OptimizerKernel kernel = new OptimizerKernel(optimizer, Precision.FP32, decays, rates);
        try (NDManager manager = Libtorch.manager();
                ScriptModule module = ScriptModule.load(manager, kernel.source())) {
            NDList parameters = new NDList();
            NDList gradients = new NDList();
            NDList state = new NDList();
            for (int i = 0; i < rates.length; i++) {
                parameters.add(manager.create(START, SQUARE));
                gradients.add(manager.create(gradient, SQUARE));
            }
            for (int i = 0; i < rates.length * kernel.statesPerParameter(); i++) {
                state.add(manager.zeros(SQUARE));
            }
            double[] k = kernel.coefficients(RATE, 1);
            module.call(manager, "update", parameters, gradients, state, k[0], k[1], k[2], k[3]);
            return parameters.stream().map(p -> p.toFloatArray()).toArray(float[][]::new);
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void withoutAGradientOnlyWhatDecaysMovesAndTowardsZero(Optimizer optimizer) {
        float[][] after = step(optimizer, List.of(true, false, true), new double[] {1, 1, 1}, 0, 0, 0, 0);
        assertArrayEquals(START, after[1], "no decay");
        for (int i = 0; i < START.length; i++) {
            float share = after[0][i] / START[i];
            assertTrue(share > 0.9 && share < 1, optimizer + " leaves " + share);
        }
        if (optimizer instanceof Optimizer.AdamW || optimizer instanceof Optimizer.Muon || isPlain(optimizer)) {
            // decoupled, and for plain descent the same thing: w (1 - rate * decay)
            for (int i = 0; i < START.length; i++) {
                assertEquals(START[i] * (1 - 0.01 * 0.1), after[0][i], 1e-6);
                assertEquals(START[i] * (1 - 0.01 * 0.1), after[2][i], 1e-6);
            }
        }
    }

    private static boolean isPlain(Optimizer optimizer) {
        return optimizer instanceof Optimizer.Sgd sgd && !sgd.nesterov();
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aStepGoesAgainstTheGradientAndEachParameterAtItsShareOfTheRate(Optimizer optimizer) {
        float[] gradient = {0.5f, 0.5f, -0.25f, 0.25f};
        double[] rates = {1, 0.5, 0, 1};
        float[][] after = step(optimizer, List.of(false, false, false, false), rates, gradient);
        for (int i = 0; i < START.length; i++) {
            float whole = after[0][i] - START[i];
            assertTrue(whole * gradient[i] < 0, optimizer + " goes by " + whole);
            assertEquals(whole / 2, after[1][i] - START[i], 1e-6);
            assertEquals(after[0][i], after[3][i]);
        }
        assertArrayEquals(START, after[2], "frozen");
        float[][] uniform = step(optimizer, List.of(false, false), new double[] {1, 1}, gradient);
        assertArrayEquals(after[0], uniform[0], 1e-6f);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void noParameterNeedsTheWholeRate(Optimizer optimizer) {
        float[] gradient = {0.5f, 0.5f, -0.25f, 0.25f};
        List<Boolean> decays = List.of(false, false);
        float[] whole = step(optimizer, decays, new double[] {1, 1}, gradient)[0];
        float[][] after = step(optimizer, decays, new double[] {0.5, 0.25}, gradient);
        for (int i = 0; i < START.length; i++) {
            assertEquals((whole[i] - START[i]) / 2, after[0][i] - START[i], 1e-6);
            assertEquals((whole[i] - START[i]) / 4, after[1][i] - START[i], 1e-6);
        }
    }

    @Test
    void eachOptimizerKeepsTheTensorsThatPyTorchsKeeps() {
        // momentum_buffer; exp_avg and exp_avg_sq; square_avg, grad_avg and momentum_buffer
        int[] tensors = {0, 1, 1, 2, 2, 1, 3, 2, 2, 2};
        List<Optimizer> all = optimizers().toList();
        for (int i = 0; i < tensors.length; i++) {
            OptimizerKernel kernel = new OptimizerKernel(all.get(i), Precision.FP32, List.of(true));
            assertEquals(tensors[i], kernel.statesPerParameter(), all.get(i).toString());
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void whatAStepIsMultipliedByDoesNotDependOnTheStepsBefore(Optimizer optimizer) {
        OptimizerKernel straight = new OptimizerKernel(optimizer, Precision.FP32, List.of(true));
        double[][] all = IntStream.rangeClosed(1, 6)
                .mapToObj(t -> straight.coefficients(RATE, t))
                .toArray(double[][]::new);
        for (int t = 6; t >= 1; t--) {
            OptimizerKernel resumed = new OptimizerKernel(optimizer, Precision.FP32, List.of(true));
            assertArrayEquals(all[t - 1], resumed.coefficients(RATE, t), 1e-15);
            assertArrayEquals(all[t - 1], straight.coefficients(RATE, t), 1e-15, "also asked backwards");
        }
    }

    @Test
    void adamsCorrectionsAreThoseOfThePaper() {
        OptimizerKernel adam =
                new OptimizerKernel(new Optimizer.AdamW(RATE, 0.9, 0.99, 1e-8, 0.2), Precision.FP32, List.of(true));
        double[] third = adam.coefficients(0.5, 3);
        assertEquals(-0.5 / (1 - 0.729), third[0], 1e-12);
        assertEquals(Math.sqrt(1 - 0.970299), third[1], 1e-12);
        assertEquals(1 - 0.5 * 0.2, third[2], 1e-12);
    }
}
