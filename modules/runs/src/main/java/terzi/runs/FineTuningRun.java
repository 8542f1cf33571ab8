package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.backbones.Backbone;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Labels;
import terzi.data.Splits;
import terzi.files.RunFile;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.Depth;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.run.RunFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The order of steps of a fine-tuning: images, backbone, cross-validation, fine-tuning, and then {@link FineTuningFinish}. */
final class FineTuningRun {
    private static final double HELD_OUT = 0.15;
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    /** Files that say what was asked or how far it came: worth nothing without a classifier. */
    private static final Set<String> ASKED = Set.of(
            RunFile.RECIPE.fileName(),
            RunFile.ARGUMENTS.fileName(),
            RunFile.SPLIT.fileName(),
            RunFile.HISTORY.fileName(),
            RunFolder.LOCK);

    private final RunLog log;
    private final FineTuning request;
    private final FineTuningRecipe recipe;
    private final Stopwatch stopwatch;
    private final Optional<BackboneChoice.Outcome> compared;

    private FineTuningRun(
            RunLog log,
            FineTuning request,
            FineTuningRecipe recipe,
            Stopwatch stopwatch,
            Optional<BackboneChoice.Outcome> compared) {
        this.log = log;
        this.request = request;
        this.recipe = recipe;
        this.stopwatch = stopwatch;
        this.compared = compared;
    }

    static FineTuned run(FineTuning request, RunLog log) throws IOException {
        FineTuningRecipe recipe = request.settings().resolve(log::note);
        return new FineTuningRun(log, request, recipe, new Stopwatch(), Optional.empty()).run();
    }

    private FineTuned run() throws IOException {
        request.target().requireFree();
        String source = request.data()
                .or(() -> Optional.ofNullable(recipe.data()))
                .orElseThrow(() -> new IOException(
                        "name the images with withData(...): a folder with one sub-folder for each class"));
        // the list of images first, since a wrong folder should not cost a download; what they show comes after the
        // check
        FineTuningData.check(source, request.groups());
        Path cache = Storage.usableCache();
        boolean isChoice = BackboneChoice.isAsked(recipe.backbone());
        if (request.within().isPresent() && !isChoice) {
            throw new IOException(
                    "withWithin(...) limits the networks that the backbone auto compares; the backbone is "
                            + recipe.backbone());
        }
        if (isChoice) {
            BackboneChoice.candidates(recipe.backbone()); // refused before images are read
            FineTuningData data = stopwatch.time("reading the data", () -> open(source));
            tell(data);
            BackboneChoice.Outcome outcome = stopwatch.time(
                    "comparing networks", () -> new BackboneChoice(log, request, recipe, data, cache).run());
            FineTuningRecipe chosen = new FineTuningRecipe(
                    recipe.name(),
                    recipe.description(),
                    recipe.data(),
                    recipe.labels(),
                    outcome.told().chosen(),
                    recipe.finetune());
            FineTuningRun run = new FineTuningRun(log, request, chosen, stopwatch, Optional.of(outcome));
            Backbone backbone = run.backbone();
            FineTuningRun suited = run.suitedTo(backbone);
            suited.check(backbone);
            return suited.run(source, data, backbone, cache);
        }
        Backbone backbone = backbone();
        FineTuningRun suited = suitedTo(backbone);
        suited.check(backbone);
        FineTuningData data = stopwatch.time("reading the data", () -> open(source));
        tell(data);
        return suited.run(source, data, backbone, cache);
    }

    private Backbone backbone() throws IOException {
        return stopwatch.time(
                "loading the network", () -> BackboneAccess.open(log, request.execution(), recipe.backbone()));
    }

    /** The same with a size of images that the network takes. */
    private FineTuningRun suitedTo(Backbone backbone) throws IOException {
        FineTuningRecipe suited = new FineTuningRecipe(
                recipe.name(),
                recipe.description(),
                recipe.data(),
                recipe.labels(),
                recipe.backbone(),
                ImageSizes.suited(recipe.finetune(), backbone));
        return new FineTuningRun(log, request, suited, stopwatch, compared);
    }

    private void check(Backbone backbone) throws IOException {
        stopwatch.time(
                "checking the network", () -> NetworkCheck.backbone(recipe.backbone(), backbone, recipe.finetune()));
    }

    private void tell(FineTuningData data) {
        DatasetSplits splits = data.splits();
        log.step("data " + splits.name() + ": " + splits.labels().size() + " classes, "
                + Sizes.count(splits.train().size()) + " images for training, " + count(splits.validation())
                + " for validation, " + count(splits.test()) + " for test");
        data.tellGroups(log);
        if (!data.duplicates().pairs().isEmpty()) {
            log.warn(duplicates(data));
        }
    }

    private FineTuned run(String source, FineTuningData data, Backbone backbone, Path cache) throws IOException {
        DatasetSplits splits = data.splits();
        try (RunFolder folder = request.target().create("finetune", splits.name())) {
            FineTuningJob job = new FineTuningJob(
                    backbone.network(), backbone.preprocessing(), splits.train(), recipe.finetune(), cache);
            try {
                return run(source, data, job, folder);
            } catch (IOException | RuntimeException e) {
                if (hasNoResult(folder.path())) {
                    folder.discard(); // so that the same request can be run again
                }
                throw e;
            }
        }
    }

