package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.TemperatureScaling;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.MetadataKeys;
import terzi.inference.ImageClassifier;
import terzi.training.Recipe;
import terzi.training.RunFolder;
import terzi.training.StopReason;
import terzi.training.TrainingEngine;
import terzi.training.TrainingResult;
import terzi.vision.Dataset;
import terzi.vision.PackedPictures;

/** What comes after training: calibration, the classifier file, and its measurement as a user would meet it. */
final class Finish {
    private final Console console;
    private final Recipe recipe;
    private final Dataset validation;
    private final Optional<Dataset> test;
    private final String dataJson;
    private final RunFolder folder;

    /** @param dataJson what the file shall say about its training data */
    Finish(
            Console console,
            Recipe recipe,
            Dataset validation,
            Optional<Dataset> test,
            String dataJson,
            RunFolder folder) {
        this.console = console;
        this.recipe = recipe;
        this.validation = validation;
        this.test = test;
        this.dataJson = dataJson;
        this.folder = folder;
    }

    void run(TrainingResult result, double seconds) throws IOException {
        PackedPictures held = PackedPictures.of(validation, recipe.input());
        float[][] logits = TrainingEngine.logits(result.best(), recipe.input(), held);
        float temperature = TemperatureScaling.fit(logits, held.labelIndices());
        ClassifierSpec spec = new ClassifierSpec(
                recipe.input(),
                held.labels(),
                temperature,
                Map.of(MetadataKeys.RECIPE, recipe.yaml(), MetadataKeys.DATA, dataJson));
        Path file = folder.path().resolve(ClassifierLocation.FILE_NAME);
        ExportReport export = ClassifierFile.write(
                result.best(), spec, DrawnGoldens.of(result.best(), recipe.input(), held.labels()), file);
        console.progress(String.format(
                Locale.ROOT,
                "exported %s (%s); its logits equal the training engine's within %.1e",
                file,
                Sizes.text(export.bytes()),
                export.maxDifference()));
        measure(file, result, export, seconds);
    }

    /** Measures the file that was saved, not the network in memory. */
    private void measure(Path file, TrainingResult result, ExportReport export, double seconds) throws IOException {
        Map<String, Object> summaries = new LinkedHashMap<>();
        Evaluation shown;
        String device;
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            device = classifier.device().toString();
            Evaluation onValidation =
                    Measurement.of(classifier, validation, console).evaluation();
            summaries.put("validation", summary(onValidation));
            shown = onValidation;
            if (test.isPresent()) {
                shown = Measurement.of(classifier, test.get(), console).evaluation();
                summaries.put("test", summary(shown));
            }
        }
        shown.write(folder.path());
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, Json.text(summaries)));
        tell(file, result, export, seconds, shown, device);
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
            Path file,
            TrainingResult result,
            ExportReport export,
            double seconds,
            Evaluation evaluation,
            String device) {
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("run", folder.path().toString());
            answer.put("classifier", file.toString());
            answer.put("epochs", result.history().size());
            answer.put("best_epoch", result.bestEpoch());
            answer.put("stopped", result.reason().name().toLowerCase(Locale.ROOT));
            answer.put("seconds", seconds);
            answer.put("parity", export.maxDifference());
            answer.put("measured_on", test.isPresent() ? "test" : "validation");
            answer.put("device", device);
            answer.put("metrics", Json.parsed(evaluation.json()));
            console.json(answer);
            return;
        }
        console.print(evaluation.text().stripTrailing());
        console.print("");
        console.print(FileEvaluation.sentence(evaluation, device)
                + (test.isPresent() ? "" : "; these are validation pictures, the data set has no test part"));
        console.print(
                "best epoch " + result.bestEpoch() + " of " + result.history().size()
                        + (result.reason() == StopReason.EARLY_STOPPING ? " (stopped early)" : "") + ", trained in "
                        + Sizes.duration(seconds));
        console.print("classifier: " + file);
        console.print("next: terzi classify " + Shell.quoted(folder.path()) + " PICTURE");
    }
}
