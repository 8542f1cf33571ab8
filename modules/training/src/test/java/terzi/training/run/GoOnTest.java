package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.CutMix;
import terzi.data.augment.Mixup;
import terzi.images.Image;
import terzi.onnx.Model;
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
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;

/** Runs of a linear layer that are cut at every step they have, and go on. */
class GoOnTest {
    private static final PackedImages IMAGES = EpochLoopTest.images(10, Set.of(1, 4, 5));

    @TempDir
    Path temporary;

    private static Model network() {
        return EpochLoopTest.with(new float[] {.1f, -.2f, .3f, .05f, -.1f, .2f, 0, .4f}, 0.1f, -0.1f);
    }

    /** Three epochs of three steps with everything that has state. */
    private static TrainingOptions options() {
        return EpochLoopTest.options(0.01)
                .withEpochs(3)
                .withOptimizer(new Optimizer.Nadam(0.01, 0.9, 0.999, 1e-8, 4e-3, 0.01))
                .withSchedule(new Schedule.ReduceOnPlateau(Monitor.LOSS, 0.5, 0, 0.5, 0))
                .withMix(new Mixup(0.4))
                .withClipNorm(1)
                .withEma(0.9);
    }

    /** Changes one pixel. */
    private record Noise() implements Augmentation {
        @Override
        public Image apply(Image image, RandomGenerator random) {
            byte[] pixels = image.pixels().clone();
            pixels[random.nextInt(pixels.length)] += (byte) 40;
            return new Image(image.width(), image.height(), image.channels(), pixels);
        }
    }

