package terzi.bench;

import java.util.List;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Verdict;
import terzi.bench.BenchReport.Verdict.Word;

/**
 * When a difference may be called one, and when two backends may be called equal. The ratio is that of the medians that the
 * report shows, so that a verdict cannot contradict them.
 */
final class Verdicts {
    /** An interval up to this many margins off 1 still says that there is no difference to speak of. */
    private static final double EQUAL_MARGINS = 5;

    /** An interval whose ends are further apart than this says which is slower, but not whether the figure means anything. */
    private static final double WIDEST = 3;

    private Verdicts() {}

    /**
     * The ratio of two backends that took turns.
     *
     * @param one and other by process and round
     */
    static Estimate ratio(List<List<Double>> one, List<List<Double>> other, long seed) {
        return RoundsBootstrap.pairedRatio(one, other, seed);
    }

    /**
     * A difference: chance does not explain it, for the interval leaves 1 out and is not absurdly wide; and it is worth a word,
     * for it is at least the margin. None: the ratio is within the margin, and its interval is not wide. Anything else cannot be told.
     *
     * @param ratio of times, one side's by the other's
     * @param margin relative, such as 0.02
     */
    static Verdict of(Estimate ratio, double margin) {
        double low = ratio.interval().low();
        double high = ratio.interval().high();
        boolean isApart = (low > 1 || high < 1) && high <= WIDEST * low;
        if (size(ratio.value()) >= margin) {
            return new Verdict(ratio, !isApart ? Word.UNCLEAR : ratio.value() > 1 ? Word.SLOWER : Word.FASTER);
        }
        boolean isNarrow = Math.max(size(low), size(high)) <= EQUAL_MARGINS * margin;
        return new Verdict(ratio, isNarrow ? Word.NO_DIFFERENCE : Word.UNCLEAR);
    }

    /** How far a ratio is from 1, the same for a half and for two. */
    private static double size(double ratio) {
        return Math.max(ratio, 1 / ratio) - 1;
    }
}
