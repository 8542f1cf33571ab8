package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.data.Seeds;
import terzi.data.augment.AugmentationChain;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningListener;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Keep;
import terzi.training.recipe.Preset;
import terzi.training.recipe.TrainingOptions;
import terzi.training.run.Cancellation;
import terzi.training.run.Examples;
import terzi.training.run.Trainer;
import terzi.training.run.TrainingListener;
import terzi.training.run.TuningJob;

/** A side of {@link HeadComparison}: trains a new head for a frozen ResNet-50 on images from a folder. */
@Command(name = "TrainHead", mixinStandardHelpOptions = true)
final class TrainHead implements Callable<Integer> {
    /** Where the frozen network's answers come from. */
    enum How {
        /** {@code finetune --recipe fast}: computed once, from an empty cache. */
        CACHED,
        /** Computed again for every image in every epoch, as a training loop without a cache does. */
        LOOP
    }

    @Option(names = "--how", required = true)
    How how = How.CACHED;

    @Option(names = "--data", required = true)
    String data = "";

    @Option(names = "--photos", required = true)
    int photos;

    @Option(names = "--epochs", required = true, description = "of the loop")
    int epochs;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new TrainHead()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Dataset all =
                Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0)).train();
        int[] chosen = Arrays.copyOf(Seeds.permutation(all.size(), 1, 0), Math.min(photos, all.size()));
        Dataset set = all.subset(chosen);
        Model network = ModelFile.read(Resnet.file());
        FineTuningOptions options = Preset.FAST.options();
        options = options.withTraining(options.training().withThreads(threads));
        Lines.info(Map.of("how", how, "photos", set.size(), "threads", threads));
        if (how == How.CACHED) {
            cached(network, set, options);
        } else {
            loop(network, set, options);
        }
        Lines.metric("peak_rss_mib", Host.peakRssMib());
        return 0;
    }

    private static void cached(Model network, Dataset set, FineTuningOptions options) throws IOException {
        Path cache = Files.createTempDirectory("terzi-benchmark");
        try {
            FineTuningResult result = FineTuner.run(
                    new FineTuningJob(network, Resnet.preprocessing(224), set, options, cache),
                    FineTuningListener.NONE);
            Lines.metric("seconds", result.timings().total());
            Lines.info(Map.of(
                    "waiting_for_images", result.timings().waiting(),
                    "head_seconds", result.timings().head(),
                    "size", result.preprocessing().width()));
        } finally {
            StartUp.deleteTree(cache);
        }
    }

    private void loop(Model pretrained, Dataset set, FineTuningOptions options) throws IOException {
        long started = System.nanoTime();
        Model network = Resnet.prepared(Resnet.withHead(pretrained, set.labels().size()));
        List<String> head = network.graph()
                .producer(network.graph().outputs().get(0).name())
                .orElseThrow()
                .inputs();
        Map<String, Double> rates = new HashMap<>();
        for (Tensor weight : network.graph().initializers()) {
            rates.put(weight.name(), head.contains(weight.name()) ? 1.0 : 0.0);
        }
        // 8/7 of 224, as the preset fast has it
        Preprocessing preprocessing = Resnet.preprocessing(256);
        TrainingOptions training = options.training()
                .withEpochs(epochs)
                .withEma(0)
                .withMix(null)
                .withSelection(new TrainingOptions.Selection(Keep.BEST, null));
        Trainer.tune(
                new TuningJob(
                        network,
                        new Examples.Images(set, preprocessing, AugmentationChain.NONE),
                        epoch -> Seeds.permutation(set.size(), 1, epoch),
                        new Examples.Images(set.subset(new int[] {0}), preprocessing, AugmentationChain.NONE),
                        rates,
                        training,
                        new Cancellation()),
                TrainingListener.NONE);
        Lines.metric("seconds", (System.nanoTime() - started) / 1e9);
    }
}
