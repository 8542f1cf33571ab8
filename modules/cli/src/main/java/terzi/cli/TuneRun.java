package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.backbones.Backbone;
import terzi.cli.SuccessiveHalving.Outcome;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.files.Sha256;
import terzi.training.RunFolder;
import terzi.training.TrainingException;
import terzi.training.YamlRecords;
import terzi.training.finetune.Depth;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningListener;
import terzi.training.finetune.FineTuningOptions;
import terzi.training.finetune.FineTuningRecipe;
import terzi.training.finetune.FineTuningResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The work of {@code terzi tune}. Scores come from validation images; the test part is never opened. */
final class TuneRun {
    static final String STATE = "trials.json";
    private static final String BEST = "best-recipe.yaml";
    private static final String SPACE = "space.yaml";
    private static final String RECIPE = "recipe.yaml";
    private static final String DIVISION = "division_digest";
    private static final int LEAST_EPOCHS = 2;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private final Console console;
    private final Plan plan;
    private final FineTuningRecipe recipe;
    private final SearchSpace space;
    private final RunFolder folder;
    private final List<Outcome> outcomes = new ArrayList<>();

    /** What a search is, apart from recipe and space; kept in {@code args.yaml}. */
    record Plan(String data, double test, int trials, long seed, boolean offline) {
        Plan {
            if (trials < 1) {
                throw new IllegalArgumentException("--trials: expected 1 or more, found " + trials);
            }
        }
    }

    /** What the command line asks for. */
    record Request(
            Plan plan, FinetuneSettings settings, @Nullable Path space, Path runsFolder, @Nullable String name) {}

    private TuneRun(Console console, Plan plan, FineTuningRecipe recipe, SearchSpace space, RunFolder folder) {
        this.console = console;
        this.plan = plan;
        this.recipe = recipe;
        this.space = space;
        this.folder = folder;
    }

    static int start(Console console, Request request) throws IOException {
        FineTuningRecipe recipe = request.settings().resolve();
        Path file = request.space();
        SearchSpace space = file == null
                ? SearchSpace.parse(SearchSpace.DEFAULT, "the usual space")
                : SearchSpace.parse(YamlRecords.text(file), file.toString());
        recipe.finetune().with(pairs(space.draw(request.plan().seed(), 0))); // a wrong key is said before anything runs
        String name = request.name() == null
                ? String.valueOf(Path.of(request.plan().data())
                        .toAbsolutePath()
                        .normalize()
                        .getFileName())
                : request.name();
        Opened opened = open(console, request.plan(), recipe);
        try (RunFolder folder = RunFolder.create(request.runsFolder(), "tune", name)) {
            folder.write(RECIPE, recipe.yaml());
            folder.write(SPACE, space.yaml());
            Map<String, Object> arguments = new LinkedHashMap<>();
            arguments.put("command", "tune");
            arguments.put("version", Terzi.version());
            arguments.put("data", request.plan().data());
            arguments.put("test", request.plan().test());
            arguments.put("trials", request.plan().trials());
            arguments.put("seed", request.plan().seed());
            arguments.put(DIVISION, division(opened.data()));
            folder.write(RunArguments.FILE_NAME, YAML.writeValueAsString(arguments));
            return new TuneRun(console, request.plan(), recipe, space, folder).run(opened);
        }
    }

    static int resume(Console console, Path path, boolean offline) throws IOException {
        Path arguments = path.resolve(RunArguments.FILE_NAME);
        if (Files.isDirectory(path) && (!Files.exists(arguments) || !Files.exists(path.resolve(SPACE)))) {
            throw new IOException(path + ": is not a run of 'terzi tune'; runs are in runs/tune");
        }
        try (RunFolder folder = RunFolder.open(path)) {
            return resume(console, folder, offline);
        }
    }

