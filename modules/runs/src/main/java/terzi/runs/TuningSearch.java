package terzi.runs;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import terzi.backbones.Backbone;
import terzi.data.DatasetOptions;
import terzi.data.Grouping;
import terzi.files.RunFile;
import terzi.files.Sha256;
import terzi.runs.Tuned.Outcome;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningListener;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.Depth;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.RecipeException;
import terzi.training.recipe.YamlRecords;
import terzi.training.run.RunFolder;
import terzi.training.run.TrainingException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A search in its run folder, begun or resumed. */
final class TuningSearch {
    private static final int LEAST_EPOCHS = 2;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RunLog log;
    private final Execution execution;
    private final Plan plan;
    private final FineTuningRecipe recipe;
    private final SearchSpace space;
    private final List<Outcome> outcomes = new ArrayList<>();

    /** What a search is, apart from recipe and space. */
    record Plan(String data, double test, Grouping groups, int trials, long seed) {}

    /** The content of {@code args.yaml}. */
    private record Arguments(
            String command,
            String version,
            String data,
            double test,
            String groups,
            int trials,
            long seed,
            String divisionDigest) {
        Arguments { // older files lack them
            groups = Objects.requireNonNullElse(groups, new Grouping.None().text());
            divisionDigest = Objects.requireNonNullElse(divisionDigest, "");
        }
    }

    /** What every trial takes. */
    record Opened(Backbone backbone, Path cache, FineTuningData data) {
        /** What trials must share: contents, labels and order of the training and validation images. */
        String division() throws IOException {
            String validation = data.splits().validation().isPresent()
                    ? data.splits().validation().get().digest()
                    : "";
            return Sha256.ofText(data.splits().train().digest() + "\n" + validation + "\n"
                    + data.splits().labels());
        }
    }

    TuningSearch(RunLog log, Execution execution, Plan plan, FineTuningRecipe recipe, SearchSpace space) {
        this.log = log;
        this.execution = execution;
        this.plan = plan;
        this.recipe = recipe;
        this.space = space;
    }

    /** @throws RecipeException if the space names a setting, or a value of one, that there is not */
    void requireKnownSettings() throws RecipeException {
        recipe.finetune().with(pairs(space.draw(plan.seed(), 0)));
    }

    /** Opens and checks the network before the first image is decoded. */
    Opened open() throws IOException {
        FineTuningData.check(plan.data(), plan.groups()); // before a download
        Path cache = Storage.usableCache();
        if (BackboneChoice.isAsked(recipe.backbone())) {
            throw new IOException("backbone auto: a search takes one network; compare them in a fine-tuning, and"
                    + " name the best one here");
        }
        Backbone backbone = BackboneAccess.open(log, execution, recipe.backbone());
        NetworkCheck.backbone(recipe.backbone(), backbone, ImageSizes.suited(recipe.finetune(), backbone));
        FineTuningData data = FineTuningData.open(
                plan.data(),
                DatasetOptions.defaults()
                        .withSeed(recipe.finetune().training().execution().seed()),
                new FineTuningData.Shares(
                        plan.test(), Math.max(0.15, recipe.finetune().images().validation()), plan.groups()));
        return new Opened(backbone, cache, data);
    }

    /** Writes down what it takes to resume the search. */
    void write(RunFolder folder, Opened opened) throws IOException {
        folder.write(RunFile.RECIPE, recipe.yaml());
        folder.write(RunFile.SPACE, space.yaml());
        folder.write(
                RunFile.ARGUMENTS,
                RunJson.yaml(new Arguments(
                        "tune",
                        Versions.terzi(),
                        plan.data(),
                        plan.test(),
                        plan.groups().text(),
                        plan.trials(),
                        plan.seed(),
                        opened.division())));
    }

