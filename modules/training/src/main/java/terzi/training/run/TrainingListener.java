package terzi.training.run;

import java.util.List;
import terzi.data.DatasetReport;

/**
 * Hears how a run goes, on the thread that trains; every method does nothing unless it is overridden. An exception
 * thrown here ends the run.
 */
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * Called once, before the first step.
     *
     * @param start what is about to run
     */
    default void started(Start start) {}

    /**
     * Called after some steps, a few times a second at most, and after the last step of an epoch.
     *
     * @param progress how far the epoch has come
     */
    default void progressed(Progress progress) {}

    /**
     * Called after each epoch's validation.
     *
     * @param epoch its figures
     * @param verdict what they mean
     */
    default void epochEnded(Epoch epoch, EpochVerdict verdict) {}

    /**
     * What is about to run.
     *
     * @param firstEpoch 1, or the epoch that a resumed run goes on with
     * @param epochs the last epoch's number if nothing ends the run before
     * @param stepsPerEpoch optimizer steps in one epoch
     * @param trainImages training images that can be decoded
     * @param validationImages validation images that can be decoded
     * @param skipped training and validation images that cannot be decoded; the run does without them
     * @param notes what else the user should know before the run goes on, one sentence each
     * @param device where the run computes, for example {@code cpu, 2 threads, fp32}
     */
    record Start(
            int firstEpoch,
            int epochs,
            int stepsPerEpoch,
            int trainImages,
            int validationImages,
            DatasetReport skipped,
            List<String> notes,
            String device) {
        /**
         * Creates the description from a copy of the notes.
         *
         * @param firstEpoch 1, or the epoch that a resumed run goes on with
         * @param epochs the last epoch's number if nothing ends the run before
         * @param stepsPerEpoch optimizer steps in one epoch
         * @param trainImages training images that can be decoded
         * @param validationImages validation images that can be decoded
         * @param skipped images that cannot be decoded
         * @param notes one sentence each
         * @param device where the run computes
         */
        public Start {
            notes = List.copyOf(notes);
        }
    }

    /**
     * How far an epoch has come.
     *
     * @param epoch 1 for the first
     * @param step steps done in this epoch
     * @param loss mean training loss so far in this epoch
     * @param accuracy share of right answers so far in this epoch
     * @param learningRate of the last step
     * @param imagesPerSecond since the epoch began
     */
    record Progress(
            int epoch,
            int step,
            int stepsPerEpoch,
            double loss,
            double accuracy,
            double learningRate,
            double imagesPerSecond) {}

    /**
     * What an epoch's validation means.
     *
     * @param best this epoch is the best so far
     * @param epochsWithoutImprovement 0 after an improvement
     * @param learningRateReduced a plateau made the learning rate smaller from the next step on
     */
    record EpochVerdict(boolean best, int epochsWithoutImprovement, boolean learningRateReduced) {}
}
