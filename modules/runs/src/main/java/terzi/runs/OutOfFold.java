package terzi.runs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.McNemar;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;
import terzi.evaluation.TemperatureScaling;
import terzi.evaluation.report.Conclusions;
import terzi.inference.PredictionSets;
import terzi.training.finetune.CrossValidation;
import terzi.training.finetune.FineTuningResult;

/**
 * Predictions for training images by heads, or whole networks, that were not trained on them.
 *
 * @param folds their evaluation: of the cross-validation of the whole fine-tuning if there was one, else of the head's inner
 *     folds
 * @param ungrouped the evaluation of the head's inner folds where these divide groups, beside {@code grouped}
 * @param grouped the evaluation of the head's inner folds where there are groups
 * @param inner what the head's inner folds gave; empty when the second stage was kept
 */
record OutOfFold(
        Conclusions.Folds folds,
        Optional<Evaluation> ungrouped,
        Optional<Evaluation> grouped,
        Optional<FineTuningResult.OutOfFold> inner) {
    private static final double SIGNIFICANT = 0.05;

    static Optional<OutOfFold> of(
            FineTuningResult result, Optional<CrossValidation.CrossValidationResult> crossValidated) {
        Optional<FineTuningResult.OutOfFold> inner =
                Optional.of(result.outOfFold()).filter(all -> result.kept() == FineTuningResult.Stage.HEAD);
        List<String> labels = result.labels();
        Optional<Conclusions.Folds> folds = crossValidated
                .map(all -> folds(all.labels(), all.predictions()))
                .or(() -> inner.map(all -> folds(labels, all.predictions())))
                .map(all -> new Conclusions.Folds(
                        checked(
                                all.all(),
                                crossValidated
                                        .map(CrossValidation.CrossValidationResult::predictions)
                                        .orElse(result.outOfFold().predictions()),
                                result.outOfFold()),
                        all.accuracies()));
        Optional<FineTuningResult.OutOfFold> divided =
                inner.filter(all -> !all.ungrouped().isEmpty());
        return folds.map(known -> new OutOfFold(
                known,
                divided.map(all -> evaluation(labels, all.ungrouped())),
                divided.map(all -> evaluation(labels, all.predictions())),
                inner));
    }

    private static Conclusions.Folds folds(List<String> labels, List<CrossValidation.Prediction> predictions) {
        Evaluation all = evaluation(labels, predictions);
        int[] fold =
                predictions.stream().mapToInt(CrossValidation.Prediction::fold).toArray();
        return new Conclusions.Folds(all, Conclusions.accuracies(all, fold));
    }

    private static Evaluation evaluation(List<String> labels, List<CrossValidation.Prediction> predictions) {
        return Evaluation.of(Predictions.of(
                labels,
                predictions.stream().map(CrossValidation.Prediction::id).toList(),
                truth(predictions),
                TemperatureScaling.softmax(logits(predictions), 1)));
    }

    private static int[] truth(List<CrossValidation.Prediction> predictions) {
        return predictions.stream().mapToInt(CrossValidation.Prediction::truth).toArray();
    }

    /** @return {@code [N, K]} */
    private static float[][] logits(List<CrossValidation.Prediction> predictions) {
        float[][] logits = new float[predictions.size()][];
        for (int i = 0; i < logits.length; i++) {
            List<Float> row = predictions.get(i).logits();
            logits[i] = new float[row.size()];
            for (int k = 0; k < logits[i].length; k++) {
                logits[i][k] = row.get(k);
            }
        }
        return logits;
    }

    Evaluation all() {
        return folds.all();
    }

    /** Whether folds that divide groups give another accuracy, by more than chance. */
    boolean isGroupedLower() {
        return grouped.isPresent()
                && ungrouped.isPresent()
                && grouped.get().accuracy() < ungrouped.get().accuracy()
                && McNemar.compare(grouped.get().predictions(), ungrouped.get().predictions())
                                .pValue()
                        < SIGNIFICANT;
    }

    /** The figures by name, as a classifier file carries them. */
    void addTo(Map<String, MetricsSummary> figures) {
        figures.put("out_of_fold", MetricsSummary.of(all()));
        ungrouped.ifPresent(all -> figures.put("out_of_fold_random", MetricsSummary.of(all)));
    }

    /** The predictions for the images that the second stage was compared with the head on, if it is kept. */
    static Optional<Evaluation> heldOut(FineTuningResult result) {
        return result.kept() == FineTuningResult.Stage.TUNING
                ? Optional.of(checked(
                        evaluation(result.labels(), result.outOfFold().predictions()),
                        result.outOfFold().predictions(),
                        result.outOfFold()))
                : Optional.empty();
    }

    /** The sets that the classifier file gets. */
    static PredictionSets sets(FineTuningResult result) {
        return sets(result.outOfFold().predictions(), result.labels().size());
    }

    private static PredictionSets sets(List<CrossValidation.Prediction> predictions, int classes) {
        return PredictionSets.of(TemperatureScaling.softmax(logits(predictions), 1), truth(predictions), classes);
    }

    /**
     * The training images whose label the predictions, and the nearest images, believe least. The folds may divide groups: a
     * head that knows the group of an image is the better judge of its label.
     */
    Optional<LabelErrors> labelErrors(List<String> labels) {
        return inner.map(all -> LabelErrors.of(believing(labels, all), agreement(all)));
    }

    /** All training images for {@code label_errors.csv}, the least believable label first. */
    Optional<List<LabelErrors.Suspect>> ranking(List<String> labels) {
        return inner.map(all -> LabelErrors.ranking(believing(labels, all), agreement(all)));
    }

    private Predictions believing(List<String> labels, FineTuningResult.OutOfFold all) {
        return ungrouped.orElseGet(() -> evaluation(labels, all.predictions())).predictions();
    }

    private static double[] agreement(FineTuningResult.OutOfFold all) {
        return all.agreement().stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * The evaluation with the coverage by sets from the predictions of the other folds, and with the strangeness by images of
     * the other folds: what new images would get.
     *
     * @param predictions those of the evaluation
     */
    static Evaluation checked(
            Evaluation evaluation, List<CrossValidation.Prediction> predictions, FineTuningResult.OutOfFold inner) {
        Evaluation covered = evaluation.withSets(coverage(predictions, evaluation.labels()));
        Map<String, Double> strangeness =
                new HashMap<>(); // a cross-validation has the images in the order of its folds
        for (int i = 0; i < inner.predictions().size(); i++) {
            strangeness.put(inner.predictions().get(i).id(), (double)
                    inner.strangeness().get(i));
        }
        List<Double> values = predictions.stream()
                .map(CrossValidation.Prediction::id)
                .filter(strangeness::containsKey)
                .map(strangeness::get)
                .toList();
        return values.size() == predictions.size() ? covered.withStrangeness(new Strangeness(values)) : covered;
    }

    private static SetCoverage coverage(List<CrossValidation.Prediction> predictions, List<String> labels) {
        CoverageCount count = new CoverageCount(labels.size());
        int folds = predictions.stream()
                .mapToInt(CrossValidation.Prediction::fold)
                .max()
                .orElse(0);
        for (int fold = 1; fold <= folds; fold++) {
            int left = fold;
            PredictionSets sets =
                    sets(predictions.stream().filter(one -> one.fold() != left).toList(), labels.size());
            List<CrossValidation.Prediction> held =
                    predictions.stream().filter(one -> one.fold() == left).toList();
            float[][] probabilities = TemperatureScaling.softmax(logits(held), 1);
            for (int i = 0; i < held.size(); i++) {
                count.add(sets, probabilities[i], held.get(i).truth());
            }
        }
        return count.coverage(labels);
    }
}
