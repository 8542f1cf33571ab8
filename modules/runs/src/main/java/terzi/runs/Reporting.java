package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Report;
import terzi.files.RunFile;
import terzi.inference.ImageClassifier;
import terzi.training.run.RunFolder;

/**
 * A request to write the report of a run again: its page, curves and figures. Where the run has kept the predictions of the
 * very file, nothing is measured.
 *
 * @param model a run folder, or a classifier file
 * @param data the images to measure on; empty for those that the classifier was trained on
 * @param target the folder to write to; empty for the run's
 * @param runtime device and threads
 * @param execution how the run is carried out
 */
public record Reporting(
        Path model, Optional<String> data, Optional<Path> target, RuntimeChoice runtime, Execution execution)
        implements Run<Reported> {

    /**
     * {@return a request to write the report into the run folder}
     *
     * @param model a run folder, or a classifier file
     */
    public static Reporting of(Path model) {
        return new Reporting(model, Optional.empty(), Optional.empty(), RuntimeChoice.defaults(), Execution.defaults());
    }

    /**
     * {@return the same on other data}
     *
     * @param source the images to measure on
     */
    public Reporting withData(String source) {
        return new Reporting(model, Optional.of(source), target, runtime, execution);
    }

    /**
     * {@return the same in another place}
     *
     * @param folder the folder to write to
     */
    public Reporting withTarget(Path folder) {
        return new Reporting(model, data, Optional.of(folder), runtime, execution);
    }

    /**
     * {@return the same on another device or with other threads}
     *
     * @param chosen device and threads
     */
    public Reporting withRuntime(RuntimeChoice chosen) {
        return new Reporting(model, data, target, chosen, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public Reporting withExecution(Execution chosen) {
        return new Reporting(model, data, target, runtime, chosen);
    }

    @Override
    public Reported run(RunListener listener) throws IOException {
        RunLog log = new RunLog(listener, execution);
        Path file = ClassifierLocation.find(model);
        Path folder = Files.isDirectory(model)
                ? model
                : Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        Path into = target.orElse(folder);
        Optional<RunRecord> record = RunRecord.in(folder);
        if (RunFolder.isOne(into)) {
            // a run that goes on writes the same files
            try (RunFolder claimed = RunFolder.open(into)) {
                return run(log, file, folder, claimed.path(), record);
            }
        }
        return run(log, file, folder, into, record);
    }

    private Reported run(RunLog log, Path file, Path folder, Path into, Optional<RunRecord> record) throws IOException {
        Optional<RunReport.Content> kept = kept(log, file, folder, record);
        RunReport.Content content = kept.isPresent() ? kept.get() : measured(log, file, folder, record);
        Path page = RunReport.write(content, into);
        return new Reported(
                page,
                Files.size(page),
                kept.isEmpty(),
                content.record().part(),
                content.record().conclusions(),
                content.evaluation());
    }

    /** What the run has kept, if that is the answers of this very file to the images that are named, if any are. */
    private Optional<RunReport.Content> kept(RunLog log, Path file, Path folder, Optional<RunRecord> record)
            throws IOException {
        Path answers = RunFile.PREDICTIONS.in(folder);
        if (record.isEmpty()
                || !Files.exists(answers)
                || !record.get().classifier().equals(RunReport.digest(file))) {
            return Optional.empty();
        }
        Predictions predictions;
        try {
            predictions = Predictions.read(answers);
        } catch (IOException e) {
            log.step("measuring again: " + e.getMessage());
            return Optional.empty();
        }
        Dataset images = null;
        Dataset labelled = null;
        try (ImageClassifier classifier = ImageClassifier.load(file, runtime.options())) {
            DatasetSplits splits = Evaluating.open(log, classifier, file, data.orElse(null));
            images = part(splits, record.get().part()).orElse(null);
            labelled = DataParts.of(splits, DataPart.ALL);
        } catch (IOException e) {
            if (data.isPresent()) {
                throw e;
            }
            log.warn("the report has no images: " + Causes.describe(e), e);
        }
        boolean areOthers = data.isPresent()
                && (images == null || !images.digest().equals(record.get().images()));
        return areOthers
                ? Optional.empty()
                : Optional.of(new RunReport.Content(
                        file, folder, Evaluation.of(predictions), images, record.get(), labelled));
    }

    private static Optional<Dataset> part(DatasetSplits data, String name) {
        return switch (name) {
            case RunMeasurement.TEST -> data.test();
            case RunMeasurement.VALIDATION -> Optional.of(DataParts.validation(data));
            case Conclusions.OUT_OF_FOLD -> Optional.of(DataParts.taught(data));
            default -> Optional.of(data.train());
        };
    }

    /** A temperature of exactly 1 was not fitted. */
    private static Optional<Conclusions.Calibrated> calibrated(float temperature, RunMeasurement measurement) {
        return measurement
                .fitted()
                .filter(fitted -> temperature != 1)
                .map(fitted -> new Conclusions.Calibrated(temperature, fitted.images(), true));
    }

    private RunReport.Content measured(RunLog log, Path file, Path folder, Optional<RunRecord> before)
            throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(file, runtime.options())) {
            DatasetSplits splits = Evaluating.open(log, classifier, file, data.orElse(null));
            RunMeasurement measurement =
                    RunMeasurement.held(classifier, splits, log).withTaught(classifier, splits.train(), log);
            Evaluation shown = measurement
                    .shown()
                    .orElseThrow(() -> new IOException("dataset " + splits.name()
                            + " has neither a test nor a validation part to report on; evaluate the classifier on all of"
                            + " it instead"));
            Dataset images = measurement.images(splits).orElseThrow();
            List<Report.Step> steps = TrainingHistory.read(folder);
            int kept = before.map(RunRecord::keptEpoch).orElseGet(() -> likelyKept(steps));
            int plainFrom = before.map(RunRecord::plainFrom).orElse(0);
            Optional<Report.Learned> learned = before.flatMap(known -> Optional.ofNullable(known.learned()));
            Conclusions conclusions = new Conclusions(
                    Optional.of(shown),
                    measurement.part(),
                    Optional.empty(),
                    measurement.fit(),
                    calibrated(classifier.info().temperature(), measurement),
                    learned.map(Report.Learned::part));
            Provenance provenance = Provenance.ofRun(log, folder)
                    .with("device", classifier.device().toString())
                    .with("data", splits.name())
                    .with("data digest", splits.digest())
                    .with("classifier digest", RunReport.digest(file));
            RunRecord record = new RunRecord(
                    RunRecord.SCHEMA,
                    before.map(RunRecord::title).orElseGet(() -> RunReport.title(folder)),
                    measurement.part(),
                    images.digest(),
                    RunReport.digest(file),
                    RunReport.words(
                            conclusions,
                            new Report.Training(steps, kept, plainFrom),
                            before.map(Reporting::ofTraining).orElse(Map.of())),
                    kept,
                    plainFrom,
                    measurement.splits(splits, classifier.info().labels()),
                    classifier.info().temperature(),
                    measurement.fitted().orElse(null),
                    learned.orElse(null),
                    before.map(RunRecord::provenance).orElse(provenance.facts()),
                    measurement
                            .checks()
                            .withLabelErrors(before.map(RunRecord::checks).flatMap(RunChecks::labelErrors)));
            return new RunReport.Content(file, folder, shown, images, record, DataParts.of(splits, DataPart.ALL));
        }
    }

    /** What measuring again does not find out. */
    private static Map<String, String> ofTraining(RunRecord before) {
        Map<String, String> kept = new LinkedHashMap<>(before.conclusions());
        kept.keySet().retainAll(List.of(Topics.key(LeftOut.TITLE), TrainingFinish.DIVERGENCE));
        return kept;
    }

    /** Runs of before there was a record do not say which epoch they kept; it usually is this one. */
    private static int likelyKept(List<Report.Step> steps) {
        return steps.stream()
                .max(Comparator.comparingDouble(Report.Step::validationAccuracy))
                .map(Report.Step::epoch)
                .orElse(0);
    }
}
