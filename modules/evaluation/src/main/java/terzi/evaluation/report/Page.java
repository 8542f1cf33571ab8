package terzi.evaluation.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;
import terzi.evaluation.TemperatureScaling;
import terzi.vision.Picture;

/** The page: one file that needs nothing else, neither scripts nor a network. */
final class Page {
    private static final int WORST = 18;
    private static final int PAIRS = 8;
    private static final int OF_EACH_PAIR = 4;
    private static final int FEW_LAYERS = 30;
    /** A wider matrix scrolls instead of shrinking. */
    private static final int SHRINKING = 30;
    /** Matrices of more classes tell nothing on a page; the file has them. */
    private static final int MATRIX_CLASSES = 150;

    private final Report report;
    private final Evaluation evaluation;
    private final Predictions predictions;
    private final List<SampleSheet.Shown> samples;
    private final Html html = new Html();

    Page(Report report, List<SampleSheet.Shown> samples) {
        this.report = report;
        this.evaluation = report.evaluation();
        this.predictions = evaluation.predictions();
        this.samples = samples;
    }

    String html() throws IOException {
        html.begin(report.title());
        header();
        summary();
        confusion();
        classes();
        pictures();
        calibration();
        training();
        data();
        network();
        provenance();
        html.end("Made by <code>terzi report</code>. How each figure is computed: <code>docs/report.md</code>."
                + " The same as files beside this page: <code>metrics.json</code>, <code>classification_report.txt</code>,"
                + " <code>predictions.csv</code>, pictures.");
        return html.toString();
    }

    private void header() {
        html.put("<header><h1>%s</h1>\n", report.title());
        html.put(
                "<p class=\"faint\">%,d classes, measured on %,d %s pictures</p>\n",
                evaluation.labels().size(), evaluation.count(), report.part());
        html.noteOnFonts();
        html.raw(
                "<nav><a href=\"#summary\">Summary</a><a href=\"#confusion\">Confusions</a><a href=\"#classes\">Classes</a>");
        if (!samples.isEmpty()) {
            html.raw("<a href=\"#pictures\">Pictures</a>");
        }
        html.raw("<a href=\"#calibration\">Calibration</a>");
        if (!report.training().steps().isEmpty()) {
            html.raw("<a href=\"#training\">Training</a>");
        }
        if (!report.splits().isEmpty()) {
            html.raw("<a href=\"#data\">Data</a>");
        }
        if (report.network().isPresent()) {
            html.raw("<a href=\"#network\">Network</a>");
        }
        html.raw("<a href=\"#again\">How to make it again</a></nav></header>\n");
    }

    private void summary() {
        html.raw("<section id=\"summary\">\n");
        Interval interval = evaluation.accuracyInterval();
        html.raw("<div class=\"key\">");
        key(
                percent(evaluation.accuracy()),
                "accuracy, 95 % interval " + percent(interval.low()) + " to " + percent(interval.high()));
        key(percent(evaluation.macro().f1()), "macro-F1, all classes counted equally");
        for (int k : List.of(3, 5)) {
            if (k < evaluation.labels().size()) {
                key(percent(evaluation.topK(k)), "top-" + k + ", the truth among the " + k + " likeliest");
            }
        }
        key(String.format(Locale.ROOT, "%.4f", evaluation.ece()), "ECE, how far percentages are from hits");
        key(
                String.format(
                        Locale.ROOT,
                        "%,d",
                        evaluation.count() - evaluation.confusion().correct()),
                "mistakes in " + String.format(Locale.ROOT, "%,d", evaluation.count()) + " pictures");
        html.raw("</div>\n");
        if (!report.conclusions().isEmpty()) {
            html.raw("<dl class=\"words\">");
            report.conclusions().forEach((title, sentence) -> {
                html.put("<dt>%s</dt><dd>", capital(title));
                String[] ideas = sentence.split("\n", -1);
                if (ideas.length > 1) {
                    html.raw("<ul>");
                    for (String idea : ideas) {
                        html.put("<li>%s</li>", idea);
                    }
                    html.raw("</ul>");
                } else {
                    html.text(sentence);
                }
                html.raw("</dd>\n");
            });
            html.raw("</dl>\n");
        }
        html.raw("</section>\n");
    }

