package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.data.PackedImages;
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

/** What comes after training: calibration, the classifier file, and its measurement as a user would meet it. */
final class Finish {
    /** What the sentence about a run that diverged is about. */
    static final String DIVERGENCE = "divergence";

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

    /**
     * Exports and measures what a run hands over.
     *
     * @param trouble why the run ended badly, so that this network is of an epoch before; null when it ended well
     */
    void run(TrainingResult result, @Nullable String trouble) throws IOException {
        PackedImages held = PackedImages.of(data.validation().orElseThrow(), recipe.input());
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
        measure(file, new Outcome(result, trouble), export, calibrated);
    }

    /** What training gave, and why it ended badly, or null. */
    private record Outcome(TrainingResult result, @Nullable String trouble) {}

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
    private void measure(Path file, Outcome outcome, ExportReport export, Conclusions.Calibrated calibrated)
            throws IOException {
        RunMeasurement measured;
        String device;
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            device = classifier.device().toString();
            measured = RunMeasurement.held(classifier, data, console)
                    .withTaught(classifier, trained(outcome.result()).train(), console);
        }
        LeftOut left = new LeftOut(data.report(), outcome.result().skipped(), measured.unreadable());
        left.testWarning().ifPresent(console::warn);
        Map<String, Object> summaries = new LinkedHashMap<>();
        measured.parts().forEach((part, evaluation) -> summaries.put(part, summary(evaluation)));
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, Json.text(summaries)));
        Evaluation shown = measured.shown().orElseThrow();
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put(LeftOut.TITLE, left.sentence());
        if (outcome.trouble() != null) {
            extra.put(DIVERGENCE, handedOver(outcome.result(), outcome.trouble()));
        }
        Path page = report(new Measured(file, measured, calibrated, device), outcome.result(), extra);
        tell(new Told(file, page, export, shown, device, left), outcome);
    }

    /** The data as far as it could be decoded. */
    private DatasetSplits trained(TrainingResult result) {
        return LeftOut.without(data, result.skipped());
    }

    private static String handedOver(TrainingResult result, String trouble) {
        return sentence(trouble) + " The network of epoch " + result.keptEpoch()
                + ", the best one before, was handed over: do not rely on it.";
    }

    static String sentence(String clause) {
        return clause.substring(0, 1).toUpperCase(Locale.ROOT)
                + clause.substring(1)
                + (clause.endsWith(".") ? "" : ".");
    }

    private record Measured(Path file, RunMeasurement measured, Conclusions.Calibrated calibrated, String device) {}

    private Path report(Measured of, TrainingResult result, Map<String, String> extra) throws IOException {
        Path file = of.file();
        RunMeasurement measured = of.measured();
        Conclusions.Calibrated calibrated = of.calibrated();
        Conclusions conclusions = new Conclusions(
                measured.shown(),
                measured.part(),
                Optional.empty(),
                measured.fit(),
                Optional.of(calibrated),
                Optional.of(Report.Learned.Part.NETWORK));
        Report.Training training = new Report.Training(
                TrainingHistory.read(folder.path()),
                result.keptEpoch(),
                recipe.training().plainFrom(!recipe.augment().isEmpty()));
        Dataset images = measured.images(data).orElseThrow();
        String digest = ClassifierDigest.verify(file);
        Provenance provenance = Provenance.ofTraining(console, folder.path())
                .with("trained on", result.device())
                .with("trained in", Sizes.duration(result.seconds()))
                .with("epochs", result.history().size() + ", " + stopped(result))
                .with("seed", Long.toString(recipe.training().seed()))
                .with("device", of.device())
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
                DataParts.digest(images),
                digest,
                RunReport.words(conclusions, training, extra),
                training.keptEpoch(),
                training.plainFrom(),
                measured.splits(trained(result), data.labels()),
                calibrated.temperature(),
                measured.fitted().orElse(null),
                LearnedPart.ofTraining(result.kept()),
                provenance.facts());
        return RunReport.write(
                new RunReport.Content(file, folder.path(), measured.shown().orElseThrow(), images, record),
                folder.path());
    }

    private static String stopped(TrainingResult result) {
        return switch (result.reason()) {
            case EARLY_STOPPING -> "stopped early";
            case DIVERGED -> "diverged";
            case COMPLETED, CANCELLED -> "all of them";
        };
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

    /** What the answer is made of. */
    private record Told(
            Path file, Path page, ExportReport export, Evaluation evaluation, String device, LeftOut left) {}

    private void tell(Told told, Outcome outcome) {
        TrainingResult result = outcome.result();
        Evaluation evaluation = told.evaluation();
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("run", folder.path().toString());
            answer.put("classifier", told.file().toString());
            answer.put("epochs", result.history().size());
            answer.put("kept_epoch", result.keptEpoch());
            answer.put("stopped", result.reason().name().toLowerCase(Locale.ROOT));
            answer.put("seconds", result.seconds());
            answer.put("parity", told.export().maxDifference());
            answer.put("measured_on", data.test().isPresent() ? "test" : "validation");
            answer.put("report", told.page().toString());
            answer.put("device", told.device());
            answer.put("skipped", told.left().count());
            answer.put("left_out", told.left().json());
            DataReport.put(answer, data.report());
            answer.put("metrics", Json.parsed(evaluation.json()));
            if (outcome.trouble() != null) {
                answer.putAll(Failures.asJson("diverged", outcome.trouble(), ExitCode.FAILURE));
            }
            console.json(answer);
            return;
        }
        console.print(evaluation.text().stripTrailing());
        console.print("");
        console.print(FileEvaluation.sentence(evaluation, told.device())
                + (data.test().isPresent() ? "" : "; these are validation images"));
        console.print("kept epoch " + result.keptEpoch() + " of "
                + result.history().size()
                + (result.reason() == StopReason.COMPLETED ? "" : " (" + stopped(result) + ")") + ", trained in "
                + Sizes.duration(result.seconds()));
        console.print("classifier: " + told.file());
        console.print("report: " + told.page());
        console.print("next: terzi classify " + Shell.quoted(folder.path()) + " IMAGE");
    }
}
