package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.files.FileNames;
import terzi.training.Cancellation;
import terzi.training.finetune.Preset;

/**
 * A request to fine-tune: a pretrained network is adapted to labelled images, exported as one classifier file, and that file
 * is measured. Images are held out for validation and test where the data has no such parts, and near duplicates stay in
 * one part.
 *
 * <pre>{@code
 * FineTuned run = FineTuning.on(Path.of("photos")).withPreset(Preset.BALANCED).run(System.err::println);
 * System.out.println(run.summary());
 * try (ImageClassifier classifier = run.openClassifier()) { … }
 * }</pre>
 *
 * @param data a folder with one sub-folder per class, a CSV list, or the name of a dataset; empty for what the recipe names
 * @param testShare share of the images held out for the test, 0 to below 0.9, where the data has no test part
 * @param settings how to fine-tune
 * @param folds parts of a cross-validation that comes first, 2 or more; 0 for none
 * @param gates conditions on the measured figures; they change nothing but {@link FineTuned#passed}
 * @param target where the run folder goes
 * @param execution how the run is carried out
 */
public record FineTuning(
        Optional<String> data,
        double testShare,
        FineTuningSettings settings,
        int folds,
        List<Gate> gates,
        RunTarget target,
        Execution execution)
        implements Run<FineTuned> {
    private static final double TEST_SHARE = 0.15;

    public FineTuning {
        gates = List.copyOf(gates);
        if (!(testShare >= 0 && testShare < 0.9)) {
            throw new IllegalArgumentException("--test: expected a share from 0 to below 0.9, found " + testShare);
        }
        if (folds < 0 || folds == 1) {
            throw new IllegalArgumentException("--folds: expected 2 or more, or 0 for none, found " + folds);
        }
    }

    /** Fine-tunes on a folder of class folders or a CSV list, with the balanced preset. */
    public static FineTuning on(Path data) {
        return ofSettings(FineTuningSettings.defaults()).withData(FileNames.text(data));
    }

    /** Fine-tunes on the images that the settings' recipe names. */
    public static FineTuning ofSettings(FineTuningSettings settings) {
        return new FineTuning(
                Optional.empty(), TEST_SHARE, settings, 0, List.of(), RunTarget.defaults(), Execution.defaults());
    }

    public FineTuning withData(String source) {
        return new FineTuning(Optional.of(source), testShare, settings, folds, gates, target, execution);
    }

    public FineTuning withTestShare(double share) {
        return new FineTuning(data, share, settings, folds, gates, target, execution);
    }

    public FineTuning withSettings(FineTuningSettings chosen) {
        return new FineTuning(data, testShare, chosen, folds, gates, target, execution);
    }

    public FineTuning withPreset(Preset preset) {
        return withSettings(settings.withRecipe(preset.label()));
    }

    /** @param nameOrFile a backbone of the catalogue, a network file, or {@code hf:owner/name} */
    public FineTuning withBackbone(String nameOrFile) {
        return withSettings(settings.withBackbone(nameOrFile));
    }

    public FineTuning withSeed(long seed) {
        return withSettings(settings.withSeed(seed));
    }

    public FineTuning withFolds(int count) {
        return new FineTuning(data, testShare, settings, count, gates, target, execution);
    }

    public FineTuning withGates(List<Gate> conditions) {
        return new FineTuning(data, testShare, settings, folds, conditions, target, execution);
    }

    public FineTuning withTarget(RunTarget chosen) {
        return new FineTuning(data, testShare, settings, folds, gates, chosen, execution);
    }

    /** @param folder the run folder, new or empty */
    public FineTuning withFolder(Path folder) {
        return withTarget(target.withFolder(folder));
    }

    public FineTuning withExecution(Execution chosen) {
        return new FineTuning(data, testShare, settings, folds, gates, target, chosen);
    }

    public FineTuning withCancellation(Cancellation cancellation) {
        return withExecution(execution.withCancellation(cancellation));
    }

    @Override
    public FineTuned run(RunListener listener) throws IOException {
        return FineTuningRun.run(this, new RunLog(listener, execution));
    }
}
