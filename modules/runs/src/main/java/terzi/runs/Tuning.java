package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import terzi.data.Grouping;
import terzi.files.FileNames;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.YamlRecords;
import terzi.training.run.RunFolder;

/**
 * A search for the settings that suit images best: settings drawn at random are tried briefly, and the better third of them
 * for longer, again and again. Scores come from validation images; the test set is never opened.
 *
 * @param data a folder with one sub-folder per class, a CSV list, or the name of a dataset
 * @param testShare share of the images held out for the test, 0 to below 0.9, where the data has no test part; the same as in
 *     the {@link FineTuning} that comes after
 * @param groups the rule for images that stay together in every division; the same as in the {@link FineTuning} that comes
 *     after
 * @param trials how many settings are tried in the first round, 1 or more
 * @param settings the recipe that is varied; its seed decides which settings are drawn
 * @param space a YAML file with the settings to vary and their values; empty for a space for few images
 * @param target where the run folder goes
 * @param execution how the run is carried out; a cancelled search keeps its outcomes for a {@link ResumedTuning}
 */
public record Tuning(
        String data,
        double testShare,
        Grouping groups,
        int trials,
        FineTuningSettings settings,
        Optional<Path> space,
        RunTarget target,
        Execution execution)
        implements Run<Tuned> {
    private static final double TEST_SHARE = 0.15;
    private static final int TRIALS = 9;

    /**
     * Checks and copies the components.
     *
     * @param data a folder with one sub-folder per class, a CSV list, or the name of a dataset
     * @param testShare share of the images held out for the test, 0 to below 0.9, where the data has no test part
     * @param groups the rule for images that stay together in every division
     * @param trials how many settings are tried in the first round, 1 or more
     * @param settings the recipe that is varied
     * @param space a YAML file with the settings to vary and their values
     * @param target where the run folder goes
     * @param execution how the run is carried out
     */
    public Tuning {
        if (!(testShare >= 0 && testShare < 0.9)) {
            throw new IllegalArgumentException("testShare: expected a share from 0 to below 0.9, found " + testShare);
        }
        if (trials < 1) {
            throw new IllegalArgumentException("trials: expected 1 or more, found " + trials);
        }
    }

    /**
     * {@return a search with nine settings around the fast preset, on a folder of class folders or a CSV list}
     *
     * @param data a folder with one sub-folder per class, a CSV list, or the name of a dataset
     */
    public static Tuning on(Path data) {
        return on(FileNames.text(data));
    }

    /**
     * {@return as {@link #on(Path)}, also for the name of a dataset}
     *
     * @param data a folder with one sub-folder per class, a CSV list, or the name of a dataset
     */
    public static Tuning on(String data) {
        return new Tuning(
                data,
                TEST_SHARE,
                new Grouping.Auto(),
                TRIALS,
                FineTuningSettings.defaults(),
                Optional.empty(),
                RunTarget.defaults(),
                Execution.defaults());
    }

    /**
     * {@return the same with another share of the images held out for the test}
     *
     * @param share share of the images held out for the test, 0 to below 0.9, where the data has no test part
     */
    public Tuning withTestShare(double share) {
        return new Tuning(data, share, groups, trials, settings, space, target, execution);
    }

    /**
     * {@return the same with another rule for images that stay together in every division}
     *
     * @param rule such as {@code new Grouping.Column("shop")}; near duplicates stay together under every rule
     */
    public Tuning withGroups(Grouping rule) {
        return new Tuning(data, testShare, rule, trials, settings, space, target, execution);
    }

    /**
     * {@return the same with another number of settings to try}
     *
     * @param count how many settings are tried in the first round, 1 or more
     */
    public Tuning withTrials(int count) {
        return new Tuning(data, testShare, groups, count, settings, space, target, execution);
    }

    /**
     * {@return the same with other settings}
     *
     * @param chosen the recipe that is varied
     */
    public Tuning withSettings(FineTuningSettings chosen) {
        return new Tuning(data, testShare, groups, trials, chosen, space, target, execution);
    }

    /**
     * {@return the same with another search space}
     *
     * @param file YAML with a list of values, or {@code {low: .., high: ..}}, for each dotted key
     */
    public Tuning withSpace(Path file) {
        return new Tuning(data, testShare, groups, trials, settings, Optional.of(file), target, execution);
    }

    /**
     * {@return the same in another place}
     *
     * @param chosen where the run folder goes
     */
    public Tuning withTarget(RunTarget chosen) {
        return new Tuning(data, testShare, groups, trials, settings, space, chosen, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public Tuning withExecution(Execution chosen) {
        return new Tuning(data, testShare, groups, trials, settings, space, target, chosen);
    }

    @Override
    public Tuned run(RunListener listener) throws IOException {
        RunLog log = new RunLog(listener, execution);
        target.requireFree();
        FineTuningRecipe recipe = settings.resolve(log::note);
        SearchSpace values = space.isEmpty()
                ? SearchSpace.parse(SearchSpace.DEFAULT, "the usual space", log::note)
                : SearchSpace.parse(YamlRecords.text(space.get()), space.get().toString(), log::note);
        TuningSearch search = new TuningSearch(
                log,
                execution,
                new TuningSearch.Plan(
                        data,
                        testShare,
                        groups,
                        trials,
                        recipe.finetune().training().execution().seed()),
                recipe,
                values);
        search.requireKnownSettings();
        TuningSearch.Opened opened = search.open();
        String usual = String.valueOf(Path.of(data).toAbsolutePath().normalize().getFileName());
        try (RunFolder folder = target.create("tune", usual)) {
            search.write(folder, opened);
            return search.run(folder, opened);
        }
    }
}
