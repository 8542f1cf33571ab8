package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
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
            Dataset data = open(console, classifier, request);
            Measurement measured = Measurement.of(classifier, data, console);
            if (!measured.unreadable().isEmpty()) {
                console.warn(measured.unreadable().size() + " pictures cannot be read and are left out; the first: "
                        + measured.unreadable().get(0));
            }
            if (request.output() != null) {
                measured.evaluation().write(request.output());
            }
            List<Gate> notMet = Gate.notMet(request.gates(), measured.evaluation());
            tell(console, classifier, file, request, measured, notMet);
            return notMet.isEmpty() ? ExitCode.OK : ExitCode.GATE_FAILED;
        }
    }

    private static Dataset open(Console console, ImageClassifier classifier, Request request) throws IOException {
        Optional<DataDescription> trained = DataDescription.in(classifier.info().metadata());
        DatasetOptions options = DatasetOptions.defaults().withDownloads(DatasetOptions.Downloads.WHEN_MISSING);
        if (trained.isPresent()) {
            options = trained.get().heldOutAsIn(options);
        }
        String source = request.data();
        if (source == null) {
            DataDescription known = trained.orElseThrow(
                    () -> new IOException(
                            "the classifier does not say what it was trained on; name the pictures to evaluate on with --data"));
            source = known.source();
            if (!known.folder().isEmpty()) {
                options = options.withFolder(Path.of(known.folder()));
            }
        }
        DatasetSplits splits = Datasets.open(source, options);
        String left = splits.report().text();
        if (!left.isEmpty()) {
            console.warn(left);
        }
        return DataParts.of(splits, request.part());
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
