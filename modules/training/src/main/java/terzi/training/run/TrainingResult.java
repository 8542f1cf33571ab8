package terzi.training.run;

import java.util.List;
import terzi.data.DatasetReport;
import terzi.onnx.Model;
import terzi.training.recipe.Keep;

/**
 * What a run leaves behind.
 *
 * @param kept the network that was kept, by default of the epoch with the best validation figure ({@link Keep}), ready for inference
 * @param last the network after the last step
 * @param history all finished epochs, also those before a resume
 * @param keptEpoch number of the epoch that network is of; 0 when not even one was finished
 * @param reason why the run ended
 * @param device where it computed, as in {@link TrainingListener.Start}; of a resumed run, where it ended
 * @param skipped training and validation images that could not be decoded, which this run did without
 */
public record TrainingResult(
        Model kept,
        Model last,
        List<Epoch> history,
        int keptEpoch,
        StopReason reason,
        String device,
        DatasetReport skipped) {
    /**
     * Creates a result from a copy of the history.
     *
     * @param kept the network that was kept
     * @param last the network after the last step
     * @param history all finished epochs
     * @param keptEpoch the epoch of the kept network, or 0
     * @param reason why the run ended
     * @param device where it computed
     * @param skipped images that could not be decoded
     */
    public TrainingResult {
        history = List.copyOf(history);
    }

    /** {@return wall time of the finished epochs in seconds, those before a resume among them} */
    public double seconds() {
        return history.stream().mapToDouble(Epoch::seconds).sum();
    }
}
