package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.Dataset;
import terzi.data.PackedImages;
import terzi.data.Splits;
import terzi.images.Image;
import terzi.onnx.Model;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.ReplaceHead;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.recipe.Sampling;
import terzi.training.run.Cancellation;
import terzi.training.run.Epoch;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingListener;

class FineTunerTest {
    private static final PackedImages TRAIN = Shapes.images(1, 40, 40, 40);
    private static final PackedImages TEST = Shapes.images(2, 40, 40, 40);

    /** For what does not depend on how well it learns. */
    private static final PackedImages FEW = Shapes.images(1, 10, 10, 10);

    @TempDir
    Path cache;

    private FineTuningJob job(FineTuningOptions options) {
        return new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, TRAIN, options, cache);
    }

    private FineTuningJob few(FineTuningOptions options) {
        return new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, FEW, options, cache);
    }

    private static double accuracy(FineTuningResult result, PackedImages images) throws IOException {
        float[][] logits = TrainingEngine.logits(result.network(), result.preprocessing(), images);
        return new LogitMetrics(logits, images.labelIndices()).accuracy();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(cache)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void theHeadAloneLearnsToTellShapesApart() throws IOException {
        FineTuningResult result = FineTuner.run(job(Shapes.headOnly()), FineTuningListener.NONE);
        assertEquals(FineTuningResult.Stage.HEAD, result.kept());
        assertEquals(
                FineTuningResult.MeasuredOn.INNER_FOLDS, result.validation().on());
        assertTrue(result.validation().accuracy() > 0.6, result.validation().toString());
        assertTrue(accuracy(result, TEST) > 0.6, "on unseen shapes: " + accuracy(result, TEST));
        assertEquals(240, result.timings().computed());
        assertEquals(HeadForm.LINEAR, result.head().form());
    }

    @Test
    void foldingAndCuttingChangeNoAnswer() throws IOException {
        Model network = Shapes.residual(2);
        Model replaced = ReplaceHead.apply(network, ReplaceHead.find(network), 3, 7);
        Prepared prepared = Prepared.of(replaced, Shapes.headOnly(), 3);
        LinearHead head = new LinearHead(
                replaced.graph().initializer("head.weight").orElseThrow().floats(),
                replaced.graph().initializer("head.bias").orElseThrow().floats());
        float[][] whole = TrainingEngine.logits(replaced, Shapes.PREPROCESSING, TEST);
        float[][] folded = TrainingEngine.logits(prepared.network(head), Shapes.PREPROCESSING, TEST);
        assertTrue(prepared.network(head).graph().nodes().stream().noneMatch(node -> node.is("BatchNormalization")));
        for (int i = 0; i < whole.length; i++) {
            assertArrayEquals(whole[i], folded[i], 1e-4f, "image " + i);
        }
    }

    @Test
    void aKernelHeadThatSeesTwoStagesIsInTheGraphAsItWasFitted() throws IOException {
        FineTuningOptions options = Shapes.headOnly()
                .withInput(Shapes.input(2))
                .withHead(HeadFitting.defaults().withForm(HeadForm.KERNEL));
        FineTuningResult linear = FineTuner.run(job(Shapes.headOnly()), FineTuningListener.NONE);
        FineTuningResult result = FineTuner.run(job(options), FineTuningListener.NONE);
        assertEquals(HeadForm.KERNEL, result.head().form());
        assertTrue(
                result.validation().logLoss() < linear.validation().logLoss(),
                result.validation().toString());
        // the figures come from the fitted head, these from the graph that has it
        assertEquals(result.validation().trainAccuracy(), accuracy(result, TRAIN), 0.01);
        assertTrue(accuracy(result, TEST) > 0.7, "on unseen shapes: " + accuracy(result, TEST));
        assertEquals(
                List.of("logits", "features", "activation_map", "strangeness"),
                result.network().graph().outputs().stream().map(ValueInfo::name).toList());
    }

    @Test
    void moreViewsThanAKernelHeadTakesMakeItSeeFewerAndMoreImagesMakeItCompareWithLandmarks() throws IOException {
        FineTuningOptions kernel = Shapes.headOnly().with(List.of("head.form=kernel", "head.kernel.max_rows=130"));
        FineTuningResult fewer = FineTuner.run(job(kernel), FineTuningListener.NONE);
        assertEquals(HeadForm.KERNEL, fewer.head().form());
        assertFalse(fewer.head().chosen().contains("landmarks"), fewer.head().chosen());
        FineTuningResult landmarks = FineTuner.run(
                job(kernel.with(List.of("head.kernel.max_rows=50", "head.kernel.landmarks=40"))),
                FineTuningListener.NONE);
        assertEquals(HeadForm.KERNEL, landmarks.head().form());
        assertTrue(
                landmarks.head().chosen().contains("40 landmarks"),
                landmarks.head().chosen());
        assertTrue(accuracy(landmarks, TEST) > 0.7, "on unseen shapes: " + accuracy(landmarks, TEST));
    }

    @Test
    void theLastStageLearnsBelowAHeadThatSeesTwoStages() throws IOException {
        FineTuningOptions options = Shapes.lastStage().with(List.of("feature_stages=2", "head.form=kernel"));
        FineTuningResult result = FineTuner.run(job(options), FineTuningListener.NONE);
        FineTuningResult.TuningReport tuning = result.tuning().orElseThrow();
        assertTrue(tuning.cut().isPresent());
        Epoch best = tuning.history().get(tuning.bestEpoch() - 1);
        assertEquals(best.validationAccuracy(), tuning.figures().accuracy(), 0.04);
        assertTrue(tuning.figures().accuracy() > 0.6, tuning.figures().toString());
        assertEquals(result.validation().trainAccuracy(), accuracy(result, TRAIN), 0.1, result.why());
    }

    @Test
    void aSecondRunFindsEverythingInTheCacheAndGivesTheSameBits() throws IOException {
        FineTuningResult first = FineTuner.run(few(Shapes.headOnly()), FineTuningListener.NONE);
        FineTuningResult second = FineTuner.run(few(Shapes.headOnly()), FineTuningListener.NONE);
        assertEquals(0, second.timings().computed());
        assertArrayEquals(ModelFile.toBytes(first.network()), ModelFile.toBytes(second.network()));
    }

    @Test
    void changedWeightsPreprocessingOrImagesAreComputedAnewAndDamageIsRepaired() throws IOException {
        FineTuningJob job = few(Shapes.headOnly());
        FineTuner.run(job, FineTuningListener.NONE);
        FineTuningJob other = new FineTuningJob(Shapes.network(2), job.preprocessing(), FEW, job.options(), cache);
        assertEquals(60, FineTuner.run(other, FineTuningListener.NONE).timings().computed());
        FineTuningJob brighter = new FineTuningJob(
                job.network(),
                Shapes.PREPROCESSING.withNormalisation(List.of(0.4f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)),
                FEW,
                job.options(),
                cache);
        assertEquals(
                60, FineTuner.run(brighter, FineTuningListener.NONE).timings().computed());
        byte[] pixels = new byte[FEW.pixels().remaining()];
        FEW.pixels().get(pixels);
        pixels[0] ^= 64;
        FineTuningJob touched = new FineTuningJob(
                job.network(),
                job.preprocessing(),
                PackedImages.of(FEW.labels(), FEW.shape(), pixels, FEW.labelIndices()),
                job.options(),
                cache);
        assertEquals(
                2, FineTuner.run(touched, FineTuningListener.NONE).timings().computed());
        for (Path file : files()) {
            Files.write(file, new byte[] {1, 2, 3});
        }
        assertEquals(60, FineTuner.run(job, FineTuningListener.NONE).timings().computed());
    }

    @Test
    void theLastStageLearnsFromCachedActivationsAndIsKeptOnlyIfItIsBetter() throws IOException {
        List<Epoch> epochs = new ArrayList<>();
        FineTuningListener listener = new FineTuningListener() {
            @Override
            public void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {
                epochs.add(epoch);
            }
        };
        FineTuningResult result = FineTuner.run(job(Shapes.lastStage()), listener);
        FineTuningResult.TuningReport tuning = result.tuning().orElseThrow();
        assertEquals(8, epochs.size());
        assertEquals(epochs, tuning.history());
        assertEquals(3, tuning.views());
        assertTrue(tuning.cut().isPresent());
        double head = result.head().figures().accuracy();
        assertTrue(result.validation().accuracy() >= head, result.why());
        assertEquals(FineTuningResult.Stage.TUNING, result.kept(), result.why());
        assertTrue(accuracy(result, TEST) > 0.8, "on unseen shapes: " + accuracy(result, TEST));
        // the answers that were judged are those of the network that is handed over
        Epoch best = tuning.history().get(tuning.bestEpoch() - 1);
        assertEquals(best.validationAccuracy(), tuning.figures().accuracy(), 0.04);
    }

    @Test
    void whenTheSecondStageDoesHarmTheHeadIsKept() throws IOException {
        FineTuningOptions harmful = Shapes.lastStage()
                .with(List.of("training.optimizer.sgd.learning_rate=50", "training.clip_norm=1", "training.epochs=2"));
        FineTuningResult result = FineTuner.run(job(harmful), FineTuningListener.NONE);
        assertEquals(FineTuningResult.Stage.HEAD, result.kept(), result.why());
        assertEquals(result.head().figures(), result.validation());
        assertTrue(result.why().contains("not better"), result.why());
    }

    @Test
    void everythingLearnsOnImagesWhenThatIsAskedForOrActivationsDoNotFit() throws IOException {
        FineTuningOptions all = Shapes.lastStage().with(List.of("unfreeze.depth=all", "training.epochs=2"));
        FineTuningResult result = FineTuner.run(few(all), FineTuningListener.NONE);
        assertTrue(result.tuning().orElseThrow().cut().isEmpty());
        List<String> notes = new ArrayList<>();
        FineTuningOptions poor = Shapes.lastStage().with(List.of("unfreeze.memory_megabytes=0", "training.epochs=2"));
        FineTuningResult small = FineTuner.run(few(poor), new FineTuningListener() {
            @Override
            public void noted(String note) {
                notes.add(note);
            }
        });
        assertTrue(small.tuning().orElseThrow().cut().isEmpty());
        assertTrue(notes.get(0).contains("memory_megabytes"), notes.toString());
    }

    @Test
    void plainEpochsOfTheSecondStageSeeTheImagesAsTheyAre() throws IOException {
        FineTuningOptions two = Shapes.lastStage().with(List.of("training.epochs=2"));
        List<Epoch> views = tuningHistory(two);
        List<Epoch> plain = tuningHistory(two.with(List.of("training.plain_epochs=2")));
        List<Epoch> single = tuningHistory(two.with(List.of("unfreeze.views=1")));
        assertEquals(single.get(1).trainLoss(), plain.get(1).trainLoss());
        assertNotEquals(views.get(1).trainLoss(), plain.get(1).trainLoss());
    }

    private List<Epoch> tuningHistory(FineTuningOptions options) throws IOException {
        return FineTuner.run(few(options), FineTuningListener.NONE)
                .tuning()
                .orElseThrow()
                .history();
    }

    @Test
    void withOneThreadTheSameJobGivesTheSameBits() throws IOException {
        FineTuningOptions options = Shapes.lastStage().with(List.of("training.epochs=3", "training.mix.mixup=0.2"));
        byte[] first = ModelFile.toBytes(
                FineTuner.run(few(options), FineTuningListener.NONE).network());
        new FeatureCache(cache).clear();
        byte[] second = ModelFile.toBytes(
                FineTuner.run(few(options), FineTuningListener.NONE).network());
        assertArrayEquals(first, second);
        byte[] third =
                ModelFile.toBytes(FineTuner.run(few(options.with(List.of("training.seed=2"))), FineTuningListener.NONE)
                        .network());
        assertFalse(Arrays.equals(first, third));
    }

    @Test
    void aCancelledRunLeavesNoHalfWrittenFilesAndTheNextGoesOnFromThere() throws IOException {
        Cancellation cancellation = new Cancellation();
        Dataset stopping = new Stopping(TRAIN, 60, cancellation);
        FineTuningJob job = new FineTuningJob(
                        Shapes.network(1), Shapes.PREPROCESSING, stopping, Shapes.headOnly(), cache)
                .withCancellation(cancellation);
        assertThrows(CancellationException.class, () -> FineTuner.run(job, FineTuningListener.NONE));
        List<Path> left = files();
        assertTrue(left.stream().noneMatch(file -> file.toString().endsWith(".part")), left.toString());
        assertTrue(left.size() > 0 && left.size() < 240, left.size() + " files");
        FineTuningResult result = FineTuner.run(job(Shapes.headOnly()), FineTuningListener.NONE);
        assertEquals(240 - left.size(), result.timings().computed());
    }

    /** Images of which one asks for the end of the run when it is decoded. */
    private record Stopping(PackedImages set, int at, Cancellation cancellation) implements Dataset {
        @Override
        public List<String> labels() {
            return set.labels();
        }

        @Override
        public int size() {
            return set.size();
        }

        @Override
        public int label(int i) {
            return set.label(i);
        }

        @Override
        public Image image(int i) {
            if (i == at) {
                cancellation.request();
            }
            return set.image(i);
        }

        @Override
        public String id(int i) {
            return set.id(i);
        }

        @Override
        public String digest(int i) throws IOException {
            return set.digest(i);
        }
    }

    @Test
    void aClassOfTwoImagesIsEnoughAndOneOfOneIsNamed() throws IOException {
        PackedImages two = Shapes.images(3, 20, 20, 2);
        FineTuningJob job = new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, two, Shapes.lastStage(), cache);
        FineTuningResult result = FineTuner.run(job, FineTuningListener.NONE);
        assertEquals(FineTuningResult.Stage.HEAD, result.kept());
        assertEquals(
                FineTuningResult.MeasuredOn.INNER_FOLDS, result.validation().on());
        PackedImages one = Shapes.images(3, 20, 20, 1);
        FineTuningJob poor = new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, one, Shapes.headOnly(), cache);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> FineTuner.run(poor, FineTuningListener.NONE));
        assertTrue(String.valueOf(refused.getMessage()).contains("'cross' has one"), refused.getMessage());
    }

    @Test
    void twoHundredClassesAreNoTrouble() throws IOException {
        int[] counts = new int[200];
        Arrays.fill(counts, 3);
        PackedImages many = Shapes.images(4, counts);
        FineTuningResult result = FineTuner.run(
                new FineTuningJob(
                        Shapes.network(1),
                        Shapes.PREPROCESSING,
                        many,
                        Shapes.headOnly()
                                .withHead(new HeadFitting(
                                        HeadForm.LINEAR,
                                        List.of(0.01),
                                        2,
                                        30,
                                        1e-3,
                                        HeadFitting.Kernel.defaults(),
                                        HeadFitting.Discriminant.defaults())),
                        cache),
                FineTuningListener.NONE);
        assertEquals(200, result.labels().size());
        // chance is half a percent
        assertTrue(result.validation().accuracy() > 0.015, result.validation().toString());
        assertTrue(
                result.validation().trainAccuracy() > 0.2, result.validation().toString());
    }

    @Test
    void crossValidationAnswersEveryImageOnceByANetworkThatHasNotSeenIt() throws IOException {
        CrossValidation.CrossValidationResult result =
                CrossValidation.run(job(Shapes.lastStage()), 3, FineTuningListener.NONE);
        assertEquals(120, result.predictions().size());
        assertEquals(3, result.folds().size());
        int right = 0;
        int[] perFold = new int[3];
        for (int i = 0; i < 120; i++) {
            CrossValidation.Prediction prediction = result.predictions().get(i);
            assertEquals(TRAIN.id(i), prediction.id());
            assertEquals(TRAIN.label(i), prediction.truth());
            float[] logits = new float[3];
            for (int c = 0; c < 3; c++) {
                logits[c] = prediction.logits().get(c);
            }
            right += LogitMetrics.answer(logits) == prediction.truth() ? 1 : 0;
            perFold[prediction.fold() - 1]++;
            assertTrue(prediction.testTimeLogits().isPresent());
        }
        assertArrayEquals(new int[] {40, 40, 40}, perFold);
        assertTrue(right > 80, right + " of 120");
        // three views of each image once, not once a fold
        assertEquals(360, result.timings().computed());
    }

    @Test
    void crossValidationTakesAnyDivisionsAndAnswersForWhatEachHolds() throws IOException {
        int[] even = IntStream.range(0, 60).map(i -> 2 * i).toArray();
        int[] odd = IntStream.range(0, 60).map(i -> 2 * i + 1).toArray();
        CrossValidation.CrossValidationResult result = CrossValidation.run(
                job(Shapes.headOnly()),
                List.of(new Splits.Split(even, odd), new Splits.Split(odd, new int[] {0, 60})),
                FineTuningListener.NONE);
        assertEquals(2, result.folds().size());
        assertEquals(62, result.predictions().size());
        assertEquals(TRAIN.id(0), result.predictions().get(0).id());
        assertEquals(2, result.predictions().get(0).fold());
        assertEquals(TRAIN.id(1), result.predictions().get(1).id());
        assertEquals(1, result.predictions().get(1).fold());
        assertEquals(TRAIN.id(119), result.predictions().get(61).id());
    }

    @Test
    void aCommonFactorOfTheLogitsDoesNotCountInTheLogLoss() {
        float[][] logits = {{1, 0.2f, -1}, {0.1f, 0.4f, 0}, {0.3f, 0.2f, 0.1f}, {-1, 0.5f, 1}};
        float[][] timid = new float[4][3];
        for (int i = 0; i < 4; i++) {
            for (int c = 0; c < 3; c++) {
                timid[i][c] = logits[i][c] / 3;
            }
        }
        int[] labels = {0, 1, 2, 2};
        double loss = new LogitMetrics(logits, labels).logLoss();
        assertEquals(loss, new LogitMetrics(timid, labels).logLoss(), 1e-5);
        double plain = 0;
        for (int i = 0; i < 4; i++) {
            plain += LogitMetrics.logLoss(logits[i], labels[i]) / 4;
        }
        assertTrue(loss < plain, loss + " at the best temperature, " + plain + " at 1");
        // what is wrong more surely than right cannot be made good by confidence
        assertTrue(new LogitMetrics(logits, new int[] {2, 0, 0, 0}).logLoss() > loss);
    }

    @Test
    void overAndUnderSamplingShowEveryClassEquallyOften() {
        int[] labels = {0, 0, 0, 0, 0, 1, 1, 2};
        int[] over = ClassBalance.seen(labels, 3, Sampling.OVER, 1, 1);
        int[] under = ClassBalance.seen(labels, 3, Sampling.UNDER, 1, 1);
        int[] shownOver = new int[3];
        int[] shownUnder = new int[3];
        for (int i = 0; i < labels.length; i++) {
            shownOver[labels[i]] += over[i];
            shownUnder[labels[i]] += under[i];
        }
        assertArrayEquals(new int[] {5, 5, 5}, shownOver);
        assertArrayEquals(new int[] {1, 1, 1}, shownUnder);
        assertNotEquals(Arrays.toString(under), Arrays.toString(ClassBalance.seen(labels, 3, Sampling.UNDER, 1, 3)));
    }
}
