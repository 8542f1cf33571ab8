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
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Counted;
import terzi.evaluation.report.Report;
import terzi.inference.ImageClassifier;

/** The work of {@code terzi evaluate}. */
final class FileEvaluation {
    private FileEvaluation() {}

    /**
     * @param models what to measure; of several, the mean of their answers
     * @param mirrored whether each is asked about the mirrored image too
     * @param data null for the data the first classifier was trained on
     * @param part null for the test part, or for all of data that has no parts and is new to the classifier
     * @param output where to write the files of the evaluation, or null for nowhere
     */
    record Request(
            List<Path> models,
            boolean mirrored,
            @Nullable String data,
            @Nullable DataPart part,
            List<Gate> gates,
            @Nullable Path output,
            RuntimeChoice runtime) {
        Request {
            models = List.copyOf(models);
            gates = List.copyOf(gates);
        }
    }

    static int run(Console console, Request request) throws IOException {
        try (Committee committee = Committee.load(
                request.models(), request.mirrored(), request.runtime().options())) {
            Source source = source(committee.first(), committee.file(), request.data());
            DatasetSplits splits = source.open(console);
            DataPart part = part(console, committee.first(), splits, request);
            Dataset data = DataParts.of(splits, part);
            warnOfKnownImages(console, committee, splits, source, part);
            Measurement measured = Measurement.of(committee, data, console);
            if (!measured.unreadable().isEmpty()) {
                console.warn(Counted.of(measured.unreadable().size(), "image")
                        + " cannot be read and will be left out; the first: "
                        + measured.unreadable().get(0));
            }
            if (request.output() != null) {
                report(console, committee, splits, data, part, measured.evaluation(), request);
            }
            List<Gate> notMet = Gate.notMet(request.gates(), measured.evaluation());
            tell(console, committee, request, part, splits, measured, notMet);
            return notMet.isEmpty() ? ExitCode.OK : ExitCode.GATE_FAILED;
        }
    }

    /**
     * The part that is asked for; else the test part, and of data without parts that the classifier was not trained on, all
     * of it.
     */
    private static DataPart part(Console console, ImageClassifier classifier, DatasetSplits splits, Request request) {
        if (request.part() != null) {
            return request.part();
        }
        boolean isTrainedOn = DataDescription.in(classifier.info().metadata())
                .filter(description -> description.digest().equals(splits.digest()))
                .isPresent();
        if (splits.test().isPresent() || splits.validation().isPresent() || isTrainedOn) {
            return DataPart.TEST;
        }
        console.progress("note: " + splits.name() + " has no parts and is not the data that the classifier was trained"
                + " on: all of its " + Sizes.count(splits.train().size()) + " images are measured");
        return DataPart.ALL;
    }

    /** The data is divided as for the first member; another one may have learned from what is tested now. */
    private static void warnOfKnownImages(
            Console console, Committee committee, DatasetSplits splits, Source source, DataPart part)
            throws IOException {
        if (part != DataPart.TEST) {
            return;
        }
        for (Committee.Member member : committee.others()) {
            Optional<DataDescription> taught =
                    DataDescription.in(member.classifier().info().metadata());
            if (taught.isPresent() && taught.get().knowsTestImages(splits, source::dividedAs)) {
                console.warn(member.file() + " learned from the same images, divided with seed "
                        + taught.get().seed() + ": it knows some that are tested here, which flatters the result");
            }
        }
    }

