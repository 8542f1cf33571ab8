package terzi.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.files.Cache;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningListener;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Preset;
import terzi.training.recipe.Sampling;

/**
 * What helps where images are few and one class has still fewer: learns from a few dozen of a folder, drawn again and again,
 * with and without class weights and sampling, and asks about all others.
 */
@Command(
        name = "small",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Fine-tunes on small draws with one rare class, in several ways, and tests on the other images.")
final class SmallSets implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with a sub-folder of images for each class")
    String data = "";

    @Option(names = "--rare", required = true, description = "the class that has a third of the others' images")
    String rare = "";

    @Option(names = "--counts", split = ",", defaultValue = "36,120", description = "images to learn from")
    List<Integer> counts = List.of();

    @Option(names = "--draws", defaultValue = "10")
    int draws;

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "0 = one for each core; with 1 the figures repeat to the bit")
    int threads;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SmallSets()).execute(arguments));
    }

    /** Mean over the draws with its 95 % bootstrap interval. */
    private record Mean(double value, Interval interval) {
        static Mean of(double[] values) {
            return new Mean(mean(values), Interval.bootstrap(values, Mean::mean, 5000, 1));
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElseThrow();
        }

        String percent() {
            return String.format(
                    Locale.ROOT, "%.1f (%.1f to %.1f)", 100 * value, 100 * interval.low(), 100 * interval.high());
        }
    }

    /**
     * One way of learning.
     *
     * @param overNothing how much higher macro-F1 is than without weights and sampling, on the same draws
     */
    private record Row(
            int images,
            String way,
            Mean accuracy,
            Mean macroF1,
            Mean rareRecall,
            Mean overNothing,
            double secondsADraw,
            List<Double> macroF1OfEach) {}

    @Override
    public Integer call() throws IOException {
        Dataset set =
                Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0)).train();
        if (!set.labels().contains(rare)) {
            throw new IllegalArgumentException("--rare: the classes are " + set.labels() + ", not " + rare);
        }
        Map<String, FineTuningOptions> ways = ways();
        List<Row> rows = new ArrayList<>();
        FineTuningJob job = new FineTuningJob(
                ModelFile.read(Resnet.file()), Resnet.preprocessing(224), set, Preset.FAST.options(), Cache.folder());
        for (int count : counts) {
            List<Splits.Split> splits = IntStream.range(0, draws)
                    .mapToObj(draw -> draw(set, count, draw))
                    .toList();
            double[] nothing = new double[0];
            for (Map.Entry<String, FineTuningOptions> way : ways.entrySet()) {
                CrossValidation.CrossValidationResult result =
                        CrossValidation.run(job.withOptions(way.getValue()), splits, FineTuningListener.NONE);
                double[] accuracy = new double[draws];
                double[] macroF1 = new double[draws];
                double[] recall = new double[draws];
                for (int d = 0; d < draws; d++) {
                    int draw = d + 1;
                    Evaluation evaluation = Answered.evaluation(
                            set.labels(),
                            result.predictions().stream()
                                    .filter(p -> p.fold() == draw)
                                    .toList());
                    accuracy[d] = evaluation.accuracy();
                    macroF1[d] = evaluation.macro().f1();
                    recall[d] = evaluation
                            .perClass()
                            .get(set.labels().indexOf(rare))
                            .recall();
                }
                nothing = nothing.length == 0 ? macroF1 : nothing;
                double[] gained = new double[draws];
                for (int d = 0; d < draws; d++) {
                    gained[d] = macroF1[d] - nothing[d];
                }
                double seconds = result.folds().stream()
                        .mapToDouble(CrossValidation.Fold::seconds)
                        .average()
                        .orElseThrow();
                Row row = new Row(
                        count,
                        way.getKey(),
                        Mean.of(accuracy),
                        Mean.of(macroF1),
                        Mean.of(recall),
                        Mean.of(gained),
                        seconds,
                        Arrays.stream(macroF1).boxed().toList());
                rows.add(row);
                System.err.println(count + " images, " + row.way() + ": macro-F1 "
                        + row.macroF1().percent());
            }
        }
        write(rows);
        return 0;
    }

    private Map<String, FineTuningOptions> ways() {
        FineTuningOptions fast = Preset.FAST.options();
        FineTuningOptions weighted = fast.withTraining(fast.training().withThreads(threads));
        FineTuningOptions plain =
                weighted.withTraining(weighted.training().withLoss(new Loss(0, new ClassWeighting.Equal())));
        Map<String, FineTuningOptions> ways = new LinkedHashMap<>();
        ways.put("nothing", plain);
        ways.put("class weights", weighted);
        ways.put("over-sampling", sampled(plain, Sampling.OVER));
        ways.put("under-sampling", sampled(plain, Sampling.UNDER));
        return ways;
    }

    private static FineTuningOptions sampled(FineTuningOptions options, Sampling sampling) {
        FineTuningOptions.Images images = options.images();
        return options.withImages(new FineTuningOptions.Images(images.validation(), sampling, images.views()));
    }

    /** Keeps three parts of each class and one of the rare one; holds all others. */
    private Splits.Split draw(Dataset set, int count, int draw) {
        int[] wanted = new int[set.labels().size()];
        double parts = 3.0 * (wanted.length - 1) + 1;
        int given = 0;
        for (int c = 0; c < wanted.length; c++) {
            wanted[c] = (int) Math.round(count * (set.labels().get(c).equals(rare) ? 1 : 3) / parts);
            given += wanted[c];
        }
        wanted[set.labels().indexOf(rare) == 0 ? 1 : 0] += count - given;
        List<Integer> kept = new ArrayList<>();
        List<Integer> held = new ArrayList<>();
        for (int i : Seeds.permutation(set.size(), 7, draw)) {
            (wanted[set.label(i)]-- > 0 ? kept : held).add(i);
        }
        return new Splits.Split(sorted(kept), sorted(held));
    }

    private static int[] sorted(List<Integer> indices) {
        return indices.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private void write(List<Row> rows) throws IOException {
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run small --data FOLDER --rare %s --counts %s --draws %d --threads %d",
                rare,
                String.join(",", counts.stream().map(String::valueOf).toList()),
                draws,
                threads);
        StringBuilder text =
                new StringBuilder(rare + " has a third of the images of each other class; the recipe is `fast`;"
                        + " every draw is tested on all images that were not drawn. Means over " + draws
                        + " draws in per cent, 95 % bootstrap interval.\n\n"
                        + "| images | what is done | accuracy | macro-F1 | recall of " + rare
                        + " | macro-F1 gained over nothing | seconds a draw |\n|---|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | %s | %s | %s | %s | %s | %.2f |\n",
                    row.images(),
                    row.way(),
                    row.accuracy().percent(),
                    row.macroF1().percent(),
                    row.rareRecall().percent(),
                    row.overNothing().percent(),
                    row.secondsADraw()));
        }
        results.write("small-sets", "Few images, one class rare", command, Map.of("rows", rows), text.toString());
    }
}
