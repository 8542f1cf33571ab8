package terzi.evaluation.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import terzi.evaluation.Evaluation;

/**
 * What {@code confusion.jte} shows: which classes are confused.
 *
 * @param pairs the most frequent confusions, with images
 * @param further the next ones
 * @param left number of confusions that are not shown
 */
record ConfusionSection(MatrixTable matrix, List<Pair> pairs, List<Pair> further, long left) {
    /** Matrices of more classes tell nothing on a page; the file has them. */
    private static final int MATRIX_CLASSES = 150;

    private static final int PAIRS = 8;
    private static final int LISTED = 40;
    private static final int OF_EACH_PAIR = 4;

    /** A class that was given another class's name {@code count} of {@code support} times. */
    record Pair(String truth, String answer, long count, long support, List<ImageCard> cards) {}

    static ConfusionSection of(Evaluation evaluation, ImageCards cards) throws IOException {
        List<Samples.Pair> all =
                Samples.confused(evaluation.confusion(), evaluation.predictions(), LISTED, OF_EACH_PAIR);
        List<Pair> shown = new ArrayList<>();
        List<Pair> further = new ArrayList<>();
        for (Samples.Pair pair : all) {
            boolean first = shown.size() < PAIRS;
            if (first || pair.count() > 1) {
                (first ? shown : further)
                        .add(new Pair(
                                evaluation.labels().get(pair.truth()),
                                evaluation.labels().get(pair.answer()),
                                pair.count(),
                                evaluation.perClass().get(pair.truth()).support(),
                                first ? cards.of(cards.shown(pair.rows())) : List.of()));
            }
        }
        MatrixTable matrix = new MatrixTable(evaluation.confusion());
        return new ConfusionSection(matrix, shown, further, matrix.confusions() - PAIRS - further.size());
    }

    boolean hasMatrix() {
        return matrix.classes() <= MATRIX_CLASSES;
    }
}
