package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;
import terzi.evaluation.TemperatureScaling;
import terzi.images.Image;

/** The page: one file that needs nothing else, neither scripts nor a network. */
final class Page {
    private static final int WORST = 18;
    private static final int FEW_LAYERS = 30;

    private final Report report;
    private final Evaluation evaluation;
    private final Predictions predictions;
    private final List<SampleSheet.Shown> samples;
    private final Html html = new Html();
    private final ImageCards cards;
    private final List<Optional<RankCurve>> ranks;

    /** @param folder where the page will lie */
    Page(Report report, List<SampleSheet.Shown> samples, Path folder) {
        this.report = report;
        this.evaluation = report.evaluation();
        this.predictions = evaluation.predictions();
        this.samples = samples;
        this.cards = new ImageCards(html, report, folder);
        this.ranks = IntStream.range(0, evaluation.labels().size())
                .mapToObj(c -> RankCurve.of(predictions, c))
                .toList();
    }

    String html() throws IOException {
        html.begin(report.title());
        header();
        summary();
        classes();
        new ConfusionSection(html, evaluation, cards).append();
        images();
        curves();
        calibration();
        training();
        data();
        network();
        provenance();
        html.end("Made by <code>terzi report</code>. How each figure is computed: <code>docs/report.md</code>."
                + " The same as files beside this page: <code>metrics.json</code>, <code>classification_report.txt</code>,"
                + " <code>predictions.csv</code>, and the figures as PNG.");
        return html.toString();
    }

