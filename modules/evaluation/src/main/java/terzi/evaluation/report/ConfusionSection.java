package terzi.evaluation.report;

import java.io.IOException;
import java.util.List;
import terzi.evaluation.Evaluation;

/** The part of the page about which classes are confused: the matrix, and the most frequent pairs with images. */
final class ConfusionSection {
    /** Matrices of more classes tell nothing on a page; the file has them. */
    private static final int MATRIX_CLASSES = 150;

    private static final int PAIRS = 8;
    private static final int LISTED = 40;
    private static final int OF_EACH_PAIR = 4;

    private final Html html;
    private final Evaluation evaluation;
    private final ImageCards cards;

    ConfusionSection(Html html, Evaluation evaluation, ImageCards cards) {
        this.html = html;
        this.evaluation = evaluation;
        this.cards = cards;
    }

    void append() throws IOException {
        html.raw("<section id=\"confusion\">\n");
        MatrixTable table = new MatrixTable(evaluation.confusion());
        html.raw("<div" + (table.isShort() || !table.fitsOnPaper() ? " class=\"together\"" : " class=\"tall\"")
                + "><h2>Confusion matrix</h2>\n");
        if (evaluation.labels().size() <= MATRIX_CLASSES) {
            matrix(table);
        } else {
            html.put(
                    "<p>With %,d classes it is too large for a page: <code>confusion_matrix.csv</code> has all of it.</p>\n",
                    evaluation.labels().size());
        }
        html.raw("</div>\n");
        List<Samples.Pair> pairs =
                Samples.confused(evaluation.confusion(), evaluation.predictions(), LISTED, OF_EACH_PAIR);
        if (pairs.isEmpty()) {
            html.raw("<p>No image was misclassified.</p>\n");
        } else {
            html.raw("<h3>Most frequent confusions</h3>\n<div class=\"pairs\">");
            for (Samples.Pair pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
                pair(pair);
            }
            html.raw("</div>\n");
            List<Samples.Pair> further =
                    pairs.stream().skip(PAIRS).filter(pair -> pair.count() > 1).toList();
            if (!further.isEmpty()) {
                list(further);
            }
        }
        html.raw("</section>\n");
    }

    private void matrix(MatrixTable table) {
        html.raw(
                "<p class=\"faint\">Rows are true classes, columns predicted ones; right answers are blue, misclassified"
                        + " images red, shaded by the square root of their share of the row."
                        + (table.hasPercents() ? " Below each count is its per cent of the row." : "")
                        + (table.hasNumbers()
                                ? ""
                                : "<span class=\"screen-only\"> Rest the pointer on a cell for its numbers.</span>")
                        + "</p>\n");
        table.append(html);
        if (!table.fitsOnPaper() && Drawing.hasFonts()) {
            html.raw("<div class=\"print-only\">");
            html.figure(new MatrixOverview(evaluation.confusion()));
            html.raw("</div>\n");
        }
    }

    private void pair(Samples.Pair pair) throws IOException {
        long support = evaluation.perClass().get(pair.truth()).support();
        html.raw("<div class=\"pair\"><h3><b>" + Html.breakable(label(pair.truth())) + "</b> misclassified as <b>"
                + Html.breakable(label(pair.answer())) + "</b>: ");
        html.put("%,d of %,d (%s)</h3>", pair.count(), support, Page.percent((double) pair.count() / support));
        List<SampleSheet.Shown> shown = cards.shown(pair.rows());
        if (!shown.isEmpty()) {
            cards.pair(shown, label(pair.truth()) + " misclassified as " + label(pair.answer()));
        }
        html.raw("</div>\n");
    }

    private void list(List<Samples.Pair> pairs) {
        html.raw("<h3>Further confusions</h3>\n<ul class=\"confusions\">\n");
        for (Samples.Pair pair : pairs) {
            html.raw("<li>" + Html.breakable(label(pair.truth())) + " → " + Html.breakable(label(pair.answer())));
            html.put(
                    " <b>%,d</b> of %,d</li>\n",
                    pair.count(), evaluation.perClass().get(pair.truth()).support());
        }
        html.raw("</ul>\n");
        long all = 0;
        int classes = evaluation.labels().size();
        for (int truth = 0; truth < classes; truth++) {
            for (int answer = 0; answer < classes; answer++) {
                all += truth != answer && evaluation.confusion().count(truth, answer) > 0 ? 1 : 0;
            }
        }
        long left = all - PAIRS - pairs.size();
        if (left > 0) {
            html.put(
                    "<p class=\"faint\">%s in <code>confusion_matrix.csv</code>.</p>\n",
                    Counted.of(left, "rarer one is", "rarer ones are"));
        }
    }

    private String label(int index) {
        return evaluation.labels().get(index);
    }
}
