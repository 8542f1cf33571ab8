package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import terzi.data.Families;
import terzi.data.Grouping;
import terzi.files.FileNames;
import terzi.training.recipe.Preset;
import terzi.training.run.Cancellation;

/**
 * A request to fine-tune: a pretrained network is adapted to labelled images, exported as one classifier file, and that file
 * is measured.
 *
 * <pre>{@code
 * FineTuned run = FineTuning.on(Path.of("photos")).withPreset(Preset.BALANCED).run(System.err::println);
 * System.out.println(run.summary());
 * try (ImageClassifier classifier = run.openClassifier()) { … }
 * }</pre>
 *
 * <p>Where the head alone is trained, as in every preset, all images without a test part of their own are trained on, and the
 * figures are those of out-of-fold predictions: each image is predicted by a head that was not trained on it and whose settings
 * were chosen on others. Where a second stage is trained, or a test share is asked for, images are held out by chance, with the
 * same share of every class; a part that the data has as a folder of its own stays as it is. In every division near duplicates
 * stay in one part. So do images of one origin, such as a shop, a person or a burst, if {@link Families#find} recognises them
 * or {@link #withGroups} names the rule. With folds, the whole fine-tuning is cross-validated before, with all choices made
 * anew in each fold:
 *
 * <pre>{@code
 * FineTuned run = FineTuning.on(Path.of("photos")).withFolds(5).run();
 * System.out.println(run.summary()); // out-of-fold accuracy with its interval
 * }</pre>
 *
 * @param data a folder with one sub-folder per class, or with {@code train}, {@code val} and {@code test} that hold these; a CSV
 *     list; or the name of a dataset. Empty for the data that the recipe names.
 * @param testShare share of the images held out for the test, 0 to below 0.9, where the data has no test part; empty for none
 *     where the head alone is trained, since out-of-fold predictions of all images give the figures, and 0.15 otherwise
 * @param groups the rule for images that stay together in every division; near duplicates always do
 * @param settings how to fine-tune, and from which network
 * @param within the longest time for one image, where the backbone is {@code auto}; empty for any
 * @param folds parts of the cross-validation, 2 or more; 0 for no cross-validation
 * @param gates conditions on the figures to quote, those of {@link FineTuned#reported}; they change nothing but
 *     {@link FineTuned#passed}
 * @param target the place of the run folder
 * @param execution how the run is carried out
 */
