package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import terzi.training.run.Cancellation;

/**
 * A request to continue the training in a run folder, with the recipe and the images that it began with.
 *
 * @param folder the run folder
 * @param epochs the new last epoch; empty for the one that the run began with
 * @param from where the run continues
 * @param measurement the part that is measured at the end, whatever an earlier part of the run measured
 * @param execution how the run is carried out
 */
public record ResumedTraining(
        Path folder, OptionalInt epochs, From from, FinalMeasurement measurement, Execution execution)
        implements Run<Trained> {

    /** Where a run continues. */
    public enum From {
        /** From its last checkpoint. */
        CHECKPOINT,
        /** From the beginning, where it ended before its first checkpoint. */
        START
    }

    /**
     * {@return a request to continue from the last checkpoint}
     *
     * @param folder the run folder
     */
    public static ResumedTraining of(Path folder) {
        return new ResumedTraining(
                folder, OptionalInt.empty(), From.CHECKPOINT, FinalMeasurement.TEST, Execution.defaults());
    }

    /**
     * {@return the same with another last epoch}
     *
     * @param last the new last epoch
     */
    public ResumedTraining withEpochs(int last) {
        return new ResumedTraining(folder, OptionalInt.of(last), from, measurement, execution);
    }

    /**
     * {@return the same from another point}
     *
     * @param place where the run continues
     */
    public ResumedTraining withFrom(From place) {
        return new ResumedTraining(folder, epochs, place, measurement, execution);
    }

    /**
     * {@return the same measured on another part}
     *
     * @param part the part that is measured at the end, whatever an earlier part of the run measured
     */
    public ResumedTraining withMeasurement(FinalMeasurement part) {
        return new ResumedTraining(folder, epochs, from, part, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public ResumedTraining withExecution(Execution chosen) {
        return new ResumedTraining(folder, epochs, from, measurement, chosen);
    }

    /**
     * {@return the same ended early by a cancellation}
     *
     * @param cancellation ends the run early
     */
    public ResumedTraining withCancellation(Cancellation cancellation) {
        return withExecution(execution.withCancellation(cancellation));
    }

    @Override
    public Trained run(RunListener listener) throws IOException {
        return TrainingRun.resume(this, new RunLog(listener, execution));
    }
}
