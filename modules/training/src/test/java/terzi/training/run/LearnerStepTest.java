package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.augment.BatchMix;
import terzi.data.augment.CutMix;
import terzi.data.augment.Mixup;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.TrainingOptions;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.TorchScriptCompiler;
import tools.jackson.databind.JsonNode;

/** Whole steps of a linear layer over 2 x 2 values, against {@code benchmarks/peers/steps_golden.py}. */
class LearnerStepTest {
    private static final float TOLERANCE = 2e-6f;
    private static final float[] UNEQUAL = {0.5f, 2, 1.25f};
    private static final TrainingOptions PLAIN = TrainingOptions.defaults()
            .withOptimizer(new Optimizer.Sgd(0.5, 0, false, 0))
            .withPrecision(PrecisionChoice.FP32)
            .withThreads(1);

    static Stream<Arguments> cases() {
        TrainingOptions smoothed = PLAIN.withLoss(new Loss(0.1, new ClassWeighting.Equal()));
        return Stream.of(
                Arguments.of("plain", PLAIN, null, null, null),
                Arguments.of("smoothed", smoothed, null, null, null),
                Arguments.of("weighted", PLAIN, UNEQUAL, null, null),
                Arguments.of("weighted_smoothed", smoothed, UNEQUAL, null, null),
                Arguments.of("mixed", PLAIN.withMix(new Mixup(1)), null, mix(0.3, BatchMix.Box.NONE), null),
                Arguments.of("mixed_weighted", PLAIN.withMix(new Mixup(1)), UNEQUAL, mix(0.3, BatchMix.Box.NONE), null),
                Arguments.of(
                        "cut_weighted_smoothed",
                        smoothed.withMix(new CutMix(1)),
                        UNEQUAL,
                        mix(0.75, new BatchMix.Box(1, 0, 2, 1)),
                        null),
                Arguments.of(
                        "taught_weighted",
                        PLAIN,
                        UNEQUAL,
                        null,
                        new Distillation(List.of(Path.of("teacher.onnx")), 0.4, 2)),
                Arguments.of("clipped", PLAIN.withClipNorm(0.05), null, null, null),
                Arguments.of("loosely_clipped", PLAIN.withClipNorm(1000), null, null, null),
                Arguments.of("averaged_young", PLAIN.withEma(0.99), null, null, null),
                Arguments.of("averaged", PLAIN.withEma(0.2), null, null, null));
    }

    private static BatchMix.Mix mix(double share, BatchMix.Box box) {
        return new BatchMix.Mix(share, new int[] {3, 0, 1, 2}, box);
    }

    private static Model network(JsonNode golden) {
        Model drawn = Sequential.build(new InputShape(1, 2, 2), List.of(new Layer.Flatten(), new Layer.Dense(3)), 1);
        return drawn.withGraph(drawn.graph()
                .withInitializers(drawn.graph().initializers().stream()
                        .map(tensor -> Tensor.ofFloats(
                                tensor.name(),
                                tensor.dims(),
                                Golden.floats(golden.path(tensor.dims().length == 2 ? "weight" : "bias"))))
                        .toList()));
    }

    private static Learner learner(
            NDManager manager,
            JsonNode golden,
            TrainingOptions options,
            float @Nullable [] weights,
            @Nullable Distillation teacher) {
        return new Learner(
                manager,
                TorchScriptCompiler.compile(network(golden), Precision.FP32),
                null,
                options,
                weights,
                null,
                teacher);
    }

    private static Learner.Batch batch(NDManager manager, JsonNode golden) {
        return new Learner.Batch(
                tensors(manager, golden),
                manager.create(Golden.floats(golden.path("teacher")), new Shape(4, 3)),
                manager.create(new long[] {0, 1, 2, 3}),
                0,
                4);
    }

