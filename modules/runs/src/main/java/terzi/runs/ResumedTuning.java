package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A search that goes on where it stopped; trials that are done are not repeated.
 *
 * @param folder the run folder of the {@link Tuning}
 * @param execution how the run is carried out
 */
public record ResumedTuning(Path folder, Execution execution) implements Run<Tuned> {
    /**
     * {@return a request to go on in a run folder}
     *
     * @param folder the run folder of the {@link Tuning}
     */
    public static ResumedTuning of(Path folder) {
        return new ResumedTuning(folder, Execution.defaults());
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public ResumedTuning withExecution(Execution chosen) {
        return new ResumedTuning(folder, chosen);
    }

    @Override
    public Tuned run(RunListener listener) throws IOException {
        return TuningSearch.resume(folder, new RunLog(listener, execution), execution);
    }
}
