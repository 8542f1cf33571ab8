package terzi.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import terzi.evaluation.TextTable;

/**
 * Networks that were compared before a fine-tuning: on each a head was fitted with the same images.
 *
 * @param chosen the network with the smallest out-of-fold log-loss among those within the limit
 * @param withinMillis the longest time for one image, in milliseconds; empty for any
 * @param candidates the networks, in the order in which they were tried
 * @param sentences how each of the others differs from the chosen one
 * @param page the HTML page that compares them; empty where only one could be fine-tuned
 */
public record ComparedBackbones(
        String chosen,
        OptionalDouble withinMillis,
        List<Candidate> candidates,
        List<String> sentences,
        Optional<Path> page) {
    /**
     * Checks and copies the components.
     *
     * @param chosen the network that was taken
     * @param withinMillis the longest time for one image, in milliseconds; empty for any
     * @param candidates the networks, in the order in which they were tried
     * @param sentences how each of the others differs from the chosen one
     * @param page the HTML page that compares them
     */
    public ComparedBackbones {
        candidates = List.copyOf(candidates);
        sentences = List.copyOf(sentences);
    }

    /**
     * One network.
     *
     * @param backbone its name
     * @param reason why it has no figures; empty if it has
     * @param head the chosen head
     * @param figures out-of-fold figures
     * @param time for one decoded image, by the classifier file with all threads
     * @param bytes size of the classifier file
     * @param isWithin whether the upper end of the time's interval is within the limit
     */
    public record Candidate(
            String backbone,
            String reason,
            String head,
            @JsonUnwrapped Optional<MetricsSummary> figures,
            Optional<Time> time,
            long bytes,
            boolean isWithin) {}

    /**
     * The time for one image, measured in turns with the other networks.
     *
     * @param millis median, in milliseconds
     * @param low lower end of its 95 % interval
     * @param high upper end of its 95 % interval
     */
    public record Time(double millis, double low, double high) {}

    /**
     * {@return the figures for people, as a table}
     *
     * @param columns width of the terminal
     */
    public String table(int columns) {
        TextTable table = new TextTable("network", "accuracy", "log-loss", "ms per image", "file", "").endingInWords();
        for (Candidate one : candidates) {
            boolean isMeasured = one.figures().isPresent();
            table.row(
                    one.backbone(),
                    one.figures()
                            .map(all -> String.format(Locale.ROOT, "%.1f %%", all.accuracy() * 100))
                            .orElse("–"),
                    one.figures()
                            .map(all -> String.format(Locale.ROOT, "%.3f", all.logLoss()))
                            .orElse("–"),
                    one.time()
                            .map(time -> String.format(
                                    Locale.ROOT, "%.1f (%.1f to %.1f)", time.millis(), time.low(), time.high()))
                            .orElse("–"),
                    isMeasured ? Sizes.text(one.bytes()) : "–",
                    note(one));
        }
        return table.text(columns).stripTrailing();
    }

    private String note(Candidate one) {
        if (!one.reason().isEmpty()) {
            return one.reason();
        }
        return one.backbone().equals(chosen) ? "chosen" : one.isWithin() ? "" : "too slow";
    }
}