    static String capital(String title) {
        return title.isEmpty() ? title : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    private void key(String value, String what) {
        html.put("<div><b>%s</b><span>%s</span></div>", value, what);
    }

    private void confusion() throws IOException {
        html.raw("<section id=\"confusion\"><h2>What is taken for what</h2>\n");
        int classes = evaluation.labels().size();
        if (classes <= MATRIX_CLASSES && Drawing.hasFonts()) {
            html.raw(
                    "<p class=\"faint\">Rows are true classes, columns are answers. Right answers are blue, mistakes red, shaded by the"
                            + " square root of their share of the row, so that few mistakes show beside many right answers. Rest the"
                            + " pointer on a cell for its numbers.</p>\n");
            html.raw("<div class=\"" + (classes <= 14 ? "figures matrices" : "wide") + "\">");
            for (boolean normalized : new boolean[] {false, true}) {
                ConfusionFigure matrix = new ConfusionFigure(evaluation.confusion(), normalized);
                if (!normalized && !matrix.hasNumbers()) {
                    continue; // without numbers, both are one picture
                }
                html.raw("<div class=\"matrix " + (classes <= SHRINKING ? "few" : "many") + "\">");
                // on a narrow screen it rather scrolls than becomes unreadable
                html.raw("<div style=\"min-width:min(" + matrix.width() + "px,34rem)\">");
                html.figure(matrix);
                html.raw("</div>");
                html.raw("</div>\n");
            }
            html.raw("</div>\n");
        }
        List<Samples.Pair> pairs = Samples.confused(evaluation.confusion(), predictions, PAIRS, OF_EACH_PAIR);
        if (pairs.isEmpty()) {
            html.raw("<p>There is no mistake to show.</p>\n");
        } else {
            html.raw("<h3>Most frequent confusions</h3>\n<div class=\"pairs\">");
            for (Samples.Pair pair : pairs) {
                pair(pair);
            }
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void pair(Samples.Pair pair) throws IOException {
        long support = evaluation.perClass().get(pair.truth()).support();
        html.raw("<div class=\"pair\"><h3><b>" + Html.name(label(pair.truth())) + "</b> taken for <b>"
                + Html.name(label(pair.answer())) + "</b>: ");
        html.put("%,d of %,d (%s)</h3>", pair.count(), support, percent((double) pair.count() / support));
        List<SampleSheet.Shown> shown = shown(pair.rows());
        if (!shown.isEmpty()) {
            html.raw("<div class=\"shots\">");
            for (SampleSheet.Shown one : shown) {
                html.raw("<figure class=\"shot wrong\"><div class=\"pics\">");
                image(one.picture(), "a " + label(pair.truth()) + " taken for " + label(pair.answer()));
                html.put("</div><figcaption><b>✗ %s</b></figcaption></figure>", sure(one.row()));
            }
            html.raw("</div>");
        }
        html.raw("</div>\n");
    }

    private List<SampleSheet.Shown> shown(List<Integer> rows) {
        List<SampleSheet.Shown> shown = new ArrayList<>();
        for (int row : rows) {
            report.pictures().picture(row).ifPresent(picture -> shown.add(new SampleSheet.Shown(row, picture)));
        }
        return shown;
    }

    private void classes() {
        html.raw("<section id=\"classes\"><h2>Class by class</h2>\n");
        List<Optional<RankCurve>> ranks = IntStream.range(0, evaluation.labels().size())
                .mapToObj(c -> RankCurve.of(predictions, c))
                .toList();
        ClassTable.append(html, evaluation, ranks);
        if (Drawing.hasFonts()) {
            List<Figure> curves = RankFigures.of(predictions, ranks);
            if (!curves.isEmpty()) {
                html.raw(
                        "<h3>Whatever the threshold</h3>\n<p class=\"faint\">"
                                + (evaluation.labels().size() > 4
                                        ? "The four classes with the lowest average precision. "
                                        : "")
                                + "A curve in the upper right (left) or upper left (right) corner is perfect.</p>\n<div class=\"figures\">");
                curves.forEach(html::figure);
                html.raw("</div>\n");
            } else if (ranks.stream().anyMatch(Optional::isPresent)) {
                html.put(
                        "<p class=\"faint\">Whatever the threshold: the average precision of every class is at least"
                                + " %.1f, so there are no curves to look at.</p>\n",
                        RankFigures.CORNER * 100);
            }
        }
        html.raw("</section>\n");
    }

    private void pictures() throws IOException {
        if (samples.isEmpty()) {
            return;
        }
        html.raw("<section id=\"pictures\"><h2>Pictures</h2>\n<h3>Drawn by chance</h3>\n<div class=\"shots\">");
        for (SampleSheet.Shown one : samples) {
            shot(one, Optional.empty());
        }
        html.raw("</div>\n");
        List<SampleSheet.Shown> worst = shown(Samples.worst(predictions, WORST));
        if (!worst.isEmpty()) {
            List<Optional<Picture>> overlays = worst.stream()
                    .map(one -> report.pictures().overlay(one.row()))
                    .toList();
            boolean heat = overlays.stream().anyMatch(Optional::isPresent);
            html.raw("<h3>Worst mistakes: wrong, and surest of it</h3>\n");
            html.raw(heat ? "<p class=\"faint\">Beside each picture, where the wrong class was seen.</p>\n" : "");
            html.raw("<div class=\"shots" + (heat ? " heat" : "") + "\">");
            for (int i = 0; i < worst.size(); i++) {
                shot(worst.get(i), overlays.get(i));
            }
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void shot(SampleSheet.Shown one, Optional<Picture> overlay) throws IOException {
        int row = one.row();
        boolean right = predictions.correct(row);
        String answer = label(predictions.predicted(row));
        html.raw("<figure class=\"shot" + (right ? "" : " wrong") + "\"><div class=\"pics\">");
        image(one.picture(), (right ? "rightly" : "wrongly") + " called " + answer);
        if (overlay.isPresent()) {
            image(overlay.get(), "heat map: where " + answer + " was seen");
        }
        html.put("</div><figcaption title=\"%s\">", predictions.id(row));
        html.raw("<b class=\"clip\"><span>" + (right ? "✓ " : "✗ ") + Html.name(answer) + "</span></b>" + sure(row));
        if (!right) {
            html.raw("<small class=\"clip\"><span>is " + Html.name(label(predictions.truth(row))) + "</span></small>");
        }
        html.raw("</figcaption></figure>\n");
    }

    private void image(Picture picture, String words) throws IOException {
        html.put("<img" + (Thumbnail.isTiny(picture) ? " class=\"tiny\"" : "") + " alt=\"%s\" src=\"", words);
        html.raw(Thumbnail.address(picture)).raw("\">");
    }

    private void calibration() {
        html.raw("<section id=\"calibration\"><h2>Can its percentages be believed?</h2>\n");
        TemperatureScaling.Effect effect = TemperatureScaling.effectOf(predictions, report.temperature());
        html.raw(
                "<div class=\"scroll\"><table><thead><tr><th class=\"name\">pictures</th><th>number</th><th>ECE before</th>"
                        + "<th>ECE after</th><th>log-loss before</th><th>log-loss after</th></tr></thead><tbody>\n");
        String row =
                "<tr><th class=\"name\">%s</th><td>%,d</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>\n";
        report.fitted()
                .filter(fitted -> fitted.pictures() > 0)
                .ifPresent(fitted -> html.put(
                        row,
                        "validation",
                        fitted.pictures(),
                        fitted.eceBefore(),
                        fitted.eceAfter(),
                        fitted.logLossBefore(),
                        fitted.logLossAfter()));
        html.put(
                row,
                report.part(),
                evaluation.count(),
                effect.before().expectedError(),
                evaluation.ece(),
                effect.logLossBefore(),
                evaluation.logLoss());
        html.raw("</tbody></table></div>\n");
        html.put(
                "<p class=\"faint\">Before and after dividing the logits by the temperature %.3f, which was fitted on validation"
                        + " pictures and is part of the classifier file. It changes how sure answers are, never which.</p>\n",
                report.temperature());
        if (Drawing.hasFonts()) {
            html.raw("<div class=\"figures\">");
            html.figure(Reliability.diagram(effect.before(), evaluation.calibration()));
            html.figure(Reliability.confidences(predictions));
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void training() {
        List<Figure> panels = TrainingCurves.of(report.training());
        if (panels.isEmpty()) {
            return;
        }
        html.raw("<section id=\"training\"><h2>Training</h2>\n");
        html.put(
                "<p class=\"faint\">Epoch %d of %d was kept. Training figures are taken while learning, from augmented pictures and with"
                        + " dropout, so they may look worse than those of validation. All numbers: <code>training_history.csv</code>.</p>\n",
                report.training().keptEpoch(), report.training().steps().size());
        if (report.training().turnsPlain()) {
            html.put(
                    "<p class=\"faint\">From epoch %d on it learned from pictures as they are, neither augmented nor mixed: <em>plain</em>"
                            + " in the curves.</p>\n",
                    report.training().plainFrom());
        }
        if (Drawing.hasFonts()) {
            html.raw("<div class=\"figures\">");
            panels.forEach(html::figure);
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void data() {
        if (report.splits().isEmpty()) {
            return;
        }
        html.raw("<section id=\"data\"><h2>Data</h2>\n<p>");
        for (int i = 0; i < report.splits().size(); i++) {
            Report.Split split = report.splits().get(i);
            html.raw(i == 0 ? "" : ", ").put("%,d %s", split.total(), split.name());
        }
        html.raw(" pictures.</p>\n");
        if (Drawing.hasFonts()) {
            html.raw("<div class=\"wide\">");
            html.figure(ClassDistribution.of(evaluation.labels(), report.splits()));
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void network() {
        report.network().ifPresent(network -> {
            html.raw("<section id=\"network\"><h2>Network</h2>\n");
            html.put(
                    "<p>%,d parameters, %,d of them trainable.</p>\n",
                    network.trainable() + network.nonTrainable(), network.trainable());
            boolean many = network.layers().size() > FEW_LAYERS;
            html.raw(many ? "<details><summary>" + network.layers().size() + " layers</summary>" : "");
            html.raw(
                    "<div class=\"scroll\"><table><thead><tr><th class=\"name\">layer</th><th class=\"name\">type</th><th>output</th><th>parameters</th></tr></thead><tbody>\n");
            for (Report.Layer layer : network.layers()) {
                html.put(
                        "<tr><td class=\"name mono\">%s</td><td class=\"name\">%s</td><td>%s</td><td>%,d</td></tr>\n",
                        layer.name(), layer.type(), layer.shape(), layer.parameters());
            }
            html.put(
                    "</tbody><tfoot><tr><th class=\"name\">total</th><td></td><td></td><td>%,d</td></tr></tfoot></table></div>\n",
                    network.trainable() + network.nonTrainable());
            html.raw(many ? "</details>\n" : "").raw("</section>\n");
        });
    }

    private void provenance() {
        html.raw("<section id=\"again\"><h2>How to make it again</h2>\n<table class=\"facts\"><tbody>\n");
        for (Map.Entry<String, String> fact : report.provenance().entrySet()) {
            boolean code = fact.getKey().equals("command")
                    || fact.getKey().equals("resumed with")
                    || fact.getKey().contains("digest")
                    || fact.getKey().contains("arguments");
            html.put("<tr><th>%s</th>", fact.getKey())
                    .put("<td" + (code ? " class=\"code\"" : "") + ">%s</td></tr>\n", fact.getValue());
        }
        html.raw("</tbody></table></section>\n");
    }

    private String label(int index) {
        return evaluation.labels().get(index);
    }

    private String sure(int row) {
        return String.format(Locale.ROOT, "%.0f\u00a0%%", predictions.confidence(row) * 100);
    }

    static String percent(double share) {
        // a line must not break before the sign
        return String.format(Locale.ROOT, "%.2f\u00a0%%", share * 100);
    }
}
