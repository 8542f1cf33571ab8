package terzi.training.recipe;

/** The figure on the validation set that decides what is better. */
public enum Monitor {
    /** Mean cross-entropy, without class weights and label smoothing; lower is better. */
    LOSS,
    /** Share of right answers; higher is better. */
    ACCURACY
}
