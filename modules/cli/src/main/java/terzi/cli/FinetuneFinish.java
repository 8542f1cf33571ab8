package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.TemperatureScaling;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.MetadataKeys;
import terzi.inference.ClassifierDigest;
import terzi.inference.ImageClassifier;
import terzi.training.Epoch;
import terzi.training.RunFolder;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningRecipe;
import terzi.training.finetune.FineTuningResult;
import terzi.vision.Dataset;
import terzi.vision.DatasetOptions;
import terzi.vision.PictureException;

/** What comes after fine-tuning: calibration, the classifier file, its measurement, and a report in words. */
final class FinetuneFinish {
    private static final String REPORT = "report.md";

    private final Console console;
    private final FineTuningRecipe recipe;
    private final FinetuneData data;
    private final RunFolder folder;
    private final Stopwatch stopwatch;

    FinetuneFinish(Console console, FineTuningRecipe recipe, FinetuneData data, RunFolder folder, Stopwatch stopwatch) {
        this.console = console;
        this.recipe = recipe;
        this.data = data;
        this.folder = folder;
        this.stopwatch = stopwatch;
    }

    /** How sure the file is, and whether that was measured. */
    record Calibrated(float temperature, int pictures, boolean measured) {}

    int run(
            FineTuningResult result,
            Optional<CrossValidation.CrossValidationResult> folds,
            Optional<Path> list,
            List<Gate> gates)
            throws IOException {
        folder.write("history.csv", history(result));
        Calibrated calibrated = stopwatch.time("calibrating", () -> calibrate(result));
        Path file = folder.path().resolve(ClassifierLocation.FILE_NAME);
        ExportReport export = stopwatch.time("writing the classifier", () -> export(result, calibrated, list, file));
        Map<String, Evaluation> measured = stopwatch.time("measuring the file", () -> measure(file));
        Evaluation shown = measured.getOrDefault("test", measured.get("validation"));
        if (shown != null) {
            shown.write(folder.path());
        }
        Optional<Evaluation> outOfFold = folds.map(FinetuneFinish::outOfFold);
        if (outOfFold.isPresent()) {
            Path target = folder.path().resolve("folds");
            Files.createDirectories(target);
            outOfFold.get().write(target);
        }
        Map<String, Object> summaries = new LinkedHashMap<>();
        measured.forEach((part, evaluation) -> summaries.put(part, Finish.summary(evaluation)));
        outOfFold.ifPresent(evaluation -> summaries.put("cross_validation", Finish.summary(evaluation)));
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, Json.text(summaries)));
        FinetuneReport report = new FinetuneReport(
                recipe, data, result, calibrated, measured, outOfFold, folds, stopwatch.parts(), stopwatch.total());
        folder.write(REPORT, report.markdown(file));
        List<Gate> notMet = shown == null ? List.of() : Gate.notMet(gates, shown);
        tell(result, report, export, measured, outOfFold, gates, notMet, file);
        return notMet.isEmpty() ? ExitCode.OK : ExitCode.GATE_FAILED;
    }

    private static String history(FineTuningResult result) {
        StringBuilder csv = new StringBuilder(
                "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n");
        for (Epoch epoch :
                result.tuning().map(FineTuningResult.TuningReport::history).orElse(List.of())) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%.6f,%.6f,%.6f,%.6f,%s,%.2f%n",
                    epoch.number(),
                    epoch.trainLoss(),
                    epoch.trainAccuracy(),
                    epoch.validationLoss(),
                    epoch.validationAccuracy(),
                    epoch.learningRate(),
                    epoch.seconds()));
        }
        return csv.toString();
    }

    /** Fits the temperature on validation pictures; where they hold no mistake, there is nothing to fit it to. */
    private Calibrated calibrate(FineTuningResult result) throws IOException {
        Optional<Dataset> validation = data.splits().validation();
        if (validation.isEmpty()) {
            return new Calibrated(1, 0, false);
        }
        byte[] bytes = ClassifierFile.assemble(
                        result.network(), new ClassifierSpec(result.preprocessing(), result.labels()))
                .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER)
                .toBytes();
        ClassifierDigest.seal(bytes);
        List<float[]> logits = new ArrayList<>();
        List<Integer> truth = new ArrayList<>();
        int mistakes = 0;
        try (ImageClassifier classifier = ImageClassifier.load(bytes);
                ProgressLine progress = ProgressLine.start(
                        console, "calibrating", validation.get().size(), "pictures")) {
            Dataset pictures = validation.get();
            for (int i = 0; i < pictures.size(); i++) {
                try {
                    float[] one = classifier.run(List.of(pictures.picture(i))).logits()[0];
                    logits.add(one);
                    truth.add(pictures.label(i));
                    mistakes += best(one) == pictures.label(i) ? 0 : 1;
                } catch (PictureException unreadable) {
                    // the fine-tuner has counted it already
                }
                progress.to(i + 1);
            }
        }
        if (logits.isEmpty() || mistakes == 0) {
            return new Calibrated(1, logits.size(), false);
        }
        float temperature = TemperatureScaling.fit(
                logits.toArray(new float[0][]),
                truth.stream().mapToInt(Integer::intValue).toArray());
        return new Calibrated(temperature, logits.size(), true);
    }

    private static int best(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private ExportReport export(FineTuningResult result, Calibrated calibrated, Optional<Path> list, Path file)
            throws IOException {
        DatasetOptions options = DatasetOptions.defaults()
                .withSeed(recipe.finetune().training().seed())
                .withHeldOut(0, 0);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MetadataKeys.RECIPE, recipe.yaml());
        if (list.isPresent()) {
            metadata.put(MetadataKeys.DATA, DataDescription.json(list.get().toString(), options, data.splits()));
        }
        ClassifierSpec spec =
                new ClassifierSpec(result.preprocessing(), result.labels(), calibrated.temperature(), metadata);
        ExportReport export = ClassifierFile.write(
                result.network(),
                spec,
                DrawnGoldens.of(result.network(), result.preprocessing(), result.labels()),
                file);
        console.progress(String.format(
                Locale.ROOT,
                "exported %s (%s); its logits equal the training engine's within %.1e",
                file,
                Sizes.text(export.bytes()),
                export.maxDifference()));
        return export;
    }

    /** Measures the file that was saved; the test pictures are looked at here and nowhere before. */
    private Map<String, Evaluation> measure(Path file) throws IOException {
        Map<String, Evaluation> measured = new LinkedHashMap<>();
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            if (data.splits().validation().isPresent()) {
                measured.put(
                        "validation",
                        Measurement.of(classifier, data.splits().validation().get(), console)
                                .evaluation());
            }
            if (data.splits().test().isPresent()) {
                measured.put(
                        "test",
                        Measurement.of(classifier, data.splits().test().get(), console)
                                .evaluation());
            }
        }
        return measured;
    }

    private static Evaluation outOfFold(CrossValidation.CrossValidationResult folds) {
        List<CrossValidation.Prediction> predictions = folds.predictions();
        float[][] logits = new float[predictions.size()][];
        for (int i = 0; i < logits.length; i++) {
            List<Float> row = predictions.get(i).logits();
            logits[i] = new float[row.size()];
            for (int k = 0; k < logits[i].length; k++) {
                logits[i][k] = row.get(k);
            }
        }
        return Evaluation.of(Predictions.of(
                folds.labels(),
                predictions.stream().map(CrossValidation.Prediction::id).toList(),
                predictions.stream().mapToInt(CrossValidation.Prediction::truth).toArray(),
                TemperatureScaling.softmax(logits, 1)));
    }

    private void tell(
            FineTuningResult result,
            FinetuneReport report,
            ExportReport export,
            Map<String, Evaluation> measured,
            Optional<Evaluation> outOfFold,
            List<Gate> gates,
            List<Gate> notMet,
            Path file) {
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("run", folder.path().toString());
            answer.put("classifier", file.toString());
            answer.put("kept", result.kept().name().toLowerCase(Locale.ROOT));
            answer.put("parity", export.maxDifference());
            answer.put("near_copies", data.duplicates().copies());
            answer.put("skipped", data.splits().report().skipped().size());
            answer.put("seconds", stopwatch.total());
            answer.put("stages", stopwatch.parts());
            answer.put("measured_on", measured.containsKey("test") ? "test" : "validation");
            measured.forEach((part, evaluation) -> answer.put(part, Json.parsed(evaluation.json())));
            outOfFold.ifPresent(evaluation -> answer.put("cross_validation", Json.parsed(evaluation.json())));
            answer.put("report", report.asMap());
            answer.put("passed", notMet.isEmpty());
            console.json(answer);
            return;
        }
        Evaluation shown = measured.getOrDefault("test", measured.get("validation"));
        if (shown != null) {
            console.print(shown.text().stripTrailing());
            console.print("");
        }
        report.lines().forEach(console::print);
        for (Gate gate : gates) {
            console.print((notMet.contains(gate) ? "gate not met: " : "gate met: ") + gate);
        }
        console.print("");
        console.print("classifier: " + file);
        console.print("report: " + folder.path().resolve(REPORT));
        console.print("next: terzi classify " + Shell.quoted(folder.path()) + " PICTURE");
    }
}
