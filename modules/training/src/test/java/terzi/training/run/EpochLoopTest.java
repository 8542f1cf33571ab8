package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.PackedImages;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.BatchMix;
import terzi.data.augment.CutMix;
import terzi.data.augment.Mixup;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.EarlyStopping;
import terzi.training.recipe.Keep;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Monitor;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;

/** The trainer's loop over epochs and steps, by runs of a few steps whose results are known on paper. */
class EpochLoopTest {
    private static final int SIZE = 2;
    static final Preprocessing GRAY =
            Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.GRAY).withNormalisation(List.of(0f), List.of(1f));
    private static final double STILL = 1e-30;

    @TempDir
    Path temporary;

    /** Images of one gray value each, image i of value i; class 1 for every image whose index is in {@code second}. */
    static PackedImages images(int count, Set<Integer> second) {
        byte[] pixels = new byte[count * SIZE * SIZE];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < SIZE * SIZE; p++) {
                pixels[i * SIZE * SIZE + p] = (byte) i;
            }
            classes[i] = second.contains(i) ? 1 : 0;
        }
        return PackedImages.of(List.of("a", "b"), new PackedImages.Shape(SIZE, SIZE, 1), pixels, classes);
    }

    /** A linear layer that gives the same logits for every image. */
    static Model constant(float first, float second) {
        return with(new float[2 * SIZE * SIZE], first, second);
    }

    static Model with(float[] weight, float... bias) {
        Model drawn =
                Sequential.build(new InputShape(1, SIZE, SIZE), List.of(new Layer.Flatten(), new Layer.Dense(2)), 1);
        return drawn.withGraph(drawn.graph()
                .withInitializers(drawn.graph().initializers().stream()
                        .map(tensor -> Tensor.ofFloats(
                                tensor.name(), tensor.dims(), tensor.dims().length == 2 ? weight : bias))
                        .toList()));
    }

    private static float[] weights(Model model) {
        return model.graph().initializers().stream()
                .filter(tensor -> tensor.dims().length == 2)
                .findFirst()
                .orElseThrow()
                .floats();
    }

    static TrainingOptions options(double rate) {
        return TrainingOptions.defaults()
                .withEpochs(1)
                .withBatchSize(4)
                .withOptimizer(new Optimizer.Sgd(rate, 0, false, 0))
                .withSchedule(new Schedule.Constant())
                .withLoss(new Loss(0, new ClassWeighting.Equal()))
                .withPrecision(PrecisionChoice.FP32)
                .withThreads(1);
    }

    private TrainingJob job(Model network, PackedImages train, TrainingOptions options) throws IOException {
        return TrainingJob.of(network, GRAY, train, train, options, Files.createTempDirectory(temporary, "run"));
    }

    static Stream<Arguments> weighings() {
        double common = Math.log(1.5); // -ln 2/3, what an image of the frequent class costs
        double rare = Math.log(3); // -ln 1/3
        // three of class a, one of class b: the balanced weights are 4 / (2 * 3) and 4 / (2 * 1)
        double balanced = (3 * (2.0 / 3) * common + 2 * rare) / (3 * (2.0 / 3) + 2);
        double listed = (3 * 0.5 * common + 4 * rare) / (3 * 0.5 + 4);
        double equal = (3 * common + rare) / 4;
        List<Arguments> all = new ArrayList<>();
        for (BatchMix mix : new BatchMix[] {null, new Mixup(0.4), new CutMix(1)}) {
            all.add(Arguments.of(mix, new ClassWeighting.Equal(), equal));
            all.add(Arguments.of(mix, new ClassWeighting.Balanced(), balanced));
            all.add(Arguments.of(mix, new ClassWeighting.Listed(List.of(0.5, 4.0)), listed));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("weighings")
    void classWeightsCountForBothLabelsOfAMixAndNotInValidation(
            @Nullable BatchMix mix, ClassWeighting weighting, double expected) throws IOException {
        // logits ln 2 and 0 are the probabilities 2/3 and 1/3 for every image; a partner's labels are those of the
        // whole batch in another order, so that their weighted mean is the same whatever the share is
        TrainingOptions options = options(STILL).withMix(mix).withLoss(new Loss(0, weighting));
        Epoch epoch = Trainer.train(
                        job(constant((float) Math.log(2), 0), images(4, Set.of(2)), options), TrainingListener.NONE)
                .history()
                .get(0);
        assertEquals(expected, epoch.trainLoss(), 1e-6);
        assertEquals((3 * Math.log(1.5) + Math.log(3)) / 4, epoch.validationLoss(), 1e-6);
        assertEquals(0.75, epoch.trainAccuracy(), 1e-6);
        assertEquals(0.75, epoch.validationAccuracy(), 1e-6);
    }

    /** Writes down what it draws for which image; each image has a gray value of its own. */
    private static final class Recorder implements Augmentation {
        private final Map<Integer, List<Long>> draws = new TreeMap<>();
        private final List<Integer> order = new ArrayList<>();

        @Override
        public synchronized Image apply(Image image, RandomGenerator random) {
            int number = image.pixels()[0] & 255;
            order.add(number);
            draws.computeIfAbsent(number, key -> new ArrayList<>()).add(random.nextLong());
            return image;
        }
    }

    private Recorder recorded(TrainingOptions options) throws IOException {
        Recorder recorder = new Recorder();
        Trainer.train(
                job(constant(0, 0), images(8, Set.of(1, 3, 4)), options).withAugment(AugmentationChain.of(recorder)),
                TrainingListener.NONE);
        return recorder;
    }

    @Test
    void everyEpochAugmentsEachImageOtherwiseAndTheSameSeedDoesItAgain() throws IOException {
        Recorder recorder = recorded(options(STILL).withEpochs(3));
        assertEquals(8, recorder.draws.size());
        Set<Long> all = new HashSet<>();
        recorder.draws.forEach((image, draws) -> {
            assertEquals(3, draws.size(), "image " + image + ": once an epoch");
            all.addAll(draws);
        });
        assertEquals(24, all.size(), "no image and no epoch draws what another does");
        assertEquals(recorder.draws, recorded(options(STILL).withEpochs(3)).draws);
        assertNotEquals(recorder.draws, recorded(options(STILL).withEpochs(3).withSeed(1)).draws);
    }

    @Test
    void everyEpochSeesEveryImageOnceInAnotherOrder() throws IOException {
        List<Integer> order = recorded(options(STILL).withEpochs(3)).order;
        assertEquals(24, order.size());
        for (int epoch = 0; epoch < 3; epoch++) {
            assertEquals(8, new HashSet<>(order.subList(epoch * 8, epoch * 8 + 8)).size());
        }
        assertNotEquals(order.subList(0, 8), order.subList(8, 16));
        assertNotEquals(order.subList(8, 16), order.subList(16, 24));
    }

    @Test
    void thePlainEpochsAreNotAugmented() throws IOException {
        Recorder recorder = recorded(options(STILL).withEpochs(3).withPlainEpochs(2));
        assertEquals(8, recorder.order.size(), "the first epoch alone");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 1, 3", "4, 1, 4", "5, 1, 4", "6, 2, 6", "8, 2, 8", "9, 2, 8", "10, 3, 10"})
    void aLastBatchOfASingleImageIsLeftOut(int images, int steps, int seen) throws IOException {
        List<TrainingListener.Progress> progress = new ArrayList<>();
        TrainingListener.Start[] started = new TrainingListener.Start[1];
        TrainingListener listener = new TrainingListener() {
            @Override
            public void started(Start start) {
                started[0] = start;
            }

            @Override
            public void progressed(Progress now) {
                progress.add(now);
            }
        };
        Path folder = Files.createTempDirectory(temporary, "run");
        Recorder recorder = new Recorder();
        TrainingJob job = TrainingJob.of(
                        constant(0, 0), GRAY, images(images, Set.of()), images(3, Set.of(0)), options(STILL), folder)
                .withAugment(AugmentationChain.of(recorder));
        Trainer.train(job, listener);
        assertEquals(steps, started[0].stepsPerEpoch());
        assertEquals(images, started[0].trainImages());
        assertEquals(3, started[0].validationImages());
        TrainingListener.Progress last = progress.get(progress.size() - 1);
        assertEquals(steps, last.step());
        assertEquals(1, last.epoch());
        assertEquals(Math.log(2), last.loss(), 1e-6);
        List<Integer> distinct = new ArrayList<>(new HashSet<>(recorder.order));
        Collections.sort(distinct);
        assertTrue(distinct.size() >= seen, distinct.toString());
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 3", "4, 5"})
    void aRunWithoutImprovementEndsAfterExactlyItsPatience(int patience, int epochs) throws IOException {
        // the weights do not move, so the first epoch is the only one that improves on nothing
        TrainingOptions options = options(STILL)
                .withEpochs(20)
                .withSelection(new TrainingOptions.Selection(Keep.BEST, new EarlyStopping(Monitor.LOSS, patience, 0)));
        TrainingResult result =
                Trainer.train(job(constant(0, 0), images(4, Set.of(1)), options), TrainingListener.NONE);
        assertEquals(epochs, result.history().size());
        assertEquals(StopReason.EARLY_STOPPING, result.reason());
        assertEquals(1, result.keptEpoch());
    }

    @Test
    void adamsFirstStepIsAsLongAsTheRate() throws IOException {
        // on paper: m / (1 - beta1) = g and v / (1 - beta2) = g^2 at step 1, so that every weight moves by rate *
        // sign(g)
        TrainingOptions options = options(0.01)
                .withOptimizer(new Optimizer.Adam(0.01, 0.9, 0.999, 1e-12, 0))
                .withBatchSize(8);
        Model moved = Trainer.train(job(constant(0, 0), images(8, Set.of(5, 6, 7)), options), TrainingListener.NONE)
                .last();
        for (float weight : weights(moved)) {
            assertEquals(0.01, Math.abs(weight), 1e-6);
        }
    }

    @Test
    void theFirstAndSecondStepLearnAtTheirOwnRates() throws IOException {
        // one step an epoch: a warm-up over 4 epochs makes the rates 1/4, 2/4, 3/4 of the whole, and Adam with beta 0
        // moves every weight by the rate in the direction of the gradient's sign
        TrainingOptions options = options(1)
                .withOptimizer(new Optimizer.Adam(0.004, 0, 0, 1e-20, 0))
                .withEpochs(5)
                .withSchedule(new Schedule.Cosine(4, 0))
                .withBatchSize(8);
        List<Double> rates = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void progressed(Progress now) {
                rates.add(now.learningRate());
            }
        };
        TrainingResult result = Trainer.train(job(constant(0, 0), images(8, Set.of(5, 6, 7)), options), listener);
        double[] expected = {0.001, 0.002, 0.003, 0.004, 0.004};
        double path = 0;
        for (int i = 0; i < 5; i++) {
            assertEquals(expected[i], rates.get(i), 1e-12);
            assertEquals(expected[i], result.history().get(i).learningRate(), 1e-12);
            path += expected[i];
        }
        float[] weights = weights(result.last());
        for (float weight : weights) {
            assertEquals(path, Math.abs(weight), 1e-5, "the sum of the rates of all steps");
        }
    }

    @Test
    void theAverageFollowsFromTheFirstStepOn() throws IOException {
        // two steps of length 0.01 from 0: the averages are 9/11 * 0.01, then 3/12 of that and 9/12 of 0.02
        TrainingOptions options = options(1)
                .withOptimizer(new Optimizer.Adam(0.01, 0, 0, 1e-20, 0))
                .withEma(0.999)
                .withEpochs(2)
                .withBatchSize(8);
        Model average = Trainer.train(job(constant(0, 0), images(8, Set.of(5, 6, 7)), options), TrainingListener.NONE)
                .last();
        double expected = 3.0 / 12 * (9.0 / 11 * 0.01) + 9.0 / 12 * 0.02;
        for (float weight : weights(average)) {
            assertEquals(expected, Math.abs(weight), 1e-6);
        }
    }

    @Test
    void withOneStepAnEpochThePlainAndThePreparedLoopLearnTheSame() throws IOException {
        AugmentationChain nothing = AugmentationChain.of(new Recorder());
        TrainingOptions options = options(0.001).withEpochs(3);
        PackedImages images = images(10, Set.of(5, 6, 7));
        Model network = with(new float[] {.1f, -.2f, .3f, .05f, -.1f, .2f, 0, .4f}, 0.1f, -0.1f);
        TrainingResult plain = Trainer.train(job(network, images, options), TrainingListener.NONE);
        TrainingResult prepared =
                Trainer.train(job(network, images, options).withAugment(nothing), TrainingListener.NONE);
        assertArrayEquals(ModelFile.toBytes(plain.last()), ModelFile.toBytes(prepared.last()));
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    plain.history().get(i).trainLoss(),
                    prepared.history().get(i).trainLoss());
        }
    }
}
