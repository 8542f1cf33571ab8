package terzi.training.run;

import terzi.training.recipe.EarlyStopping;

/** Why a training run ended. */
public enum StopReason {
    /** All epochs were done. */
    COMPLETED,
    /** The validation figure did not improve for as long as {@link EarlyStopping} allows. */
    EARLY_STOPPING,
    /** The run was cancelled; {@code last/} holds what is needed to resume. */
    CANCELLED,
    /** The loss left the finite numbers, or stayed far above the loss of guessing; see {@link DivergedException}. */
    DIVERGED
}
