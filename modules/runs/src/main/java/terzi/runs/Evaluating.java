package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.evaluation.Evaluation;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Counted;
import terzi.evaluation.report.Report;
import terzi.files.FileNames;
import terzi.inference.ImageClassifier;

/**
 * A request to measure a classifier file on labelled images. Of several files the mean of their probabilities is measured.
 *
 * <pre>{@code
 * Evaluated result = Evaluating.of(Path.of("classifier.onnx")).withData(Path.of("photos")).run();
 * System.out.println(result.summary());
 * }</pre>
 *
 * @param models classifier files, or folders with one; folders as Hugging Face keeps them; or bare ONNX networks
 * @param network what those among them that are bare networks do not tell
 * @param augmentation the test-time augmentation
 * @param data a folder, a CSV list or a dataset's name; empty for the data that the first classifier was trained on
 * @param part the part of the data that is measured. Empty for the test part; of data that has no parts, and is not the data
 *     that the classifier was trained on (by its digest), all of it.
 * @param gates conditions on the figures; they change nothing but {@link Evaluated#passed}
 * @param output the folder for the report; empty for none
 * @param runtime device and threads
 * @param execution how the run is carried out
 */
public record Evaluating(
        List<Path> models,
        NetworkFacts network,
        TestTimeAugmentation augmentation,
        Optional<String> data,
        Optional<DataPart> part,
        List<Gate> gates,
        Optional<Path> output,
        RuntimeChoice runtime,
        Execution execution)
        implements Run<Evaluated> {

    /** Test-time augmentation: the images that are classified for one prediction. */
    public enum TestTimeAugmentation {
        /** The image as it is. */
        NONE,
        /** The image and its mirror image; the prediction is the mean. */
        MIRRORED
    }

    /**
     * Checks and copies the components.
     *
     * @param models classifier files, or folders with one
     * @param network what those among them that are bare networks do not tell
     * @param augmentation the test-time augmentation
     * @param data a folder, a CSV list or a dataset's name
     * @param part the part of the data that is measured
     * @param gates conditions on the figures
     * @param output the folder for the report
     * @param runtime device and threads
     * @param execution how the run is carried out
     */
    public Evaluating {
        models = List.copyOf(models);
        gates = List.copyOf(gates);
        if (models.isEmpty()) {
            throw new IllegalArgumentException("no classifier to measure");
        }
    }

    /**
     * {@return a request to measure one classifier on the test part of the data that it was trained on}
     *
     * @param model a classifier file, or a folder with one
     */
    public static Evaluating of(Path model) {
        return of(List.of(model));
    }

    /**
     * {@return a request to measure the mean of several classifiers' probabilities}
     *
     * @param models classifier files, or folders with one
     */
    public static Evaluating of(List<Path> models) {
        return new Evaluating(
                models,
                NetworkFacts.none(),
                TestTimeAugmentation.NONE,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                RuntimeChoice.defaults(),
                Execution.defaults());
    }

    /**
     * {@return the same with facts about bare networks}
     *
     * @param facts what the networks among the models do not tell
     */
    public Evaluating withNetwork(NetworkFacts facts) {
        return new Evaluating(models, facts, augmentation, data, part, gates, output, runtime, execution);
    }

    /**
     * {@return the same with another test-time augmentation}
     *
     * @param chosen the test-time augmentation
     */
    public Evaluating withAugmentation(TestTimeAugmentation chosen) {
        return new Evaluating(models, network, chosen, data, part, gates, output, runtime, execution);
    }

    /**
     * {@return the same on a folder or a CSV list}
     *
     * @param folderOrList a folder, a CSV list or a dataset's name
     */
    public Evaluating withData(Path folderOrList) {
        return withData(FileNames.text(folderOrList.toAbsolutePath()));
    }

    /**
     * {@return the same on other data}
     *
     * @param source a folder, a CSV list, or the name of a dataset; {@code ./mnist} is a folder of that name
     */
    public Evaluating withData(String source) {
        return new Evaluating(
                models, network, augmentation, Optional.of(source), part, gates, output, runtime, execution);
    }

    /**
     * {@return the same on another part of the data}
     *
     * @param chosen the part of the data that is measured
     */
    public Evaluating withPart(DataPart chosen) {
        return new Evaluating(
                models, network, augmentation, data, Optional.of(chosen), gates, output, runtime, execution);
    }

    /**
     * {@return the same with conditions on the figures}
     *
     * @param conditions conditions on the figures
     */
    public Evaluating withGates(List<Gate> conditions) {
        return new Evaluating(models, network, augmentation, data, part, conditions, output, runtime, execution);
    }

    /**
     * {@return the same with a report in a folder}
     *
     * @param folder the folder for the report
     */
    public Evaluating withOutput(Path folder) {
        return new Evaluating(
                models, network, augmentation, data, part, gates, Optional.of(folder), runtime, execution);
    }

    /**
     * {@return the same on another device or with other threads}
     *
     * @param chosen device and threads
     */
    public Evaluating withRuntime(RuntimeChoice chosen) {
        return new Evaluating(models, network, augmentation, data, part, gates, output, chosen, execution);
    }

    /**
     * {@return the same, carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public Evaluating withExecution(Execution chosen) {
        return new Evaluating(models, network, augmentation, data, part, gates, output, runtime, chosen);
    }

    @Override
    public Evaluated run(RunListener listener) throws IOException {
        RunLog log = new RunLog(listener, execution);
        try (Committee committee = Committee.load(models, network, augmentation, runtime.options())) {
            Source source = source(committee.first(), committee.file(), data.orElse(null));
            DatasetSplits splits = source.open(log);
            DataPart measuredPart = part.isPresent() ? part.get() : usualPart(log, committee.first(), splits);
            Dataset images = DataParts.of(splits, measuredPart);
            warnOfKnownImages(log, committee, splits, source, measuredPart);
            if (output.isPresent()) {
                RunReport.requireSameImages(output.get(), images, "withOutput(...)");
            }
            Measurement measured = Measurement.of(committee, images, log);
            if (!measured.unreadable().isEmpty()) {
                log.warn(Counted.of(measured.unreadable().size(), "image")
                        + " cannot be read and will be left out; the first: "
                        + measured.unreadable().get(0));
            }
            if (output.isPresent()) {
                report(
                        content(log, committee, splits, measuredPart, output.get(), measured.evaluation()),
                        output.get());
            }
            List<GateOutcome> outcomes = GateOutcome.of(gates, measured.evaluation());
            return new Evaluated(
                    committee.file(),
                    committee.files(),
                    committee.isMirrored(),
                    committee.isAlone() ? Optional.empty() : Optional.of(committee.description()),
                    committee.answers(),
                    committee.first().device().toString(),
                    measuredPart,
                    LeftOutFolder.of(splits.report()),
                    splits.report().notes(),
                    measured.unreadable(),
                    outcomes,
                    GateOutcome.allPassed(outcomes),
                    measured.evaluation(),
                    output);
        }
    }

    /**
     * The test part, and of data without parts that the classifier was not trained on, all of it.
     *
     * @throws IOException if it was trained on all images: figures on these would say nothing about others
     */
    private DataPart usualPart(RunLog log, ImageClassifier classifier, DatasetSplits splits) throws IOException {
        boolean isTrainedOn = data.isEmpty()
                || DataDescription.in(classifier.info().metadata())
                        .filter(description -> description.digest().equals(splits.digest()))
                        .isPresent();
        if (splits.test().isPresent() || splits.validation().isPresent()) {
            return DataPart.TEST;
        }
        if (isTrainedOn) {
            throw new IOException(
                    "the classifier was trained on all images of " + splits.name() + ", so there is no test"
                            + " part to measure it on. The figures to quote are the out-of-fold ones of its run, in report.html;"
                            + " name other images with withData(...), or choose withPart(...) train");
        }
        log.note(splits.name() + " has no parts and is not the data that the classifier was trained"
                + " on: all of its " + Sizes.count(splits.train().size()) + " images are measured");
        return DataPart.ALL;
    }

    /** The data is divided as for the first member; another one may have learned from what is tested now. */
    private static void warnOfKnownImages(
            RunLog log, Committee committee, DatasetSplits splits, Source source, DataPart part) throws IOException {
        if (part != DataPart.TEST) {
            return;
        }
        for (OpenedModel member : committee.others()) {
            Optional<DataDescription> taught =
                    DataDescription.in(member.classifier().info().metadata());
            if (taught.isPresent() && taught.get().knowsTestImages(splits, source::dividedAs)) {
                log.warn(member.file() + " learned from the same images, divided with seed "
                        + taught.get().seed() + ": it knows some that are tested here, which flatters the result");
            }
        }
    }

    /** A report of its own; where a classifier lies, only the figures are written, and its report stays. */
    private static void report(RunReport.Content content, Path folder) throws IOException {
        if (Files.exists(folder.resolve(ClassifierLocation.FILE_NAME))) {
            content.evaluation().write(folder);
        } else {
            RunReport.write(content, folder);
        }
    }

    /** The page of a measurement in a folder that is not that of the classifier's run. */
    static RunReport.Content content(
            RunLog log,
            Committee committee,
            DatasetSplits splits,
            DataPart measuredPart,
            Path folder,
            Evaluation evaluation)
            throws IOException {
        Dataset data = DataParts.of(splits, measuredPart);
        String part = measuredPart.toString();
        Conclusions conclusions = new Conclusions(
                Optional.of(evaluation), part, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        List<String> digests = new ArrayList<>();
        for (Path file : committee.files()) {
            digests.add(RunReport.digest(file));
        }
        Provenance provenance = Provenance.of(log)
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
                data.digest(),
                committee.isAlone() ? digests.get(0) : "",
                RunReport.words(conclusions, Report.Training.NONE, Map.of()),
                0,
                0,
                RunMeasurement.counted(splits, committee.labels()),
                committee.isAlone() ? committee.first().info().temperature() : 1,
                null,
                null,
                provenance.facts(),
                RunChecks.of(Optional.empty(), evaluation));
        return new RunReport.Content(
                committee.isOneClassifierFile() ? committee.file() : null, folder, evaluation, data, record);
    }

    /**
     * @param file that the classifier was loaded from
     * @param named the dataset to take, or null for the one that the classifier was trained on
     */
    static DatasetSplits open(RunLog log, ImageClassifier classifier, Path file, @Nullable String named)
            throws IOException {
        return source(classifier, file, named).open(log);
    }

    /** Labelled images, and how they are divided. */
    private record Source(String name, DatasetOptions options, Optional<RunDivision> division) {
        DatasetSplits open(RunLog log) throws IOException {
            DatasetSplits splits = Datasets.open(name, options);
            DataReport.tell(log, splits.report());
            return division.isPresent() ? division.get().applied(log, splits) : splits;
        }

        DatasetSplits dividedAs(DataDescription division) throws IOException {
            return Datasets.open(name, division.heldOutAsIn(options));
        }
    }

    private static Source source(ImageClassifier classifier, Path file, @Nullable String named) throws IOException {
        Optional<DataDescription> trained = DataDescription.in(classifier.info().metadata());
        DatasetOptions options = DatasetOptions.defaults().withDownloads(DatasetOptions.Downloads.WHEN_MISSING);
        options = options.withLabels(classifier.info().labels());
        options = trained.isPresent()
                ? trained.get().heldOutAsIn(options)
                : options.withHeldOut(0, 0); // of images that nobody trained on, all are measured
        if (named != null) {
            return new Source(named, options, RunDivision.of(file, trained, named));
        }
        DataDescription known = trained.orElseThrow(() -> new IOException(
                "the classifier does not say what it was trained on; name the images with withData(...)"));
        DataDescription.Place place = known.place(file);
        return new Source(
                place.source(),
                place.folder().isPresent() ? options.withFolder(place.folder().get()) : options,
                Optional.empty());
    }
}
