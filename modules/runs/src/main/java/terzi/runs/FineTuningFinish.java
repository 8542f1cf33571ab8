package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.TemperatureScaling;
import terzi.evaluation.report.Conclusions;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.MetadataKeys;
import terzi.files.RunFile;
import terzi.images.ImageException;
import terzi.inference.ClassifierDigest;
import terzi.inference.ImageClassifier;
import terzi.inference.InferenceException;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.run.History;
import terzi.training.run.RunFolder;

/** What comes after fine-tuning: calibration, the classifier file, its measurement, and a report in words. */
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
            List<Gate> gates)
            throws IOException {
        History.write(
                folder.path(),
                result.tuning().map(FineTuningResult.TuningReport::history).orElse(List.of()));
        Conclusions.Calibrated calibrated = stopwatch.time("calibrating", () -> calibrate(result));
        Path file = folder.path().resolve(ClassifierLocation.FILE_NAME);
        ExportReport export = stopwatch.time("writing the classifier", () -> export(result, calibrated, list, file));
        RunMeasurement measured = stopwatch.time("measuring the file", () -> measure(file));
        Optional<Conclusions.Folds> outOfFold = folds.map(FineTuningFinish::outOfFold);
        Map<String, MetricsSummary> summaries = measured.figures();
        outOfFold.ifPresent(all -> summaries.put("cross_validation", MetricsSummary.of(all.all())));
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, RunJson.text(summaries)));
        FineTuningReport report = new FineTuningReport(
                recipe, data, result, calibrated, measured, outOfFold, stopwatch.parts(), stopwatch.total());
        LeftOut.warning(result.skipped()).ifPresent(log::warn);
        report.leftOut().testWarning().ifPresent(log::warn);
        folder.write(RunFile.REPORT, report.markdown(file));
        Optional<Path> page = stopwatch.time("writing the report", () -> pages(file, report));
        return fineTuned(report, export, page, gates, file);
    }

    /** The page of the test or validation images, and one of the cross-validation, which has its own answers. */
    private Optional<Path> pages(Path file, FineTuningReport report) throws IOException {
        String title = RunReport.title(folder.path());
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
        if (report.outOfFold().isPresent()) {
            Evaluation all = report.outOfFold().get().all();
            Dataset images = DataParts.of(data.splits(), DataPart.ALL);
            RunRecord record = new RunRecord(
                    RunRecord.SCHEMA,
                    title + ", cross-validation",
                    "cross-validated",
                    images.digest(),
                    digest,
                    report.asMap(),
                    0,
                    0,
                    List.of(),
                    1,
                    null,
                    LearnedPart.of(recipe, report.result()),
                    provenance.facts());
            Path inside = RunFile.FOLDS.in(folder.path());
            Files.createDirectories(inside);
            RunReport.write(new RunReport.Content(file, inside, all, images, record), inside);
        }
        if (report.measured().shown().isEmpty()) {
            return Optional.empty();
        }
        Dataset images = report.measured().images(data.splits()).orElseThrow();
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                title,
                report.measured().part(),
                images.digest(),
                digest,
                report.asMap(),
                report.training().keptEpoch(),
                report.training().plainFrom(),
                report.measured()
                        .splits(
                                LeftOut.without(data.splits(), report.result().skipped()),
                                report.result().labels()),
                report.calibrated().temperature(),
                report.measured().fitted().orElse(null),
                LearnedPart.of(recipe, report.result()),
                provenance.facts());
        return Optional.of(RunReport.write(
                new RunReport.Content(
                        file, folder.path(), report.measured().shown().get(), images, record),
                folder.path()));
    }

    /** Fits the temperature on validation images; where they hold no mistake, there is nothing to fit it to. */
    private Conclusions.Calibrated calibrate(FineTuningResult result) throws IOException {
        Optional<Dataset> validation = data.splits().validation();
        if (validation.isEmpty()) {
            return new Conclusions.Calibrated(1, 0, false);
        }
        byte[] bytes = ModelFile.toBytes(
                ClassifierFile.assemble(result.network(), new ClassifierSpec(result.preprocessing(), result.labels()))
                        .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(bytes);
        List<float[]> logits = new ArrayList<>();
        List<Integer> truth = new ArrayList<>();
        try (ImageClassifier classifier = ImageClassifier.load(bytes);
                RunLog.Bar progress = log.bar("calibrating", validation.get().size(), "images")) {
            Dataset images = validation.get();
            for (int i = 0; i < images.size(); i++) {
                try {
                    float[] one = classifier.run(List.of(images.image(i))).logits()[0];
                    logits.add(one);
                    truth.add(images.label(i));
                } catch (ImageException unreadable) {
                    unreadable.rethrowUnlessUnreadable(); // else the fine-tuner has counted it already
                } catch (InferenceException e) {
                    throw new IOException(images.id(i) + ": " + e.getMessage(), e);
                }
                progress.to(i + 1);
            }
        }
        return TrainingFinish.calibrate(
                logits.toArray(new float[0][]),
                truth.stream().mapToInt(Integer::intValue).toArray());
    }

    private ExportReport export(
            FineTuningResult result, Conclusions.Calibrated calibrated, Optional<Path> list, Path file)
            throws IOException {
        DatasetOptions options = DatasetOptions.defaults()
                .withSeed(recipe.finetune().training().execution().seed())
                .withHeldOut(0, 0);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MetadataKeys.RECIPE, PortableRecipe.yaml(recipe));
        if (list.isPresent()) {
            metadata.put(
                    MetadataKeys.DATA,
                    RunJson.line(DataDescription.of(
                            list.get().toString(), options, LeftOut.without(data.splits(), result.skipped()))));
        }
        ClassifierSpec spec =
                new ClassifierSpec(result.preprocessing(), result.labels(), calibrated.temperature(), metadata);
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

    private static Conclusions.Folds outOfFold(CrossValidation.CrossValidationResult folds) {
        List<CrossValidation.Prediction> predictions = folds.predictions();
        float[][] logits = new float[predictions.size()][];
        for (int i = 0; i < logits.length; i++) {
            List<Float> row = predictions.get(i).logits();
            logits[i] = new float[row.size()];
            for (int k = 0; k < logits[i].length; k++) {
                logits[i][k] = row.get(k);
            }
        }
        Evaluation all = Evaluation.of(Predictions.of(
                folds.labels(),
                predictions.stream().map(CrossValidation.Prediction::id).toList(),
                predictions.stream().mapToInt(CrossValidation.Prediction::truth).toArray(),
                TemperatureScaling.softmax(logits, 1)));
        return new Conclusions.Folds(
                all,
                Conclusions.accuracies(
                        all,
                        predictions.stream()
                                .mapToInt(CrossValidation.Prediction::fold)
                                .toArray()));
    }

    private FineTuned fineTuned(
            FineTuningReport report, ExportReport export, Optional<Path> page, List<Gate> gates, Path file) {
        RunMeasurement measured = report.measured();
        List<GateOutcome> outcomes =
                measured.shown().map(shown -> GateOutcome.of(gates, shown)).orElse(List.of());
        return new FineTuned(
                folder.path(),
                file,
                page,
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
                measured.part(),
                measured.of(RunMeasurement.VALIDATION),
                measured.of(RunMeasurement.TEST),
                report.outOfFold().map(Conclusions.Folds::all),
                Topics.byKey(report.asMap()),
                outcomes,
                GateOutcome.allPassed(outcomes));
    }
}
