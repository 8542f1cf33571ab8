package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.PackedImages;
import terzi.data.Splits;
import terzi.data.augment.Flip;
import terzi.images.Image;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.FineTuningResult.Figures;
import terzi.training.finetune.FineTuningResult.MeasuredOn;
import terzi.training.finetune.FineTuningResult.Stage;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.run.Epoch;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingListener;

/** Fine-tuning of a few images, whose figures are computed again from the network that is handed over. */
class FineTuningSessionTest {
    private static final PackedImages TRAIN = Shapes.images(1, 9, 7, 6);
    private static final PackedImages JUDGING = Shapes.images(2, 5, 4, 3);

    @TempDir
    Path cache;

    /** Writes down what it is told. */
    private static final class Recorder implements FineTuningListener {
        private final List<Plan> plans = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<Epoch> epochs = new ArrayList<>();
        private final List<String> folds = new ArrayList<>();
        private final List<FineTuningResult.HeadReport> heads = new ArrayList<>();
        private final List<Progress> progress = new ArrayList<>();
        private int steps;

        @Override
        public void planned(Plan plan) {
            plans.add(plan);
        }

        @Override
        public void noted(String note) {
            notes.add(note);
        }

        @Override
        public void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {
            epochs.add(epoch);
        }

        @Override
        public void foldStarted(int fold, int count) {
            folds.add(fold + "/" + count);
        }

        @Override
        public void headFitted(FineTuningResult.HeadReport head) {
            heads.add(head);
        }

        @Override
        public void progressed(Progress now) {
            progress.add(now);
        }

        @Override
        public void stepped(TrainingListener.Progress now) {
            steps++;
        }
    }

