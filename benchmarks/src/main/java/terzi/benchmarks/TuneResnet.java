package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.augment.AugmentationChain;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;
import terzi.training.run.Cancellation;
import terzi.training.run.Examples;
import terzi.training.run.Trainer;
import terzi.training.run.TrainingListener;
import terzi.training.run.TuningJob;

/** Terzi's side of {@link TuneComparison}: fine-tunes all of a ResNet as peers/train_resnet.py does. */
@Command(name = "TuneResnet", mixinStandardHelpOptions = true)
final class TuneResnet implements Callable<Integer> {
    private static final int CLASSES = 3;

    @Option(names = "--network", required = true, description = "ONNX file with three classes")
    Path network = Path.of("");

    @Option(names = "--steps", defaultValue = "8", description = "the first one is not measured")
    int steps;

    @Option(names = "--batch", defaultValue = "16")
    int batch;

    @Option(names = "--size", defaultValue = "224")
    int size;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--precision", defaultValue = "FP32")
    PrecisionChoice precision = PrecisionChoice.FP32;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new TuneResnet()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Lines.info(Map.of(
                "side", "terzi", "java", Runtime.version().toString(), "precision", precision, "threads", threads));
        Model prepared = Resnet.prepared(ModelFile.read(network));
        Preprocessing preprocessing = Resnet.preprocessing(size);
        Examples train = new Examples.Images(noise(4 * batch), preprocessing, AugmentationChain.NONE);
        Examples validation = new Examples.Images(noise(1), preprocessing, AugmentationChain.NONE);
        TrainingOptions options = TrainingOptions.defaults()
                .withEpochs(1)
                .withBatchSize(batch)
                .withOptimizer(new Optimizer.Sgd(1e-3, 0.9, false, 0))
                .withSchedule(new Schedule.Constant())
                .withLoss(Loss.defaults())
                .withPrecision(precision)
                .withThreads(threads)
                .withSeed(1);
        Trainer.tune(
                new TuningJob(prepared, train, this::order, validation, Map.of(), options, new Cancellation()),
                new Timer());
        Lines.metric("peak_rss_mib", Host.peakRssMib());
        return 0;
    }

    private int[] order(int epoch) {
        int[] order = new int[steps * batch];
        for (int step = 0; step < steps; step++) {
            System.arraycopy(Seeds.permutation(4 * batch, 1, step), 0, order, step * batch, batch);
        }
        return order;
    }

    private PackedImages noise(int count) {
        byte[] pixels = new byte[count * size * size * 3];
        new SplittableRandom(1).nextBytes(pixels);
        int[] classes = new int[count];
        Arrays.setAll(classes, i -> i % CLASSES);
        return PackedImages.of(List.of("a", "b", "c"), new PackedImages.Shape(size, size, 3), pixels, classes);
    }

    /** The mean over all steps but the first. */
    private static final class Timer implements TrainingListener {
        private long began;
        private double cpu;

        @Override
        public void progressed(Progress progress) {
            if (progress.step() == 1) {
                began = System.nanoTime();
                cpu = Host.processCpuSeconds();
            } else if (progress.step() == progress.stepsPerEpoch()) {
                int measured = progress.stepsPerEpoch() - 1;
                Lines.metric("step_seconds", (System.nanoTime() - began) / 1e9 / measured);
                Lines.metric("step_cpu_seconds", (Host.processCpuSeconds() - cpu) / measured);
            }
        }
    }
}