    private static boolean hasNoResult(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> ASKED.contains(String.valueOf(file.getFileName())));
        }
    }

    private FineTuned run(String source, FineTuningData data, FineTuningJob wanted, RunFolder folder)
            throws IOException {
        DatasetSplits splits = data.splits();
        log.step("run folder " + folder.path());
        folder.write(RunFile.RECIPE, recipe.yaml());
        folder.write(RunFile.ARGUMENTS, RunJson.yaml(arguments(source, splits.digest())));
        Optional<Path> list = data.write(source, folder);
        FineTuningJob job = splits.validation().isPresent()
                ? wanted.withValidation(splits.validation().get())
                : wanted;
        job = job.withGroups(data.jobGroups());
        return train(job.withCancellation(request.execution().cancellation()), data, list, folder);
    }

    private static String duplicates(FineTuningData data) {
        int exact = data.duplicates().exact().size();
        int near = data.duplicates().near().size();
        int tested = data.straddling();
        List<String> found = new ArrayList<>();
        if (exact > 0) {
            found.add(Sizes.count(exact) + (exact == 1 ? " pair" : " pairs") + " of images with the same pixels");
        }
        if (near > 0) {
            found.add(
                    Sizes.count(near) + (near == 1 ? " pair that looks" : " pairs that look") + " like the same image");
        }
        return String.join(" and ", found)
                + (tested == 0
                        ? ""
                        : "; " + Sizes.count(tested) + (tested == 1 ? " test image is" : " test images are")
                                + " among them")
                + ": `terzi data check` names them";
    }

    private FineTuned train(FineTuningJob job, FineTuningData data, Optional<Path> list, RunFolder folder)
            throws IOException {
        log.enter(RunEvent.Phase.COMPUTING);
        try (FineTuningProgress progress = new FineTuningProgress(log)) {
            Optional<CrossValidation.CrossValidationResult> folds = Optional.empty();
            if (request.folds() > 0) {
                List<Splits.Split> parts = data.folds(
                        request.folds(),
                        recipe.finetune().training().execution().seed());
                if (parts.size() < request.folds()) {
                    log.note(parts.size() + " folds instead of " + request.folds() + ": there are only " + parts.size()
                            + " groups of images to divide");
                }
                log.step("cross-validation in " + parts.size() + " folds");
                folds = Optional.of(
                        stopwatch.time("cross-validation", () -> CrossValidation.run(job, parts, progress)));
            }
            FineTuningResult result = stopwatch.time("fine-tuning", () -> FineTuner.run(job, progress));
            log.enter(RunEvent.Phase.FINISHING);
            FineTuningFinish finish = new FineTuningFinish(log, recipe, data, folder, stopwatch);
            return finish.run(result, folds, list, compared, request.gates());
        } catch (CancellationException e) {
            throw cancelled(e);
        }
    }

    private FineTuningData open(String source) throws IOException {
        long seed = recipe.finetune().training().execution().seed();
        DatasetOptions options = DatasetOptions.defaults().withSeed(seed);
        boolean headAlone = recipe.finetune().unfreeze().depth() instanceof Depth.None;
        FineTuningData.Shares shares =
                new FineTuningData.Shares(request.testShare().orElse(headAlone ? 0 : HELD_OUT), 0, request.groups());
        FineTuningData data = FineTuningData.open(source, options, shares);
        DataReport.tell(log, data.splits().report());
        if (recipe.labels().stream()
                .anyMatch(label -> Labels.indexOf(data.splits().labels(), label) < 0)) {
            throw new IOException("the recipe is for the classes " + String.join(", ", recipe.labels())
                    + ", the data has " + String.join(", ", data.splits().labels()));
        }
        return data;
    }

    private static String count(Optional<Dataset> part) {
        return Sizes.count(part.map(Dataset::size).orElse(0));
    }

    private static CancellationException cancelled(CancellationException cause) {
        CancellationException told = new CancellationException("stopped; there is no classifier. What the network"
                + " computed of each image is kept, so the same command goes on from there");
        told.initCause(cause);
        return told;
    }

    private Arguments arguments(String source, String digest) {
        return new Arguments(
                "finetune",
                Versions.terzi(),
                Runtime.version().toString(),
                RunArguments.now(),
                source,
                digest,
                recipe.backbone(),
                request.settings().recipe(),
                request.folds(),
                request.testShare().isPresent() ? request.testShare().getAsDouble() : null,
                request.groups().text(),
                YAML.readTree(recipe.finetune().yaml()));
    }

    /** The content of {@code args.yaml}. */
    private record Arguments(
            String command,
            String version,
            String java,
            String started,
            String data,
            String dataDigest,
            String backbone,
            String recipe,
            int folds,
            @Nullable Double test,
            String groups,
            JsonNode settings) {}
}
