package terzi.bench;

import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Verdict;
import terzi.bench.BenchReport.Verdict.Word;

/** When a difference may be called one. */
final class Verdicts {
    private Verdicts() {}

    /**
     * Both must hold: chance does not explain it, for the interval leaves 1 out; and it is worth a word, for it is at least
     * the margin.
     *
     * @param ratio of times, one side's by the other's
     * @param margin relative, such as 0.02
     */
    static Verdict of(Estimate ratio, double margin) {
        if (ratio.interval().low() > 1 && ratio.value() >= 1 + margin) {
            return new Verdict(ratio, Word.SLOWER);
        }
        if (ratio.interval().high() < 1 && ratio.value() <= 1 / (1 + margin)) {
            return new Verdict(ratio, Word.FASTER);
        }
        return new Verdict(ratio, Word.NO_DIFFERENCE);
    }
}
