package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * Ends a run when the monitored value has not improved by more than {@code minimumChange} for {@code patience} epochs in
 * a row. The best weights are kept in any case.
 */
public record EarlyStopping(Monitor monitor, int patience, double minimumChange) {
    /**
     * Creates the rule.
     *
     * @param monitor the figure that must improve
     * @param patience epochs without an improvement after which the run ends, at least 1
     * @param minimumChange smallest improvement that counts
     * @throws IllegalArgumentException if a value is out of its range
     */
    public EarlyStopping {
        Require.whole("patience", 1, 1_000_000, patience);
        Require.notNegative("minimum_change", minimumChange);
    }

    /** {@return the end after 10 epochs without a lower loss} */
    @Defaults
    public static EarlyStopping defaults() {
        return new EarlyStopping(Monitor.LOSS, 10, 0);
    }
}