    private TrainingJob job(String name, TrainingOptions options, AugmentationChain augment) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        return TrainingJob.of(network(), EpochLoopTest.GRAY, IMAGES, IMAGES, options, folder)
                .withAugment(augment);
    }

    /** Asks for the end of the run after so many epochs. */
    private static final class StopAfter implements TrainingListener {
        private final Cancellation cancellation;
        private final int epochs;
        private final List<Start> starts = new ArrayList<>();

        StopAfter(Cancellation cancellation, int epochs) {
            this.cancellation = cancellation;
            this.epochs = epochs;
        }

        @Override
        public void started(Start start) {
            starts.add(start);
            if (epochs == 0) {
                cancellation.request();
            }
        }

        @Override
        public void epochEnded(Epoch epoch, EpochVerdict verdict) {
            if (epoch.number() == epochs) {
                cancellation.request();
            }
        }
    }

    private static void assertSame(TrainingResult expected, TrainingResult found) {
        assertArrayEquals(ModelFile.toBytes(expected.last()), ModelFile.toBytes(found.last()));
        assertArrayEquals(ModelFile.toBytes(expected.kept()), ModelFile.toBytes(found.kept()));
        assertEquals(expected.keptEpoch(), found.keptEpoch());
        assertEquals(expected.history().size(), found.history().size());
        for (int i = 0; i < expected.history().size(); i++) {
            Epoch one = expected.history().get(i);
            Epoch other = found.history().get(i);
            assertEquals(one.trainLoss(), other.trainLoss());
            assertEquals(one.trainAccuracy(), other.trainAccuracy());
            assertEquals(one.validationLoss(), other.validationLoss());
            assertEquals(one.learningRate(), other.learningRate());
        }
    }

    @ParameterizedTest(name = "augmented {0}, cut after {1} epochs")
    @CsvSource({"false, 0", "false, 1", "false, 2", "true, 0", "true, 1", "true, 2"})
    void aRunThatWasCutBetweenEpochsGoesOnToTheSameBits(boolean augmented, int epochs) throws IOException {
        AugmentationChain augment = augmented ? AugmentationChain.of(new Noise()) : AugmentationChain.NONE;
        TrainingResult whole = Trainer.train(job("whole", options(), augment), TrainingListener.NONE);
        Cancellation cancellation = new Cancellation();
        StopAfter stop = new StopAfter(cancellation, epochs);
        TrainingResult cut = Trainer.train(job("cut", options(), augment).withCancellation(cancellation), stop);
        assertEquals(StopReason.CANCELLED, cut.reason());
        assertEquals(epochs, cut.history().size());
        assertEquals(1, stop.starts.get(0).firstEpoch());
        assertEquals(3, stop.starts.get(0).epochs());
        assertEquals("cpu, 1 thread, fp32", stop.starts.get(0).device());
        StopAfter second = new StopAfter(new Cancellation(), 9);
        TrainingResult resumed = Trainer.train(job("cut", options(), augment).resumed(), second);
        assertEquals(epochs + 1, second.starts.get(0).firstEpoch());
        assertEquals(List.of(), second.starts.get(0).notes());
        assertEquals(StopReason.COMPLETED, resumed.reason());
        assertSame(whole, resumed);
        Path run = temporary.resolve("cut");
        assertEquals(4, Checkpoint.read(run, Checkpoint.LAST).progress().epoch());
        assertEquals(
                resumed.keptEpoch() + 1,
                Checkpoint.read(run, Checkpoint.KEPT).progress().epoch());
        for (Epoch epoch : resumed.history()) {
            assertTrue(epoch.seconds() > 0 && epoch.seconds() < 60, epoch.toString());
        }
        assertEquals(
                4,
                Files.readAllLines(temporary.resolve("cut/training_history.csv"))
                        .size());
    }

    /** Asks for the end when so many images have been augmented. */
    private record CutAfter(Cancellation cancellation, int images, AtomicInteger seen) implements Augmentation {
        @Override
        public Image apply(Image image, RandomGenerator random) {
            if (seen.incrementAndGet() == images) {
                cancellation.request();
            }
            return new Noise().apply(image, random);
        }

        @Override
        public String toString() {
            return new Noise().toString();
        }
    }

    @ParameterizedTest(name = "cut when image {0} is prepared")
    @CsvSource({"1", "5", "9", "10", "11", "16", "25"})
    void aRunThatWasCutAnywhereGoesOnToTheSameBits(int images) throws IOException {
        AugmentationChain noise = AugmentationChain.of(new Noise());
        TrainingResult whole = Trainer.train(job("whole", options(), noise), TrainingListener.NONE);
        Cancellation cancellation = new Cancellation();
        AugmentationChain cutting = AugmentationChain.of(new CutAfter(cancellation, images, new AtomicInteger()));
        TrainingResult cut =
                Trainer.train(job("cut", options(), cutting).withCancellation(cancellation), TrainingListener.NONE);
        assertEquals(StopReason.CANCELLED, cut.reason());
        Checkpoint.Progress progress =
                Checkpoint.read(temporary.resolve("cut"), Checkpoint.LAST).progress();
        assertEquals(cut.history().size() + 1, progress.epoch());
        assertEquals(3 * cut.history().size() + progress.step(), progress.steps());
        // the last batch of ten has two
        assertEquals(Math.min(10, 4 * progress.step()), progress.totals().get(StepSource.COUNT));
        TrainingResult resumed = Trainer.train(job("cut", options(), noise).resumed(), TrainingListener.NONE);
        assertSame(whole, resumed);
        assertTrue(resumed.history().get(cut.history().size()).seconds() >= progress.seconds());
    }

    @Test
    void whateverChangesWhatIsLearnedIsRefusedWhenARunGoesOn() throws IOException {
        Trainer.train(job("run", options().withEpochs(1), AugmentationChain.NONE), TrainingListener.NONE);
        List<UnaryOperator<TrainingOptions>> changes = List.of(
                o -> o.withOptimizer(Optimizer.Adam.defaults()),
                o -> o.withSchedule(new Schedule.Constant()),
                o -> o.withLoss(new Loss(0.1, new ClassWeighting.Equal())),
                o -> o.withMix(new CutMix(1)),
                o -> o.withMix(null),
                o -> o.withPlainEpochs(1),
                o -> o.withClipNorm(2),
                o -> o.withEma(0.8),
                o -> o.withBatchSize(5),
                o -> o.withSeed(1),
                o -> o.withSelection(new TrainingOptions.Selection(Keep.LAST, null)),
                o -> o.withSelection(new TrainingOptions.Selection(Keep.BEST, new EarlyStopping(Monitor.LOSS, 5, 0))));
        for (int i = 0; i < changes.size(); i++) {
            TrainingJob other = job("run", changes.get(i).apply(options()), AugmentationChain.NONE);
            String message = refused(other.resumed());
            assertTrue(message.contains("a run goes on with the options it began with"), i + ": " + message);
        }
        assertTrue(
                refused(job("run", options(), AugmentationChain.of(new Noise())).resumed())
                        .contains("Noise"));
        // what is learned does not depend on how long and on how many threads
        TrainingOptions longer = options().withEpochs(2).withThreads(2);
        assertEquals(
                2,
                Trainer.train(job("run", longer, AugmentationChain.NONE).resumed(), TrainingListener.NONE)
                        .history()
                        .size());
    }

    private static String refused(TrainingJob job) {
        return assertThrows(IllegalArgumentException.class, () -> Trainer.train(job, TrainingListener.NONE))
                .getMessage();
    }

    @Test
    void aCheckpointWithoutStateCannotGoOn() throws IOException {
        Trainer.train(job("run", options().withEpochs(1), AugmentationChain.NONE), TrainingListener.NONE);
        Files.delete(temporary.resolve("run/last/state.safetensors"));
        TrainingJob job = job("run", options(), AugmentationChain.NONE).resumed();
        IOException e = assertThrows(IOException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("there is no state.safetensors in this checkpoint"), e.getMessage());
    }

    @Test
    void aRunThatIsDoneGoesOnToNothingAndTheCancellationIsToldOfTheEnd() throws Exception {
        TrainingResult done = Trainer.train(job("run", options(), AugmentationChain.NONE), TrainingListener.NONE);
        Cancellation cancellation = new Cancellation();
        TrainingResult again = Trainer.train(
                job("run", options(), AugmentationChain.NONE).resumed().withCancellation(cancellation),
                TrainingListener.NONE);
        assertSame(done, again);
        assertTrue(cancellation.awaitEnd(0));
    }

    @ParameterizedTest
    @CsvSource({"LOSS", "ACCURACY"})
    void theListenerHearsWhatTheEpochMeans(Monitor monitor) throws IOException {
        List<TrainingListener.EpochVerdict> verdicts = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epochEnded(Epoch epoch, EpochVerdict verdict) {
                numbers.add(epoch.number());
                verdicts.add(verdict);
            }
        };
        // nothing moves, so that no epoch after the first is better, and a plateau is met at every one
        TrainingOptions still = EpochLoopTest.options(1e-30)
                .withEpochs(3)
                .withSchedule(new Schedule.ReduceOnPlateau(monitor, 0.5, 0, 0, 0))
                .withSelection(new TrainingOptions.Selection(Keep.BEST, new EarlyStopping(monitor, 9, 0)));
        TrainingResult result = Trainer.train(job("still", still, AugmentationChain.NONE), listener);
        assertEquals(List.of(1, 2, 3), numbers);
        assertTrue(verdicts.get(0).best());
        assertFalse(verdicts.get(1).best());
        assertEquals(
                List.of(0, 1, 2),
                verdicts.stream()
                        .map(TrainingListener.EpochVerdict::epochsWithoutImprovement)
                        .toList());
        assertEquals(1, result.keptEpoch());
    }

    /** Two linear layers, whose product overflows after one step that is far too long. */
    private TrainingJob wild(String name, double rate, int batchSize) throws IOException {
        Model network = Sequential.build(
                new InputShape(1, 2, 2), List.of(new Layer.Flatten(), new Layer.Dense(2), new Layer.Dense(2)), 1);
        TrainingOptions options = EpochLoopTest.options(rate).withEpochs(3).withBatchSize(batchSize);
        return TrainingJob.of(
                network, EpochLoopTest.GRAY, IMAGES, IMAGES, options, Files.createDirectories(temporary.resolve(name)));
    }

    private static String diverged(TrainingJob job) {
        return assertThrows(DivergedException.class, () -> Trainer.train(job, TrainingListener.NONE))
                .getMessage();
    }

    @Test
    void aLossThatIsNotFiniteIsReportedWithItsStepAndItsRate() throws IOException {
        String first = diverged(wild("first", 4e29, 4));
        assertTrue(
                first.startsWith("the training has diverged: the loss is no longer a finite number, epoch 1, step 2 of"
                        + " 3, learning rate 4.0E29. Try a learning rate of 4.0E28, clip_norm: 1 or a warm-up"),
                first);
        assertTrue(first.endsWith("No epoch was finished, so there is no checkpoint"), first);
        String validation = diverged(wild("validation", 4e29, 10));
        assertTrue(
                validation.startsWith("the training has diverged: the validation loss is no longer a finite number,"
                        + " after epoch 1, learning rate 4.0E29. Try a learning rate of 4.0E28"),
                validation);
        Trainer.train(wildButCalm(), TrainingListener.NONE);
        Path progress = temporary.resolve("calm/last/progress.json");
        Files.writeString(progress, Files.readString(progress).replace("learningRate=0.001", "learningRate=4.0E29"));
        String second = diverged(wild("calm", 4e29, 4).resumed());
        assertTrue(second.contains("epoch 2, step 2 of 3, learning rate 4.0E29"), second);
        assertTrue(second.endsWith("The checkpoint after epoch 1 is in " + temporary.resolve("calm/last")), second);
    }

    private TrainingJob wildButCalm() throws IOException {
        TrainingJob job = wild("calm", 0.001, 4);
        return TrainingJob.of(
                job.network(),
                job.train().preprocessing(),
                job.train().set(),
                job.validation().set(),
                job.options().withEpochs(1),
                job.folder());
    }

    @Test
    void aTunedNetworkIsHandedOverFromMemory() throws IOException {
        TuningJob job = new TuningJob(
                network(),
                new Examples.Images(IMAGES, EpochLoopTest.GRAY, AugmentationChain.NONE),
                epoch -> Seeds.permutation(10, 0, epoch),
                new Examples.Images(IMAGES, EpochLoopTest.GRAY, AugmentationChain.NONE),
                java.util.Map.of(),
                options().withMix(null),
                new Cancellation());
        TrainingResult result = Trainer.tune(job, TrainingListener.NONE);
        assertEquals(3, result.history().size());
        assertFalse(job.cancellation().isRequested());
        float[][] logits = TrainingEngine.logits(result.kept(), EpochLoopTest.GRAY, IMAGES);
        double loss = 0;
        for (int i = 0; i < 10; i++) {
            double margin = logits[i][1 - IMAGES.label(i)] - logits[i][IMAGES.label(i)];
            loss += Math.log1p(Math.exp(margin)) / 10;
        }
        assertEquals(result.history().get(result.keptEpoch() - 1).validationLoss(), loss, 1e-5);
    }
}
