package terzi.evaluation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The figures for people. */
final class EvaluationText {

    private static final int DIGITS = 4;
    private static final String LAST_LINE = "weighted avg";

    private EvaluationText() {}

    static String summary(Evaluation e) {
        Interval accuracy = e.accuracyInterval();
        StringBuilder text = new StringBuilder();
        line(text, "images", Integer.toString(e.count()));
        line(
                text,
                "accuracy",
                fixed(e.accuracy()) + "  (95 % interval " + fixed(accuracy.low()) + " to " + fixed(accuracy.high())
                        + ", " + e.confusion().correct() + " right)");
        for (int k : EvaluationJson.topKs(e)) {
            if (k > 1) {
                line(text, "top-" + k, fixed(e.topK(k)));
            }
        }
        line(text, "balanced accuracy", fixed(e.confusion().balancedAccuracy()));
        line(text, "Cohen's kappa", fixed(e.confusion().cohenKappa()));
        line(text, "Matthews corr.", fixed(e.confusion().matthewsCorrelation()));
        line(text, "log-loss", fixed(e.logLoss()));
        line(text, "calibration (ECE)", fixed(e.ece()));
        e.sets().ifPresent(sets -> sets(text, sets));
        e.strangeness()
                .map(Strangeness::reported)
                .ifPresent(all -> all.forEach(one -> line(
                        text,
                        "strangeness >= " + one.threshold(),
                        promised(one.share(), one.interval(), one.promised()))));
        return text.toString();
    }

    private static void sets(StringBuilder text, SetCoverage sets) {
        SetCoverage.ClassCoverage all = sets.total();
        if (all.images() > 0) {
            line(
                    text,
                    "prediction sets",
                    promised(all.share(), all.interval(), sets.promised()) + ", mean size " + fixed(all.meanSize()));
        }
    }

    private static String promised(double share, Interval interval, double promised) {
        return fixed(share) + "  (95 % interval " + fixed(interval.low()) + " to " + fixed(interval.high())
                + ", promised " + fixed(promised) + ")";
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name)
                .append(" ".repeat(Math.max(1, 20 - name.length())))
                .append(value)
                .append('\n');
    }

    static String classificationReport(Evaluation e) {
        int width = LAST_LINE.length();
        for (String label : e.labels()) {
            width = Math.max(width, TextColumns.width(label));
        }
        StringBuilder text = new StringBuilder();
        row(text, width, "", "precision", "recall", "f1-score", "support");
        text.append('\n');
        for (ClassMetrics m : e.perClass()) {
            row(text, width, m.label(), fixed(m.precision()), fixed(m.recall()), fixed(m.f1()), "" + m.support());
        }
        text.append('\n');
        String total = Integer.toString(e.count());
        row(text, width, "accuracy", "", "", fixed(e.accuracy()), total);
        average(text, width, "macro avg", e.macro(), total);
        average(text, width, LAST_LINE, e.weighted(), total);
        return text.toString();
    }

    private static void average(StringBuilder text, int width, String name, Average a, String total) {
        row(text, width, name, fixed(a.precision()), fixed(a.recall()), fixed(a.f1()), total);
    }

    private static void row(StringBuilder text, int width, String name, String... cells) {
        text.append(TextColumns.right(name, width)).append(' ');
        for (String cell : cells) {
            text.append(' ').append(" ".repeat(Math.max(0, 9 - cell.length()))).append(cell);
        }
        text.append('\n');
    }

    /** Rounds the exact binary value, ties to even, as C and Python do; {@code String.format} rounds 0.03125 up. */
    private static String fixed(double value) {
        return new BigDecimal(value).setScale(DIGITS, RoundingMode.HALF_EVEN).toPlainString();
    }
}
