package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.PackedImages;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.CutMix;
import terzi.data.augment.Mixup;
import terzi.images.Image;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.EarlyStopping;
import terzi.training.recipe.Keep;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Monitor;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;

class TrainerTest {
    private static final PackedImages TRAIN = Stripes.images(300, 1);
    private static final PackedImages VALIDATION = Stripes.images(90, 2);

    @TempDir
    Path temporary;

    private TrainingJob job(String name, TrainingOptions options) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        return TrainingJob.of(Stripes.network(), Stripes.PREPROCESSING, TRAIN, VALIDATION, options, folder);
    }

    /** Brightens one random pixel. */
    private record Noise(int strength) implements Augmentation {
        @Override
        public Image apply(Image image, RandomGenerator random) {
            byte[] pixels = image.pixels().clone();
            pixels[random.nextInt(pixels.length)] += (byte) strength;
            return new Image(image.width(), image.height(), image.channels(), pixels);
        }
    }

    /** Asks for the end of the run after some steps. */
    private record StopAfter(Cancellation cancellation, int epoch, int step) implements TrainingListener {
        @Override
        public void progressed(Progress progress) {
            if (progress.epoch() == epoch && progress.step() >= step) {
                cancellation.request();
            }
        }
    }

    private static byte[] weights(Model model) {
        return ModelFile.toBytes(model);
    }

    @Test
    void learnsToTellStripesApartAndKeepsWhatItLearned() throws IOException {
        TrainingJob job = job("learns", Stripes.options().withEpochs(8));
        TrainingResult result = Trainer.train(job, TrainingListener.NONE);
        Epoch best = result.history().get(result.keptEpoch() - 1);
        assertTrue(best.validationAccuracy() > 0.9, best.toString());
        assertEquals(StopReason.COMPLETED, result.reason());
        assertArrayEquals(
                weights(result.kept()), Files.readAllBytes(job.folder().resolve("kept/network.onnx")));
        assertArrayEquals(
                weights(result.last()), Files.readAllBytes(job.folder().resolve("last/network.onnx")));
        List<String> csv = Files.readAllLines(job.folder().resolve("training_history.csv"));
        assertEquals(9, csv.size());

        float[][] logits = TrainingEngine.logits(result.kept(), Stripes.PREPROCESSING, VALIDATION);
        int right = 0;
        for (int i = 0; i < logits.length; i++) {
            int answer = 0;
            for (int c = 1; c < 3; c++) {
                answer = logits[i][c] > logits[i][answer] ? c : answer;
            }
            right += answer == VALIDATION.label(i) ? 1 : 0;
        }
        assertEquals(best.validationAccuracy(), (double) right / logits.length, 1e-9);
    }

    @Test
    void aMixedImageIsAnsweredRightAsFarAsTheLabelsShareIt() throws IOException {
        TrainingOptions options = Stripes.options().withEpochs(8).withMix(new Mixup(0.1));
        TrainingResult result = Trainer.train(job("shares", options), TrainingListener.NONE);
        Epoch best = result.history().get(result.keptEpoch() - 1);
        // the stronger of the two images is the other one half of the time
        assertTrue(best.trainAccuracy() > 0.8, best.toString());
        assertTrue(best.trainAccuracy() <= 1, best.toString());
    }

    @Test
    void thePlainEpochsAtTheEndLearnFromTheImagesAsTheyAre() throws IOException {
        TrainingOptions plain = Stripes.options().withEpochs(2);
        TrainingOptions mixed = plain.withMix(new CutMix(1));
        AugmentationChain noise = AugmentationChain.of(new Noise(100));
        TrainingResult never = Trainer.train(job("never", plain), TrainingListener.NONE);
        TrainingResult always = Trainer.train(job("always", mixed).withAugment(noise), TrainingListener.NONE);
        TrainingResult last =
                Trainer.train(job("last", mixed.withPlainEpochs(1)).withAugment(noise), TrainingListener.NONE);
        assertEquals(loss(always, 1), loss(last, 1));
        assertTrue(loss(last, 2) < loss(always, 2), last.history() + " against " + always.history());
        TrainingResult all =
                Trainer.train(job("all", mixed.withPlainEpochs(3)).withAugment(noise), TrainingListener.NONE);
        TrainingResult unmixed = Trainer.train(job("unmixed", mixed.withPlainEpochs(3)), TrainingListener.NONE);
        assertArrayEquals(weights(unmixed.last()), weights(all.last()));
        // dropout draws in the order of memory, which is another one where batches are mixed
        assertEquals(loss(never, 2), loss(all, 2), 0.02);
        assertTrue(loss(always, 2) > loss(never, 2) + 0.02, always.history() + " against " + never.history());
    }

    private static double loss(TrainingResult result, int epoch) {
        return result.history().get(epoch - 1).trainLoss();
    }

    /** Frees what nothing holds, and writes over it. */
    private static final class Scribbler implements TrainingListener {
        private final List<ByteBuffer> kept = new ArrayList<>();

        @Override
        public void progressed(Progress progress) {
            System.gc();
            for (int i = 0; i < 20_000; i++) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(32);
                while (buffer.hasRemaining()) {
                    buffer.put((byte) 0x41);
                }
                kept.add(buffer);
            }
        }
    }

    @Test
    void nothingThatLearnsLiesInMemoryThatTheCollectorFrees() throws IOException {
        TrainingResult undisturbed = Trainer.train(job("undisturbed", Stripes.options()), TrainingListener.NONE);
        TrainingResult disturbed = Trainer.train(job("disturbed", Stripes.options()), new Scribbler());
        assertArrayEquals(weights(undisturbed.last()), weights(disturbed.last()));
        for (int i = 0; i < undisturbed.history().size(); i++) {
            Epoch expected = undisturbed.history().get(i);
            Epoch found = disturbed.history().get(i);
            assertEquals(expected.trainLoss(), found.trainLoss(), "epoch " + (i + 1));
            assertEquals(expected.trainAccuracy(), found.trainAccuracy(), "epoch " + (i + 1));
        }
    }

    @Test
    void aRunCancelledInTheMiddleOfAnEpochGoesOnToTheIdenticalResult() throws IOException {
        TrainingOptions options = Stripes.options()
                .withOptimizer(Optimizer.Muon.defaults())
                .withEma(0.9)
                .withMix(new Mixup(0.4))
                .withClipNorm(1)
                .withSchedule(new Schedule.ReduceOnPlateau(Monitor.LOSS, 0.5, 0, 0.5, 0))
                .withLoss(new Loss(0.1, new ClassWeighting.Listed(List.of(1.0, 2.0, 0.5))));
        assertResumesIdentically(options, AugmentationChain.NONE);
    }

    @Test
    void aRunWithAugmentationGoesOnToTheIdenticalResult() throws IOException {
        TrainingOptions options =
                Stripes.options().withOptimizer(Optimizer.Nadam.defaults()).withMix(new CutMix(1));
        assertResumesIdentically(options, AugmentationChain.of(new Noise(100)));
    }

    /** Has only looked at the first pixel, bright or dark, and is fairly sure; counts how often it is asked. */
    private static Teaching brightness(AtomicInteger asked, double weight) {
        return new Teaching(
                (pixels, width, height) -> {
                    asked.incrementAndGet();
                    assertEquals(Stripes.SIZE * Stripes.SIZE, pixels.remaining());
                    return (pixels.get(pixels.position()) & 255) > 127 ? new float[] {0, 6, 0} : new float[] {6, 0, 0};
                },
                "brightness",
                new Distillation(List.of(Path.of("teacher.onnx")), weight, 2));
    }

    @Test
    void learnsWhatTheTeacherSaysAndNotTheLabelsWhenOnlyTheTeacherCounts() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        TrainingOptions options = Stripes.options().withEpochs(12);
        TrainingResult result =
                Trainer.train(job("taught", options).withTeaching(brightness(asked, 1)), TrainingListener.NONE);
        assertEquals(TRAIN.size(), asked.get(), "unchanged images are asked about once");
        float[][] logits = TrainingEngine.logits(result.last(), Stripes.PREPROCESSING, VALIDATION);
        int agreed = 0;
        for (int i = 0; i < logits.length; i++) {
            int taught = (VALIDATION.image(i).pixels()[0] & 255) > 127 ? 1 : 0;
            agreed += logits[i][taught] > logits[i][1 - taught] && logits[i][taught] > logits[i][2] ? 1 : 0;
        }
        assertTrue(agreed > 0.85 * logits.length, agreed + " of " + logits.length);
    }

    @Test
    void aTeacherWithoutWeightChangesNothing() throws IOException {
        AugmentationChain augment = AugmentationChain.of(new Noise(100));
        TrainingOptions options = Stripes.options().withEpochs(2);
        TrainingResult alone = Trainer.train(job("alone", options).withAugment(augment), TrainingListener.NONE);
        TrainingResult taught = Trainer.train(
                job("taught", options).withAugment(augment).withTeaching(brightness(new AtomicInteger(), 0)),
                TrainingListener.NONE);
        assertArrayEquals(weights(alone.last()), weights(taught.last()));
    }

    @Test
    void aTaughtRunGoesOnToTheIdenticalResult() throws IOException {
        assertResumesIdentically(
                Stripes.options().withEma(0.9),
                AugmentationChain.of(new Noise(100)),
                brightness(new AtomicInteger(), 0.5));
    }

    @Test
    void refusesToGoOnWithoutTheTeacherAndToMixTaughtImages() throws IOException {
        Teaching teaching = brightness(new AtomicInteger(), 0.5);
        TrainingOptions options = Stripes.options().withEpochs(1);
        Trainer.train(job("run", options).withTeaching(teaching), TrainingListener.NONE);
        IllegalArgumentException alone = assertThrows(
                IllegalArgumentException.class,
                () -> Trainer.train(job("run", options).resumed(), TrainingListener.NONE));
        assertTrue(alone.getMessage().contains("taught by brightness with weight 0.5"), alone.getMessage());
        IllegalArgumentException mixed =
                assertThrows(IllegalArgumentException.class, () -> job("mixed", options.withMix(new Mixup(0.2)))
                        .withTeaching(teaching));
        assertTrue(mixed.getMessage().contains("exclude each other"), mixed.getMessage());
    }

    @Test
    void aTeacherWithAnotherNumberOfLogitsEndsTheRun() {
        Teaching two =
                new Teaching((p, w, h) -> new float[2], "two", new Distillation(List.of(Path.of("teacher.onnx"))));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Trainer.train(job("two", Stripes.options()).withTeaching(two), TrainingListener.NONE));
        assertTrue(e.getMessage().contains("2 logits, the images have 3 labels"), e.getMessage());
    }

    private void assertResumesIdentically(TrainingOptions options, AugmentationChain augment) throws IOException {
        assertResumesIdentically(options, augment, null);
    }

    private void assertResumesIdentically(
            TrainingOptions options, AugmentationChain augment, @Nullable Teaching teaching) throws IOException {
        TrainingResult whole =
                Trainer.train(job("whole", options).withAugment(augment).withTeaching(teaching), TrainingListener.NONE);

        Cancellation cancellation = new Cancellation();
        TrainingJob first =
                job("cut", options).withAugment(augment).withTeaching(teaching).withCancellation(cancellation);
        TrainingListener stop = new TrainingListener() {
            @Override
            public void epochEnded(Epoch epoch, EpochVerdict verdict) {
                if (epoch.number() == 2) {
                    new Thread(cancellation::request).start();
                }
            }
        };
        // ends somewhere in epoch 3, wherever the other thread catches it, or at its first step
        TrainingResult cut = Trainer.train(first, stop);
        assertEquals(StopReason.CANCELLED, cut.reason());
        assertTrue(
                cut.history().size() >= 2 && cut.history().size() < 4,
                cut.history().toString());
        assertNotEquals(whole.history().size(), cut.history().size());

        TrainingResult resumed = Trainer.train(
                job("cut", options).withAugment(augment).withTeaching(teaching).resumed(), TrainingListener.NONE);
        assertArrayEquals(weights(whole.last()), weights(resumed.last()));
        assertArrayEquals(weights(whole.kept()), weights(resumed.kept()));
        assertEquals(whole.history().size(), resumed.history().size());
        for (int i = 0; i < whole.history().size(); i++) {
            assertEquals(
                    whole.history().get(i).validationLoss(),
                    resumed.history().get(i).validationLoss());
            assertEquals(
                    whole.history().get(i).trainLoss(), resumed.history().get(i).trainLoss());
        }
    }

    @Test
    void aRunStoppedAtItsFirstReportGoesOnFromThatStep() throws IOException {
        TrainingResult whole = Trainer.train(job("whole", Stripes.options()), TrainingListener.NONE);
        Cancellation cancellation = new Cancellation();
        Trainer.train(job("cut", Stripes.options()).withCancellation(cancellation), new StopAfter(cancellation, 1, 1));
        Checkpoint last = Checkpoint.read(temporary.resolve("cut"), Checkpoint.LAST);
        assertEquals(1, last.progress().epoch());
        assertEquals(1, last.progress().step());
        TrainingResult resumed = Trainer.train(job("cut", Stripes.options()).resumed(), TrainingListener.NONE);
        assertArrayEquals(weights(whole.last()), weights(resumed.last()));
    }

    @Test
    void aRunKilledWhileItMovedACheckpointGoesOnFromTheNewOne() throws IOException {
        TrainingResult whole = Trainer.train(job("whole", Stripes.options()), TrainingListener.NONE);
        Cancellation cancellation = new Cancellation();
        Trainer.train(job("cut", Stripes.options()).withCancellation(cancellation), new StopAfter(cancellation, 2, 1));
        // as a kill between the two moves leaves it: the old one set aside, the new one not yet in place
        Path cut = temporary.resolve("cut");
        Files.move(cut.resolve("last"), cut.resolve(".last.new"));
        Files.createDirectory(cut.resolve(".last.old"));
        TrainingResult resumed = Trainer.train(job("cut", Stripes.options()).resumed(), TrainingListener.NONE);
        assertArrayEquals(weights(whole.last()), weights(resumed.last()));
        assertFalse(Files.exists(cut.resolve(".last.old")));
    }

    @Test
    void aHalfWrittenCheckpointIsIgnored() throws IOException {
        Path cut = temporary.resolve("cut");
        Trainer.train(job("cut", Stripes.options().withEpochs(1)), TrainingListener.NONE);
        byte[] before = Files.readAllBytes(cut.resolve("last/network.onnx"));
        Files.createDirectory(cut.resolve(".last.new"));
        Files.write(cut.resolve(".last.new/network.onnx"), new byte[] {1, 2, 3});
        Checkpoint.read(cut, Checkpoint.LAST);
        assertArrayEquals(before, Files.readAllBytes(cut.resolve("last/network.onnx")));
    }

    @Test
    void stopsEarlyAndReturnsTheBestWeights() throws IOException {
        TrainingOptions options = Stripes.options()
                .withEpochs(30)
                .withOptimizer(new Optimizer.Sgd(1e-12, 0, false, 0))
                .withSchedule(new Schedule.Constant())
                .withSelection(new TrainingOptions.Selection(Keep.BEST, new EarlyStopping(Monitor.ACCURACY, 2, 0.5)));
        TrainingResult result = Trainer.train(job("early", options), TrainingListener.NONE);
        assertEquals(StopReason.EARLY_STOPPING, result.reason());
        assertEquals(3, result.history().size(), "the first epoch and two without improvement");
        Checkpoint best = Checkpoint.read(temporary.resolve("early"), Checkpoint.KEPT);
        assertEquals(result.keptEpoch() + 1, best.progress().epoch());
    }

    @Test
    void handsOverTheLastNetworkWhereAskedForThoughAnEarlierOneWasBetter() throws IOException {
        // so large a rate that what was learned is lost again and again
        TrainingOptions options = Stripes.options()
                .withEpochs(6)
                .withOptimizer(new Optimizer.Sgd(0.5, 0.9, false, 0))
                .withSchedule(new Schedule.Constant());
        TrainingResult lucky = Trainer.train(job("best", options), TrainingListener.NONE);
        assertNotEquals(6, lucky.keptEpoch(), "the last epoch must not be the best for this to show anything");
        TrainingResult result = Trainer.train(
                job("last", options.withSelection(new TrainingOptions.Selection(Keep.LAST, null))),
                TrainingListener.NONE);
        assertEquals(6, result.keptEpoch());
        assertArrayEquals(weights(result.last()), weights(result.kept()));
        assertEquals(
                7,
                Checkpoint.read(temporary.resolve("last"), Checkpoint.KEPT)
                        .progress()
                        .epoch());
    }

    @Test
    void aLossThatIsNoNumberEndsTheRunAndKeepsTheLastGoodCheckpoint() throws IOException {
        TrainingOptions calm =
                Stripes.options().withSchedule(new Schedule.Step(2, 1)).withEpochs(1);
        Trainer.train(job("nan", calm), TrainingListener.NONE);
        byte[] good = Files.readAllBytes(temporary.resolve("nan/last/state.safetensors"));

        TrainingOptions wild = calm.withEpochs(3)
                .withOptimizer(new Optimizer.Sgd(1e30, 0, false, 0))
                .withLoss(new Loss(0, new ClassWeighting.Equal()));
        TrainingException e =
                assertThrows(TrainingException.class, () -> Trainer.train(job("nan", wild), TrainingListener.NONE));
        assertTrue(e.getMessage().contains("epoch 1, step "), e.getMessage());
        assertTrue(e.getMessage().contains("Try a learning rate of"), e.getMessage());
        assertArrayEquals(good, Files.readAllBytes(temporary.resolve("nan/last/state.safetensors")));
    }

    @Test
    void everyOptimizerAndScheduleTrains() throws IOException {
        List<Optimizer> optimizers = List.of(
                new Optimizer.Sgd(0.05, 0.9, true, 1e-4),
                Optimizer.AdamW.defaults(),
                new Optimizer.RmsProp(1e-3, 0.9, 1e-8, 0.5, true, 1e-4));
        List<Schedule> schedules =
                List.of(new Schedule.Cosine(0.5, 0.1), Schedule.OneCycle.defaults(), new Schedule.Step(1, 0.5));
        for (int i = 0; i < optimizers.size(); i++) {
            TrainingOptions options = Stripes.options()
                    .withEpochs(2)
                    .withOptimizer(optimizers.get(i))
                    .withSchedule(schedules.get(i));
            List<Epoch> history = Trainer.train(job("trains" + i, options), TrainingListener.NONE)
                    .history();
            assertTrue(history.get(1).trainLoss() < history.get(0).trainLoss(), optimizers.get(i) + ": " + history);
        }
    }

    @Test
    void anotherSeedGivesAnotherResultAndTheSameSeedTheSame() throws IOException {
        TrainingOptions options = Stripes.options().withEpochs(1);
        byte[] one =
                weights(Trainer.train(job("a", options), TrainingListener.NONE).last());
        byte[] again =
                weights(Trainer.train(job("b", options), TrainingListener.NONE).last());
        byte[] other = weights(Trainer.train(job("c", options.withSeed(9)), TrainingListener.NONE)
                .last());
        assertArrayEquals(one, again);
        assertFalse(Arrays.equals(one, other));
    }

    @Test
    void refusesToGoOnWithOtherOptions() throws IOException {
        Trainer.train(job("run", Stripes.options().withEpochs(1)), TrainingListener.NONE);
        List<TrainingOptions> others = List.of(
                Stripes.options().withBatchSize(16),
                Stripes.options().withSelection(new TrainingOptions.Selection(Keep.LAST, null)),
                Stripes.options().withSelection(new TrainingOptions.Selection(Keep.BEST, EarlyStopping.defaults())));
        for (TrainingOptions other : others) {
            TrainingJob job = job("run", other).resumed();
            String message = assertThrows(
                            IllegalArgumentException.class, () -> Trainer.train(job, TrainingListener.NONE))
                    .getMessage();
            assertTrue(message.contains("batchSize 32") && message.contains("keep BEST, best by ACCURACY"), message);
        }
    }

    @Test
    void saysWhenThereIsNothingToGoOnFrom() throws IOException {
        TrainingJob job = job("empty", Stripes.options()).resumed();
        NoSuchFileException e =
                assertThrows(NoSuchFileException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("start it over"), e.getMessage());
    }

    @Test
    void refusesANetworkWithAnotherNumberOfClasses() throws IOException {
        PackedImages two = PackedImages.of(
                List.of("a", "b"), TRAIN.shape(), new byte[2 * Stripes.SIZE * Stripes.SIZE], new int[] {0, 1});
        TrainingJob job =
                TrainingJob.of(Stripes.network(), Stripes.PREPROCESSING, two, two, Stripes.options(), temporary);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("3 outputs"), e.getMessage());
    }

    @Test
    void refusesASetOfOneClass() {
        PackedImages one =
                PackedImages.of(List.of("a"), TRAIN.shape(), new byte[Stripes.SIZE * Stripes.SIZE], new int[] {0});
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> TrainingJob.of(Stripes.network(), Stripes.PREPROCESSING, one, one, Stripes.options(), temporary));
        assertTrue(e.getMessage().contains("at least two classes"), e.getMessage());
    }

    @Test
    void learnsInBfloat16Too() throws IOException {
        TrainingOptions options = Stripes.options().withEpochs(6).withPrecision(PrecisionChoice.BF16);
        List<Epoch> history =
                Trainer.train(job("bf16", options), TrainingListener.NONE).history();
        assertTrue(history.get(5).validationAccuracy() > 0.8, history.toString());
    }
}
