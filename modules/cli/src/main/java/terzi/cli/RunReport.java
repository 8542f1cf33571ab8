package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.ImageSource;
import terzi.evaluation.report.Report;
import terzi.export.ClassifierFile;
import terzi.inference.ClassifierDigest;
import terzi.inference.ClassifierFileException;
import terzi.inference.ImageClassifier;
import terzi.onnx.ModelSummary;
import terzi.training.RunFolder;

/** The work of {@code terzi report}, and the last step of every run. */
final class RunReport {
    private RunReport() {}

    /**
     * What the command line asks for.
     *
     * @param data where the images are, or null for where the classifier says that they are
     * @param target where to write to, or null for the run's folder
     */
    record Request(@Nullable String data, @Nullable Path target, RuntimeChoice runtime) {}

    /**
     * What is to be shown of a classifier.
     *
     * @param file the classifier; null where several answers made one, which are no file's
     * @param history the folder with the training's history, if any
     * @param images what was measured; null where the images cannot be had
     */
    record Content(
            @Nullable Path file, Path history, Evaluation evaluation, @Nullable Dataset images, RunRecord record) {}

    /** Writes the report, the figures, and the record that it can be made of again. */
    static Path write(Content content, Path folder) throws IOException {
        RunRecord record = content.record();
        record.write(folder);
        Dataset data = content.images();
        if (data == null) {
            return report(content, ImageSource.NONE).write(folder);
        }
        try (HeldImages images =
                HeldImages.open(content.file(), content.evaluation().predictions(), data)) {
            return report(content, images).write(folder);
        }
    }

    private static Report report(Content content, ImageSource images) throws IOException {
        RunRecord record = content.record();
        return new Report(
                record.title(),
                content.evaluation(),
                record.part(),
                record.conclusions(),
                new Report.Training(TrainingHistory.read(content.history()), record.keptEpoch(), record.plainFrom()),
                record.splits(),
                network(content.file(), Optional.ofNullable(record.learned())),
                record.temperature(),
                Optional.ofNullable(record.fitted()),
                images,
                record.provenance());
    }

