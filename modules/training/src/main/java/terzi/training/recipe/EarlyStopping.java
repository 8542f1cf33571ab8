package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * Ends a run when the monitored value has not improved by more than {@code minimumChange} for {@code patience} epochs in
 * a row. The best weights are kept in any case.
 */
public record EarlyStopping(Monitor monitor, int patience, double minimumChange) {
    public EarlyStopping {
        Require.whole("patience", 1, 1_000_000, patience);
        Require.notNegative("minimum_change", minimumChange);
    }

    @Defaults
    public static EarlyStopping defaults() {
        return new EarlyStopping(Monitor.LOSS, 10, 0);
    }
}