    private void header() {
        html.put("<header><h1>%s</h1>\n", report.title());
        html.put(
                "<p class=\"faint\">%s, measured on %s</p>\n",
                Counted.of(evaluation.labels().size(), "class", "classes"),
                Counted.of(evaluation.count(), report.part() + " image"));
        html.noteOnFonts();
        html.raw(
                "<nav><a href=\"#summary\">Summary</a><a href=\"#classes\">Classes</a><a href=\"#confusion\">Confusion matrix</a>");
        if (!samples.isEmpty()) {
            html.raw("<a href=\"#images\">Images</a>");
        }
        html.raw(Drawing.hasFonts() ? "<a href=\"#curves\">Curves</a>" : "");
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
        html.raw("<a href=\"#again\">Reproduce</a></nav></header>\n");
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
                key(percent(evaluation.topK(k)), "top-" + k + ", the true class among the " + k + " most probable");
            }
        }
        key(String.format(Locale.ROOT, "%.4f", evaluation.ece()), "ECE, mean distance of confidence and accuracy");
        key(
                String.format(
                        Locale.ROOT,
                        "%,d",
                        evaluation.count() - evaluation.confusion().correct()),
                "misclassified of " + Counted.of(evaluation.count(), "image"));
        html.raw("</div>\n");
        if (!report.conclusions().isEmpty()) {
            html.raw("<dl class=\"words\">");
            report.conclusions().forEach((title, sentence) -> {
                html.put("<dt>%s</dt><dd>", capital(title));
                // a line must not begin with the sign
                String[] ideas = sentence.replace(" %", "\u00a0%").split("\n", -1);
                if (ideas.length > 1) {
                    html.raw("<ul>");
                    for (String idea : ideas) {
                        html.put("<li>%s</li>", idea);
                    }
                    html.raw("</ul>");
                } else {
                    html.text(ideas[0]);
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

    private void classes() {
        html.raw("<section id=\"classes\"><h2>Class by class</h2>\n");
        ClassTable.append(html, evaluation, ranks);
        html.raw("</section>\n");
    }

    private void images() throws IOException {
        if (samples.isEmpty()) {
            return;
        }
        html.raw("<section id=\"images\"><h2>Images</h2>\n");
        if (cards.haveFiles(samples)) {
            html.raw(
                    "<p class=\"faint\">An image or its name opens the file. The links are relative to this page: they work"
                            + " as long as page and images are moved together.</p>\n");
        }
        List<SampleSheet.Shown> worst = cards.shown(Samples.worst(predictions, WORST));
        if (!worst.isEmpty()) {
            List<Optional<Image>> overlays = cards.overlays(worst);
            html.raw("<h3>Misclassified, the most confident first</h3>\n");
            html.raw(
                    overlays.stream().anyMatch(Optional::isPresent)
                            ? "<p class=\"faint\">Beside each image, the regions that support the wrong class.</p>\n"
                            : "");
            cards.sheet(worst, overlays);
        }
        html.raw("<h3>Random sample</h3>\n");
        cards.sheet(samples, List.of());
        html.raw("</section>\n");
    }

    private void curves() {
        if (!Drawing.hasFonts() || ranks.stream().noneMatch(Optional::isPresent)) {
            return;
        }
        html.raw("<section id=\"curves\"><h2>Precision–recall and ROC curves</h2>\n");
        List<Figure> curves = RankFigures.of(predictions, ranks);
        if (curves.isEmpty()) {
            html.put(
                    "<p class=\"faint\">None is shown: the average precision of every class is at least %.1f, so the curves would"
                            + " be corners.</p>\n",
                    RankFigures.CORNER * 100);
        } else {
            html.raw("<p class=\"faint\">"
                    + (evaluation.labels().size() > 4 ? "The four classes with the lowest average precision. " : "")
                    + "A perfect precision–recall curve reaches the upper right corner, a perfect ROC curve the upper left"
                    + " one.</p>\n<div class=\"figures\">");
            curves.forEach(html::figure);
            html.raw("</div>\n");
            // the legends of the figures have no room for long names
            html.raw(IntStream.range(0, ranks.size())
                    .boxed()
                    .filter(c -> ranks.get(c).isPresent())
                    .sorted(Comparator.comparingDouble(
                            c -> ranks.get(c).orElseThrow().averagePrecision()))
                    .limit(RankFigures.LINES)
                    .map(c -> Html.name(evaluation.labels().get(c)))
                    .collect(Collectors.joining(
                            ", ", "<p class=\"faint\">The classes of the legends, from the first: ", ".</p>\n")));
        }
        html.raw("</section>\n");
    }

    private void calibration() {
        html.raw("<section id=\"calibration\"><h2>Calibration</h2>\n");
        TemperatureScaling.Effect effect = TemperatureScaling.effectOf(predictions, report.temperature());
        html.raw(
                "<div class=\"scroll\"><table><thead><tr><th class=\"name\">part</th><th>images</th><th>ECE before</th>"
                        + "<th>ECE after</th><th>log-loss before</th><th>log-loss after</th></tr></thead><tbody>\n");
        String row =
                "<tr><th class=\"name\">%s</th><td>%,d</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>\n";
        report.fitted()
                .filter(fitted -> fitted.images() > 0)
                .ifPresent(fitted -> html.put(
                        row,
                        "validation",
                        fitted.images(),
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
        html.raw(
                report.temperature() == 1
                        ? "<p class=\"faint\">The temperature is 1: the logits are not scaled, so before and after are the same.</p>\n"
                        : String.format(
                                Locale.ROOT,
                                "<p class=\"faint\">Before and after dividing the logits by the temperature %.3f, which was fitted on"
                                        + " validation images and is part of the model file. It changes how confident predictions are,"
                                        + " never which class they name.</p>\n",
                                report.temperature()));
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
        int epochs = report.training().steps().size();
        int kept = report.training().keptEpoch();
        html.raw("<p class=\"faint\">"
                + (kept > 0
                        ? String.format(Locale.ROOT, "Epoch %d of %d was kept.", kept, epochs)
                        : "The weights of none of " + Counted.of(epochs, "epoch") + " were kept.")
                + " Training figures are measured during an epoch, while the weights still change and with whatever augmentation"
                + " and dropout the recipe has, so they may look worse than validation. All numbers:"
                + " <code>training_history.csv</code>.</p>\n");
        if (report.training().turnsPlain()) {
            html.put(
                    "<p class=\"faint\">From epoch %d on the training images were neither augmented nor mixed: <em>plain</em> in the"
                            + " curves.</p>\n",
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
        html.put(
                "<section id=\"data\"><h2>Data</h2>\n<p>%s.</p>\n",
                report.splits().stream()
                        .map(split -> Counted.of(split.total(), split.name() + " image"))
                        .collect(Collectors.joining(", ")));
        if (evaluation.labels().size() <= ClassDistribution.NAMED) {
            SplitTable.append(html, evaluation.labels(), report.splits());
        } else if (Drawing.hasFonts()) {
            html.raw("<div class=\"wide\">");
            html.figure(ClassDistribution.of(evaluation.labels(), report.splits()));
            html.raw("</div>\n");
        }
        html.raw("</section>\n");
    }

    private void network() {
        report.network().ifPresent(network -> {
            html.raw("<section id=\"network\"><h2>Network</h2>\n");
            html.put("<p>%s</p>\n", network.sentence());
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
        html.raw("<section id=\"again\"><h2>Reproduce</h2>\n<table class=\"facts\"><tbody>\n");
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

    static String percent(double share) {
        // a line must not break before the sign
        return String.format(Locale.ROOT, "%.2f\u00a0%%", share * 100);
    }
}
