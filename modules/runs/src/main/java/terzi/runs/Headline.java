package terzi.runs;

import java.util.Optional;
import terzi.data.Dataset;
import terzi.evaluation.Evaluation;
import terzi.evaluation.report.Conclusions;
import terzi.training.finetune.FineTuningResult;

/**
 * The figures to quote: on test images if there are any and no cross-validation was asked for, else of out-of-fold predictions,
 * else of predictions for the images on which the second stage was compared with the head.
 *
 * @param part the name of what was measured
 * @param images the images of {@code shown}, and possibly more
 */
record Headline(Optional<Evaluation> shown, String part, Optional<Dataset> images) {
    static Headline of(
            RunMeasurement measured,
            Optional<OutOfFold> outOfFold,
            boolean crossValidated,
            FineTuningResult result,
            FineTuningData data) {
        boolean hasTest = measured.of(RunMeasurement.TEST).isPresent();
        if (outOfFold.isPresent() && (crossValidated || !hasTest)) {
            return new Headline(
                    outOfFold.map(OutOfFold::all),
                    Conclusions.OUT_OF_FOLD,
                    Optional.of(DataParts.taught(data.splits())));
        }
        Optional<Evaluation> heldOut = OutOfFold.heldOut(result);
        if (!hasTest && heldOut.isPresent()) {
            return new Headline(heldOut, RunMeasurement.VALIDATION, Optional.of(DataParts.validation(data.splits())));
        }
        return new Headline(measured.shown(), measured.part(), measured.images(data.splits()));
    }

    boolean isOutOfFold() {
        return part.equals(Conclusions.OUT_OF_FOLD);
    }
}
