package terzi.training.finetune;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import terzi.vision.DatasetReport;

/**
 * Stratified k-fold cross-validation of fine-tuning: every picture is predicted once, by a network that has not seen it.
 * What the frozen network gives does not depend on the fold and is computed once; all that is chosen or learned comes from
 * the fold's training pictures alone.
 */
public final class CrossValidation {
    private CrossValidation() {}

    /**
     * Runs all folds, on the calling thread.
     *
     * @param job its training and validation part are taken together
     * @param folds at least 2
     * @throws java.util.concurrent.CancellationException if the job was cancelled
     * @throws IllegalArgumentException as {@link FineTuner#run}
     * @throws IOException if pictures cannot be read or the cache cannot be written
     */
    @SuppressWarnings("DoNotCallSuggester") // filled next
    public static CrossValidationResult run(FineTuningJob job, int folds, FineTuningListener listener)
            throws IOException {
        throw new UnsupportedOperationException("not yet: " + job + folds + listener);
    }

    /**
     * The answers of all folds.
     *
     * @param labels the classes
     * @param predictions one for each readable picture, in the data set's order
     * @param folds what each fold did; its network is not kept
     * @param skipped pictures that could not be read
     */
    public record CrossValidationResult(
            List<String> labels,
            List<Prediction> predictions,
            List<Fold> folds,
            FineTuningResult.Timings timings,
            DatasetReport skipped) {
        public CrossValidationResult {
            labels = List.copyOf(labels);
            predictions = List.copyOf(predictions);
            folds = List.copyOf(folds);
        }
    }

    /**
     * One picture's answer.
     *
     * @param id of the picture in its data set
     * @param fold whose network answered, from 1
     * @param truth index of the right class
     * @param logits {@code [K]}
     * @param testTimeLogits {@code [K]}, averaged over several views; empty when not asked for
     */
    public record Prediction(
            String id, int fold, int truth, List<Float> logits, Optional<List<Float>> testTimeLogits) {}

    /**
     * What a fold did.
     *
     * @param number from 1
     * @param kept which stage's weights answered
     * @param why in one sentence
     * @param head the first stage
     * @param tuning the second stage, if there was one
     * @param seconds for this fold, without the features that all folds share
     */
    public record Fold(
            int number,
            FineTuningResult.Stage kept,
            String why,
            FineTuningResult.HeadReport head,
            Optional<FineTuningResult.TuningReport> tuning,
            double seconds) {}
}
