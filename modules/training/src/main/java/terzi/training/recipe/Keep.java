package terzi.training.recipe;

/** Which epoch's network a run hands over. */
public enum Keep {
    /** The one with the best figure on the validation images, by {@link EarlyStopping#monitor} or else by accuracy. */
    BEST,
    /**
     * The last one, for schedules that end at nothing: a few thousand images cannot tell its last epochs apart, and the luckiest of
     * them flatters itself.
     */
    LAST
}
