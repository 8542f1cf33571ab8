package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Report;
import terzi.inference.ImageClassifier;
import terzi.vision.Dataset;
import terzi.vision.DatasetOptions;
import terzi.vision.DatasetSplits;
import terzi.vision.Datasets;

/** The work of {@code terzi evaluate}. */
final class FileEvaluation {
    private FileEvaluation() {}

    /**
     * @param data null for the data the classifier was trained on
     * @param output where to write the files of the evaluation, or null for nowhere
     */
    record Request(
            @Nullable String data, DataPart part, List<Gate> gates, @Nullable Path output, RuntimeChoice runtime) {
        Request {
            gates = List.copyOf(gates);
        }
    }

    static int run(Console console, Path model, Request request) throws IOException {
        Path file = ClassifierLocation.find(model);
        try (ImageClassifier classifier =
                ImageClassifier.load(file, request.runtime().options())) {
            DatasetSplits splits = open(console, classifier, file, request.data());
            Dataset data = DataParts.of(splits, request.part());
            Measurement measured = Measurement.of(classifier, data, console);
            if (!measured.unreadable().isEmpty()) {
                console.warn(measured.unreadable().size() + " pictures cannot be read and are left out; the first: "
                        + measured.unreadable().get(0));
            }
            if (request.output() != null) {
                report(console, classifier, file, splits, data, measured.evaluation(), request);
            }
            List<Gate> notMet = Gate.notMet(request.gates(), measured.evaluation());
            tell(console, classifier, file, request, measured, notMet);
            return notMet.isEmpty() ? ExitCode.OK : ExitCode.GATE_FAILED;
        }
    }

    /** The report has all the figures; where a run lies, its own report stays. */
    private static void report(
            Console console,
            ImageClassifier classifier,
            Path file,
            DatasetSplits splits,
            Dataset data,
            Evaluation evaluation,
            Request request)
            throws IOException {
        Path folder = Objects.requireNonNull(request.output());
        if (Files.exists(folder.resolve(ClassifierLocation.FILE_NAME))) {
            evaluation.write(folder);
            return;
        }
        String part = request.part().toString();
        Conclusions conclusions =
                new Conclusions(Optional.of(evaluation), part, Optional.empty(), Optional.empty(), Optional.empty());
        Provenance provenance = Provenance.of(console)
                .with("classifier", file.toString())
                .with("classifier digest", RunReport.digest(file))
                .with("device", classifier.device().toString())
                .with("data", splits.name())
                .with("data digest", splits.digest());
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder),
                part,
                DataParts.digest(data),
                RunReport.digest(file),
                RunReport.words(conclusions, new Report.Training(List.of(), 0)),
                0,
                RunMeasurement.splits(splits, classifier.info().labels()),
                classifier.info().temperature(),
                null,
                provenance.facts());
        RunReport.write(new RunReport.Content(file, folder, evaluation, data, record), folder);
    }

    /**
     * @param file that the classifier was loaded from
     * @param named the data set to take, or null for the one that the classifier was trained on
     */
    static DatasetSplits open(Console console, ImageClassifier classifier, Path file, @Nullable String named)
            throws IOException {
        Optional<DataDescription> trained = DataDescription.in(classifier.info().metadata());
        DatasetOptions options = DatasetOptions.defaults().withDownloads(DatasetOptions.Downloads.WHEN_MISSING);
        if (trained.isPresent()) {
            options = trained.get().heldOutAsIn(options);
        }
        String source = named;
        if (source == null) {
            DataDescription known = trained.orElseThrow(
                    () -> new IOException(
                            "the classifier does not say what it was trained on; name the pictures to evaluate on with --data"));
            DataDescription.Place place = known.place(file);
            source = place.source();
            if (place.folder().isPresent()) {
                options = options.withFolder(place.folder().get());
            }
        }
        DatasetSplits splits = Datasets.open(source, options);
        String left = splits.report().text();
        if (!left.isEmpty()) {
            console.warn(left);
        }
        return splits;
    }

    private static void tell(
            Console console,
            ImageClassifier classifier,
            Path file,
            Request request,
            Measurement measured,
            List<Gate> notMet) {
        Evaluation evaluation = measured.evaluation();
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("model", file.toString());
            answer.put("device", classifier.device().toString());
            answer.put("split", request.part().toString());
            answer.put("unreadable", measured.unreadable());
            answer.put("gates", gates(request.gates(), evaluation));
            answer.put("passed", notMet.isEmpty());
            answer.put("metrics", Json.parsed(evaluation.json()));
            console.json(answer);
            return;
        }
        console.print(evaluation.text().stripTrailing());
        console.print("");
        console.print(sentence(evaluation, classifier.device().toString()));
        for (Gate gate : request.gates()) {
            console.print((notMet.contains(gate) ? "gate not met: " : "gate met: ") + gate + ", found "
                    + String.format(Locale.ROOT, "%.4f", gate.value(evaluation)));
        }
        if (request.output() != null) {
            console.progress("files are in " + request.output());
        }
    }

    /** The result in words: {@code 93.51 % of 10,000 pictures right (95 % interval 93.01 to 93.98 %), on cpu}. */
    static String sentence(Evaluation evaluation, String device) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%.2f %% of %s pictures right (95 %% interval %.2f to %.2f %%), on %s through ONNX Runtime",
                evaluation.accuracy() * 100,
                Sizes.count(evaluation.count()),
                interval.low() * 100,
                interval.high() * 100,
                device);
    }

    private static List<Map<String, Object>> gates(List<Gate> gates, Evaluation evaluation) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Gate gate : gates) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("gate", gate.toString());
            entry.put("value", gate.value(evaluation));
            entry.put("passed", gate.isMet(evaluation));
            all.add(entry);
        }
        return all;
    }
}
