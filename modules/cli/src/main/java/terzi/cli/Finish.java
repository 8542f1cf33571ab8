package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.Evaluation;
import terzi.evaluation.TemperatureScaling;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Report;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.MetadataKeys;
import terzi.inference.ClassifierDigest;
import terzi.inference.ImageClassifier;
import terzi.training.Recipe;
import terzi.training.RunFolder;
import terzi.training.StopReason;
import terzi.training.Teaching;
import terzi.training.TrainingEngine;
import terzi.training.TrainingResult;
import terzi.vision.Dataset;
import terzi.vision.DatasetSplits;
import terzi.vision.PackedPictures;

/** What comes after training: calibration, the classifier file, and its measurement as a user would meet it. */
final class Finish {
    private final Console console;
    private final Recipe recipe;
    private final DatasetSplits data;
    private final String dataJson;
    private final RunFolder folder;
    private final @Nullable Teaching teaching;

    /**
     * @param dataJson what the file shall say about its training data
     * @param teaching what else was learned from, or null
     */
    Finish(
            Console console,
            Recipe recipe,
            DatasetSplits data,
            String dataJson,
            RunFolder folder,
            @Nullable Teaching teaching) {
        this.console = console;
        this.recipe = recipe;
        this.data = data;
        this.dataJson = dataJson;
        this.folder = folder;
        this.teaching = teaching;
    }

    void run(TrainingResult result) throws IOException {
        PackedPictures held = PackedPictures.of(data.validation().orElseThrow(), recipe.input());
        float[][] logits = TrainingEngine.logits(result.kept(), recipe.input(), held);
        Conclusions.Calibrated calibrated = calibrate(logits, held.labelIndices());
        ClassifierSpec spec = new ClassifierSpec(
                recipe.input(),
                held.labels(),
                calibrated.temperature(),
                Map.of(MetadataKeys.RECIPE, PortableRecipe.yaml(recipe), MetadataKeys.DATA, dataJson));
        Path file = folder.path().resolve(ClassifierLocation.FILE_NAME);
        ExportReport export = ClassifierFile.write(
                result.kept(), spec, DrawnGoldens.of(result.kept(), recipe.input(), held.labels()), file);
        console.progress(String.format(
                Locale.ROOT,
                "exported %s (%s); its logits equal the training engine's within %.1e",
                file,
                Sizes.text(export.bytes()),
                export.maxDifference()));
        measure(file, result, export, calibrated);
    }

    /** Fits the temperature; where there is no mistake, there is nothing to fit it to. */
    static Conclusions.Calibrated calibrate(float[][] logits, int[] truth) {
        for (int i = 0; i < truth.length; i++) {
            for (float logit : logits[i]) {
                if (logit > logits[i][truth[i]]) {
                    return new Conclusions.Calibrated(TemperatureScaling.fit(logits, truth), truth.length, true);
                }
            }
        }
        return new Conclusions.Calibrated(1, truth.length, false);
    }

    /** Measures the file that was saved, not the network in memory. */
    private void measure(Path file, TrainingResult result, ExportReport export, Conclusions.Calibrated calibrated)
            throws IOException {
        RunMeasurement measured;
        String device;
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            device = classifier.device().toString();
            measured = RunMeasurement.held(classifier, data, console).withTaught(classifier, data.train(), console);
        }
        Map<String, Object> summaries = new LinkedHashMap<>();
        measured.parts().forEach((part, evaluation) -> summaries.put(part, summary(evaluation)));
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, Json.text(summaries)));
        Evaluation shown = measured.shown().orElseThrow();
        Path page = report(file, result, measured, calibrated, device);
        tell(file, page, result, export, shown, device);
    }

    private Path report(
            Path file, TrainingResult result, RunMeasurement measured, Conclusions.Calibrated calibrated, String device)
            throws IOException {
        Conclusions conclusions = new Conclusions(
                measured.shown(), measured.part(), Optional.empty(), measured.fit(), Optional.of(calibrated));
        Report.Training training = new Report.Training(
                TrainingHistory.read(folder.path()),
                result.keptEpoch(),
                recipe.training().plainFrom(!recipe.augment().isEmpty()));
        Dataset pictures = measured.pictures(data).orElseThrow();
        String digest = ClassifierDigest.verify(file);
        Provenance provenance = Provenance.ofTraining(console, folder.path())
                .with("trained on", result.device())
                .with("trained in", Sizes.duration(result.seconds()))
                .with("epochs", result.history().size() + ", " + stopped(result))
                .with("seed", Long.toString(recipe.training().seed()))
                .with("device", device)
                .with("data", data.name())
                .with("data digest", data.digest())
                .with("classifier digest", digest);
        if (teaching != null) {
            provenance = provenance.with("taught by", teaching.name());
        }
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder.path()),
                measured.part(),
                DataParts.digest(pictures),
                digest,
                RunReport.words(conclusions, training),
                training.keptEpoch(),
                training.plainFrom(),
                RunMeasurement.splits(data, data.labels()),
                calibrated.temperature(),
                measured.fitted().orElse(null),
                provenance.facts());
        return RunReport.write(
                new RunReport.Content(file, folder.path(), measured.shown().orElseThrow(), pictures, record),
                folder.path());
    }

    private static String stopped(TrainingResult result) {
        return result.reason() == StopReason.EARLY_STOPPING ? "stopped early" : "all of them";
    }

    static Map<String, Object> summary(Evaluation evaluation) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("count", evaluation.count());
        figures.put("accuracy", evaluation.accuracy());
        figures.put("accuracy_low", evaluation.accuracyInterval().low());
        figures.put("accuracy_high", evaluation.accuracyInterval().high());
        figures.put("balanced_accuracy", evaluation.confusion().balancedAccuracy());
        figures.put("macro_f1", evaluation.macro().f1());
        figures.put("log_loss", evaluation.logLoss());
        figures.put("ece", evaluation.ece());
        return figures;
    }

    private void tell(
            Path file, Path page, TrainingResult result, ExportReport export, Evaluation evaluation, String device) {
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("run", folder.path().toString());
            answer.put("classifier", file.toString());
            answer.put("epochs", result.history().size());
            answer.put("kept_epoch", result.keptEpoch());
            answer.put("stopped", result.reason().name().toLowerCase(Locale.ROOT));
            answer.put("seconds", result.seconds());
            answer.put("parity", export.maxDifference());
            answer.put("measured_on", data.test().isPresent() ? "test" : "validation");
            answer.put("report", page.toString());
            answer.put("device", device);
            answer.put("metrics", Json.parsed(evaluation.json()));
            console.json(answer);
            return;
        }
        console.print(evaluation.text().stripTrailing());
        console.print("");
        console.print(FileEvaluation.sentence(evaluation, device)
                + (data.test().isPresent() ? "" : "; these are validation pictures"));
        console.print(
                "kept epoch " + result.keptEpoch() + " of " + result.history().size()
                        + (result.reason() == StopReason.EARLY_STOPPING ? " (stopped early)" : "") + ", trained in "
                        + Sizes.duration(result.seconds()));
        console.print("classifier: " + file);
        console.print("report: " + page);
        console.print("next: terzi classify " + Shell.quoted(folder.path()) + " PICTURE");
    }
}