    static Tuned resume(Path path, RunLog log, Execution execution) throws IOException {
        Path arguments = path.resolve(RunArguments.FILE_NAME);
        if (Files.isDirectory(path) && (!Files.exists(arguments) || !Files.exists(RunFile.SPACE.in(path)))) {
            throw new IOException(path + ": is not a run of 'terzi tune'; runs are in runs/tune");
        }
        try (RunFolder folder = RunFolder.open(path)) {
            Arguments began = RunJson.readYaml(arguments, Arguments.class);
            TuningSearch search = new TuningSearch(
                    log,
                    execution,
                    new Plan(began.data(), began.test(), Grouping.parse(began.groups()), began.trials(), began.seed()),
                    FineTuningRecipe.read(RunFile.RECIPE.in(path), List.of(), log::note),
                    SearchSpace.parse(
                            YamlRecords.text(RunFile.SPACE.in(path)),
                            RunFile.SPACE.in(path).toString(),
                            log::note));
            Opened opened = search.open();
            search.requireSameImages(path, began.divisionDigest(), opened);
            search.outcomes.addAll(known(RunFile.TRIALS.in(path)));
            log.step("resuming " + path + ": " + search.outcomes.size() + " trials are done");
            return search.run(folder, opened);
        }
    }

    private void requireSameImages(Path path, String before, Opened opened) throws IOException {
        if (before.isEmpty()) {
            log.warn("this search began with an older version, which did not record its images: trials from before and"
                    + " new ones are compared as if they were of the same");
        } else if (!before.equals(opened.division())) {
            throw new IOException(
                    path + " cannot be resumed: the images, their labels or their division into training and"
                            + " validation are not those that the search began with, so new trials cannot be compared"
                            + " with those that are done; put them back as before, or start a new search");
        }
    }

