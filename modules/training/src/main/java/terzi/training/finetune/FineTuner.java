package terzi.training.finetune;

import java.io.IOException;

/** Fits a pretrained classifier to pictures of new classes. */
public final class FineTuner {
    private FineTuner() {}

    /**
     * Runs a job to its end, on the calling thread. With one thread the same job gives the same bits.
     *
     * @throws java.util.concurrent.CancellationException if the job was cancelled; what the frozen network gave stays in
     *     the cache, so that a later run goes on from there
     * @throws terzi.training.TrainingException if features or loss are no longer numbers
     * @throws IllegalArgumentException if the network does not fit, or a class has fewer than two pictures
     * @throws IOException if pictures cannot be read or the cache cannot be written
     */
    @SuppressWarnings("DoNotCallSuggester") // filled next
    public static FineTuningResult run(FineTuningJob job, FineTuningListener listener) throws IOException {
        throw new UnsupportedOperationException("not yet: " + job + listener);
    }
}
