package terzi.training;

import java.io.IOException;

/** Trains a network by gradient descent. */
@SuppressWarnings("DoNotCallSuggester")
public final class Trainer {
    private Trainer() {}

    /**
     * Runs a job to its end, on the calling thread.
     *
     * @throws TrainingException if the loss is no longer a number
     * @throws IOException if pictures cannot be read or checkpoints cannot be written
     */
    public static TrainingResult train(TrainingJob job, TrainingListener listener) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }
}
