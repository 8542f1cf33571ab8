package terzi.training.finetune;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetReport;
import terzi.data.Seeds;
import terzi.data.Splits;

/**
 * Stratified k-fold cross-validation of fine-tuning: every image is predicted once, by a network that has not seen it;
 * or the same with any other divisions of the images.
 * What the frozen network gives does not depend on the fold and is computed once; all that is chosen or learned comes from
 * the fold's training images alone.
 */
public final class CrossValidation {
    private static final long FOLDS = 5;

    private CrossValidation() {}

    /**
     * Cross-validates on parts that are drawn from the job's seed.
     *
     * @param job its training and validation part are taken together
     * @param folds at least 2
     * @param listener told how the run goes
     * @return the predictions of all folds
     * @throws IllegalArgumentException as {@link FineTuner#run}
     * @throws IOException if images cannot be read or the cache cannot be written
     */
    public static CrossValidationResult run(FineTuningJob job, int folds, FineTuningListener listener)
            throws IOException {
        return run(
                job,
                Splits.folds(
                        images(job).labelIndices(),
                        folds,
                        Seeds.mix(job.options().training().execution().seed(), 0, FOLDS)),
                listener);
    }

    /**
     * Learns from the kept images of each split and answers for the held ones, on the calling thread.
     *
     * @param job its training and validation part are taken together
     * @param splits indices of the training part's images and then the validation part's; unreadable images are left
     *     out of them
     * @param listener told how the run goes
     * @return the predictions of all splits
     * @throws java.util.concurrent.CancellationException if the job was cancelled
     * @throws IllegalArgumentException as {@link FineTuner#run}
     * @throws IOException if images cannot be read or the cache cannot be written
     */
    public static CrossValidationResult run(FineTuningJob job, List<Splits.Split> splits, FineTuningListener listener)
            throws IOException {
        long started = System.nanoTime();
        Dataset all = images(job);
        try (FineTuningSession study = new FineTuningSession(job, all, listener)) {
            int[] seen = study.readable(0, all.size());
            study.requireTwoOfEach(seen);
            study.announce(seen.length, 0);
            study.extract();
            List<HeldOutPrediction> asked = new ArrayList<>();
            List<Fold> done = new ArrayList<>();
            for (Splits.Split split : splits) {
                long foldStarted = System.nanoTime();
                int fold = done.size() + 1;
                listener.foldStarted(fold, splits.size());
                int[] train = study.readable(split.kept());
                study.requireTwoOfEach(train);
                FineTuningSession.Outcome outcome = study.learn(train, new int[0]);
                asked.addAll(answers(study, job, outcome, study.readable(split.held()), fold));
                done.add(new Fold(
                        fold,
                        outcome.kept(),
                        outcome.why(),
                        outcome.head(),
                        outcome.tuning(),
                        (System.nanoTime() - foldStarted) / 1e9));
            }
            asked.sort(Comparator.comparingInt(HeldOutPrediction::image));
            return new CrossValidationResult(
                    job.labels(),
                    asked.stream().map(HeldOutPrediction::prediction).toList(),
                    done,
                    study.timings((System.nanoTime() - started) / 1e9),
                    study.skipped());
        } finally {
            job.cancellation().runEnded();
        }
    }

    private static Dataset images(FineTuningJob job) {
        return job.validation()
                .map(part -> Dataset.concatenated(List.of(job.train(), part)))
                .orElse(job.train());
    }

    private record HeldOutPrediction(int image, Prediction prediction) {}

    private static List<HeldOutPrediction> answers(
            FineTuningSession study, FineTuningJob job, FineTuningSession.Outcome outcome, int[] images, int fold) {
        float[][] logits = outcome.logits().of(images, 0);
        float[][] averaged = job.options().testViews() < 2 ? new float[0][] : study.averaged(outcome.logits(), images);
        List<HeldOutPrediction> answers = new ArrayList<>();
        for (int i = 0; i < images.length; i++) {
            answers.add(new HeldOutPrediction(
                    images[i],
                    new Prediction(
                            study.id(images[i]),
                            fold,
                            study.label(images[i]),
                            list(logits[i]),
                            averaged.length == 0 ? Optional.empty() : Optional.of(list(averaged[i])))));
        }
        return answers;
    }

    static List<Float> list(float[] values) {
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
     * @param predictions one for each readable image that a split held out, in the dataset's order
     * @param folds what each fold did; its network is not kept
     * @param skipped images that could not be read
     */
    public record CrossValidationResult(
            List<String> labels,
            List<Prediction> predictions,
            List<Fold> folds,
            FineTuningResult.Timings timings,
            DatasetReport skipped) {
        /**
         * Creates a result from copies of the lists.
         *
         * @param labels the classes
         * @param predictions one for each readable image that a split held out
         * @param folds what each fold did
         * @param timings where the time went
         * @param skipped images that could not be read
         */
        public CrossValidationResult {
            labels = List.copyOf(labels);
            predictions = List.copyOf(predictions);
            folds = List.copyOf(folds);
        }
    }

    /**
     * One image's answer.
     *
     * @param id of the image in its dataset
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
