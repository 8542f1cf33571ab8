package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.evaluation.Evaluation;

/**
 * The result of an evaluation.
 *
 * @param model the first classifier file
 * @param models all of them
 * @param mirrored whether mirrored images were classified, too
 * @param together how the answers of several were joined, for people; empty for one answer of one file
 * @param answers how many answers make one prediction
 * @param device what the first classifier ran on
 * @param split the part that was measured
 * @param foldersLeftOut folders that hold no images of a class
 * @param notes decisions about the folder's layout
 * @param unreadable a message for each image that could not be read
 * @param gates the conditions of the request
 * @param passed whether all of them are met
 * @param metrics the figures
 * @param output the folder of the report, if one was wanted
 */
public record Evaluated(
        Path model,
        List<Path> models,
        boolean mirrored,
        @JsonIgnore Optional<String> together,
        @JsonIgnore int answers,
        String device,
        DataPart split,
        List<LeftOutFolder> foldersLeftOut,
        List<String> notes,
        List<String> unreadable,
        List<GateOutcome> gates,
        boolean passed,
        Evaluation metrics,
        Optional<Path> output) {

    /** {@return the figures to quote} */
    public MetricsSummary summary() {
        return MetricsSummary.of(metrics);
    }
}
