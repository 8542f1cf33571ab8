package terzi.runs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;
import terzi.evaluation.report.ImageSource;
import terzi.evaluation.report.Report;

/**
 * What a run found out about single images, for the sections of its page.
 *
 * @param labelErrors labels that look wrong, as many as the estimate; {@code label_errors.csv} has all suspects
 * @param sets coverage of the prediction sets on the measured images
 * @param strangeness of each measured image, in the order of the predictions
 */
record RunChecks(Optional<LabelErrors> labelErrors, Optional<SetCoverage> sets, Optional<Strangeness> strangeness) {
    static final RunChecks NONE = new RunChecks(Optional.empty(), Optional.empty(), Optional.empty());

    RunChecks {
        labelErrors =
                labelErrors.map(all -> new LabelErrors(all.likely(), all.estimate(), all.images(), all.classes()));
    }

    /** @param shown the figures of the page */
    static RunChecks of(Optional<LabelErrors> labelErrors, Evaluation shown) {
        return new RunChecks(labelErrors, shown.sets(), shown.strangeness());
    }

    /** The figures that {@link #of} took these from. */
    Evaluation evaluation(Predictions predictions) {
        Evaluation bare = Evaluation.of(predictions);
        Evaluation withSets = sets.map(bare::withSets).orElse(bare);
        return strangeness.map(withSets::withStrangeness).orElse(withSets);
    }

    /** @param labelled the images that the label errors are of, found by their ids; null where they cannot be had */
    Report.Labels inReport(@Nullable Dataset labelled) {
        Map<Integer, String> ids = labelErrors.map(LabelErrors::suspects).orElse(List.of()).stream()
                .collect(Collectors.toMap(LabelErrors.Suspect::row, LabelErrors.Suspect::id));
        return new Report.Labels(
                labelErrors, labelled == null ? ImageSource.NONE : HeldImages.named(ids::get, labelled));
    }
}
