package terzi.runs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.report.ImageSource;
import terzi.evaluation.report.Report;

/**
 * What a run found out about single images, for the sections of its page.
 *
 * @param labelErrors labels that look wrong, as many as the estimate; {@code label_errors.csv} has all suspects
 * @param sets coverage of the prediction sets on the measured images
 * @param strangeness of each measured image, in the order of the predictions
 */
record RunChecks(
        Optional<LabelErrors> labelErrors, Optional<Report.Sets> sets, Optional<Report.Strangeness> strangeness) {
    static final RunChecks NONE = new RunChecks(Optional.empty(), Optional.empty(), Optional.empty());

    RunChecks {
        labelErrors =
                labelErrors.map(all -> new LabelErrors(all.likely(), all.estimate(), all.images(), all.classes()));
    }

    RunChecks withLabelErrors(Optional<LabelErrors> found) {
        return new RunChecks(found, sets, strangeness);
    }

    /** @param labelled the images that the label errors are of, found by their ids; null where they cannot be had */
    Report.Checks inReport(@Nullable Dataset labelled) {
        Map<Integer, String> ids = labelErrors.map(LabelErrors::suspects).orElse(List.of()).stream()
                .collect(Collectors.toMap(LabelErrors.Suspect::row, LabelErrors.Suspect::id));
        return new Report.Checks(
                labelErrors,
                labelled == null ? ImageSource.NONE : HeldImages.named(ids::get, labelled),
                sets,
                strangeness);
    }
}
