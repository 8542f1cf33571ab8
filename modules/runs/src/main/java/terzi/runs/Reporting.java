package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
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
 * very file, nothing is measured. Other images than the run's get a report of their own: that of the run stays as it is.
 *
 * @param model a run folder, or a classifier file
 * @param data the images of the run, where they are now, or other images to measure on; empty for those that the classifier
 *     was trained on
 * @param target the folder to write to; empty for the run's, and for other images than the run's, {@code on-NAME} in it, with
 *     the name of the data
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
        Optional<RunRecord> record = RunRecord.in(folder);
        try (Committee classifier = Committee.load(
                List.of(file), NetworkFacts.none(), Evaluating.TestTimeAugmentation.NONE, runtime.options())) {
            Optional<DatasetSplits> splits = open(log, classifier, record.isPresent());
            if (data.isPresent() && record.isPresent()) {
                Optional<Dataset> images =
                        part(splits.orElseThrow(), record.get().part());
                if (images.isEmpty()
                        || !images.get().digest().equals(record.get().images())) {
                    return ofOthers(log, classifier, splits.get(), folder);
                }
            }
            Path into = target.orElse(folder);
            if (RunFolder.isOne(into)) {
                // a run that goes on writes the same files
                try (RunFolder claimed = RunFolder.open(into)) {
                    return run(log, classifier, splits, folder, claimed.path(), record);
                }
            }
            return run(log, classifier, splits, folder, into, record);
        }
    }

    /** The images; empty where the report can do without those that are not named. */
    private Optional<DatasetSplits> open(RunLog log, Committee classifier, boolean isRecorded) throws IOException {
        try {
            return Optional.of(Evaluating.open(log, classifier.first(), classifier.file(), data.orElse(null)));
        } catch (IOException e) {
            if (data.isPresent() || !isRecorded) {
                throw e;
            }
            log.warn("the report has no images: " + Causes.describe(e), e);
            return Optional.empty();
        }
    }

    /** A report beside that of the run. */
    private Reported ofOthers(RunLog log, Committee classifier, DatasetSplits splits, Path folder) throws IOException {
        DataPart part = splits.test().isPresent()
                ? DataPart.TEST
                : splits.validation().isPresent() ? DataPart.VALIDATION : DataPart.ALL;
        Path into = target.orElse(folder.resolve("on-" + splits.name()));
        Dataset images = DataParts.of(splits, part);
        RunReport.requireSameImages(into, images, "withTarget(...)");
        log.note(
                "these are other images than those of the run: their report is in " + into + ", that of the run stays");
        Evaluation measured = Measurement.of(classifier, images, log).evaluation();
        return reported(Evaluating.content(log, classifier, splits, part, into, measured), into, true);
    }

    private static Reported reported(RunReport.Content content, Path into, boolean measured) throws IOException {
        Path page = RunReport.write(content, into);
        return new Reported(
                page,
                Files.size(page),
                measured,
                content.record().part(),
                content.record().conclusions(),
                content.evaluation());
    }

    private Reported run(
            RunLog log,
            Committee classifier,
            Optional<DatasetSplits> splits,
            Path folder,
            Path into,
            Optional<RunRecord> record)
            throws IOException {
        Optional<RunReport.Content> kept = kept(log, classifier.file(), splits, folder, record);
        return reported(
                kept.isPresent() ? kept.get() : measured(log, classifier, splits, folder, record),
                into,
                kept.isEmpty());
    }

    /** What the run has kept, if that is the answers of this very file. */
    private static Optional<RunReport.Content> kept(
            RunLog log, Path file, Optional<DatasetSplits> splits, Path folder, Optional<RunRecord> record)
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
        return Optional.of(new RunReport.Content(
                file,
                folder,
                record.get().checks().evaluation(predictions),
                splits.flatMap(known -> part(known, record.get().part())).orElse(null),
                record.get(),
                splits.isEmpty() ? null : DataParts.of(splits.get(), DataPart.ALL)));
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

    private RunReport.Content measured(
            RunLog log, Committee alone, Optional<DatasetSplits> opened, Path folder, Optional<RunRecord> before)
            throws IOException {
        Path file = alone.file();
        ImageClassifier classifier = alone.first();
        DatasetSplits splits =
                opened.isPresent() ? opened.get() : open(log, alone, false).orElseThrow();
        RunMeasurement measurement =
                RunMeasurement.held(classifier, splits, log).withTaught(classifier, splits.train(), log);
        Evaluation shown = measurement
                .shown()
                .orElseThrow(
                        () -> new IOException(
                                "dataset " + splits.name()
                                        + " has neither a test nor a validation part to report on; name other images with withData(...)"));
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
                        before.map(known -> ofTraining(known, conclusions)).orElse(Map.of())),
                kept,
                plainFrom,
                measurement.splits(splits, classifier.info().labels()),
                classifier.info().temperature(),
                measurement.fitted().orElse(null),
                learned.orElse(null),
                before.map(RunRecord::provenance).orElse(provenance.facts()),
                RunChecks.of(before.map(RunRecord::checks).flatMap(RunChecks::labelErrors), shown));
        return new RunReport.Content(file, folder, shown, images, record, DataParts.of(splits, DataPart.ALL));
    }

    /** What measuring again does not find out. */
    private static Map<String, String> ofTraining(RunRecord before, Conclusions measured) {
        Map<String, String> kept = Topics.byTitle(before.conclusions());
        kept.keySet().removeAll(measured.sentences().keySet());
        kept.remove("try next");
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
