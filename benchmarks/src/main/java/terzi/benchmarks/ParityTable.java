package terzi.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The outcomes of the parity suite for people. */
final class ParityTable {

    private ParityTable() {}

    static String markdown(ParityGolden golden, List<ParityCheck.Outcome> outcomes) {
        Map<String, Map<String, ParityCheck.Outcome>> byImage = new TreeMap<>();
        for (ParityCheck.Outcome outcome : outcomes) {
            byImage.computeIfAbsent(outcome.image(), p -> new TreeMap<>()).put(outcome.peer(), outcome);
        }
        StringBuilder text = new StringBuilder("# Parity: the same file, the same answer\n\n");
        text.append(String.format(
                Locale.ROOT,
                "`benchmarks/run parity`: %d images, classifiers %s. What other runtimes answer, against Terzi: *equal* means the same"
                        + " decoded pixels, the number is the largest difference of a probability over all classifiers.\n\n",
                byImage.size(),
                String.join(", ", golden.classifiers().keySet())));
        golden.versions().forEach((peer, versions) -> text.append("- ")
                .append(peer)
                .append(": ")
                .append(versions.entrySet().stream()
                        .map(v -> v.getKey() + " " + v.getValue())
                        .collect(Collectors.joining(", ")))
                .append('\n'));
        text.append("\n| image |");
        golden.versions().keySet().forEach(peer -> text.append(' ').append(peer).append(" |"));
        text.append("\n|---|").append("---|".repeat(golden.versions().size())).append('\n');
        byImage.forEach((image, peers) -> {
            text.append("| ").append(image).append(" |");
            golden.versions().keySet().forEach(peer -> text.append(' ')
                    .append(cell(peers.get(peer)))
                    .append(" |"));
            text.append('\n');
        });
        text.append("\n## Exceptions\n\n| image | peer | |\n|---|---|---|\n");
        for (Map<String, ParityCheck.Outcome> peers : byImage.values()) {
            for (ParityCheck.Outcome outcome : peers.values()) {
                outcome.explained().ifPresent(explained -> text.append("| ")
                        .append(outcome.image())
                        .append(" | ")
                        .append(outcome.peer())
                        .append(" | ")
                        .append(explained.reason())
                        .append(" |\n"));
            }
        }
        return text.toString();
    }

    private static String cell(ParityCheck.@Nullable Outcome outcome) {
        if (outcome == null) {
            return "not asked";
        }
        if (outcome.differences().isEmpty()) {
            return "cannot read it";
        }
        return String.format(
                Locale.ROOT,
                "%s %.1e%s",
                outcome.equalPixels() ? "equal" : "**other pixels**",
                outcome.worst(),
                outcome.problem().isPresent() ? " **unexplained**" : "");
    }
}
