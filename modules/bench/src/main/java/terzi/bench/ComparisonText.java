package terzi.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import terzi.bench.BenchComparison.Change;
import terzi.bench.BenchComparison.Metric;
import terzi.bench.BenchComparison.Presence;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict.Word;

/** A comparison in a terminal. */
final class ComparisonText {
    private static final String INDENT = "  ";

    private final BenchText paragraphs;

    ComparisonText(int columns) {
        paragraphs = new BenchText(columns);
    }

    String of(BenchComparison comparison) {
        StringBuilder text = new StringBuilder();
        paragraphs.paragraph(
                text, "", comparison.model() + ": " + comparison.before() + " against " + comparison.now());
        paragraphs.paragraph(text, "", verdict(comparison));
        String last = "";
        for (Change change : comparison.changes()) {
            String heading = change.id() + ", " + Digits.subject(change.subject());
            if (!heading.equals(last)) {
                text.append('\n');
                paragraphs.paragraph(text, "", heading);
                last = heading;
            }
            paragraphs.paragraph(text, "", line(change));
        }
        list(
                text,
                "Backends",
                comparison.presences().stream().map(ComparisonText::presence).toList());
        list(text, "Versions", comparison.versions());
        list(text, "Warnings", comparison.warnings());
        return text.toString();
    }

    private static String verdict(BenchComparison comparison) {
        long slower = count(comparison, Word.SLOWER);
        long faster = count(comparison, Word.FASTER);
        long judged = comparison.changes().stream()
                .filter(change -> change.word().isPresent())
                .count();
        String wrong = comparison.presences().stream()
                .filter(presence -> presence.state().isRegression())
                .map(ComparisonText::presence)
                .collect(Collectors.joining("; "));
        long unknown = count(comparison, Word.BUSY) + count(comparison, Word.UNCLEAR);
        String beginning = comparison.isRegression()
                ? "REGRESSION: "
                : unknown == judged && judged > 0 ? "Cannot be told: " : "No regression: ";
        return beginning + slower + " of " + judged
                + " figures slower and " + faster + " faster, by " + Digits.percent(comparison.margin())
                + " or more and beyond noise"
                + (unknown == 0 ? "" : ", and " + unknown + " that cannot be told, for noise or for a busy machine")
                + (wrong.isEmpty() ? "" : "; " + wrong) + ".";
    }

    private static long count(BenchComparison comparison, Word word) {
        return comparison.changes().stream().filter(change -> change.is(word)).count();
    }

    private static String line(Change change) {
        String name = change.metric() == Metric.THROUGHPUT
                ? change.metric() + " " + change.batch()
                : change.metric().toString();
        String unit = change.metric().unit();
        String ratio = change.estimate()
                .map(estimate -> Digits.times(estimate.value()) + " ("
                        + Digits.three(estimate.interval().low()) + "-"
                        + Digits.three(estimate.interval().high()) + ")")
                .orElseGet(() -> Digits.times(change.ratio()));
        return String.format(
                        Locale.ROOT,
                        "%s%-10s %12s -> %12s   %-22s %s",
                        INDENT,
                        name,
                        Digits.three(change.before()) + unit,
                        Digits.three(change.now()) + unit,
                        ratio,
                        change.word().map(Word::toString).orElse("for information"))
                .stripTrailing();
    }

    private static String presence(Presence presence) {
        return presence.id()
                + (presence.subject() == Subject.NETWORK ? "" : " (" + Digits.subject(presence.subject()) + ")") + " "
                + presence.state() + (presence.reason().isEmpty() ? "" : ": " + presence.reason());
    }

    private void list(StringBuilder text, String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(heading).append('\n');
            lines.forEach(line -> paragraphs.paragraph(text, INDENT, line));
        }
    }
}
