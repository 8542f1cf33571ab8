package terzi.evaluation.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.Evaluation;
import terzi.evaluation.RankCurve;

/** The figures of each class as a table, the weakest first, with bars of the recall and its interval. */
final class ClassTable {
    /** More would not be read; the text file has them all. */
    private static final int MOST = 200;

    private static final double WEAK = 0.8;

    private ClassTable() {}

    static void append(Html html, Evaluation evaluation, List<Optional<RankCurve>> ranks) {
        // a printed matrix of many classes has these numbers instead of their names
        boolean numbered = !new MatrixTable(evaluation.confusion()).fitsOnPaper();
        List<ClassMetrics> all = evaluation.perClass();
        List<Integer> order = IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> all.get(c).support() == 0)
                        .thenComparing(c -> all.get(c).recall()))
                .toList();
        html.raw(
                "<p class=\"faint\">The weakest first. Recall: the share of a class's images that is recognised, with its 95 % interval"
                        + " as a line. Precision: the share of predictions of a class that is right. AP: average precision over all"
                        + " thresholds.</p>\n");
        double origin = origin(all);
        html.raw(
                "<div class=\"scroll\"><table><thead><tr><th class=\"name\">class</th><th>recall</th>" + heading(origin)
                        + "<th class=\"spare\">interval</th><th>precision</th><th class=\"spare\">F1</th><th class=\"spare\">AP</th>"
                        + "<th>images</th></tr></thead><tbody>\n");
        order.stream().limit(MOST).forEach(c -> {
            html.put("<tr><th class=\"name\" title=\"%s\">", all.get(c).label())
                    .raw((numbered ? "<small class=\"print-only no\">" + (c + 1) + "</small> " : "")
                            + Html.breakable(all.get(c).label()) + "</th>");
            row(html, all.get(c), origin, ranks.get(c));
        });
        html.raw("</tbody><tfoot>");
        html.put(
                "<tr><th class=\"name\">all, counted equally</th><td>%s</td><td></td><td class=\"spare\"></td><td>%s</td><td class=\"spare\">%s</td>"
                        + "<td class=\"spare\"></td><td>%,d</td></tr>",
                share(evaluation.macro().recall()),
                share(evaluation.macro().precision()),
                share(evaluation.macro().f1()),
                evaluation.count());
        html.raw("</tfoot></table></div>\n");
        if (order.size() > MOST) {
            html.put("<p>%,d more are in <code>classification_report.txt</code>.</p>\n", order.size() - MOST);
        }
    }

    /** Where bars begin: at nothing, unless all classes are so good that only the ends of the bars would differ. */
    static double origin(List<ClassMetrics> classes) {
        double lowest = classes.stream()
                .filter(m -> m.support() > 0)
                .mapToDouble(m -> m.recallInterval().low())
                .min()
                .orElse(0);
        return DoubleStream.of(0.98, 0.95, 0.9)
                .filter(origin -> lowest >= origin)
                .findFirst()
                .orElse(0);
    }

    /** The head of the column of bars; says so if they do not begin at nothing. */
    static String heading(double origin) {
        return origin == 0
                ? "<th></th>"
                : String.format(
                        Locale.ROOT, "<th class=\"name\"><small>bars from %.0f to 100 %%</small></th>", origin * 100);
    }

    private static void row(Html html, ClassMetrics m, double origin, Optional<RankCurve> rank) {
        bar(html, m, origin);
        if (m.support() == 0) {
            html.put(
                    "<td class=\"spare\"></td><td>%s</td><td class=\"spare\">–</td><td class=\"spare\">–</td><td>0</td></tr>\n",
                    m.predicted() == 0 ? "–" : share(m.precision()));
            return;
        }
        html.put(
                "<td class=\"spare\">%s–%s</td><td>%s</td><td class=\"spare\">%s</td><td class=\"spare\">%s</td><td>%,d</td></tr>\n",
                share(m.recallInterval().low()),
                share(m.recallInterval().high()),
                m.predicted() == 0 ? "–" : share(m.precision()),
                share(m.f1()),
                rank.map(curve -> share(curve.averagePrecision())).orElse("–"),
                m.support());
    }

    /** Two cells: the recall, and it as a bar with its interval. */
    static void bar(Html html, ClassMetrics m, double origin) {
        if (m.support() == 0) {
            html.raw("<td>–</td><td class=\"bar\"><small>no image of it here</small></td>");
            return;
        }
        double perUnit = 100 / (1 - origin);
        html.put(
                "<td>%s</td><td class=\"bar\"><span class=\"track\"><i" + (m.recall() < WEAK ? " class=\"weak\"" : "")
                        + " style=\"width:%.2f%%\"></i><u style=\"left:%.2f%%;width:%.2f%%\"></u></span></td>",
                share(m.recall()),
                (m.recall() - origin) * perUnit,
                (m.recallInterval().low() - origin) * perUnit,
                (m.recallInterval().high() - m.recallInterval().low()) * perUnit);
    }

    private static String share(double value) {
        return String.format(Locale.ROOT, "%.1f", value * 100);
    }
}
