package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import terzi.evaluation.ConfusionMatrix;
import terzi.evaluation.Predictions;

/** Which images are shown. */
final class Samples {
    private static final long SEED = 1;

    private Samples() {}

    /** Rows drawn by chance, the same ones each time. */
    static List<Integer> random(Predictions predictions, int count) {
        int[] rows = IntStream.range(0, predictions.size()).toArray();
        SplittableRandom random = new SplittableRandom(SEED);
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < Math.min(count, rows.length); i++) {
            int other = i + random.nextInt(rows.length - i);
            int row = rows[other];
            rows[other] = rows[i];
            rows[i] = row;
            drawn.add(row);
        }
        return drawn;
    }

    /** Wrong answers, the surest first. */
    static List<Integer> worst(Predictions predictions, int count) {
        return IntStream.range(0, predictions.size())
                .filter(row -> !predictions.correct(row))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -predictions.confidence(row)))
                .limit(count)
                .toList();
    }

    /**
     * A class that was taken for another.
     *
     * @param rows where, the surest first
     */
    record Pair(int truth, int answer, long count, List<Integer> rows) {}

    /** The most frequent confusions. */
    static List<Pair> confused(ConfusionMatrix confusion, Predictions predictions, int pairs, int rowsOfEach) {
        List<Pair> all = new ArrayList<>();
        int classes = confusion.labels().size();
        for (int truth = 0; truth < classes; truth++) {
            for (int answer = 0; answer < classes; answer++) {
                if (truth != answer && confusion.count(truth, answer) > 0) {
                    all.add(new Pair(truth, answer, confusion.count(truth, answer), List.of()));
                }
            }
        }
        all.sort(Comparator.comparingLong(pair -> -pair.count()));
        List<Integer> mistakes = worst(predictions, predictions.size());
        return all.subList(0, Math.min(pairs, all.size())).stream()
                .map(pair -> new Pair(
                        pair.truth(),
                        pair.answer(),
                        pair.count(),
                        mistakes.stream()
                                .filter(row -> predictions.truth(row) == pair.truth()
                                        && predictions.predicted(row) == pair.answer())
                                .limit(rowsOfEach)
                                .toList()))
                .toList();
    }
}