public record FineTuning(
        Optional<String> data,
        OptionalDouble testShare,
        Grouping groups,
        FineTuningSettings settings,
        Optional<Duration> within,
        int folds,
        List<Gate> gates,
        RunTarget target,
        Execution execution)
        implements Run<FineTuned> {
    /**
     * Checks and copies the components.
     *
     * @param data a folder with one sub-folder per class, or with {@code train}, {@code val} and {@code test} that
     *     hold these
     * @param testShare share of the images held out for the test, 0 to below 0.9, where the data has no test part; empty for none
     *     where the head alone is trained, since out-of-fold predictions of all images give the figures, and 0.15 otherwise
     * @param groups the rule for images that stay together in every division
     * @param settings how to fine-tune, and from which network
     * @param within the longest time for one image, where the backbone is {@code auto}
     * @param folds parts of the cross-validation, 2 or more
     * @param gates conditions on the figures to quote, those of {@link FineTuned#reported}
     * @param target the place of the run folder
     * @param execution how the run is carried out
     */
    public FineTuning {
        gates = List.copyOf(gates);
        testShare.ifPresent(share -> {
            if (!(share >= 0 && share < 0.9)) {
                throw new IllegalArgumentException("testShare: expected a share from 0 to below 0.9, found " + share);
            }
        });
        within.ifPresent(limit -> {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("within: expected a time above 0, found " + limit);
            }
        });
        if (folds < 0 || folds == 1) {
            throw new IllegalArgumentException("folds: expected 2 or more, or 0 for none, found " + folds);
        }
    }

    /**
     * {@return a request with the defaults: the fast preset, ResNet-50, seed 0, all images for
     * training with out-of-fold figures, families looked for, no folds; the run folder is {@code runs/finetune/NAME}, named after the data}
     *
     * @param data a folder of class folders, or a CSV list
     */
    public static FineTuning on(Path data) {
        return ofSettings(FineTuningSettings.defaults()).withData(FileNames.text(data.toAbsolutePath()));
    }

    /**
     * {@return a request on the images that the settings' recipe names}
     *
     * @param settings how to fine-tune, and from which network
     */
    public static FineTuning ofSettings(FineTuningSettings settings) {
        return new FineTuning(
                Optional.empty(),
                OptionalDouble.empty(),
                new Grouping.Auto(),
                settings,
                Optional.empty(),
                0,
                List.of(),
                RunTarget.defaults(),
                Execution.defaults());
    }

    /**
     * {@return the same on other data}
     *
     * @param source a folder, a CSV list, or the name of a dataset; {@code ./mnist} is a folder of that name
     */
    public FineTuning withData(String source) {
        return new FineTuning(
                Optional.of(source), testShare, groups, settings, within, folds, gates, target, execution);
    }

    /**
     * {@return the same with another share of the images held out for the test}
     *
     * @param share 0 to below 0.9
     */
    public FineTuning withTestShare(double share) {
        return new FineTuning(
                data, OptionalDouble.of(share), groups, settings, within, folds, gates, target, execution);
    }

    /**
     * {@return the same with another rule for images that stay together in every division}
     *
     * @param rule such as {@code new Grouping.Column("shop")}; near duplicates stay together under every rule
     */
    public FineTuning withGroups(Grouping rule) {
        return new FineTuning(data, testShare, rule, settings, within, folds, gates, target, execution);
    }

    /**
     * {@return the same with other settings, in place of all that were chosen before}
     *
     * @param chosen how to fine-tune, and from which network
     */
    public FineTuning withSettings(FineTuningSettings chosen) {
        return new FineTuning(data, testShare, groups, chosen, within, folds, gates, target, execution);
    }

    /**
     * {@return the same with the recipe of a preset}
     *
     * @param preset one of the presets
     */
    public FineTuning withPreset(Preset preset) {
        return withSettings(settings.withRecipe(preset.label()));
    }

    /**
     * {@return the same, starting from another network}
     *
     * @param nameOrFile a name of {@link terzi.backbones.Backbones#cards}, a network file or folder as {@link
     *     terzi.backbones.Backbones#open} takes it, or {@code hf:owner/name}; or two of these with a comma between: the
     *     features of the second join those of the first if that is better out of fold; or {@code auto}: the cached
     *     networks of the catalogue are compared, or those in {@code auto:resnet50,network.onnx}
     */
    public FineTuning withBackbone(String nameOrFile) {
        return withSettings(settings.withBackbone(nameOrFile));
    }

    /**
     * {@return the same with a limit for the networks that the backbone {@code auto} compares}
     *
     * @param limit the longest time for one decoded image, by the classifier file with all threads of this machine
     */
    public FineTuning withWithin(Duration limit) {
        return new FineTuning(data, testShare, groups, settings, Optional.of(limit), folds, gates, target, execution);
    }

    /**
     * {@return the same with another random seed; it divides the images, too}
     *
     * @param seed the random seed of every choice
     */
    public FineTuning withSeed(long seed) {
        return withSettings(settings.withSeed(seed));
    }

    /**
     * {@return the same with a cross-validation before}
     *
     * @param count 2 or more
     */
    public FineTuning withFolds(int count) {
        return new FineTuning(data, testShare, groups, settings, within, count, gates, target, execution);
    }

    /**
     * {@return the same with conditions on the figures}
     *
     * @param conditions conditions on the figures to quote, those of {@link FineTuned#reported}
     */
    public FineTuning withGates(List<Gate> conditions) {
        return new FineTuning(data, testShare, groups, settings, within, folds, conditions, target, execution);
    }

    /**
     * {@return the same in another place}
     *
     * @param chosen the place of the run folder
     */
    public FineTuning withTarget(RunTarget chosen) {
        return new FineTuning(data, testShare, groups, settings, within, folds, gates, chosen, execution);
    }

    /**
     * {@return the same in a folder of the caller's choice}
     *
     * @param folder the run folder, new or empty
     */
    public FineTuning withFolder(Path folder) {
        return withTarget(target.withFolder(folder));
    }

    /**
     * {@return the same, carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public FineTuning withExecution(Execution chosen) {
        return new FineTuning(data, testShare, groups, settings, within, folds, gates, target, chosen);
    }

    /**
     * {@return the same, ended early by a cancellation}
     *
     * @param cancellation ends the run early
     */
    public FineTuning withCancellation(Cancellation cancellation) {
        return withExecution(execution.withCancellation(cancellation));
    }

    @Override
    public FineTuned run(RunListener listener) throws IOException {
        return FineTuningRun.run(this, new RunLog(listener, execution));
    }
}
