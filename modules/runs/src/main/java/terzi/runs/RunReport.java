package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.Evaluation;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.ImageSource;
import terzi.evaluation.report.Report;
import terzi.export.ClassifierFile;
import terzi.inference.ClassifierDigest;
import terzi.inference.ClassifierFileException;
import terzi.onnx.shapes.ModelSummary;

/** Writes the report of a run: its page, its figures and the record that it can be made of again. */
final class RunReport {
    private RunReport() {}

    /**
     * What is to be shown of a classifier.
     *
     * @param file the classifier; null where several answers made one, which are not a file's
     * @param history the folder with the training's history, if any
     * @param images what was measured; null where the images cannot be had
     * @param labelled the images whose labels may be wrong; null where they cannot be had
     */
    record Content(
            @Nullable Path file,
            Path history,
            Evaluation evaluation,
            @Nullable Dataset images,
            RunRecord record,
            @Nullable Dataset labelled) {
        Content(@Nullable Path file, Path history, Evaluation evaluation, @Nullable Dataset images, RunRecord record) {
            this(file, history, evaluation, images, record, null);
        }
    }

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
                Topics.byTitle(record.conclusions()),
                new Report.Training(TrainingHistory.read(content.history()), record.keptEpoch(), record.plainFrom()),
                record.splits(),
                network(content.file(), Optional.ofNullable(record.learned())),
                record.temperature(),
                Optional.ofNullable(record.fitted()),
                images,
                Topics.byTitle(record.provenance()),
                record.checks().inReport(content.labelled()));
    }

    /** The layers; none of a file that is not a classifier file of ours, where they are no told from the preparation. */
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

    /** @param extra what the run knows besides the figures, by what it is about */
    static Map<String, String> words(Conclusions conclusions, Report.Training training, Map<String, String> extra) {
        Map<String, String> words = new LinkedHashMap<>();
        Optional.ofNullable(extra.get(TrainingFinish.DIVERGENCE))
                .ifPresent(bad -> words.put(TrainingFinish.DIVERGENCE, bad));
        words.putAll(conclusions.sentences());
        words.putAll(extra);
        List<String> next = conclusions.next(training);
        if (!next.isEmpty()) {
            words.put("try next", String.join("\n", next));
        }
        return words;
    }

    /**
     * Figures of other images would replace those of a run.
     *
     * @param method of the request that names the folder
     * @throws IOException if the folder holds a run that was measured on other images
     */
    static void requireSameImages(Path folder, Dataset images, String method) throws IOException {
        if (Files.exists(folder.resolve(ClassifierLocation.FILE_NAME))) {
            Optional<RunRecord> record = RunRecord.in(folder);
            if (record.isPresent() && !record.get().images().equals(images.digest())) {
                throw new IOException(folder + ": holds a run with figures of other images, which would be lost; choose"
                        + " another folder with " + method);
            }
        }
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
}
