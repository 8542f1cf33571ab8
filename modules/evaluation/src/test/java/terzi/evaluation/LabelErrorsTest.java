package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class LabelErrorsTest {
    @TempDir
    Path folder;

    static Stream<JsonNode> cases() {
        return Golden.stream(Golden.read("label_errors.json"));
    }

    private static Predictions predictions(JsonNode golden) {
        float[][] rows = Golden.rows(golden.get("probabilities"));
        List<String> labels =
                IntStream.range(0, rows[0].length).mapToObj(c -> "class " + c).toList();
        return Predictions.of(labels, Golden.ints(golden.get("labels")), rows);
    }

    private static double[] numbers(JsonNode array) {
        return Golden.stream(array).mapToDouble(JsonNode::asDouble).toArray();
    }

    private static void assertSuspects(double[] scores, Predictions all, LabelErrors found) {
        List<Integer> wrong = IntStream.range(0, all.size())
                .filter(i -> !all.correct(i))
                .boxed()
                .sorted((a, b) -> Double.compare(scores[a], scores[b]))
                .toList();
        assertEquals(wrong.size(), found.suspects().size());
        double before = 0;
        for (LabelErrors.Suspect one : found.suspects()) {
            assertTrue(wrong.contains(one.row()));
            assertEquals(scores[one.row()], one.score(), 1e-12, "row " + one.row());
            assertTrue(one.score() >= before, "not in the order of the scores");
            assertEquals(all.labels().get(all.truth(one.row())), one.label());
            assertEquals(all.labels().get(all.predicted(one.row())), one.likelierLabel());
            assertEquals(all.probability(one.row(), all.truth(one.row())), one.probability());
            assertEquals(all.confidence(one.row()), one.likelierProbability());
            before = one.score();
        }
    }

    /** scipy.stats.rankdata, sklearn.neighbors.NearestNeighbors and cleanlab.count.compute_confident_joint. */
    @ParameterizedTest
    @MethodSource("cases")
    void scoresAndEstimateAreThoseOfScipyAndCleanlab(JsonNode golden) {
        Predictions all = predictions(golden);
        double[] agreement =
                LabelErrors.agreement(Golden.rows(golden.get("features")), Golden.ints(golden.get("labels")));
        assertArrayEquals(numbers(golden.get("agreement")), agreement, 1e-12);
        LabelErrors both = LabelErrors.of(all, agreement);
        assertSuspects(numbers(golden.get("scores")), all, both);
        LabelErrors alone = LabelErrors.of(all);
        assertSuspects(numbers(golden.get("margin_scores")), all, alone);
        for (LabelErrors found : List.of(both, alone)) {
            assertEquals(golden.get("estimate").asInt(), found.estimate());
            assertEquals(all.size(), found.images());
            assertEquals(all.labels().size(), found.classes());
            assertEquals(
                    found.suspects()
                            .subList(
                                    0,
                                    Math.min(found.estimate(), found.suspects().size())),
                    found.likely());
        }
    }

    /**
     * Class a: mean self-confidence (0.9 + 0.9 + 0.2) / 3 = 0.667; class b: (0.6 + 0.7) / 2 = 0.65. Only row 2 reaches
     * the threshold of a class that is not its label (b, 0.8); row 3 is below both.
     */
    @Test
    void theEstimateCountsImagesAboveTheMeanProbabilityOfAnotherClass() {
        float[][] rows = {{.9f, .1f}, {.9f, .1f}, {.2f, .8f}, {.4f, .6f}, {.3f, .7f}};
        LabelErrors found = LabelErrors.of(Predictions.of(List.of("a", "b"), new int[] {0, 0, 0, 1, 1}, rows));
        assertEquals(1, found.estimate());
        assertEquals(
                List.of(2),
                found.suspects().stream().map(LabelErrors.Suspect::row).toList());
    }

    /** Ranks by hand: margins of rows 0..3 are in the order 2, 0, 1, 3, so 1/3, 2/3, 0, 1; the agreements are 0.5, 0.5, 0, 1. */
    @Test
    void theScoreIsTheMeanOfBothRanksAndTiesShareTheirs() {
        float[][] rows = {{.4f, .6f}, {.45f, .55f}, {.1f, .9f}, {.05f, .95f}};
        Predictions all = Predictions.of(List.of("a", "b"), new int[] {0, 0, 0, 1}, rows);
        LabelErrors found = LabelErrors.of(all, new double[] {.3, .3, .1, 1});
        double[] scores = found.suspects().stream()
                .mapToDouble(LabelErrors.Suspect::score)
                .toArray();
        assertArrayEquals(new double[] {0, (1 / 3.0 + .5) / 2, (2 / 3.0 + .5) / 2}, scores, 1e-12);
    }

    @Test
    void neighboursAreComparedByDirectionAndNotMoreThanTheClassHasOthers() {
        float[][] features = {{1, 0}, {9, 1}, {0, 1}, {1, 9}, {1, 2}, {0, 0}};
        int[] labels = {0, 0, 1, 1, 0, 2};
        // class 0 has two others, so two neighbours count: of row 0 rows 1 and 4, of row 1 rows 0 and 4, of row 4 rows
        // 3 and 2;
        // class 1 has one: each the other; class 2 has none
        assertArrayEquals(new double[] {1, 1, 1, 1, 0, 0}, LabelErrors.agreement(features, labels));
    }

    @Test
    void theAgreementOfManyImagesIsThatOfABruteForceSearch() {
        SplittableRandom random = new SplittableRandom(3);
        float[][] features = new float[203][7];
        int[] labels = new int[203];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(3);
            for (int d = 0; d < 7; d++) {
                features[i][d] = (float) random.nextGaussian();
            }
        }
        double[] found = LabelErrors.agreement(features, labels);
        for (int i = 0; i < labels.length; i++) {
            int self = i;
            double expected = IntStream.range(0, labels.length)
                    .filter(j -> j != self)
                    .boxed()
                    .sorted((a, b) ->
                            Double.compare(cosine(features[b], features[self]), cosine(features[a], features[self])))
                    .limit(10)
                    .mapToInt(j -> labels[j] == labels[self] ? 1 : 0)
                    .average()
                    .orElseThrow();
            assertEquals(expected, found[i], 1e-12, "row " + i);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int d = 0; d < a.length; d++) {
            product += (double) a[d] * b[d];
            first += (double) a[d] * a[d];
            second += (double) b[d] * b[d];
        }
        return product / Math.sqrt(first * second);
    }

    @ParameterizedTest
    @CsvSource({
        // estimate, images, classes, worth a look, a large share
        "2, 1000, 2, false, false",
        "3, 1000, 2, true, false",
        "1, 100, 2, true, true",
        "0, 100, 2, false, false",
        "30, 100, 6, false, true",
        "30, 120, 6, true, true"
    })
    void fewErrorsAndFewImagesOfAClassAreNotWorthALook(
            int estimate, int images, int classes, boolean worth, boolean large) {
        LabelErrors errors = new LabelErrors(List.of(), estimate, images, classes);
        assertEquals(worth, errors.isWorthALook());
        assertEquals(large, errors.isLargeShare());
    }

    @Test
    void theFileHasEveryImageInOrder() throws IOException {
        float[][] rows = {{.75f, .25f}, {.25f, .75f}, {.5f, .5f}, {.125f, .875f}};
        Predictions all = Predictions.of(
                List.of("a,b", "c"), List.of("1.png", "x/2.png", "3.png", "4.png"), new int[] {0, 0, 1, 0}, rows);
        Path file = folder.resolve("label_errors.csv");
        LabelErrors.write(file, LabelErrors.ranking(all, new double[all.size()]));
        assertEquals(
                List.of(
                        "path,label,likelier_label,probability,likelier_probability,score",
                        "4.png,\"a,b\",c,0.125,0.875,0.25", // mean of the ranks 0 of 3 and, without agreement, 1/2
                        "x/2.png,\"a,b\",c,0.25,0.75,0.41666666",
                        "3.png,c,\"a,b\",0.5,0.5,0.5833333",
                        "1.png,\"a,b\",\"a,b\",0.75,0.75,0.75"),
                Files.readAllLines(file));
    }

    @Test
    void agreementOfAnotherSizeOrOutsideOfItsRangeIsRefused() {
        Predictions all = Predictions.of(List.of("a", "b"), new int[] {0, 1}, new float[][] {{1, 0}, {0, 1}});
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LabelErrors.of(all, new double[1]))
                .getMessage()
                .contains("agreement"));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> LabelErrors.of(all, new double[] {1, Double.NaN}))
                .getMessage();
        assertEquals("agreement, row 1: expected a share from 0 to 1, found NaN", message);
        assertThrows(IllegalArgumentException.class, () -> LabelErrors.agreement(new float[3][2], new int[2]));
    }

    /** Two clusters, with a tenth of the labels of each exchanged: exactly those are the suspects. */
    @Test
    void exchangedLabelsOfWellSeparatedClassesAreFoundAndCounted() {
        int[] labels = IntStream.range(0, 100).map(i -> i % 2).toArray();
        float[][] rows = IntStream.range(0, 100)
                .mapToObj(i -> i % 2 == 0 ? new float[] {.9f, .1f} : new float[] {.2f, .8f})
                .toArray(float[][]::new);
        List<Integer> exchanged = List.of(4, 7, 24, 27, 44, 47, 64, 67, 84, 87);
        exchanged.forEach(i -> labels[i] = 1 - labels[i]);
        double[] agreement = new double[100];
        Arrays.fill(agreement, .9);
        exchanged.forEach(i -> agreement[i] = .1);
        LabelErrors found = LabelErrors.of(Predictions.of(List.of("a", "b"), labels, rows), agreement);
        assertEquals(10, found.estimate());
        assertEquals(
                exchanged,
                found.likely().stream().map(LabelErrors.Suspect::row).sorted().toList());
    }
}
