package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.onnx.Model;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.Recipe;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;
import terzi.training.run.Epoch;
import terzi.training.run.Trainer;
import terzi.training.run.TrainingJob;
import terzi.training.run.TrainingListener;

/**
 * Terzi's side of {@link EpochComparison}: trains the network of models/fashion-mnist-deep as peers/train_fashion.py does,
 * and prints the same lines.
 */
@Command(name = "TrainFashion", mixinStandardHelpOptions = true)
final class TrainFashion implements Callable<Integer> {

    private static final int CLASSES = 10;

    @Option(names = "--recipe", defaultValue = "models/fashion-mnist-deep")
    Path recipe = Path.of("");

    @Option(names = "--data", description = "folder with the IDX files")
    Optional<Path> data = Optional.empty();

    @Option(names = "--epochs", defaultValue = "2")
    int epochs;

    @Option(names = "--steps", defaultValue = "0", description = "steps in an epoch; 0 = the whole set")
    int steps;

    @Option(names = "--batch", defaultValue = "128")
    int batch;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--precision", defaultValue = "FP32")
    PrecisionChoice precision = PrecisionChoice.FP32;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new TrainFashion()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Recipe chosen = Recipe.read(recipe);
        DatasetOptions where = DatasetOptions.defaults().withHeldOut(0, 0);
        DatasetSplits sets =
                Datasets.open("fashion-mnist", data.map(where::withFolder).orElse(where));
        Dataset train = steps == 0 ? sets.train() : first(sets.train(), steps * batch);
        // validation is not what is compared: as little of it as possible
        Dataset validation = first(sets.test().orElseThrow(), batch);
        Model network = chosen.build(CLASSES);
        TrainingOptions options = TrainingOptions.defaults()
                .withEpochs(epochs)
                .withBatchSize(batch)
                .withOptimizer(Optimizer.Adam.defaults())
                .withSchedule(new Schedule.Constant())
                .withLoss(Loss.defaults())
                .withPrecision(precision)
                .withThreads(threads)
                .withSeed(1);
        Lines.say(Map.of(
                "info",
                Map.of(
                        "side",
                        "terzi",
                        "java",
                        Runtime.version().toString(),
                        "precision",
                        precision,
                        "threads",
                        threads)));
        Path folder = Files.createTempDirectory("terzi-benchmark");
        try {
            Trainer.train(TrainingJob.of(network, chosen.input(), train, validation, options, folder), new Timer());
        } finally {
            StartUp.deleteTree(folder);
        }
        Lines.say(Map.of("metric", "peak_rss_mib", "value", Host.peakRssMib()));
        return 0;
    }

    /** Times what the peer times: from the start of an epoch to its last step, without validation and checkpoints. */
    private static final class Timer implements TrainingListener {
        private long epochBegan;
        private double cpuBefore;
        private boolean stepped;

        @Override
        public void started(Start start) {
            epochBegan = System.nanoTime();
            cpuBefore = Host.processCpuSeconds();
        }

        @Override
        public void progressed(Progress progress) {
            if (!stepped) {
                stepped = true;
                Lines.say(Map.of("mark", "first_step"));
            }
            if (progress.step() == progress.stepsPerEpoch()) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("metric", progress.epoch() == 1 ? "first_epoch_seconds" : "epoch_seconds");
                line.put("value", (System.nanoTime() - epochBegan) / 1e9);
                line.put("epoch", progress.epoch());
                line.put("steps", progress.stepsPerEpoch());
                line.put("loss", progress.loss());
                Lines.say(line);
                if (progress.epoch() > 1) {
                    Lines.say(Map.of("metric", "epoch_cpu_seconds", "value", Host.processCpuSeconds() - cpuBefore));
                }
            }
        }

        @Override
        public void epochEnded(Epoch epoch, EpochVerdict verdict) {
            epochBegan = System.nanoTime();
            cpuBefore = Host.processCpuSeconds();
        }
    }

    private static Dataset first(Dataset all, int count) {
        return all.subset(IntStream.range(0, Math.min(count, all.size())).toArray());
    }
}
