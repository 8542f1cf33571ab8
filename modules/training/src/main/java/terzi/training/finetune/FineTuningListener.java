package terzi.training.finetune;

import terzi.training.run.Epoch;
import terzi.training.run.TrainingListener;

/** Hears how fine-tuning goes, on the thread that runs it; an exception thrown here ends the run. */
public interface FineTuningListener {
    /** Does nothing. */
    FineTuningListener NONE = new FineTuningListener() {};

    /**
     * Called once, when network and data have been looked at.
     *
     * @param plan what is about to be done
     */
    default void planned(Plan plan) {}

    /**
     * Called in cross-validation, before each fold.
     *
     * @param fold from 1
     * @param folds how many
     */
    default void foldStarted(int fold, int folds) {}

    /**
     * Called a few times a second at most, and at the end of each kind of work.
     *
     * @param progress how far the work is
     */
    default void progressed(Progress progress) {}

    /**
     * Called when the first stage is done.
     *
     * @param head the fitted head
     */
    default void headFitted(FineTuningResult.HeadReport head) {}

    /**
     * Called after some steps of the second stage.
     *
     * @param progress how far its epoch has come
     */
    default void stepped(TrainingListener.Progress progress) {}

    /**
     * Called after each epoch of the second stage.
     *
     * @param epoch its figures
     * @param verdict what they mean
     */
    default void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {}

    /**
     * Called with something to tell people: fewer views than asked for, a stage left out.
     *
     * @param note one sentence
     */
    default void noted(String note) {}

    /** Kinds of work that can be counted. */
    enum Work {
        /** Views run through the frozen network, or found in the cache. */
        FEATURES,
        /** Fits of the head. */
        HEAD,
        /** Steps of the second stage. */
        TUNING
    }

    /**
     * How far the work is.
     *
     * @param secondsLeft for this kind of work, estimated from its speed so far; NaN when nothing is known yet
     */
    record Progress(Work work, long done, long total, double secondsLeft) {}

    /**
     * What is about to be done.
     *
     * @param head the head that is replaced, for people
     * @param learns what learns in the second stage, for people
     * @param trainImages images to learn from
     * @param validationImages images held out or given for validation
     */
    record Plan(String head, String learns, int trainImages, int validationImages) {}
}
