package terzi.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.evaluation.Evaluation;
import terzi.files.Cache;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningListener;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Preset;

/**
 * Presets of fine-tuning in cross-validation, again and again with other folds: on a few hundred images, which image is
 * in which part moves the figure of a single cross-validation by a point.
 */
@Command(
        name = "folds",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Cross-validates presets on a folder several times and reports each time and the mean.")
final class RepeatedFolds implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with a sub-folder of images for each class")
    String data = "";

    @Option(names = "--recipes", split = ",", defaultValue = "fast,balanced,best", description = "presets")
    List<String> recipes = List.of();

    @Option(names = "--set", description = "a setting that differs from the preset, such as views.count=4; repeatable")
    List<String> overrides = new ArrayList<>();

    @Option(names = "--folds", defaultValue = "5")
    int folds;

    @Option(names = "--repeats", defaultValue = "6", description = "with seeds from 0")
    int repeats;

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "0 = one for each core; with 1 the figures repeat to the bit")
    int threads;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RepeatedFolds()).execute(arguments));
    }

    /**
     * One preset.
     *
     * @param recall the mean of each class
     * @param learningSeconds of one cross-validation, without the features that all share
     */
    private record Row(
            String recipe,
            int images,
            double accuracy,
            double macroF1,
            Map<String, Double> recall,
            List<Double> accuracies,
            List<Double> macroF1s,
            double learningSeconds) {}

    @Override
    public Integer call() throws IOException {
        Dataset set =
                Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0)).train();
        Model network = ModelFile.read(Resnet.file());
        List<Row> rows = new ArrayList<>();
        for (String recipe : recipes) {
            FineTuningOptions options = Preset.valueOf(recipe.toUpperCase(Locale.ROOT))
                    .options()
                    .withTestViews(0)
                    .with(overrides);
            List<Double> accuracies = new ArrayList<>();
            List<Double> macroF1s = new ArrayList<>();
            Map<String, Double> recall = new LinkedHashMap<>();
            double seconds = 0;
            for (int seed = 0; seed < repeats; seed++) {
                FineTuningOptions seeded =
                        options.withTraining(options.training().withSeed(seed).withThreads(threads));
                CrossValidation.CrossValidationResult result = CrossValidation.run(
                        new FineTuningJob(network, Resnet.preprocessing(224), set, seeded, Cache.folder()),
                        folds,
                        FineTuningListener.NONE);
                Evaluation evaluation = Answered.evaluation(set.labels(), result.predictions());
                accuracies.add(evaluation.accuracy());
                macroF1s.add(evaluation.macro().f1());
                evaluation.perClass().forEach(one -> recall.merge(one.label(), one.recall() / repeats, Double::sum));
                seconds += result.timings().head() + result.timings().tuning();
                System.err.printf(
                        Locale.ROOT,
                        "%s, seed %d: %.2f %%, macro-F1 %.2f %%%n",
                        recipe,
                        seed,
                        100 * evaluation.accuracy(),
                        100 * evaluation.macro().f1());
            }
            rows.add(new Row(
                    recipe,
                    set.size(),
                    mean(accuracies),
                    mean(macroF1s),
                    recall,
                    accuracies,
                    macroF1s,
                    seconds / repeats));
        }
        write(rows);
        return 0;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private void write(List<Row> rows) throws IOException {
        String settings =
                String.join("", overrides.stream().map(o -> " --set " + o).toList());
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run folds --data FOLDER --recipes %s --folds %d --repeats %d --threads %d%s",
                String.join(",", recipes),
                folds,
                repeats,
                threads,
                settings);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d images, %d folds, means over %d divisions into folds, in per cent.\n\n| recipe | accuracy | lowest to"
                        + " highest | macro-F1 | recall | seconds to train on all folds |\n|---|---|---|---|---|---|\n",
                rows.get(0).images(),
                folds,
                repeats));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f to %.1f | %.1f | %s | %.0f |\n",
                    row.recipe(),
                    100 * row.accuracy(),
                    100 * row.accuracies().stream().mapToDouble(a -> a).min().orElseThrow(),
                    100 * row.accuracies().stream().mapToDouble(a -> a).max().orElseThrow(),
                    100 * row.macroF1(),
                    String.join(
                            ", ",
                            row.recall().entrySet().stream()
                                    .map(e -> String.format(Locale.ROOT, "%s %.1f", e.getKey(), 100 * e.getValue()))
                                    .toList()),
                    row.learningSeconds()));
        }
        results.write("folds", "Presets in cross-validation", command, Map.of("rows", rows), text.toString());
    }
}
