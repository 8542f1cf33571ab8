package terzi.bench;

import java.util.List;
import terzi.bench.BenchReport.Agreement;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Verdict.Word;
import terzi.bench.Findings.Ranked;

/** The columns of the tables of backends, in the terminal and in Markdown. */
final class BenchColumns {
    static final List<String> HEADINGS = List.of(
            "backend",
            "p50 ms (95 %)",
            "p99 ms",
            "best/s (batch)",
            "load p99",
            "first ms",
            "MiB",
            "answers",
            "verdict");

    static final String WRONG = "WRONG ANSWERS";

    private static final String NOTHING = "-";

    private BenchColumns() {}

    static List<String> cells(Ranked one) {
        Figures figures = one.figures();
        return List.of(
                one.id(),
                Digits.withInterval(figures.latency().p50()),
                Digits.three(figures.latency().p99().value()),
                one.best()
                        .map(best -> Digits.three(best.perSecond().value()) + " (" + best.batch() + ")")
                        .orElse(NOTHING),
                loadP99(figures),
                firstAnswer(figures),
                figures.peakMib().map(Digits::three).orElse(NOTHING),
                answers(one),
                verdict(one));
    }

    static String loadP99(Figures figures) {
        return figures.load()
                .map(load -> Digits.three(load.response().p99().value()))
                .orElse(NOTHING);
    }

    static String firstAnswer(Figures figures) {
        return Digits.three(middle(figures.firstAnswerMillis()));
    }

    /** The median; not a number for nothing. */
    static double middle(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        return size == 0 ? Double.NaN : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /** How far the answers are from the baseline's. */
    static String answers(Ranked one) {
        return one.figures()
                .agreement()
                .map(Agreement::largestDifference)
                .map(largest -> largest == 0 ? "same" : Digits.difference(largest))
                .orElse(
                        one.entry().subject() == Subject.NETWORK
                                        && one.entry().verdict().isEmpty()
                                ? "reference"
                                : NOTHING);
    }

    /** Of wrong answers the time does not matter. */
    static String verdict(Ranked one) {
        String baseline = one.figures().isDisturbed() ? "baseline, " + Word.BUSY : "baseline";
        return one.isWrong()
                ? WRONG
                : one.entry().verdict().map(Digits::verdict).orElse(baseline);
    }
}
