package terzi.evaluation.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import terzi.evaluation.Interval;

/** What {@code comparison.jte} shows: runs side by side. */
record ComparisonPage(Comparison comparison) {
    private static final int MOST_CLASSES = 100;

    String html() throws IOException {
        return HtmlPage.of("Comparison of " + comparison.runs().size() + " runs", JtecomparisonGenerated::render, this);
    }

    /** A title with the value of each run. */
    record Row(String title, List<String> values) {}

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("accuracy", run -> Numbers.percent(run.evaluation().accuracy())));
        rows.add(row("95 % interval", run -> interval(run.evaluation().accuracyInterval())));
        rows.add(row("macro-F1", run -> Numbers.percent(run.evaluation().macro().f1())));
        rows.add(row("log-loss", run -> Numbers.fixed(run.evaluation().logLoss(), 4)));
        rows.add(row("ECE", run -> Numbers.fixed(run.evaluation().ece(), 4)));
        rows.add(row("measured on", run -> Counted.images(run.evaluation().count(), run.part())));
        Set<String> facts = new LinkedHashSet<>();
        comparison.runs().forEach(run -> facts.addAll(run.facts().keySet()));
        facts.forEach(fact -> rows.add(row(fact, run -> run.facts().getOrDefault(fact, "–"))));
        return rows;
    }

    private Row row(String title, Function<Comparison.Run, String> value) {
        return new Row(title, comparison.runs().stream().map(value).toList());
    }

    private static String interval(Interval interval) {
        return Numbers.fixed(interval.low() * 100, 2) + "–" + Numbers.fixed(interval.high() * 100, 2);
    }

    /** Whether all runs know the same classes, and not too many of them. */
    boolean hasRecalls() {
        List<String> labels = comparison.runs().get(0).evaluation().labels();
        return labels.size() <= MOST_CLASSES
                && comparison.runs().stream()
                        .allMatch(run -> run.evaluation().labels().equals(labels));
    }

    /** Where the bars begin. */
    double origin() {
        return ClassTable.origin(comparison.runs().stream()
                .flatMap(run -> run.evaluation().perClass().stream())
                .toList());
    }
}
