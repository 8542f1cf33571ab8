package terzi.training.finetune;

import terzi.training.run.Epoch;
import terzi.training.run.TrainingListener;

/** Hears how fine-tuning goes, on the thread that runs it; an exception thrown here ends the run. */
public interface FineTuningListener {
    /** Does nothing. */
    FineTuningListener NONE = new FineTuningListener() {};

    /** Once, when network and data have been looked at. */
    default void planned(Plan plan) {}

    /** In cross-validation, before each fold; folds count from 1. */
    default void foldStarted(int fold, int folds) {}

    /** A few times a second at most, and at the end of each kind of work. */
    default void progressed(Progress progress) {}

    /** When the first stage is done. */
    default void headFitted(FineTuningResult.HeadReport head) {}

    /** After some steps of the second stage. */
    default void stepped(TrainingListener.Progress progress) {}

    /** After each epoch of the second stage. */
    default void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {}

    /** Something to tell people, in a sentence: fewer views than asked for, a stage left out. */
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