    /** The layers; none of a file that is no classifier file of ours, where they are not told from the preparation. */
    private static Optional<Report.Network> network(@Nullable Path file, Optional<Report.Learned> learned)
            throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        ModelSummary summary;
        try {
            summary = ModelSummary.of(ClassifierFile.readNetwork(file));
        } catch (ClassifierFileException foreign) {
            return Optional.empty();
        }
        return Optional.of(new Report.Network(
                summary.name(),
                summary.rows().stream()
                        .map(row -> new Report.Layer(row.name(), row.type(), row.outputShape(), row.parameters()))
                        .toList(),
                summary.trainable(),
                summary.nonTrainable(),
                learned));
    }

    static int run(Console console, Path run, Request request) throws IOException {
        Path file = ClassifierLocation.find(run);
        Path folder = Files.isDirectory(run)
                ? run
                : Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        Path target = request.target() == null ? folder : request.target();
        Optional<RunRecord> record = RunRecord.in(folder);
        if (RunFolder.isOne(target)) {
            // a run that goes on writes the same files
            try (RunFolder claimed = RunFolder.open(target)) {
                return run(console, file, folder, new Into(claimed.path(), request, record));
            }
        }
        return run(console, file, folder, new Into(target, request, record));
    }

    /** Where a report goes, and what is known of the run. */
    private record Into(Path target, Request request, Optional<RunRecord> record) {}

    private static int run(Console console, Path file, Path folder, Into into) throws IOException {
        Content content =
                kept(console, file, folder, into.request(), into.record()).orElse(null);
        boolean measured = content == null;
        if (content == null) {
            content = measured(console, file, folder, into.request(), into.record());
        }
        Path page = write(content, into.target());
        tell(console, content, page, measured);
        return ExitCode.OK;
    }

    /** What the run has kept, if that is the answers of this very file. */
    private static Optional<Content> kept(
            Console console, Path file, Path folder, Request request, Optional<RunRecord> record) throws IOException {
        Path answers = folder.resolve("predictions.csv");
        if (record.isEmpty()
                || request.data() != null
                || !Files.exists(answers)
                || !record.get().classifier().equals(digest(file))) {
            return Optional.empty();
        }
        Predictions predictions;
        try {
            predictions = Predictions.read(answers);
        } catch (IOException e) {
            console.progress("measuring again: " + e.getMessage());
            return Optional.empty();
        }
        Dataset images = null;
        try (ImageClassifier classifier =
                ImageClassifier.load(file, request.runtime().options())) {
            DatasetSplits data = FileEvaluation.open(console, classifier, file, null);
            images = part(data, record.get().part()).orElse(null);
        } catch (IOException e) {
            console.warn("the report has no images: " + Failures.describe(e));
            console.trace(e);
        }
        return Optional.of(new Content(file, folder, Evaluation.of(predictions), images, record.get()));
    }

    private static Optional<Dataset> part(DatasetSplits data, String name) {
        return switch (name) {
            case RunMeasurement.TEST -> data.test();
            case RunMeasurement.VALIDATION -> data.validation();
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

    private static Content measured(
            Console console, Path file, Path folder, Request request, Optional<RunRecord> before) throws IOException {
        try (ImageClassifier classifier =
                ImageClassifier.load(file, request.runtime().options())) {
            DatasetSplits data = FileEvaluation.open(console, classifier, file, request.data());
            RunMeasurement measurement =
                    RunMeasurement.held(classifier, data, console).withTaught(classifier, data.train(), console);
            Evaluation shown = measurement
                    .shown()
                    .orElseThrow(() -> new IOException("data set " + data.name()
                            + " has neither a test nor a validation part to report on; measure on all of it with"
                            + " 'terzi evaluate --split all --output FOLDER'"));
            Dataset images = measurement.images(data).orElseThrow();
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
            Provenance provenance = Provenance.ofRun(console, folder)
                    .with("device", classifier.device().toString())
                    .with("data", data.name())
                    .with("data digest", data.digest())
                    .with("classifier digest", digest(file));
            RunRecord record = new RunRecord(
                    RunRecord.SCHEMA,
                    before.map(RunRecord::title).orElseGet(() -> title(folder)),
                    measurement.part(),
                    DataParts.digest(images),
                    digest(file),
                    words(
                            conclusions,
                            new Report.Training(steps, kept, plainFrom),
                            before.map(RunReport::ofTraining).orElse(Map.of())),
                    kept,
                    plainFrom,
                    measurement.splits(data, classifier.info().labels()),
                    classifier.info().temperature(),
                    measurement.fitted().orElse(null),
                    learned.orElse(null),
                    before.map(RunRecord::provenance).orElse(provenance.facts()));
            return new Content(file, folder, shown, images, record);
        }
    }

    /** @param extra what the run knows besides the figures, by what it is about */
    static Map<String, String> words(Conclusions conclusions, Report.Training training, Map<String, String> extra) {
        Map<String, String> words = new LinkedHashMap<>();
        Optional.ofNullable(extra.get(Finish.DIVERGENCE)).ifPresent(bad -> words.put(Finish.DIVERGENCE, bad));
        words.putAll(conclusions.sentences());
        words.putAll(extra);
        List<String> next = conclusions.next(training);
        if (!next.isEmpty()) {
            words.put("try next", String.join("\n", next));
        }
        return words;
    }

    /** What measuring again does not find out. */
    private static Map<String, String> ofTraining(RunRecord before) {
        Map<String, String> kept = new LinkedHashMap<>(before.conclusions());
        kept.keySet().retainAll(List.of(LeftOut.TITLE, Finish.DIVERGENCE));
        return kept;
    }

    /** The digest that a classifier file carries; empty for other networks, which have none. */
    static String digest(Path file) throws IOException {
        try {
            return ClassifierDigest.verify(file);
        } catch (ClassifierFileException foreign) {
            return "";
        }
    }

    static String title(Path folder) {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    /** Runs of before there was a record do not say which epoch they kept; it usually is this one. */
    private static int likelyKept(List<Report.Step> steps) {
        return steps.stream()
                .max(Comparator.comparingDouble(Report.Step::validationAccuracy))
                .map(Report.Step::epoch)
                .orElse(0);
    }

    private static void tell(Console console, Content content, Path page, boolean measured) throws IOException {
        content.record().conclusions().forEach((title, words) -> console.print(FinetuneReport.line(title, words)));
        console.print("");
        console.print("report: " + page);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("report", page.toString());
        answer.put("bytes", Files.size(page));
        answer.put("measured", measured);
        answer.put("measured_on", content.record().part());
        answer.put("conclusions", content.record().conclusions());
        answer.put("metrics", Json.parsed(content.evaluation().json()));
        console.json(answer);
    }
}
