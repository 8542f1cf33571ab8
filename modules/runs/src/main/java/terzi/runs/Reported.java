package terzi.runs;

import java.nio.file.Path;
import java.util.Map;
import terzi.evaluation.Evaluation;

/**
 * The result of writing a report.
 *
 * @param page the page for a browser
 * @param bytes its size
 * @param measured whether the classifier was measured, rather than its kept predictions read
 * @param measuredOn the part that the figures are of
 * @param conclusions sentences by topic
 * @param metrics the figures
 */
public record Reported(
        Path page,
        long bytes,
        boolean measured,
        String measuredOn,
        Map<String, String> conclusions,
        Evaluation metrics) {

    /** {@return the figures to quote} */
    public MetricsSummary summary() {
        return MetricsSummary.of(metrics);
    }
}
