package terzi.runs;

/** Told about the progress of a run. Events come one at a time, though not always from the same thread. */
@FunctionalInterface
public interface RunListener {
    /** Ignores everything. */
    RunListener NONE = event -> {};

    /**
     * Receives an event; the run waits until it returns.
     *
     * @param event what happened
     */
    void on(RunEvent event);
}