    private static int resume(Console console, RunFolder folder, boolean offline) throws IOException {
        Path path = folder.path();
        JsonNode node = RunArguments.tree(path.resolve(RunArguments.FILE_NAME));
        Plan plan = new Plan(
                node.path("data").asString(""),
                node.path("test").asDouble(0),
                node.path("trials").asInt(1),
                node.path("seed").asLong(0),
                offline);
        TuneRun run = new TuneRun(
                console,
                plan,
                FineTuningRecipe.read(path.resolve(RECIPE), List.of()),
                SearchSpace.parse(
                        YamlRecords.text(path.resolve(SPACE)),
                        path.resolve(SPACE).toString()),
                folder);
        Opened opened = open(console, plan, run.recipe);
        String before = node.path(DIVISION).asString("");
        if (before.isEmpty()) {
            console.warn(
                    "this search began with an older version, which did not record its images: trials from before and"
                            + " new ones are compared as if they were of the same");
        } else if (!before.equals(division(opened.data()))) {
            throw new IOException(
                    path + " cannot be resumed: the images, their labels or their division into training and"
                            + " validation are not those that the search began with, so new trials cannot be compared"
                            + " with those that are done; put them back as before, or start a new search");
        }
        run.outcomes.addAll(known(path.resolve(STATE)));
        console.progress("going on with " + path + ": " + run.outcomes.size() + " trials are done");
        return run.run(opened);
    }

    /** What every trial takes. */
    private record Opened(Backbone backbone, Path cache, FinetuneData data) {}

    /** Opens and checks the network before the first image is decoded. */
    private static Opened open(Console console, Plan plan, FineTuningRecipe recipe) throws IOException {
        Datasets.open(plan.data(), DatasetOptions.defaults().withHeldOut(0, 0)); // that it exists, before a download
        Path cache = Storage.usableCache();
        Backbone backbone = NetworkCheck.backbone(
                recipe.backbone(), BackboneSource.open(console, recipe.backbone(), plan.offline()), recipe.finetune());
        FinetuneData data = FinetuneData.open(
                plan.data(),
                DatasetOptions.defaults().withSeed(recipe.finetune().training().seed()),
                new FinetuneData.Shares(
                        plan.test(), Math.max(0.15, recipe.finetune().validation())));
        return new Opened(backbone, cache, data);
    }