    private static ImageTensors tensors(NDManager manager, JsonNode golden) {
        NDArray rows = manager.create(Golden.floats(golden.path("rows")), new Shape(4, 1, 2, 2));
        int[] labels =
                golden.path("labels").valueStream().mapToInt(JsonNode::asInt).toArray();
        return new ImageTensors(rows, Learner.longs(manager, labels));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aStepChangesWeightsAveragesAndSumsAsPyTorchDoes(
            String name,
            TrainingOptions options,
            float @Nullable [] weights,
            BatchMix.@Nullable Mix mix,
            @Nullable Distillation teacher)
            throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        JsonNode expected = golden.path("cases").path(name);
        try (NDManager manager = Libtorch.manager();
                Learner learner = learner(manager, golden, options, weights, teacher)) {
            Learner.Batch batch = batch(manager, golden);
            for (int t = 1; t <= expected.size(); t++) {
                JsonNode after = expected.path(t - 1);
                Learner.StepIndex moment = new Learner.StepIndex(1, t - 1, t);
                learner.step(batch, moment, 0.5, mix == null ? BatchMix.Mix.none(4) : mix);
                Learner.Totals totals = learner.totals();
                assertEquals(after.path("loss").asDouble(), totals.loss(), 2e-6, "loss of step " + t);
                assertEquals(after.path("hits").asDouble() / 4, totals.accuracy(), 1e-6, "answers of step " + t);
                assertEquals(4, totals.count());
                assertEquals(0, totals.badStep());
                learner.resetTotals();
                Map<String, TensorFile.Values> state = learner.state();
                assertTensors(after, "weight", "bias", "value/", state);
                if (options.regularisation().ema() > 0) {
                    assertTensors(after, "averageWeight", "averageBias", "average/", state);
                }
            }
        }
    }

    private static void assertTensors(
            JsonNode expected, String weight, String bias, String prefix, Map<String, TensorFile.Values> state) {
        int[] found = new int[1];
        state.forEach((name, values) -> {
            if (name.startsWith(prefix)) {
                String key = values.shape().size() == 2 ? weight : bias;
                assertArrayEquals(Golden.floats(expected.path(key)), values.values(), TOLERANCE, name);
                found[0]++;
            }
        });
        assertEquals(2, found[0]);
    }