    private static List<Outcome> known(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<Outcome> known = new ArrayList<>();
            for (JsonNode node : JSON.readTree(Files.readString(file))) {
                Map<String, String> settings = new LinkedHashMap<>();
                node.path("settings")
                        .properties()
                        .forEach(e -> settings.put(
                                SearchSpace.spelled(e.getKey()), e.getValue().asString()));
                known.add(new Outcome(
                        node.path("trial").asInt(),
                        node.path("round").asInt(),
                        node.path("effort").asDouble(),
                        node.path("accuracy").isNumber() ? node.path("accuracy").asDouble() : Double.NaN,
                        node.path("log_loss").asDouble(Double.NaN),
                        node.path("train_accuracy").asDouble(Double.NaN),
                        node.path("seconds").asDouble(),
                        settings));
            }
            return known;
        } catch (JacksonException e) {
            throw new IOException(file + ": " + RunJson.reason(e, "JSON") + "; remove it to begin anew", e);
        }
    }

    Tuned run(RunFolder folder, Opened opened) throws IOException {
        FineTuningData data = opened.data();
        DataReport.tell(log, data.splits().report());
        data.tellGroups(log);
        FineTuningJob job = new FineTuningJob(
                        opened.backbone().network(),
                        opened.backbone().preprocessing(),
                        data.splits().train(),
                        recipe.finetune(),
                        opened.cache())
                .withValidation(data.splits()
                        .validation()
                        .orElseThrow(() -> new IOException(
                                plan.data() + ": there are too few images to hold some out for validation")))
                .withCancellation(execution.cancellation());
        log.step("run folder " + folder.path() + "; scores are of "
                + job.validation().orElseThrow().size() + " validation images");
        boolean scalable = !(recipe.finetune().unfreeze().depth() instanceof Depth.None);
        log.enter(RunEvent.Phase.COMPUTING);
        try {
            List<Outcome> all = SuccessiveHalving.search(
                    plan.trials(),
                    scalable,
                    List.copyOf(outcomes),
                    (trial, round, effort) -> attempt(job, opened.backbone(), trial, round, effort),
                    (outcome, done, total) -> keep(folder, outcome, done, total));
            log.enter(RunEvent.Phase.FINISHING);
            return finish(folder, all);
        } catch (CancellationException e) {
            CancellationException told = new CancellationException("stopped; go on with: "
                    + (execution.command().isEmpty()
                            ? "ResumedTuning.of(" + folder.path() + ")"
                            : "terzi tune --resume " + ShellWords.quoted(folder.path())));
            told.initCause(e);
            throw told;
        }
    }

    private Outcome attempt(FineTuningJob job, Backbone backbone, int trial, int round, double effort)
            throws IOException {
        Map<String, String> settings = space.draw(plan.seed(), trial);
        FineTuningOptions options = ImageSizes.suited(recipe.finetune().with(pairs(settings)), backbone);
        int epochs = (int) Math.max(
                LEAST_EPOCHS, Math.round(options.training().optimisation().epochs() * effort));
        options = options.withTraining(options.training()
                .withEpochs(Math.min(epochs, options.training().optimisation().epochs())));
        long start = System.nanoTime();
        double accuracy = Double.NaN;
        double logLoss = Double.NaN;
        double trainAccuracy = Double.NaN;
        try {
            FineTuningResult.Figures figures = FineTuner.run(job.withOptions(options), FineTuningListener.NONE)
                    .validation();
            accuracy = figures.accuracy();
            logLoss = figures.logLoss();
            trainAccuracy = figures.trainAccuracy();
        } catch (TrainingException e) {
            log.warn("trial " + (trial + 1) + " failed: " + Causes.describe(e), e);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Outcome(trial, round, effort, accuracy, logLoss, trainAccuracy, seconds, settings);
    }

    private void keep(RunFolder folder, Outcome outcome, int done, int total) throws IOException {
        outcomes.add(outcome);
        folder.write(RunFile.TRIALS, RunJson.text(outcomes));
        double mean = outcomes.stream().mapToDouble(Outcome::seconds).average().orElse(0);
        log.step(String.format(
                Locale.ROOT,
                "%d/%d  trial %d, round %d: validation %.1f %% right, log-loss %.3f, %s; about %s left",
                done,
                total,
                outcome.trial() + 1,
                outcome.round() + 1,
                outcome.accuracy() * 100,
                outcome.logLoss(),
                Sizes.duration(outcome.seconds()),
                Sizes.duration(mean * (total - done))));
    }

    private Tuned finish(RunFolder folder, List<Outcome> all) throws IOException {
        List<Outcome> ranked = all.stream()
                .sorted(Comparator.comparingInt(Outcome::round).reversed().thenComparing(SuccessiveHalving.BEST_FIRST))
                .toList();
        Outcome best = ranked.get(0);
        if (best.failed()) {
            throw new IOException("every trial failed; see the warnings above, and narrow the space");
        }
        FineTuningRecipe found = new FineTuningRecipe(
                recipe.name() + "-tuned",
                recipe.description(),
                recipe.data(),
                recipe.labels(),
                recipe.backbone(),
                recipe.finetune().with(pairs(best.settings())));
        folder.write(RunFile.BEST_RECIPE, found.yaml());
        folder.write(RunFile.RESULTS_TABLE, csv(ranked));
        folder.write(RunFile.RESULTS, RunJson.text(ranked));
        return new Tuned(folder.path(), best, RunFile.BEST_RECIPE.in(folder.path()), ranked, plan.data());
    }

    static String csv(List<Outcome> ranked) throws IOException {
        List<String> keys = ranked.stream()
                .flatMap(outcome -> outcome.settings().keySet().stream())
                .distinct()
                .toList();
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            List<String> header = new ArrayList<>(
                    List.of("trial", "round", "effort", "accuracy", "log_loss", "train_accuracy", "seconds"));
            header.addAll(keys);
            csv.writeRecord(header);
            for (Outcome outcome : ranked) {
                List<String> row = new ArrayList<>(List.of(
                        Integer.toString(outcome.trial() + 1),
                        Integer.toString(outcome.round() + 1),
                        decimal("%.4f", outcome.effort()),
                        decimal("%.6f", outcome.accuracy()),
                        decimal("%.6f", outcome.logLoss()),
                        decimal("%.6f", outcome.trainAccuracy()),
                        decimal("%.2f", outcome.seconds())));
                keys.forEach(key -> row.add(outcome.settings().getOrDefault(key, "")));
                csv.writeRecord(row);
            }
        }
        return text.toString();
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static List<String> pairs(Map<String, String> settings) {
        List<String> pairs = new ArrayList<>();
        settings.forEach((key, value) -> pairs.add(key + "=" + value));
        return pairs;
    }
}
