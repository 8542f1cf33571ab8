package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;
import terzi.evaluation.Strangeness;
import terzi.evaluation.TemperatureScaling;

/**
 * What {@code report.jte} shows: one file that needs nothing else, neither scripts nor a network.
 *
 * @param worst misclassified images, the most confident first
 * @param ranks the curves of each class, where it has any
 * @param labels images whose label looks wrong
 */
record Page(
        Report report,
        List<ImageCard> samples,
        List<ImageCard> worst,
        ConfusionSection confusion,
        List<Optional<RankCurve>> ranks,
        Optional<LabelSection> labels,
        Optional<StrangenessSection> strangeness,
        HtmlPage page) {
    static final int FEW_LAYERS = 30;

    private static final int WORST = 18;
    /** The part that the temperature is fitted on. */
    private static final String VALIDATION = "validation";

    /** @param folder where the page will lie */
    static Page of(Report report, List<SampleSheet.Shown> samples, Path folder) throws IOException {
        Evaluation evaluation = report.evaluation();
        ImageCards cards = new ImageCards(report, folder);
        return new Page(
                report,
                cards.of(samples),
                samples.isEmpty()
                        ? List.of()
                        : cards.withOverlays(cards.shown(Samples.worst(evaluation.predictions(), WORST))),
                ConfusionSection.of(evaluation, cards),
                IntStream.range(0, evaluation.labels().size())
                        .mapToObj(c -> RankCurve.of(evaluation.predictions(), c))
                        .toList(),
                labels(report.labels(), folder),
                strangeness(report, cards),
                new HtmlPage());
    }

    private static Optional<LabelSection> labels(Report.Labels labels, Path folder) throws IOException {
        return labels.errors().isEmpty()
                ? Optional.empty()
                : Optional.of(LabelSection.of(labels.errors().get(), labels.images(), folder));
    }

    private static Optional<StrangenessSection> strangeness(Report report, ImageCards cards) throws IOException {
        Optional<Strangeness> strangeness = report.evaluation().strangeness();
        return strangeness.isEmpty()
                ? Optional.empty()
                : Optional.of(new StrangenessSection(
                        strangeness.get(),
                        report.part(),
                        cards.of(cards.shown(StrangenessSection.strangest(strangeness.get())))));
    }

    Optional<SetsSection> sets() {
        return report.evaluation().sets().map(sets -> new SetsSection(sets, report.part()));
    }

    String html() throws IOException {
        return HtmlPage.of(report.title(), JtereportGenerated::render, this);
    }

    static String capital(String title) {
        return title.isEmpty() ? title : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    /** The lines of a conclusion, none of which breaks before a sign. */
    static List<String> ideas(String sentence) {
        return List.of(sentence.replace(" %", "\u00a0%").split("\n", -1));
    }

    /** Whether a fact is to be copied. */
    static boolean isCode(String fact) {
        return fact.equals("command")
                || fact.equals("resumed with")
                || fact.contains("digest")
                || fact.contains("arguments");
    }

    ClassTable classes() {
        return new ClassTable(report.evaluation(), ranks);
    }

    boolean hasCurves() {
        return HtmlPage.hasFigures() && ranks.stream().anyMatch(Optional::isPresent);
    }

    List<Figure> curves() {
        return RankFigures.of(report.evaluation().predictions(), ranks);
    }

    /** The whole names of the classes of the curves, from the first. */
    List<String> legend() {
        return IntStream.range(0, ranks.size())
                .boxed()
                .filter(c -> ranks.get(c).isPresent())
                .sorted(Comparator.comparingDouble(
                        c -> ranks.get(c).orElseThrow().averagePrecision()))
                .limit(RankFigures.LINES)
                .map(c -> report.evaluation().labels().get(c))
                .toList();
    }

    private TemperatureScaling.Effect effect() {
        return TemperatureScaling.effectOf(report.evaluation().predictions(), report.temperature());
    }

    /** The effect of the temperature on a part of the data. */
    record Calibrated(String part, Report.Fitted effect) {}

    List<Calibrated> calibration() {
        List<Calibrated> rows = new ArrayList<>();
        report.fitted()
                .filter(fitted -> fitted.images() > 0 && !report.part().equals(VALIDATION))
                .ifPresent(fitted -> rows.add(new Calibrated(VALIDATION, fitted)));
        Evaluation evaluation = report.evaluation();
        TemperatureScaling.Effect effect = effect();
        Report.Fitted here = new Report.Fitted(
                evaluation.count(),
                effect.before().expectedError(),
                evaluation.ece(),
                effect.logLossBefore(),
                evaluation.logLoss());
        rows.add(new Calibrated(report.part(), here));
        return rows;
    }

    List<Figure> reliability() {
        Predictions predictions = report.evaluation().predictions();
        return List.of(
                Reliability.diagram(effect().before(), report.evaluation().calibration()),
                Reliability.confidences(predictions));
    }
}
