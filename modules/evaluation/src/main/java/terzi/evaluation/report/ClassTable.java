package terzi.evaluation.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.Evaluation;
import terzi.evaluation.RankCurve;

/** What {@code classTable.jte} shows: the figures of each class, the weakest first, with bars of the recall. */
record ClassTable(Evaluation evaluation, List<Optional<RankCurve>> ranks) {
    static final double WEAK = 0.8;

    /** More would not be read; the text file has them all. */
    private static final int MOST = 200;

    /** Whether a printed matrix has the numbers of the classes instead of their names. */
    boolean isNumbered() {
        return !new MatrixTable(evaluation.confusion()).fitsOnPaper();
    }

    /** Indices of the classes in the order of the table. */
    List<Integer> shown() {
        List<ClassMetrics> all = evaluation.perClass();
        return IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> all.get(c).support() == 0)
                        .thenComparing(c -> all.get(c).recall()))
                .limit(MOST)
                .toList();
    }

    /** Number of classes that are not shown. */
    int left() {
        return Math.max(0, evaluation.labels().size() - MOST);
    }

    Optional<Double> averagePrecision(int c) {
        return ranks.get(c).map(RankCurve::averagePrecision);
    }

    double origin() {
        return origin(evaluation.perClass());
    }

    /** Where bars begin: at nothing, unless all classes are so good that only the ends of the bars would differ. */
    static double origin(List<ClassMetrics> classes) {
        double lowest = classes.stream()
                .filter(m -> m.support() > 0)
                .mapToDouble(m -> m.recallInterval().low())
                .min()
                .orElse(0);
        return DoubleStream.of(0.98, 0.95, 0.9)
                .filter(origin -> lowest >= origin)
                .findFirst()
                .orElse(0);
    }
}
