package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.MetadataKeys;
import terzi.files.RunFile;
import terzi.inference.ClassifierDigest;
import terzi.inference.ImageClassifier;
import terzi.inference.PredictionSets;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.run.History;
import terzi.training.run.RunFolder;

/** What comes after fine-tuning: the classifier file, its measurement, and a report in words. */
final class FineTuningFinish {
    private final RunLog log;
    private final FineTuningRecipe recipe;
    private final FineTuningData data;
    private final RunFolder folder;
    private final Stopwatch stopwatch;

    FineTuningFinish(RunLog log, FineTuningRecipe recipe, FineTuningData data, RunFolder folder, Stopwatch stopwatch) {
        this.log = log;
        this.recipe = recipe;
        this.data = data;
        this.folder = folder;
        this.stopwatch = stopwatch;
    }

    FineTuned run(
            FineTuningResult result,
            Optional<CrossValidation.CrossValidationResult> folds,
            Optional<Path> list,
            Optional<BackboneChoice.Outcome> compared,
            List<Gate> gates)
            throws IOException {
        History.write(
                folder.path(),
                result.tuning().map(FineTuningResult.TuningReport::history).orElse(List.of()));
        Optional<OutOfFold> outOfFold = OutOfFold.of(result, folds);
        PredictionSets sets = OutOfFold.sets(result);
        Path file = folder.path().resolve(ClassifierLocation.FILE_NAME);
        ExportReport export = stopwatch.time("writing the classifier", () -> export(result, sets, list, file));
        RunMeasurement measured = stopwatch.time("measuring the file", () -> measure(file));
        Optional<LabelErrors> labelErrors = outOfFold.flatMap(all -> all.labelErrors(result.labels()));
        Optional<List<LabelErrors.Suspect>> ranking = outOfFold.flatMap(all -> all.ranking(result.labels()));
        if (ranking.isPresent()) {
            LabelErrors.write(RunFile.LABEL_ERRORS.in(folder.path()), ranking.get());
        }
        Headline headline = Headline.of(measured, outOfFold, folds.isPresent(), result, data);
        Map<String, MetricsSummary> summaries = measured.figures();
        outOfFold.ifPresent(all -> all.addTo(summaries));
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, RunJson.text(summaries)));
        FineTuningReport report = new FineTuningReport(
                recipe, data, result, measured, headline, outOfFold, labelErrors, stopwatch.parts(), stopwatch.total());
        LeftOut.warning(result.skipped()).ifPresent(log::warn);
        report.leftOut().testWarning().ifPresent(log::warn);
        folder.write(RunFile.REPORT, report.markdown(file));
        Optional<Path> page = stopwatch.time("writing the report", () -> page(file, report));
        Optional<ComparedBackbones> backbones =
                compared.isPresent() ? Optional.of(compared.get().write(folder.path())) : Optional.empty();
        return fineTuned(report, export, page, backbones, gates, file);
    }

    /** The page of the figures to quote. */
    private Optional<Path> page(Path file, FineTuningReport report) throws IOException {
        Headline headline = report.headline();
        if (headline.shown().isEmpty()) {
            return Optional.empty();
        }
        Evaluation shown = headline.shown().get();
        Dataset images = headline.images().orElseThrow();
        String digest = ClassifierDigest.verify(file);
        Provenance provenance = Provenance.of(log)
                .with("took", Sizes.duration(report.seconds()))
                .with(
                        "seed",
                        Long.toString(recipe.finetune().training().execution().seed()))
                .with("backbone", recipe.backbone())
                .with("data", data.splits().name())
                .with("data digest", data.splits().digest())
                .with("classifier digest", digest);
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder.path()),
                headline.part(),
                images.digest(),
                digest,
                report.asMap(),
                report.training().keptEpoch(),
                report.training().plainFrom(),
                report.measured()
                        .splits(
                                LeftOut.without(data.splits(), report.result().skipped()),
                                report.result().labels()),
                1,
                null,
                LearnedPart.of(recipe, report.result()),
                provenance.facts(),
                RunChecks.of(report.labelErrors(), shown));
        RunReport.Content content = new RunReport.Content(
                file, folder.path(), shown, images, record, data.splits().train());
        return Optional.of(RunReport.write(content, folder.path()));
    }

    private ExportReport export(FineTuningResult result, PredictionSets sets, Optional<Path> list, Path file)
            throws IOException {
        DatasetOptions options = DatasetOptions.defaults()
                .withSeed(recipe.finetune().training().execution().seed())
                .withHeldOut(0, 0);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MetadataKeys.RECIPE, PortableRecipe.yaml(recipe));
        metadata.put(MetadataKeys.PREDICTION_SETS, sets.json());
        if (list.isPresent()) {
            metadata.put(
                    MetadataKeys.DATA,
                    RunJson.line(DataDescription.of(
                            list.get().toString(), options, LeftOut.without(data.splits(), result.skipped()))));
        }
        ClassifierSpec spec = new ClassifierSpec(result.preprocessing(), result.labels(), 1, metadata);
        ExportReport export = ClassifierFile.write(
                result.network(),
                spec,
                DrawnGoldens.of(result.network(), result.preprocessing(), result.labels()),
                file);
        log.step(String.format(
                Locale.ROOT,
                "exported %s (%s); on its golden images the logits differ from the training engine's by at most %.1e",
                file,
                Sizes.text(export.bytes()),
                export.maxDifference()));
        return export;
    }

    /** Measures the file that was saved; the test images are looked at here and nowhere before. */
    private RunMeasurement measure(Path file) throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            return RunMeasurement.held(classifier, data.splits(), log);
        }
    }

    private FineTuned fineTuned(
            FineTuningReport report,
            ExportReport export,
            Optional<Path> page,
            Optional<ComparedBackbones> backbones,
            List<Gate> gates,
            Path file) {
        RunMeasurement measured = report.measured();
        Headline headline = report.headline();
        List<GateOutcome> outcomes =
                headline.shown().map(shown -> GateOutcome.of(gates, shown)).orElse(List.of());
        return new FineTuned(
                folder.path(),
                file,
                page,
                backbones,
                report.result().kept().name().toLowerCase(Locale.ROOT),
                report.result().head().chosen(),
                export.maxDifference(),
                data.duplicates().copies(),
                report.leftOut().count(),
                report.leftOut().images(),
                LeftOutFolder.of(data.splits().report()),
                data.splits().report().notes(),
                stopwatch.total(),
                stopwatch.parts(),
                headline.part(),
                measured.of(RunMeasurement.VALIDATION).or(() -> OutOfFold.heldOut(report.result())),
                measured.of(RunMeasurement.TEST),
                report.outOfFold().map(OutOfFold::all),
                report.outOfFold().flatMap(OutOfFold::ungrouped).map(MetricsSummary::of),
                report.labelErrors().map(LabelErrors::estimate),
                Topics.byKey(report.asMap()),
                outcomes,
                GateOutcome.allPassed(outcomes));
    }
}
