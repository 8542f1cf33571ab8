package terzi.runs;

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
import terzi.training.recipe.Recipe;
import terzi.training.run.RunFolder;
import terzi.training.run.Teaching;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingResult;

/** What comes after training: calibration, the classifier file, and its measurement as a user would meet it. */
final class TrainingFinish {
    /** What the sentence about a run that diverged is about. */
    static final String DIVERGENCE = "divergence";

    private final RunLog log;
    private final Recipe recipe;
    private final DatasetSplits data;
    private final String dataJson;
    private final RunFolder folder;
    private final @Nullable Teaching teaching;

    /**
     * @param dataJson what the file shall say about its training data
     * @param teaching what else was learned from, or null
     */
    TrainingFinish(
            RunLog log,
            Recipe recipe,
            DatasetSplits data,
            String dataJson,
            RunFolder folder,
            @Nullable Teaching teaching) {
        this.log = log;
        this.recipe = recipe;
        this.data = data;
        this.dataJson = dataJson;
        this.folder = folder;
        this.teaching = teaching;
    }

    /**
     * Exports and measures what a run hands over.
     *
     * @param trouble why the run ended badly, so that this network is of an epoch before; empty when it ended well
     */
    Trained run(TrainingResult result, Optional<String> trouble) throws IOException {
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
        log.step(String.format(
                Locale.ROOT,
                "exported %s (%s); on its golden images the logits differ from the training engine's by at most %.1e",
                file,
                Sizes.text(export.bytes()),
                export.maxDifference()));
        return measure(file, new Outcome(result, trouble), export, calibrated);
    }

    /** The result of the training, and why it ended badly, if it did. */
    private record Outcome(TrainingResult result, Optional<String> trouble) {}

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
    private Trained measure(Path file, Outcome outcome, ExportReport export, Conclusions.Calibrated calibrated)
            throws IOException {
        RunMeasurement measured;
        String device;
        try (ImageClassifier classifier = ImageClassifier.load(file)) {
            device = classifier.device().toString();
            measured = RunMeasurement.held(classifier, data, log)
                    .withTaught(classifier, trained(outcome.result()).train(), log);
        }
        LeftOut left = new LeftOut(data.report(), outcome.result().skipped(), measured.unreadable());
        left.testWarning().ifPresent(log::warn);
        ClassifierFile.updateMetadata(file, Map.of(MetadataKeys.METRICS, RunJson.text(measured.figures())));
        Evaluation shown = measured.shown().orElseThrow();
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put(LeftOut.TITLE, left.sentence());
        outcome.trouble().ifPresent(trouble -> extra.put(DIVERGENCE, handedOver(outcome.result(), trouble)));
        RunRecord record = record(new Measured(file, measured, calibrated, device), outcome.result(), extra);
        Path page = RunReport.write(
                new RunReport.Content(
                        file, folder.path(), shown, measured.images(data).orElseThrow(), record),
                folder.path());
        TrainingResult result = outcome.result();
        return new Trained(
                folder.path(),
                file,
                page,
                result.history().size(),
                result.keptEpoch(),
                result.reason().name().toLowerCase(Locale.ROOT),
                result.seconds(),
                export.maxDifference(),
                measured.part(),
                device,
                left.count(),
                left.images(),
                LeftOutFolder.of(data.report()),
                data.report().notes(),
                shown,
                record.conclusions(),
                outcome.trouble()
                        .map(trouble -> new Trained.Divergence(
                                "diverged",
                                trouble + ". The network of epoch " + result.keptEpoch() + " is from before that")));
    }

    /** The data as far as it could be decoded. */
    private DatasetSplits trained(TrainingResult result) {
        return LeftOut.without(data, result.skipped());
    }

    private static String handedOver(TrainingResult result, String trouble) {
        return sentence(trouble) + " The network of epoch " + result.keptEpoch()
                + ", the best one before, was exported: do not rely on it.";
    }

    static String sentence(String clause) {
        return clause.substring(0, 1).toUpperCase(Locale.ROOT)
                + clause.substring(1)
                + (clause.endsWith(".") ? "" : ".");
    }

    private record Measured(Path file, RunMeasurement measured, Conclusions.Calibrated calibrated, String device) {}

    private RunRecord record(Measured of, TrainingResult result, Map<String, String> extra) throws IOException {
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
        Provenance provenance = Provenance.ofTraining(log, folder.path())
                .with("trained on", result.device())
                .with("trained in", Sizes.duration(result.seconds()))
                .with("epochs", result.history().size() + ", " + stopped(result))
                .with("seed", Long.toString(recipe.training().execution().seed()))
                .with("device", of.device())
                .with("data", data.name())
                .with("data digest", data.digest())
                .with("classifier digest", digest);
        if (teaching != null) {
            provenance = provenance.with("taught by", teaching.name());
        }
        return new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder.path()),
                measured.part(),
                images.digest(),
                digest,
                RunReport.words(conclusions, training, extra),
                training.keptEpoch(),
                training.plainFrom(),
                measured.splits(trained(result), data.labels()),
                calibrated.temperature(),
                measured.fitted().orElse(null),
                LearnedPart.ofTraining(result.kept()),
                provenance.facts(),
                RunChecks.NONE);
    }

    private static String stopped(TrainingResult result) {
        return switch (result.reason()) {
            case EARLY_STOPPING -> "stopped early";
            case DIVERGED -> "diverged";
            case COMPLETED, CANCELLED -> "all of them";
        };
    }
}
