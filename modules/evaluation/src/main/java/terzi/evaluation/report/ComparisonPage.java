package terzi.evaluation.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.Evaluation;

/** Runs side by side as a page. */
final class ComparisonPage {
    private static final int MOST_CLASSES = 100;

    private final Comparison comparison;
    private final Html html = new Html();

    ComparisonPage(Comparison comparison) {
        this.comparison = comparison;
    }

    String html() throws IOException {
        List<Comparison.Run> runs = comparison.runs();
        html.begin("Comparison of " + runs.size() + " runs");
        html.put("<header><h1>%d runs side by side</h1>\n", runs.size());
        html.raw("<p class=\"faint\">Each is compared with the first, <b>"
                + Html.name(runs.get(0).name()) + "</b>, on the same images.</p></header>\n<section>\n");
        for (Comparison.Difference difference : comparison.differences()) {
            html.put(
                    "<p" + (difference.paired().isEmpty() || !difference.note().isEmpty() ? " class=\"note\"" : "")
                            + ">%s</p>\n",
                    comparison.sentence(difference));
        }
        html.raw("</section>\n");
        figures(runs);
        classes(runs);
        html.end("Made by <code>terzi compare</code>. How each figure is computed: <code>docs/report.md</code>.");
        return html.toString();
    }

    private void figures(List<Comparison.Run> runs) {
        html.raw("<section><h2>Figures</h2>\n<div class=\"scroll\"><table><thead><tr><th class=\"name\"></th>");
        runs.forEach(run -> html.raw("<th>" + Html.name(run.name()) + "</th>"));
        html.raw("</tr></thead><tbody>\n");
        row("accuracy", runs, run -> Page.percent(run.evaluation().accuracy()));
        row(
                "95 % interval",
                runs,
                run -> share(run.evaluation().accuracyInterval().low()) + "–"
                        + share(run.evaluation().accuracyInterval().high()));
        row("macro-F1", runs, run -> Page.percent(run.evaluation().macro().f1()));
        row(
                "log-loss",
                runs,
                run -> String.format(Locale.ROOT, "%.4f", run.evaluation().logLoss()));
        row(
                "ECE",
                runs,
                run -> String.format(Locale.ROOT, "%.4f", run.evaluation().ece()));
        row("measured on", runs, run -> Counted.of(run.evaluation().count(), run.part() + " image"));
        Set<String> facts = new LinkedHashSet<>();
        runs.forEach(run -> facts.addAll(run.facts().keySet()));
        for (String fact : facts) {
            row(fact, runs, run -> run.facts().getOrDefault(fact, "–"));
        }
        html.raw("</tbody></table></div></section>\n");
    }

    private void row(String name, List<Comparison.Run> runs, Function<Comparison.Run, String> value) {
        html.put("<tr><th class=\"name\">%s</th>", name);
        runs.forEach(run -> html.put("<td>%s</td>", value.apply(run)));
        html.raw("</tr>\n");
    }

    /** The recall of each class, where all runs know the same classes. */
    private void classes(List<Comparison.Run> runs) {
        List<String> labels = runs.get(0).evaluation().labels();
        if (labels.size() > MOST_CLASSES
                || runs.stream().anyMatch(run -> !run.evaluation().labels().equals(labels))) {
            return;
        }
        html.raw(
                "<section><h2>Recall of each class</h2>\n<div class=\"scroll\"><table><thead><tr><th class=\"name\">class</th>");
        List<List<ClassMetrics>> all = new ArrayList<>();
        runs.stream().map(Comparison.Run::evaluation).map(Evaluation::perClass).forEach(all::add);
        double origin = ClassTable.origin(all.stream().flatMap(List::stream).toList());
        String heading = ClassTable.heading(origin);
        runs.forEach(run -> html.raw("<th>" + Html.name(run.name()) + "</th>" + heading));
        html.raw("</tr></thead><tbody>\n");
        for (int c = 0; c < labels.size(); c++) {
            html.raw("<tr><th class=\"name\">" + Html.name(labels.get(c)) + "</th>");
            for (List<ClassMetrics> metrics : all) {
                ClassTable.bar(html, metrics.get(c), origin);
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div></section>\n");
    }

    private static String share(double value) {
        return String.format(Locale.ROOT, "%.2f", value * 100);
    }
}
