package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Verdict;
import terzi.bench.BenchReport.Verdict.Word;

/** When a difference may be called one. */
final class Verdicts {
    private Verdicts() {}

    /**
     * The ratio of two backends that took turns: round by round, so that what slows the machine down for a while slows both.
     *
     * @param one and other by process and round
     */
    static Estimate ratio(List<List<Double>> one, List<List<Double>> other, long seed) {
        List<List<Double>> ratios = new ArrayList<>();
        for (int p = 0; p < Math.min(one.size(), other.size()); p++) {
            List<Double> process = new ArrayList<>();
            for (int r = 0; r < Math.min(one.get(p).size(), other.get(p).size()); r++) {
                process.add(one.get(p).get(r) / other.get(p).get(r));
            }
            ratios.add(process);
        }
        return RoundsBootstrap.median(ratios, seed);
    }

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
