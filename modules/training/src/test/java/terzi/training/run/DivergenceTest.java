package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.PackedImages;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;

class DivergenceTest {
    private static final PackedImages TRAIN = Stripes.images(120, 1);
    private static final PackedImages VALIDATION = Stripes.images(60, 2);

    @TempDir
    Path temporary;

    private TrainingJob job(Model network, TrainingOptions options) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("run"));
        return TrainingJob.of(network, Stripes.PREPROCESSING, TRAIN, VALIDATION, options, folder);
    }

    /** Without normalisation, so that large weights make large logits. */
    private static Model plain() {
        return Sequential.build(
                new InputShape(1, Stripes.SIZE, Stripes.SIZE),
                List.of(
                        new Layer.Conv2d(6, 3).withActivation(new Layer.Relu()),
                        new Layer.Flatten(),
                        new Layer.Dense(3)),
                1);
    }

    /** Calm at the first epoch and wild from the second one on. */
    private static TrainingOptions wild(double rate) {
        return Stripes.options()
                .withEpochs(30)
                .withOptimizer(new Optimizer.Sgd(rate, 0, false, 0))
                .withSchedule(new Schedule.Constant());
    }

    private static Model pooledNorm() {
        return Sequential.build(
                new InputShape(1, Stripes.SIZE, Stripes.SIZE),
                List.of(
                        new Layer.Conv2d(6, 3),
                        new Layer.GlobalAveragePool(),
                        new Layer.BatchNorm(),
                        new Layer.Dense(3)),
                1);
    }

    @Test
    void aLossThatStaysFarAboveThatOfGuessingEndsTheRunEarlyWithoutANetwork() throws IOException {
        // the same image under three labels cannot be learned, and Adam's steps are as long as the rate, whatever the
        // gradient
        PackedImages same = PackedImages.of(
                TRAIN.labels(),
                TRAIN.shape(),
                new byte[TRAIN.size() * TRAIN.shape().bytes()],
                TRAIN.labelIndices());
        TrainingOptions options = wild(1).withOptimizer(new Optimizer.Adam(1e5, 0.9, 0.999, 1e-8, 0));
        TrainingJob job = TrainingJob.of(
                plain(), Stripes.PREPROCESSING, same, same, options, Files.createDirectories(temporary.resolve("run")));
        DivergedException e = assertThrows(DivergedException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("the training has diverged: after epoch "), e.getMessage());
        assertTrue(e.getMessage().contains("guessing among 3 classes has 1.099"), e.getMessage());
        assertTrue(e.getMessage().contains("Try a learning rate of 10000.0"), e.getMessage());
        assertTrue(e.before().isEmpty());
        int epochs = Files.readAllLines(temporary.resolve("run/training_history.csv"))
                        .size()
                - 1;
        assertTrue(epochs >= 3 && epochs < 30, epochs + " epochs");
        assertFalse(Files.exists(temporary.resolve("run/kept")));
    }

    @Test
    void theBestEpochBeforeTheDivergenceIsHandedOver() throws IOException {
        TrainingOptions calm = wild(0.05).withEpochs(2);
        TrainingResult good = Trainer.train(job(plain(), calm), TrainingListener.NONE);
        // the checkpoint goes on with a rate that is far too high: its settings are changed as an expert would
        Path progress = temporary.resolve("run/last/progress.json");
        Files.writeString(progress, Files.readString(progress).replace("learningRate=0.05", "learningRate=1.0E20"));
        TrainingOptions wild = wild(1e20).withEpochs(9);
        DivergedException e = assertThrows(
                DivergedException.class, () -> Trainer.train(job(plain(), wild).resumed(), TrainingListener.NONE));
        TrainingResult before = e.before().orElseThrow();
        assertEquals(StopReason.DIVERGED, before.reason());
        assertEquals(good.keptEpoch(), before.keptEpoch());
        assertArrayEquals(ModelFile.toBytes(good.kept()), ModelFile.toBytes(before.kept()));
        assertArrayEquals(
                ModelFile.toBytes(good.kept()), Files.readAllBytes(temporary.resolve("run/kept/network.onnx")));
    }

    @Test
    void aBatchOfOneIsRefusedWhereItsNormalisationHasOneValueForEachChannel() throws IOException {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Trainer.train(job(pooledNorm(), Stripes.options().withBatchSize(1)), TrainingListener.NONE));
        assertTrue(e.getMessage().contains("'bn1' has a single value for each channel"), e.getMessage());
        assertTrue(e.getMessage().contains("[1, 6]"), e.getMessage());
        assertTrue(e.getMessage().contains("training.batch_size to at least 2"), e.getMessage());
    }

    @Test
    void aBatchOfOneTrainsWhereNormalisationSeesAWholeMap() throws IOException {
        TrainingResult result = Trainer.train(
                job(Stripes.network(), Stripes.options().withBatchSize(1).withEpochs(1)), TrainingListener.NONE);
        assertTrue(Double.isFinite(result.history().get(0).validationLoss()), result.history() + "");
    }

    @Test
    void aSingleTrainingImageIsABatchOfOneWhateverTheBatchSize() throws IOException {
        PackedImages one = Stripes.images(1, 3);
        TrainingJob job =
                TrainingJob.of(pooledNorm(), Stripes.PREPROCESSING, one, VALIDATION, Stripes.options(), temporary);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("a single value for each channel"), e.getMessage());
    }

    @Test
    void aValidationLossThatIsNotFiniteEndsTheRunLikeATrainingLoss() throws IOException {
        // trained with the batch's own statistics the loss is finite; the running variance overflows to infinity
        TrainingOptions options = wild(1e-12).withEpochs(3);
        Model network = Sequential.build(
                new InputShape(1, Stripes.SIZE, Stripes.SIZE),
                List.of(new Layer.Conv2d(2, 3), new Layer.BatchNorm(0, 1e-5), new Layer.Flatten(), new Layer.Dense(3)),
                1);
        TrainingJob job = job(network, options);
        Model broken = network.withGraph(network.graph()
                .withInitializers(network.graph().initializers().stream()
                        .map(tensor -> tensor.name().equals("conv1.weight")
                                ? terzi.onnx.Tensor.ofFloats(tensor.name(), tensor.dims(), large(tensor.dims()))
                                : tensor)
                        .toList()));
        DivergedException e = assertThrows(
                DivergedException.class,
                () -> Trainer.train(
                        TrainingJob.of(broken, job.train().preprocessing(), TRAIN, VALIDATION, options, job.folder()),
                        TrainingListener.NONE));
        assertTrue(
                e.getMessage().contains("the training has diverged: the validation loss is no longer a finite number")
                        || e.getMessage().contains("the training has diverged: the loss is no longer a finite number"),
                e.getMessage());
        assertTrue(e.before().isEmpty());
    }

    private static float[] large(long... dims) {
        int count = 1;
        for (long dim : dims) {
            count *= (int) dim;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i % 2 == 0 ? 1e25f : -1e25f;
        }
        return values;
    }
}
