package terzi.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A search's results. Scores are of validation images; the best of many trials is also the luckiest, so expect less on other
 * images.
 *
 * @param folder the run folder; {@code run} in JSON
 * @param best the best outcome
 * @param recipe the file of the best recipe, for a {@link FineTuning}
 * @param trials all outcomes, the latest round and then the best first
 * @param data the images that were searched on
 */
public record Tuned(@JsonProperty("run") Path folder, Outcome best, Path recipe, List<Outcome> trials, String data) {
    /**
     * The outcome of a trial in one round.
     *
     * @param trial number of the trial, from 0
     * @param round number of the round, from 0
     * @param effort share of the full number of epochs, 0..1
     * @param accuracy share of the validation images that were classified correctly, 0..1; NaN for a trial that failed
     * @param logLoss on the same; NaN for a trial that failed
     * @param trainAccuracy as {@code accuracy}, of training images; NaN for a trial that failed
     * @param seconds that it took
     * @param settings values of the recipe's {@code finetune} part by dotted key
     */
    public record Outcome(
            int trial,
            int round,
            double effort,
            double accuracy,
            double logLoss,
            double trainAccuracy,
            double seconds,
            Map<String, String> settings) {
        /**
         * Checks and copies the components.
         *
         * @param trial number of the trial, from 0
         * @param round number of the round, from 0
         * @param effort share of the full number of epochs, 0..1
         * @param accuracy share of the validation images that were classified correctly, 0..1
         * @param logLoss on the same
         * @param trainAccuracy as {@code accuracy}, of training images
         * @param seconds that it took
         * @param settings values of the recipe's {@code finetune} part by dotted key
         */
        public Outcome {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }

        /** {@return whether the trial ended without scores} */
        public boolean failed() {
            return Double.isNaN(accuracy);
        }
    }

    /**
     * Checks and copies the components.
     *
     * @param folder the run folder; {@code run} in JSON
     * @param best the best outcome
     * @param recipe the file of the best recipe, for a {@link FineTuning}
     * @param trials all outcomes, the latest round and then the best first
     * @param data the images that were searched on
     */
    public Tuned {
        trials = List.copyOf(trials);
    }
}
