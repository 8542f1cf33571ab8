package terzi.runs;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Interval;

/**
 * Classifiers side by side.
 *
 * @param runs the compared, in the order of the request
 * @param differences one for each run but the first, with which it is compared
 * @param page the HTML page that was written
 * @param next the commands that make a test possible; empty where predictions of single images were there
 */
public record Compared(List<Candidate> runs, List<Difference> differences, Optional<Path> page, List<String> next) {
    /**
     * A compared classifier.
     *
     * @param run its folder or file
     * @param name the end of its path, as long as it takes to differ from the others
     * @param measuredOn what the figures were measured on, such as {@code test}, or {@code unknown}
     * @param images digest of the images and labels; empty where it is not known
     * @param figures what was measured; NaN where a classifier file does not hold it
     * @param facts what else is known of the run, such as the seed and the duration, by name
     */
    public record Candidate(
            Path run,
            String name,
            String measuredOn,
            String images,
            @JsonUnwrapped MetricsSummary figures,
            Map<String, String> facts) {
        /**
         * Checks and copies the components.
         *
         * @param run its folder or file
         * @param name the end of its path, as long as it takes to differ from the others
         * @param measuredOn what the figures were measured on, such as {@code test}, or {@code unknown}
         * @param images digest of the images and labels
         * @param figures what was measured
         * @param facts what else is known of the run, such as the seed and the duration, by name
         */
        public Candidate {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }
    }

    /**
     * The difference between two classifiers.
     *
     * @param first name of the first one
     * @param second name of the other
     * @param test the paired test; empty where the two were not measured on the same images, image by image
     * @param real whether chance alone makes such a difference in fewer than 1 of 20 cases; not without a test
     * @param sentence the same in words
     */
    @JsonPropertyOrder({"first", "second", "tested"})
    public record Difference(
            String first, String second, @JsonUnwrapped Optional<PairedTest> test, boolean real, String sentence) {
        /** {@return whether there is a paired test} */
        @JsonProperty
        public boolean tested() {
            return test.isPresent();
        }
    }

    /**
     * The differences on the same images, of the second classifier from the first, with their 95 % bootstrap intervals.
     *
     * @param accuracy difference of the shares of correct predictions, -1..1
     * @param accuracyInterval its interval
     * @param macroF1 difference of the mean F1 of the classes, -1..1
     * @param macroF1Interval its interval
     * @param logLoss difference of the log-losses; below 0 where the second is better
     * @param logLossInterval its interval
     * @param onlyFirstRight images that only the first classified correctly
     * @param onlySecondRight images that only the second classified correctly
     * @param p of McNemar's exact test, 0..1
     * @param adjustedP the same, adjusted for the number of comparisons (Holm)
     */
    public record PairedTest(
            double accuracy,
            @JsonFormat(shape = JsonFormat.Shape.ARRAY) Interval accuracyInterval,
            double macroF1,
            @JsonFormat(shape = JsonFormat.Shape.ARRAY) Interval macroF1Interval,
            double logLoss,
            @JsonFormat(shape = JsonFormat.Shape.ARRAY) Interval logLossInterval,
            long onlyFirstRight,
            long onlySecondRight,
            double p,
            double adjustedP) {}

    /**
     * Checks and copies the components.
     *
     * @param runs the compared, in the order of the request
     * @param differences one for each run but the first, with which it is compared
     * @param page the HTML page that was written
     * @param next the commands that make a test possible
     */
    public Compared {
        runs = List.copyOf(runs);
        differences = List.copyOf(differences);
        next = List.copyOf(next);
    }
}