    private FineTuningJob job(FineTuningOptions options) {
        return new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, TRAIN, options, cache);
    }

    private static FineTuningOptions lastStage(String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("training.epochs=2"));
        all.addAll(List.of(more));
        return Shapes.lastStage().with(all);
    }

    /** A head that hardly learns leaves the second stage room to be better. */
    private static FineTuningOptions roomToBeBetter() throws IOException {
        return lastStage(
                "training.epochs=10",
                "training.ema=0",
                "training.optimizer.adamw.learning_rate=0.01",
                "training.schedule=constant",
                "head.strengths=[1000]",
                "head.iterations=1");
    }

    private static PackedImages mirrored(PackedImages images) {
        byte[] pixels = new byte[images.pixels().remaining()];
        int each = pixels.length / images.size();
        for (int i = 0; i < images.size(); i++) {
            Image mirrored = Flip.mirrored(images.image(i));
            System.arraycopy(mirrored.pixels(), 0, pixels, i * each, each);
        }
        return PackedImages.of(images.labels(), images.shape(), pixels, images.labelIndices());
    }

    private static float[][] logits(FineTuningResult result, PackedImages images) throws IOException {
        return TrainingEngine.logits(result.network(), result.preprocessing(), images);
    }

    /** The share of images whose largest logit is that of their label. */
    private static double accuracy(float[][] logits, PackedImages images) {
        int right = 0;
        for (int i = 0; i < logits.length; i++) {
            int best = 0;
            for (int c = 1; c < logits[i].length; c++) {
                best = logits[i][c] > logits[i][best] ? c : best;
            }
            right += best == images.label(i) ? 1 : 0;
        }
        return right / (double) logits.length;
    }

    private static void assertFigures(FineTuningResult result, Figures figures) throws IOException {
        float[][] plain = logits(result, JUDGING);
        float[][] mirrored = logits(result, mirrored(JUDGING));
        float[][] mean = new float[plain.length][3];
        for (int i = 0; i < mean.length; i++) {
            for (int c = 0; c < 3; c++) {
                mean[i][c] = (plain[i][c] + mirrored[i][c]) / 2;
            }
        }
        assertEquals(MeasuredOn.VALIDATION_PART, figures.on());
        assertEquals(12, figures.images());
        assertEquals(accuracy(plain, JUDGING), figures.accuracy(), 1e-9);
        assertEquals(new LogitMetrics(plain, JUDGING.labelIndices()).logLoss(), figures.logLoss(), 1e-2);
        assertEquals(accuracy(logits(result, TRAIN), TRAIN), figures.trainAccuracy(), 1e-9);
        assertEquals(accuracy(mean, JUDGING), figures.testTimeAccuracy().orElseThrow(), 1e-9);
    }

    @Test
    void theHeadIsJudgedOnTheValidationPartByTheNetworkThatIsHandedOver() throws IOException {
        Recorder recorder = new Recorder();
        FineTuningResult result = FineTuner.run(job(Shapes.headOnly()).withValidation(JUDGING), recorder);
        assertEquals(Stage.HEAD, result.kept());
        assertEquals("only the head was trained", result.why());
        assertFigures(result, result.validation());
        assertEquals(result.head().figures(), result.validation());
        assertEquals(List.of(new FineTuningListener.Plan(result.head().found(), "the head", 22, 12)), recorder.plans);
        assertEquals(1, recorder.heads.size());
        assertEquals(2 * 34, result.timings().computed(), "two views of each image");
        assertEquals(24 * 3 + 3, result.head().values(), "weights and biases of a head on 24 features");
        assertTrue(result.tuning().isEmpty());
        assertTrue(result.timings().total() >= result.timings().head());
        assertTrue(result.timings().head() > 0 && result.timings().features() > 0);
        FineTuningListener.Progress last = recorder.progress.get(recorder.progress.size() - 1);
        assertEquals(last.total(), last.done());
    }

    @Test
    void theSecondStageIsJudgedOnTheValidationPartByTheNetworkThatIsHandedOver() throws IOException {
        Recorder recorder = new Recorder();
        FineTuningResult result = FineTuner.run(job(roomToBeBetter()).withValidation(JUDGING), recorder);
        FineTuningResult.TuningReport tuning = result.tuning().orElseThrow();
        assertEquals(recorder.epochs, tuning.history());
        assertEquals(10, recorder.epochs.size());
        assertTrue(recorder.steps >= 10);
        assertEquals(3, tuning.views());
        Figures head = result.head().figures();
        assertEquals(Stage.TUNING, result.kept(), result.why());
        assertFigures(result, result.validation());
        assertEquals(tuning.figures(), result.validation());
        Epoch best = tuning.history().get(tuning.bestEpoch() - 1);
        assertTrue(
                tuning.figures().logLoss() <= best.validationLoss() + 1e-4,
                "of all shares and temperatures the best: " + tuning + " after " + best);
        assertEquals(
                String.format(
                        java.util.Locale.ROOT,
                        "on 12 images for validation the second stage%s has log-loss %.4f, the head alone %.4f: it is"
                                + " kept",
                        tuning.share() == 1
                                ? ""
                                : " (" + Math.round(tuning.share() * 100) + " % of what its weights changed)",
                        tuning.figures().logLoss(),
                        head.logLoss()),
                result.why());
        assertTrue(result.timings().tuning() > 0);
        assertTrue(recorder.plans.get(0).learns().startsWith("the head and the last 1 of 3 blocks, from "));
    }

    @Test
    void withoutAValidationPartImagesAreHeldOutForTheSecondStage() throws IOException {
        FineTuningResult result = FineTuner.run(job(lastStage()), FineTuningListener.NONE);
        assertEquals(MeasuredOn.HELD_OUT, result.validation().on());
        // a quarter of 9, 7 and 6, at least one of each class
        int held = Splits.stratified(TRAIN.labelIndices(), 0.25, 1).held().length;
        assertEquals(held, result.validation().images());
        assertEquals(held, result.tuning().orElseThrow().figures().images());
    }

    @Test
    void theWinningSecondStageIsTrainedAgainOnEverythingAndAnswersForWhatWasHeldOutAsBefore() throws IOException {
        Recorder recorder = new Recorder();
        FineTuningResult result = FineTuner.run(job(roomToBeBetter()), recorder);
        assertEquals(Stage.TUNING, result.kept(), result.why());
        assertTrue(result.why().endsWith("it is kept, and was trained again on all 22 images"), result.why());
        assertEquals(10, recorder.epochs.size(), "the epochs of the second training are not listed");
        List<CrossValidation.Prediction> held = result.outOfFold().predictions();
        Figures figures = result.validation();
        assertEquals(figures.images(), held.size());
        int right = 0;
        double loss = 0;
        int changed = 0;
        float[][] after = logits(result, TRAIN);
        for (CrossValidation.Prediction one : held) {
            float[] logits = new float[3];
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                logits[c] = one.logits().get(c);
                sum += Math.exp(logits[c]);
            }
            right += LogitMetrics.answer(logits) == one.truth() ? 1 : 0;
            loss += Math.log(sum) - logits[one.truth()];
            int place = IntStream.range(0, TRAIN.size())
                    .filter(i -> TRAIN.id(i).equals(one.id()))
                    .findFirst()
                    .orElseThrow();
            changed += Math.abs(after[place][0] - logits[0]) > 1e-3 ? 1 : 0;
        }
        assertEquals(figures.accuracy(), right / (double) held.size(), 1e-9);
        assertEquals(
                figures.logLoss(), loss / held.size(), 5e-3, "calibrated, but for a limit where all answers are right");
        assertEquals(held.size(), changed, "the network handed over knows these images");
        assertEquals(held.size(), result.outOfFold().strangeness().size());
    }

    private static float[] strangeness(Model network, PackedImages images) throws Exception {
        int edge = Shapes.SIZE;
        FloatBuffer pixels = FloatBuffer.allocate(images.size() * 3 * edge * edge);
        for (int i = 0; i < images.size(); i++) {
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < edge * edge; p++) {
                    pixels.put(((images.image(i).pixels()[p * 3 + c] & 0xff) / 255f - 0.5f) / 0.25f);
                }
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(ModelFile.toBytes(network));
                OnnxTensor input =
                        OnnxTensor.createTensor(environment, pixels.flip(), new long[] {images.size(), 3, edge, edge});
                OrtSession.Result answers =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            return (float[]) answers.get("strangeness").orElseThrow().getValue();
        }
    }

    @Test
    void aTunedNetworkTellsHowStrangeAnImageIsByTheImagesThatWereHeldOut() throws Exception {
        FineTuningResult result = FineTuner.run(job(roomToBeBetter()).withValidation(JUDGING), FineTuningListener.NONE);
        assertEquals(Stage.TUNING, result.kept(), result.why());
        float[] sorted = strangeness(result.network(), JUDGING);
        Arrays.sort(sorted);
        for (int i = 0; i < 12; i++) {
            // the share of these images that are less strange
            assertEquals((i + 0.5) / 12, sorted[i], 0.12, Arrays.toString(sorted));
        }
    }

    @Test
    void weightsBetweenTwoNetworksAreBetweenTheirs() throws IOException {
        FineTuningOptions options = Shapes.lastStage();
        Prepared prepared = Prepared.of(Shapes.network(1), options, 3);
        int width = prepared.width();
        LinearHead start = new LinearHead(new float[3 * width], new float[] {1, 2, 3});
        float[] ones = new float[3 * width];
        Arrays.fill(ones, 1);
        LinearHead learned = new LinearHead(ones, new float[] {5, 6, 7});
        Model quarter = prepared.interpolated(start, prepared.network(learned), 0.25);
        List<String> names = quarter.graph().producer("logits").orElseThrow().inputs();
        float[] weight = quarter.graph().initializer(names.get(1)).orElseThrow().floats();
        float[] bias = quarter.graph().initializer(names.get(2)).orElseThrow().floats();
        for (float one : weight) {
            assertEquals(0.25f, one);
        }
        assertArrayEquals(new float[] {2, 3, 4}, bias);
        Model doubled = Prepared.scaled(quarter, 2);
        assertArrayEquals(
                new float[] {4, 6, 8},
                doubled.graph().initializer(names.get(2)).orElseThrow().floats());
    }

    @Test
    void theSecondStageIsLeftOutWhereNothingCouldJudgeIt() throws IOException {
        Recorder none = new Recorder();
        FineTuningResult result = FineTuner.run(job(lastStage("validation=0")), none);
        assertEquals(MeasuredOn.INNER_FOLDS, result.validation().on());
        assertEquals(22, result.validation().images());
        assertEquals(
                List.of("the second stage was left out: validation is 0, so it could not be evaluated"), none.notes);
        assertEquals("there were too few images to evaluate a second stage", result.why());
        Recorder few = new Recorder();
        PackedImages four = Shapes.images(1, 6, 5, 4);
        FineTuner.run(new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, four, lastStage(), cache), few);
        assertEquals(
                List.of("the second stage was left out: the smallest class has 4 images, too few to hold some out"
                        + " and evaluate it"),
                few.notes);
        PackedImages five = Shapes.images(1, 6, 5, 5);
        FineTuningResult tuned = FineTuner.run(
                new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, five, lastStage(), cache), few);
        assertTrue(tuned.tuning().isPresent(), "five are enough");
    }

    @Test
    void everyClassNeedsTwoImagesAndThoseWithFewerAreNamed() {
        PackedImages poor = Shapes.images(1, 3, 1, 0);
        FineTuningJob job = new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, poor, Shapes.headOnly(), cache);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> FineTuner.run(job, FineTuningListener.NONE));
        assertTrue(e.getMessage().contains("'bar' has one, 'cross' has none; add images"), e.getMessage());
    }

    @Test
    void innerFoldsJudgeTheHeadWithoutTestTimeViews() throws IOException {
        FineTuningResult result = FineTuner.run(job(Shapes.headOnly().withTestViews(0)), FineTuningListener.NONE);
        Figures figures = result.validation();
        assertEquals(MeasuredOn.INNER_FOLDS, figures.on());
        assertEquals(22, figures.images());
        assertTrue(figures.testTimeAccuracy().isEmpty());
        assertEquals(accuracy(logits(result, TRAIN), TRAIN), figures.trainAccuracy(), 1e-9);
        assertEquals(
                result.head().tried().stream()
                        .filter(trial -> trial.setting().equals(result.head().chosen()))
                        .count(),
                1);
    }

    @Test
    void crossValidationOfBothStagesAnswersForTheImagesThatEachPartHolds() throws IOException {
        Recorder recorder = new Recorder();
        int[] first = IntStream.range(0, 22).filter(i -> i % 2 == 0).toArray();
        int[] second = IntStream.range(0, 22).filter(i -> i % 2 == 1).toArray();
        CrossValidation.CrossValidationResult result = CrossValidation.run(
                job(Shapes.headOnly()),
                List.of(new Splits.Split(first, second), new Splits.Split(second, first)),
                recorder);
        assertEquals(List.of("1/2", "2/2"), recorder.folds);
        assertEquals(22, result.predictions().size());
        for (int i = 0; i < 22; i++) {
            CrossValidation.Prediction prediction = result.predictions().get(i);
            assertEquals(TRAIN.id(i), prediction.id());
            assertEquals(i % 2 == 1 ? 1 : 2, prediction.fold());
            assertEquals(TRAIN.label(i), prediction.truth());
            assertEquals(3, prediction.logits().size());
            assertEquals(3, prediction.testTimeLogits().orElseThrow().size());
        }
        // the first fold's answers are those of a head that is learned from the same images alone
        FineTuningResult alone = FineTuner.run(
                new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, subset(first), Shapes.headOnly(), cache)
                        .withValidation(subset(second)),
                FineTuningListener.NONE);
        float[][] expected = logits(alone, subset(second));
        for (int i = 0; i < second.length; i++) {
            List<Float> found = result.predictions().get(second[i]).logits();
            assertArrayEquals(
                    expected[i], new float[] {found.get(0), found.get(1), found.get(2)}, 2e-3f, "image " + second[i]);
        }
        assertEquals(2, result.folds().size());
        assertEquals(2, result.folds().get(1).number());
        assertEquals(2 * 22, result.timings().computed());
    }

    private static PackedImages subset(int... which) {
        int each = TRAIN.shape().bytes();
        byte[] pixels = new byte[which.length * each];
        int[] labels = new int[which.length];
        for (int i = 0; i < which.length; i++) {
            System.arraycopy(TRAIN.image(which[i]).pixels(), 0, pixels, i * each, each);
            labels[i] = TRAIN.label(which[i]);
        }
        return PackedImages.of(TRAIN.labels(), TRAIN.shape(), pixels, labels);
    }

    @Test
    void aRehearsalHasTheHeadOfTheClassesAndTheSizeOfTheOptions() throws IOException {
        FineTuner.Untrained untrained =
                FineTuner.rehearse(Shapes.network(1), Shapes.PREPROCESSING, Shapes.headOnly(), 3);
        float[][] logits = TrainingEngine.logits(untrained.network(), untrained.preprocessing(), JUDGING);
        assertEquals(12, logits.length);
        assertEquals(3, logits[0].length);
        assertTrue(logits[0][0] != logits[0][1] && logits[0][0] != 0, "drawn weights tell classes apart");
    }
}
