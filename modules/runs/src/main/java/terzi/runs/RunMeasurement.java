package terzi.runs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.data.Labels;
import terzi.data.Seeds;
import terzi.evaluation.Evaluation;
import terzi.evaluation.TemperatureScaling;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Report;
import terzi.inference.ImageClassifier;

/**
 * What a saved classifier does on the parts of its data.
 *
 * @param parts by name, those that were measured
 * @param fit how it does on images that taught it, if that was measured
 * @param fitted what the temperature did to the validation images
 * @param unreadable why test images were left out, one message each
 */
record RunMeasurement(
        Map<String, Evaluation> parts,
        Optional<Conclusions.Fit> fit,
        Optional<Report.Fitted> fitted,
        List<String> unreadable) {
    static final String TEST = Conclusions.TEST;
    static final String VALIDATION = "validation";

    /** So many training images tell within a point whether a network knows them by heart. */
    private static final int TAUGHT = 5_000;

    RunMeasurement {
        parts = new LinkedHashMap<>(parts);
        unreadable = List.copyOf(unreadable);
    }

    /** Measures validation and test images, whichever there are. */
    static RunMeasurement held(ImageClassifier classifier, DatasetSplits data, RunLog log) throws IOException {
        Map<String, Evaluation> parts = new LinkedHashMap<>();
        if (data.validation().isPresent()) {
            parts.put(
                    VALIDATION,
                    Measurement.of(classifier, data.validation().get(), log).evaluation());
        }
        List<String> unreadable = List.of();
        if (data.test().isPresent()) {
            Measurement test = Measurement.of(classifier, data.test().get(), log);
            parts.put(TEST, test.evaluation());
            unreadable = test.unreadable();
        }
        float temperature = classifier.info().temperature();
        return new RunMeasurement(
                parts,
                Optional.empty(),
                Optional.ofNullable(parts.get(VALIDATION)).map(e -> fitted(e, temperature)),
                unreadable);
    }

    static Report.Fitted fitted(Evaluation validation, float temperature) {
        TemperatureScaling.Effect effect = TemperatureScaling.effectOf(validation.predictions(), temperature);
        return new Report.Fitted(
                validation.count(),
                effect.before().expectedError(),
                effect.after().expectedError(),
                effect.logLossBefore(),
                effect.logLossAfter());
    }

    /** The same with images that taught it, drawn by chance where there are many. */
    RunMeasurement withTaught(ImageClassifier classifier, Dataset train, RunLog log) throws IOException {
        Optional<Evaluation> others = shown();
        if (others.isEmpty() || train.size() == 0) {
            return this;
        }
        int[] drawn = IntStream.of(Seeds.permutation(train.size(), 1, 0))
                .limit(TAUGHT)
                .sorted()
                .toArray();
        Evaluation taught = Measurement.of(classifier, train.subset(drawn), log).evaluation();
        return new RunMeasurement(
                parts,
                Optional.of(new Conclusions.Fit(
                        taught.accuracy(),
                        taught.count(),
                        others.get().accuracy(),
                        others.get().count())),
                fitted,
                unreadable);
    }

    /** The figures of a part, if it was measured. */
    Optional<Evaluation> of(String part) {
        return Optional.ofNullable(parts.get(part));
    }

    /** The figures that a classifier file carries, by part. */
    Map<String, MetricsSummary> figures() {
        Map<String, MetricsSummary> figures = new LinkedHashMap<>();
        parts.forEach((part, evaluation) -> figures.put(part, MetricsSummary.of(evaluation)));
        return figures;
    }

    /** The part that the figures are reported of: test before validation. */
    Optional<Evaluation> shown() {
        return Optional.ofNullable(parts.get(part()));
    }

    String part() {
        return parts.containsKey(TEST) ? TEST : VALIDATION;
    }

    /** The images of {@link #shown}. */
    Optional<Dataset> images(DatasetSplits data) {
        return part().equals(TEST) ? data.test() : data.validation();
    }

    /** Images of each class in each part. */
    static List<Report.Split> counted(DatasetSplits data, List<String> labels) {
        return new RunMeasurement(Map.of(), Optional.empty(), Optional.empty(), List.of()).splits(data, labels);
    }

    /** Images of each class in each part; of a part that was measured, those that could be decoded. */
    List<Report.Split> splits(DatasetSplits data, List<String> labels) {
        Map<String, Dataset> all = new LinkedHashMap<>();
        all.put("training", data.train());
        data.validation().ifPresent(part -> all.put(VALIDATION, part));
        data.test().ifPresent(part -> all.put(TEST, part));
        return all.entrySet().stream()
                .map(part -> new Report.Split(
                        part.getKey(),
                        Optional.ofNullable(parts.get(part.getKey()))
                                .map(measured -> supports(measured, labels))
                                .orElseGet(() -> counts(part.getValue(), labels))))
                .toList();
    }

    private static List<Integer> supports(Evaluation measured, List<String> labels) {
        return labels.stream()
                .map(label -> measured.perClass().stream()
                        .filter(metrics -> metrics.label().equals(label))
                        .mapToInt(metrics -> Math.toIntExact(metrics.support()))
                        .sum())
                .toList();
    }

    /** In the order of the classifier's labels. */
    private static List<Integer> counts(Dataset data, List<String> labels) {
        int[] counts = data.classCounts();
        return labels.stream()
                .map(label -> Labels.indexOf(data.labels(), label))
                .map(place -> place < 0 ? 0 : counts[place])
                .toList();
    }
}