    /** The report has all the figures; where a run lies, its own report stays. */
    private static void report(
            Console console,
            Committee committee,
            DatasetSplits splits,
            Dataset data,
            DataPart measuredPart,
            Evaluation evaluation,
            Request request)
            throws IOException {
        Path folder = Objects.requireNonNull(request.output());
        if (Files.exists(folder.resolve(ClassifierLocation.FILE_NAME))) {
            evaluation.write(folder);
            return;
        }
        String part = measuredPart.toString();
        Conclusions conclusions = new Conclusions(
                Optional.of(evaluation), part, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        List<String> digests = new ArrayList<>();
        for (Path file : committee.files()) {
            digests.add(RunReport.digest(file));
        }
        Provenance provenance = Provenance.of(console)
                .with("classifier", committee.isAlone() ? committee.file().toString() : committee.description())
                .with("classifier digest", String.join(", ", digests))
                .with("device", committee.first().device().toString())
                .with("data", splits.name())
                .with("data digest", splits.digest())
                .with("data folders", DataReport.text(splits.report()));
        RunRecord record = new RunRecord(
                RunRecord.SCHEMA,
                RunReport.title(folder),
                part,
                DataParts.digest(data),
                committee.isAlone() ? digests.get(0) : "",
                RunReport.words(conclusions, Report.Training.NONE, Map.of()),
                0,
                0,
                RunMeasurement.counted(splits, committee.labels()),
                committee.isAlone() ? committee.first().info().temperature() : 1,
                null,
                null,
                provenance.facts());
        RunReport.write(
                new RunReport.Content(committee.isAlone() ? committee.file() : null, folder, evaluation, data, record),
                folder);
    }

    /**
     * @param file that the classifier was loaded from
     * @param named the data set to take, or null for the one that the classifier was trained on
     */
    static DatasetSplits open(Console console, ImageClassifier classifier, Path file, @Nullable String named)
            throws IOException {
        return source(classifier, file, named).open(console);
    }

    /** Labelled images, and how they are divided. */
    private record Source(String name, DatasetOptions options, Optional<RunDivision> division) {
        DatasetSplits open(Console console) throws IOException {
            DatasetSplits splits = Datasets.open(name, options);
            DataReport.tell(console, splits.report());
            return division.isPresent() ? division.get().applied(console, splits) : splits;
        }

        DatasetSplits dividedAs(DataDescription division) throws IOException {
            return Datasets.open(name, division.heldOutAsIn(options));
        }
    }

    private static Source source(ImageClassifier classifier, Path file, @Nullable String named) throws IOException {
        Optional<DataDescription> trained = DataDescription.in(classifier.info().metadata());
        DatasetOptions options = DatasetOptions.defaults().withDownloads(DatasetOptions.Downloads.WHEN_MISSING);
        options = options.withLabels(classifier.info().labels());
        if (trained.isPresent()) {
            options = trained.get().heldOutAsIn(options);
        }
        if (named != null) {
            return new Source(named, options, RunDivision.of(file, trained, named));
        }
        DataDescription known = trained.orElseThrow(() -> new IOException(
                "the classifier does not say what it was trained on; name the images to evaluate on with --data"));
        DataDescription.Place place = known.place(file);
        return new Source(
                place.source(),
                place.folder().isPresent() ? options.withFolder(place.folder().get()) : options,
                Optional.empty());
    }

    private static void tell(
            Console console,
            Committee committee,
            Request request,
            DataPart part,
            DatasetSplits splits,
            Measurement measured,
            List<Gate> notMet) {
        Evaluation evaluation = measured.evaluation();
        if (console.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("model", committee.file().toString());
            answer.put("models", committee.files().stream().map(Path::toString).toList());
            answer.put("mirrored", committee.isMirrored());
            answer.put("device", committee.first().device().toString());
            answer.put("split", part.toString());
            DataReport.put(answer, splits.report());
            answer.put("unreadable", measured.unreadable());
            answer.put("gates", gates(request.gates(), evaluation));
            answer.put("passed", notMet.isEmpty());
            answer.put("metrics", Json.parsed(evaluation.json()));
            console.json(answer);
            return;
        }
        console.print(evaluation.text().stripTrailing());
        console.print("");
        console.print(sentence(evaluation, committee.first().device().toString()));
        if (!committee.isAlone()) {
            console.print("the mean of " + committee.answers() + " answers to each image: " + committee.description()
                    + "; a file alone answers once");
        }
        for (Gate gate : request.gates()) {
            console.print((notMet.contains(gate) ? "gate not met: " : "gate met: ") + gate + ", found "
                    + String.format(Locale.ROOT, "%.4f", gate.value(evaluation)));
        }
        if (request.output() != null) {
            console.progress("files are in " + request.output());
        }
    }

    /** The result in words: {@code 93.51 % of 10,000 images right (95 % interval 93.01 to 93.98 %), on cpu}. */
    static String sentence(Evaluation evaluation, String device) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%.2f %% of %s right (95 %% interval %.2f to %.2f %%), on %s through ONNX Runtime",
                evaluation.accuracy() * 100,
                Counted.of(evaluation.count(), "image"),
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
