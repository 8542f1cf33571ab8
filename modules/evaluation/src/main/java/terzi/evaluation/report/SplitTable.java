package terzi.evaluation.report;

import java.util.Collections;
import java.util.List;
import terzi.evaluation.report.Report.Split;

/** How many images of each class each part of the data has, as a table with a bar for the first part. */
final class SplitTable {
    private SplitTable() {}

    static void append(Html html, List<String> labels, List<Split> splits) {
        html.raw("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th class=\"name\">class</th>");
        splits.forEach(split -> html.put("<th>%s</th>", split.name()));
        html.put(
                "<th class=\"name\"><small>%s</small></th></tr></thead><tbody>\n",
                splits.get(0).name());
        int most = Math.max(1, Collections.max(splits.get(0).counts()));
        for (int c = 0; c < labels.size(); c++) {
            html.raw("<tr><th class=\"name\">" + Html.breakable(labels.get(c)) + "</th>");
            for (Split split : splits) {
                html.put("<td>%,d</td>", split.counts().get(c));
            }
            html.put(
                    "<td class=\"bar\"><span class=\"track\"><i style=\"width:%.2f%%\"></i></span></td></tr>\n",
                    100.0 * splits.get(0).counts().get(c) / most);
        }
        html.raw("</tbody></table></div>\n");
    }
}
