package terzi.training.finetune;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import terzi.vision.Dataset;
import terzi.vision.DatasetReport;
import terzi.vision.Seeds;
import terzi.vision.Splits;

/**
 * Stratified k-fold cross-validation of fine-tuning: every picture is predicted once, by a network that has not seen it.
 * What the frozen network gives does not depend on the fold and is computed once; all that is chosen or learned comes from
 * the fold's training pictures alone.
 */
public final class CrossValidation {
    private static final long FOLDS = 5;

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
    public static CrossValidationResult run(FineTuningJob job, int folds, FineTuningListener listener)
            throws IOException {
        long started = System.nanoTime();
        Dataset all = job.validation()
                .<Dataset>map(part -> new Joined(job.train(), part))
                .orElse(job.train());
        try (Study study = new Study(job, all, listener)) {
            int[] seen = study.readable(0, all.size());
            study.requireTwoOfEach(seen);
            study.announce(seen.length, 0);
            study.extract();
            int[] pictures = study.readable(0, all.size());
            study.requireTwoOfEach(pictures);
            List<Splits.Split> splits = Splits.folds(
                    study.labels(pictures),
                    folds,
                    Seeds.mix(job.options().training().seed(), 0, FOLDS));
            Prediction[] predictions = new Prediction[pictures.length];
            List<Fold> done = new ArrayList<>();
            for (Splits.Split split : splits) {
                long foldStarted = System.nanoTime();
                listener.foldStarted(done.size() + 1, folds);
                int[] train = Arrays.stream(split.kept()).map(i -> pictures[i]).toArray();
                Study.Outcome outcome = study.learn(train, new int[0]);
                predict(study, job, outcome, split.held(), pictures, done.size() + 1, predictions);
                done.add(new Fold(
                        done.size() + 1,
                        outcome.kept(),
                        outcome.why(),
                        outcome.head(),
                        outcome.tuning(),
                        (System.nanoTime() - foldStarted) / 1e9));
            }
            return new CrossValidationResult(
                    job.labels(),
                    List.of(predictions),
                    done,
                    study.timings((System.nanoTime() - started) / 1e9),
                    study.skipped());
        } finally {
            job.cancellation().runEnded();
        }
    }

    private static void predict(
            Study study,
            FineTuningJob job,
            Study.Outcome outcome,
            int[] held,
            int[] pictures,
            int fold,
            Prediction[] predictions) {
        int[] asked = Arrays.stream(held).map(i -> pictures[i]).toArray();
        float[][] logits = outcome.logits().of(asked, 0);
        float[][] averaged = job.options().testViews() < 2 ? new float[0][] : study.averaged(outcome.logits(), asked);
        for (int i = 0; i < asked.length; i++) {
            predictions[held[i]] = new Prediction(
                    study.id(asked[i]),
                    fold,
                    study.label(asked[i]),
                    list(logits[i]),
                    averaged.length == 0 ? Optional.empty() : Optional.of(list(averaged[i])));
        }
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
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