    /** What trials must share: contents, labels and order of the training and validation images. */
    private static String division(FinetuneData data) throws IOException {
        String validation = data.splits().validation().isPresent()
                ? DataParts.digest(data.splits().validation().get())
                : "";
        return Sha256.ofText(DataParts.digest(data.splits().train()) + "\n" + validation + "\n"
                + data.splits().labels());
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
                        .forEach(e -> settings.put(e.getKey(), e.getValue().asString()));
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
            throw new IOException(file + ": is damaged: " + e.getOriginalMessage() + "; remove it to begin anew", e);
        }
    }

    private int run(Opened opened) throws IOException {
        Backbone backbone = opened.backbone();
        FinetuneData data = opened.data();
        DataReport.tell(console, data.splits().report());
        FineTuningJob job = new FineTuningJob(
                        backbone.network(),
                        backbone.preprocessing(),
                        data.splits().train(),
                        recipe.finetune(),
                        opened.cache())
                .withValidation(data.splits()
                        .validation()
                        .orElseThrow(() -> new IOException(
                                plan.data() + ": there are too few images to hold some out for validation")));
        console.progress("run folder " + folder.path() + "; scores are of "
                + job.validation().orElseThrow().size() + " validation images");
        boolean scalable = !(recipe.finetune().unfreeze().depth() instanceof Depth.None);
        try (Interruption interruption = Interruption.watch()) {
            FineTuningJob watched = job.withCancellation(interruption.cancellation());
            List<Outcome> all = SuccessiveHalving.search(
                    plan.trials(),
                    scalable,
                    List.copyOf(outcomes),
                    (trial, round, effort) -> attempt(watched, trial, round, effort),
                    this::keep);
            interruption.trainingEnded();
            return finish(all);
        } catch (CancellationException e) {
            console.progress("stopped; go on with: terzi tune --resume " + Shell.quoted(folder.path()));
            return ExitCode.INTERRUPTED;
        }
    }

    private Outcome attempt(FineTuningJob job, int trial, int round, double effort) throws IOException {
        Map<String, String> settings = space.draw(plan.seed(), trial);
        FineTuningOptions options = recipe.finetune().with(pairs(settings));
        int epochs = (int) Math.max(LEAST_EPOCHS, Math.round(options.training().epochs() * effort));
        options = options.withTraining(options.training()
                .withEpochs(Math.min(epochs, options.training().epochs())));
        long start = System.nanoTime();
        try {
            FineTuningResult.Figures figures = FineTuner.run(job.withOptions(options), FineTuningListener.NONE)
                    .validation();
            return new Outcome(
                    trial,
                    round,
                    effort,
                    figures.accuracy(),
                    figures.logLoss(),
                    figures.trainAccuracy(),
                    (System.nanoTime() - start) / 1e9,
                    settings);
        } catch (TrainingException e) {
            console.warn("trial " + (trial + 1) + " failed: " + Failures.describe(e));
            console.trace(e);
            return new Outcome(
                    trial,
                    round,
                    effort,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    (System.nanoTime() - start) / 1e9,
                    settings);
        }
    }

    private void keep(Outcome outcome, int done, int total) throws IOException {
        outcomes.add(outcome);
        folder.write(STATE, Json.text(outcomes.stream().map(TuneRun::asMap).toList()));
        double mean = outcomes.stream().mapToDouble(Outcome::seconds).average().orElse(0);
        console.progress(String.format(
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

    private int finish(List<Outcome> all) throws IOException {
        List<Outcome> ranked = all.stream()
                .sorted(Comparator.comparingInt(Outcome::round).reversed().thenComparing(Outcome.BEST_FIRST))
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
        folder.write(BEST, found.yaml());
        folder.write("results.csv", csv(ranked));
        folder.write(
                "results.json", Json.text(ranked.stream().map(TuneRun::asMap).toList()));
        Path file = folder.path().resolve(BEST);
        console.print(table(ranked));
        console.print(String.format(
                Locale.ROOT,
                "best: trial %d, %.1f %% of the validation images right. Of %d trials the best is also the luckiest:"
                        + " expect less on other images",
                best.trial() + 1,
                best.accuracy() * 100,
                plan.trials()));
        console.print("recipe: " + file);
        console.print("next: terzi finetune --data " + Shell.quoted(Path.of(plan.data())) + " --recipe "
                + Shell.quoted(file));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("run", folder.path().toString());
        answer.put("best", asMap(best));
        answer.put("recipe", file.toString());
        answer.put("trials", ranked.stream().map(TuneRun::asMap).toList());
        console.json(answer);
        return ExitCode.OK;
    }

    private static Map<String, Object> asMap(Outcome outcome) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("trial", outcome.trial());
        map.put("round", outcome.round());
        map.put("effort", outcome.effort());
        map.put("accuracy", outcome.failed() ? "failed" : outcome.accuracy());
        map.put("log_loss", outcome.failed() ? "failed" : outcome.logLoss());
        map.put("train_accuracy", outcome.failed() ? "failed" : outcome.trainAccuracy());
        map.put("seconds", outcome.seconds());
        map.put("settings", outcome.settings());
        return map;
    }

    private static String table(List<Outcome> ranked) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%5s %5s %10s %9s %8s  %s%n",
                "trial",
                "round",
                "validation",
                "log-loss",
                "time",
                "settings"));
        for (Outcome outcome : ranked) {
            table.append(String.format(
                    Locale.ROOT,
                    "%5d %5d %8.1f %% %9.3f %8s  %s%n",
                    outcome.trial() + 1,
                    outcome.round() + 1,
                    outcome.accuracy() * 100,
                    outcome.logLoss(),
                    Sizes.duration(outcome.seconds()),
                    String.join(" ", pairs(outcome.settings()))));
        }
        return table.toString();
    }

    static String csv(List<Outcome> ranked) {
        List<String> keys = ranked.stream()
                .flatMap(outcome -> outcome.settings().keySet().stream())
                .distinct()
                .toList();
        StringBuilder csv = new StringBuilder("trial,round,effort,accuracy,log_loss,train_accuracy,seconds,")
                .append(keys.stream().map(Csv::field).collect(Collectors.joining(",")))
                .append('\n');
        for (Outcome outcome : ranked) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%d,%.4f,%.6f,%.6f,%.6f,%.2f",
                    outcome.trial() + 1,
                    outcome.round() + 1,
                    outcome.effort(),
                    outcome.accuracy(),
                    outcome.logLoss(),
                    outcome.trainAccuracy(),
                    outcome.seconds()));
            keys.forEach(
                    key -> csv.append(',').append(Csv.field(outcome.settings().getOrDefault(key, ""))));
            csv.append('\n');
        }
        return csv.toString();
    }

    private static List<String> pairs(Map<String, String> settings) {
        List<String> pairs = new ArrayList<>();
        settings.forEach((key, value) -> pairs.add(key + "=" + value));
        return pairs;
    }
}