    @Test
    void theMeanOfSeveralStepsCountsEveryImageOnce() throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        try (NDManager manager = Libtorch.manager();
                Learner learner = learner(manager, golden, PLAIN, null, null)) {
            Learner.Batch all = batch(manager, golden);
            // at rate 0 nothing changes, so that batches of 1 and 3 have the mean of the whole
            learner.step(new Learner.Batch(all.images(), all.taught(), all.order(), 0, 1), moment(1), 0);
            learner.step(new Learner.Batch(all.images(), all.taught(), all.order(), 1, 4), moment(2), 0);
            Learner.Totals totals = learner.totals();
            JsonNode first = golden.path("cases").path("plain").path(0);
            assertEquals(first.path("loss").asDouble(), totals.loss(), 2e-6);
            assertEquals(first.path("hits").asDouble() / 4, totals.accuracy(), 1e-9);
            assertEquals(4, totals.count());
            for (int batchSize : new int[] {1, 3, 4, 5}) {
                Learner.Totals validated = learner.validate(all.images(), batchSize);
                assertEquals(first.path("loss").asDouble(), validated.loss(), 2e-6, "batches of " + batchSize);
                assertEquals(4, validated.count());
            }
        }
    }

    private static Learner.StepIndex moment(long number) {
        return new Learner.StepIndex(1, (int) number - 1, number);
    }

    @Test
    void theAverageIsWhatIsValidatedAndHandedOver() throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        JsonNode expected = golden.path("cases").path("averaged").path(0);
        try (NDManager manager = Libtorch.manager();
                Learner learner = learner(manager, golden, PLAIN.withEma(0.2), null, null);
                Learner plain = learner(manager, golden, PLAIN, null, null)) {
            Learner.Batch batch = batch(manager, golden);
            learner.step(batch, moment(1), 0.5);
            for (Tensor tensor : learner.network().graph().initializers()) {
                String key = tensor.dims().length == 2 ? "averageWeight" : "averageBias";
                assertArrayEquals(Golden.floats(expected.path(key)), tensor.floats(), TOLERANCE, tensor.name());
            }
            plain.restore(withoutAverage(learner.state()));
            assertTrue(Math.abs(plain.validate(batch.images(), 4).loss()
                            - learner.validate(batch.images(), 4).loss())
                    > 1e-4);
        }
    }

    /** The average in the place of the values. */
    private static Map<String, TensorFile.Values> withoutAverage(Map<String, TensorFile.Values> state) {
        Map<String, TensorFile.Values> values = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith("value/")) {
                values.put(name, tensor);
            }
        });
        return values;
    }

    @Test
    void everyStepMixesAnewAndThePlainEpochsDoNot() throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        double unmixed = golden.path("cases").path("plain").path(0).path("loss").asDouble();
        TrainingOptions options =
                PLAIN.withEpochs(3).withSeed(1).withMix(new Mixup(1)).withPlainEpochs(1);
        try (NDManager manager = Libtorch.manager();
                Learner learner = learner(manager, golden, options, null, null)) {
            double[] losses = new double[4];
            int[][] when = {{1, 0}, {1, 1}, {2, 0}, {3, 0}};
            for (int i = 0; i < losses.length; i++) {
                learner.step(batch(manager, golden), new Learner.StepIndex(when[i][0], when[i][1], i + 1), 0);
                losses[i] = learner.totals().loss();
                learner.resetTotals();
            }
            assertEquals(4, Arrays.stream(losses).distinct().count(), Arrays.toString(losses));
            assertEquals(unmixed, losses[3], 2e-6, "the last epoch is plain");
            assertNotEquals(unmixed, losses[2], 1e-4);
        }
    }

    @Test
    void theFirstStepWhoseLossIsNotFiniteIsRemembered() throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        try (NDManager manager = Libtorch.manager();
                Learner learner = learner(manager, golden, PLAIN, null, null)) {
            Learner.Batch batch = batch(manager, golden);
            learner.step(batch, moment(1), 0);
            assertEquals(0, learner.totals().badStep());
            batch.images().pixels().muli(Float.NaN);
            learner.step(batch, moment(2), 0);
            learner.step(batch, moment(3), 0);
            assertEquals(2, learner.totals().badStep());
            learner.setTotals(List.of(6.0, 3.0, 12.0, 5.0));
            assertEquals(new Learner.Totals(6, 3, 12, 5), learner.totals());
            assertEquals(List.of(6.0, 3.0, 12.0, 5.0), learner.totals().values());
            assertEquals(0.5, learner.totals().loss());
            assertEquals(0.25, learner.totals().accuracy());
        }
    }

    static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Optimizer.Sgd(0.1, 0.9, true, 0.05),
                new Optimizer.Sgd(0.1, 0, false, 0.05),
                new Optimizer.Adam(0.01, 0.9, 0.999, 1e-8, 0.1),
                new Optimizer.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1),
                new Optimizer.RmsProp(0.01, 0.9, 1e-8, 0.8, true, 0.1),
                new Optimizer.Nadam(0.01, 0.9, 0.999, 1e-8, 4e-3, 0.1),
                new Optimizer.Muon(0.01, 0.95, true, 0.1));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void whatWasSavedGoesOnToTheSameBits(Optimizer optimizer) throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        TrainingOptions options = PLAIN.withOptimizer(optimizer).withEma(0.9);
        try (NDManager manager = Libtorch.manager();
                Learner whole = learner(manager, golden, options, null, null);
                Learner resumed = learner(manager, golden, options, null, null)) {
            Learner.Batch batch = batch(manager, golden);
            steps(whole, batch, 1, 3);
            resumed.restore(whole.state());
            steps(whole, batch, 4, 6);
            steps(resumed, batch, 4, 6);
            Map<String, TensorFile.Values> expected = whole.state();
            resumed.state().forEach((name, values) -> {
                assertArrayEquals(expected.get(name).values(), values.values(), name);
                assertEquals(expected.get(name).shape(), values.shape());
            });
        }
    }

    private static void steps(Learner learner, Learner.Batch batch, int first, int last) {
        IntStream.rangeClosed(first, last).forEach(t -> learner.step(batch, moment(t), 0.05 / t));
    }

    @Test
    void aStateOfAnotherOptimizerOrNetworkIsRefused() throws IOException {
        JsonNode golden = Golden.read("steps_golden.json");
        try (NDManager manager = Libtorch.manager();
                Learner sgd = learner(manager, golden, PLAIN, null, null);
                Learner adam = learner(manager, golden, PLAIN.withOptimizer(Optimizer.Adam.defaults()), null, null)) {
            String other = assertThrows(IllegalArgumentException.class, () -> adam.restore(sgd.state()))
                    .getMessage();
            assertTrue(other.contains("holds 2 tensors, this run has 6"), other);
            Map<String, TensorFile.Values> wider = sgd.state();
            wider.replaceAll((name, values) -> new TensorFile.Values(List.of(12L), new float[12]));
            String shape = assertThrows(IllegalArgumentException.class, () -> sgd.restore(wider))
                    .getMessage();
            assertTrue(shape.contains("has the shape (12)"), shape);
        }
    }

    @Test
    void libtorchTakesTheThreadsThatAreWantedOrOneForEachCore() {
        assertEquals(3, Learner.threads(3));
        assertEquals(Runtime.getRuntime().availableProcessors(), Learner.threads(0));
    }
}
